from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from jianghua.data.serving.application import Application
from jianghua.data.serving.browsers import LOOPBACK_NAMES, BrowserGate
from jianghua.data.serving.guard import OpenDoor
from jianghua.data.serving.server import Server

Address = tuple[str, int]


async def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok", headers={"Content-Security-Policy": "its own"} if request.url.path == "/own" else None)


ROUTES = [Route("/", answer, methods=["GET", "POST"]), Route("/own", answer)]


@pytest.fixture
def address() -> Iterator[Address]:
    app = Application(ROUTES, OpenDoor(), middleware=[Middleware(BrowserGate, hosts=LOOPBACK_NAMES)])
    with Server(app, "127.0.0.1", 0) as server:
        yield server.address


def ask(address: Address, method: str = "GET", path: str = "/", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(*address, timeout=20)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_only_its_own_names_are_answered_to(address: Address) -> None:
    for host in ("127.0.0.1", f"localhost:{address[1]}", "LOCALHOST", "[::1]:8321"):
        assert ask(address, Host=host).status == 200, host
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8321", "[::1", "", "evil@127.0.0.2"):
        assert ask(address, Host=host).status == 403, host


def test_other_sites_cannot_post(address: Address) -> None:
    here = f"127.0.0.1:{address[1]}"
    assert ask(address, "POST").status == 200  # a program
    assert ask(address, "POST", Origin=f"http://{here}", Sec_Fetch_Site="same-origin").status == 200
    for origin in ("null", "http://evil.example", "http://127.0.0.1:1", f"http://localhost:{address[1]}", "http://[", ""):
        assert ask(address, "POST", Origin=origin).status == 403, origin
    for site in ("cross-site", "same-site"):
        assert ask(address, "POST", Sec_Fetch_Site=site).status == 403
        assert ask(address, Sec_Fetch_Site=site).status == 200  # a link to the page


def test_every_answer_tells_browsers_to_load_nothing_and_to_show_it_to_nobody(address: Address) -> None:
    for response in (ask(address), ask(address, path="/nothing"), ask(address, Host="evil.example")):
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors 'none'")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in response.headers
    assert ask(address, path="/own").headers["Content-Security-Policy"] == "its own"
