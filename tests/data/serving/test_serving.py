from __future__ import annotations

import asyncio
import http.client
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from http_client import TOKEN, Client
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from jianghua.data.errors import SettingsError
from jianghua.data.serving.application import Application, in_thread, read_object
from jianghua.data.serving.guard import Guard
from jianghua.data.serving.limits import Limits
from jianghua.data.serving.server import Server

Start = Callable[..., Client]


async def echo(request: Request) -> JSONResponse:
    return JSONResponse({"got": await read_object(request)})


async def health(request: Request) -> JSONResponse:
    return JSONResponse({"status": "UP"})


async def fail(request: Request) -> JSONResponse:
    raise ValueError("secret inside")


async def large(request: Request) -> PlainTextResponse:
    return PlainTextResponse("x" * 20_000_000)


ROUTES = [
    Route("/", health),
    Route("/health", health),
    Route("/echo", echo, methods=["POST"]),
    Route("/fail", fail),
    Route("/large", large),
]


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as servers:

        def run(*routes: Route, **limits: Any) -> Client:
            app = Application([*ROUTES, *routes], Guard(TOKEN), Limits(**limits))
            return Client(servers.enter_context(Server(app, "127.0.0.1", 0)).address)

        yield run


def test_only_the_token_opens(start: Start) -> None:
    ask = start()
    for token, user in (("", "jianghua"), ("wrong", "jianghua"), (TOKEN + "x", "jianghua"), (TOKEN, "root"), ("ключ", "用户")):
        for method, path in (("GET", "/health"), ("POST", "/echo"), ("GET", "/nothing"), ("GET", "/echo")):
            status, answer = Client(ask.address, token, user)(method, path, {} if method == "POST" else None)
            assert (status, answer) == (401, {"error": "expected the server's token"})
    for header in (
        "Basic",
        "Basic ???",
        "Basic /w==",
        "Basic ключ".encode().decode("latin-1"),
        f"Bearer {TOKEN}",
        f"Token {TOKEN}",
    ):
        assert Client(ask.address, headers={"Authorization": header})("GET", "/health")[0] == 401
    nobody = Client(ask.address, headers={"Authorization": ""})
    assert nobody("GET", f"/{TOKEN}")[0] == 200
    assert nobody("GET", f"/{TOKEN}/health/")[0] == 200
    assert nobody("POST", f"/{TOKEN}/echo", {"a": 1}) == (200, {"got": {"a": 1}})
    assert nobody("GET", f"/{TOKEN}x/health")[0] == 401
    assert nobody("GET", "//health")[0] == 401


def test_paths_and_methods(start: Start) -> None:
    ask = start()
    assert ask("GET", "/health/?x=1") == (200, {"status": "UP"})
    assert ask("GET", "/echo") == (405, {"error": "expected POST"})
    assert ask("POST", "/health", {}) == (405, {"error": "expected GET"})
    assert ask("POST", "/nothing", {}) == (404, {"error": "no such path"})


def test_malformed_bodies(start: Start) -> None:
    ask = start()
    for raw in (b"{", b"\xff\xfe", b"[" * 90_000):
        assert ask("POST", "/echo", raw=raw) == (400, {"error": "expected JSON"})
    for raw in (b'"x"', b"NaN", b"[1]"):
        assert ask("POST", "/echo", raw=raw) == (400, {"error": "expected a JSON object"})
    assert ask("POST", "/echo", raw=b"") == (200, {"got": {}})


def test_a_body_has_its_limit_whether_it_is_announced_or_comes_in_chunks(start: Start) -> None:
    ask = start(body=1000)
    assert ask("POST", "/echo", raw=b" " * 1001) == (413, {"error": "expected at most 1000 bytes, got 1001"})
    assert ask("POST", "/echo", raw=b" " * 20_000_000)[0] == 413  # the client that is still sending gets the answer
    assert Client(ask.address, token="wrong")("POST", "/echo", raw=b" " * 20_000_000)[0] == 401
    assert ask("POST", "/echo", raw=iter([b'{"a"', b": 1}"])) == (200, {"got": {"a": 1}})
    assert ask("POST", "/echo", raw=iter([b" " * 900] * 2)) == (413, {"error": "expected at most 1000 bytes, got more"})


@pytest.mark.parametrize("length", ["-1", "x", "9" * 30, "9" * 5000, "9" * 100_000])
def test_a_content_length_that_is_none_is_answered_in_one_line(start: Start, length: str) -> None:
    ask = start()
    with socket.create_connection(ask.address, timeout=10) as client:
        client.sendall(ask.head("/echo", length) + b"{}")
        answer = b"".join(iter(lambda: client.recv(1000), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body) == {"error": "expected an HTTP request with well-formed headers"}
    assert ask("GET", "/health")[0] == 200


def test_a_body_whose_chunks_are_none_is_refused_while_it_is_read(start: Start) -> None:
    ask = start()
    head = ask.head("/echo", "0").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    with socket.create_connection(ask.address, timeout=10) as client:
        client.sendall(head + b"no chunk\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 400 ")
    with socket.create_connection(ask.address, timeout=10) as client:
        client.sendall(head.replace(b"/echo", b"/nothing"))
        assert client.recv(1000).startswith(b"HTTP/1.1 404 ")
        client.sendall(b"no chunk\r\n")
        with suppress(ConnectionError):  # the rest of the answer, and no second one
            assert b"HTTP/1.1" not in b"".join(iter(lambda: client.recv(1000), b""))
    assert ask("GET", "/health")[0] == 200


def test_a_connection_serves_several_requests(start: Start) -> None:
    ask = start()
    connection = http.client.HTTPConnection(*ask.address, timeout=20)
    for _ in range(2):
        connection.request("POST", "/nothing", b"x" * 1_000_000, {"Authorization": ask.basic})
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())) == (404, {"error": "no such path"})
        connection.request("POST", "/echo", b"{}", {"Authorization": ask.basic})
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())) == (200, {"got": {}})
    connection.close()


def test_a_client_that_dawdles_is_sent_away(start: Start) -> None:
    ask = start(seconds=0.4)
    head = ask.head("/echo", "500")
    with socket.create_connection(ask.address, timeout=10) as client:  # silent
        client.sendall(head + b"{")
        assert b" 408 " in client.recv(1000)
    with socket.create_connection(ask.address, timeout=10) as client:  # a byte now and then
        client.sendall(head)
        client.settimeout(0.1)
        answer = b""
        for _ in range(30):
            client.sendall(b" ")
            try:
                answer = client.recv(1000)
                break
            except TimeoutError:
                continue
        assert b" 408 " in answer
    with socket.create_connection(ask.address, timeout=10) as client:  # hangs up
        client.sendall(head)
    assert ask("GET", "/health")[0] == 200


def test_a_head_has_its_time_however_its_bytes_come(start: Start) -> None:
    ask = start(seconds=0.4)
    with socket.create_connection(ask.address, timeout=10) as client:
        client.settimeout(0.1)
        began = time.monotonic()
        with pytest.raises(ConnectionError):  # noqa: PT012  # which of them learns of it is a matter of luck
            while time.monotonic() < began + 10:
                client.sendall(b"G")
                try:
                    if client.recv(10) == b"":
                        raise ConnectionError
                except TimeoutError:
                    continue
        assert time.monotonic() - began < 5


def test_answers_that_nobody_takes_are_dropped(start: Start) -> None:
    ask = start(seconds=1, requests=1)
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(ask.address, timeout=10)) for _ in range(4)]
        for client in clients:
            client.sendall(f"GET /large HTTP/1.1\r\nHost: x\r\nAuthorization: {ask.basic}\r\n\r\n".encode())
            assert client.recv(15) == b"HTTP/1.1 200 OK"
        assert wait_for_room(ask) == (200, {"status": "UP"})  # there is none before one of the answers is dropped
        taken = 0
        with suppress(ConnectionError):
            while part := clients[0].recv(1 << 20):
                taken += len(part)
        assert taken < 20_000_000


def test_hoarded_connections_end(start: Start) -> None:
    ask = start(requests=1, seconds=1)
    with ExitStack() as clients:
        for _ in range(4):
            idle = clients.enter_context(socket.create_connection(ask.address, timeout=10))
            idle.sendall(b"GET")  # none may be kept for longer than a second
        extra = clients.enter_context(socket.create_connection(ask.address, timeout=10))
        assert extra.recv(10) == b""
        assert wait_for_room(ask) == (200, {"status": "UP"})


def wait_for_room(ask: Client) -> tuple[int, Any]:
    """Ask until the server takes the connection."""
    until = time.monotonic() + 20
    while True:
        try:
            return ask("GET", "/health")
        except OSError:
            assert time.monotonic() < until


class Blocking:
    """A route that blocks in a thread until it is released."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.release = threading.Event()
        self.route = Route("/block", self.endpoint)

    def wait(self) -> None:
        self.entered.release()
        self.release.wait(20)

    async def endpoint(self, request: Request) -> JSONResponse:
        await in_thread(self.wait)
        return JSONResponse({})


def test_no_more_at_once_than_allowed(start: Start) -> None:
    blocking = Blocking()
    ask = start(blocking.route, requests=2)
    with ThreadPoolExecutor(2) as pool:
        under_way = [pool.submit(ask, "GET", "/block") for _ in range(2)]
        assert blocking.entered.acquire(timeout=10)
        assert blocking.entered.acquire(timeout=10)
        assert ask("GET", "/health") == (503, {"error": "too many requests at once"})
        blocking.release.set()
        assert [request.result()[0] for request in under_way] == [200, 200]
    assert ask("GET", "/health")[0] == 200


def test_a_failure_takes_nothing_down_and_gives_nothing_away(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with Server(Application(ROUTES, Guard(TOKEN)), "127.0.0.1", 0) as server:
        ask = Client(server.address)
        nobody = Client(server.address, headers={"Authorization": ""})
        assert ask("GET", "/fail") == (500, {"error": "the server failed: ValueError"})
        nobody("GET", f"/{TOKEN}/health")
        nobody("GET", "/not-quite-the-token/health")
        ask("GET", "/health")
    assert "GET /fail 500" in caplog.text
    assert "GET (unknown path) 401" in caplog.text
    assert caplog.text.count("GET /health 200") == 2
    for secret in (TOKEN, "secret inside", "not-quite-the-token"):
        assert secret not in caplog.text + "".join(capfd.readouterr())


def test_stopping_waits_for_a_moment_and_for_no_thread() -> None:
    blocking = Blocking()
    with Server(Application([*ROUTES, blocking.route], Guard(TOKEN)), "127.0.0.1", 0) as server, ThreadPoolExecutor(1) as pool:
        ask = Client(server.address)
        with socket.create_connection(server.address) as idle, socket.create_connection(server.address) as refused:
            idle.sendall(b"GET")
            refused.sendall(b"no HTTP\r\n\r\n")
            assert b" 400 " in refused.recv(1000)
            under_way = pool.submit(ask, "GET", "/block")
            assert blocking.entered.acquire(timeout=10)
            began = time.monotonic()
            server.stop()
            server.wait()
            assert time.monotonic() - began < 8
        assert [thread.name for thread in threading.enumerate() if thread.name == "request" and not thread.daemon] == []
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(server.address)
        blocking.release.set()
        assert under_way.result() == (503, {"error": "the server is stopping"})


def test_an_address_that_is_taken_is_refused_in_one_line() -> None:
    app = Application(ROUTES, Guard(TOKEN))
    with Server(app, "127.0.0.1", 0) as server:
        port = server.address[1]
        with pytest.raises(SettingsError, match=f"expected an address to listen on, got 127.0.0.1:{port} .*in use"):
            Server(app, "127.0.0.1", port)
    with pytest.raises(SettingsError, match=r"got no-such-host\.invalid:80"):
        Server(app, "no-such-host.invalid", 80)


def test_what_a_thread_raises_or_returns_comes_back() -> None:
    assert asyncio.run(in_thread(lambda: 3)) == 3
    with pytest.raises(ZeroDivisionError):
        asyncio.run(in_thread(lambda: 1 // 0))
