from __future__ import annotations

import base64
import http.client
import json
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jianghua.data.scheme import LabelScheme
from jianghua.data.store import write_json
from jianghua.labels.backend.protocol import Backend, screen_problem
from jianghua.labels.backend.retraining import Retraining
from jianghua.labels.backend.web import BackendServer, Guard, Limits
from jianghua.labels.predictor import Prediction
from jianghua.labels.studio.screen import labeling_config

TOKEN = "a-token-of-24-characters"
KEYS = ("situation", "directive", "criticism", "target", "risk")


@dataclass
class Fake:
    """A model that says of every text what its version is."""

    version: str = "m1"
    keys: Sequence[str] = KEYS
    wait: Callable[[], None] = lambda: None

    def predict(self, tasks: Sequence[Mapping[str, Any]]) -> list[Prediction | None]:
        self.wait()
        if any(task.get("text") == "炸" for task in tasks):
            raise ValueError("secret inside")
        return [Prediction(("risk",), 0.75) if task.get("text") else None for task in tasks]


@dataclass
class Client:
    address: tuple[str, int]
    token: str = TOKEN
    user: str = "jianghua"
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: Any = None, raw: bytes | None = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(*self.address, timeout=20)
        basic = base64.b64encode(f"{self.user}:{self.token}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", **self.headers}
        connection.request(method, path, raw if raw is not None else None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
        return response.status, answer


Start = Callable[..., tuple[Client, Backend]]


@pytest.fixture
def start() -> Iterator[Start]:
    servers = []

    def run(predictor: Any = None, training: Any = None, **limits: Any) -> tuple[Client, Backend]:
        backend = Backend(predictor or Fake(), training)
        server = BackendServer(("127.0.0.1", 0), backend, Guard(TOKEN), Limits(**limits))
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return Client(server.server_address[:2]), backend  # type: ignore[arg-type]

    yield run
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_protocol(start: Start, scheme: LabelScheme) -> None:
    ask, _ = start()
    assert ask("GET", "/health") == (200, {"status": "UP", "model_class": "jianghua", "model_version": "m1"})
    setup = {
        "project": "1.1",
        "schema": labeling_config(scheme),
        "hostname": "http://x",
        "access_token": "s3cret",
        "extra_params": "",
    }
    assert ask("POST", "/setup", setup) == (200, {"model_version": "m1"})
    tasks = [{"id": 1, "data": {"text": "防范风险。"}}, {"id": 2, "data": {"image": "x"}}, {"id": 3}]
    status, answer = ask("POST", "/predict", {"tasks": tasks, "project": "1.1", "label_config": "", "params": {}})
    assert status == 200
    assert answer["results"][0] == {
        "model_version": "m1",
        "score": 0.75,
        "result": [{"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": ["risk"]}}],
    }
    assert [result["result"] for result in answer["results"][1:]] == [[], []]
    assert ask("GET", "/versions") == (200, {"versions": ["m1"]})
    assert ask("POST", "/webhook", {"action": "ANNOTATION_CREATED"}) == (200, {"status": "ignored"})
    assert ask("POST", "/webhook", {"action": "START_TRAINING"})[0] == 409
    assert ask("GET", "/status")[1] == {"model_version": "m1", "versions": ["m1"], "training": None}
    assert ask("GET", "/predict") == (405, {"error": "expected POST"})
    assert ask("POST", "/nothing", {})[0] == 404


def test_predictions_fit_the_screen(start: Start, scheme: LabelScheme) -> None:
    from jianghua.labels.studio.client import ScreenCheck

    ask, _ = start()
    check = ScreenCheck(labeling_config(scheme))
    _, answer = ask("POST", "/predict", {"tasks": [{"data": {"text": "x"}}]})
    assert check.problems(dict.fromkeys(check.fields, ""), answer["results"]) == []


def test_a_screen_that_does_not_fit_is_refused(start: Start, scheme: LabelScheme) -> None:
    ask, _ = start()
    other = labeling_config(scheme.model_copy(update={"labels": scheme.labels[:4]}))
    assert ask("POST", "/setup", {"schema": other}) == (400, {"error": "the labelling screen lacks labels of the model: risk"})
    assert "not XML" in (screen_problem("<View", KEYS) or "")
    assert "expected a labelling screen" in (screen_problem("<View/>", KEYS) or "")


def test_only_the_token_opens(start: Start) -> None:
    ask, _ = start()
    for token, user in (("", "jianghua"), ("wrong", "jianghua"), (TOKEN + "x", "jianghua"), (TOKEN, "root"), ("ключ", "用户")):
        for method, path in (("GET", "/health"), ("POST", "/predict"), ("GET", "/nothing")):
            status, answer = Client(ask.address, token, user)(method, path, {} if method == "POST" else None)
            assert (status, answer) == (401, {"error": "expected the backend's token"})
    for header in ("Basic", "Basic ???", "Basic /w==", f"Bearer {TOKEN}", f"Token {TOKEN}"):
        assert Client(ask.address, headers={"Authorization": header})("GET", "/health")[0] == 401
    nobody = Client(ask.address, headers={"Authorization": ""})
    assert nobody("GET", f"/{TOKEN}/health")[0] == 200
    assert nobody("POST", f"/{TOKEN}/predict", {"tasks": []}) == (200, {"results": [], "model_version": "m1"})
    assert nobody("GET", f"/{TOKEN}x/health")[0] == 401
    assert nobody("GET", "//health")[0] == 401


def test_malformed_requests(start: Start) -> None:
    ask, _ = start(body=1000, seconds=1)
    for raw in (b"{", b"\xff\xfe", b"[" * 900, b'"x"', b"NaN", b"[1]"):
        assert ask("POST", "/predict", raw=raw)[0] == 400
    for body in ({}, {"tasks": "x"}, {"tasks": [1]}, {"tasks": None}):
        assert ask("POST", "/predict", body) == (400, {"error": "expected 'tasks', a list of objects"})
    assert ask("POST", "/predict", raw=b" " * 1001) == (413, {"error": "expected at most 1000 bytes, got 1001"})
    for headers in ({"Content-Length": "-1"}, {"Content-Length": "9" * 30}, {"Transfer-Encoding": "chunked"}):
        assert Client(ask.address, headers=headers)("POST", "/predict")[0] in (411, 413)
    assert ask("GET", "/health")[0] == 200


def test_too_many_tasks(start: Start) -> None:
    ask, _ = start()
    assert ask("POST", "/predict", {"tasks": [{}] * 5001})[0] == 413


def test_a_client_that_dawdles_is_sent_away(start: Start) -> None:
    ask, _ = start(seconds=0.4)
    basic = base64.b64encode(f"jianghua:{TOKEN}".encode()).decode()
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {basic}\r\nContent-Length: 500\r\n\r\n"
    with socket.create_connection(ask.address, timeout=10) as client:  # silent
        client.sendall(head.encode() + b"{")
        assert b" 408 " in client.recv(1000)
    with socket.create_connection(ask.address, timeout=10) as client:  # a byte now and then
        client.sendall(head.encode())
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
        client.sendall(head.encode())
    assert ask("GET", "/health")[0] == 200


def test_hoarded_connections_end(start: Start) -> None:
    ask, _ = start(requests=1, seconds=1)
    hoard = [socket.create_connection(ask.address, timeout=10) for _ in range(4)]
    for idle in hoard:
        idle.sendall(b"GET")  # no thread may have it for longer than a second
    extra = socket.create_connection(ask.address, timeout=10)
    assert extra.recv(10) == b""
    until = time.monotonic() + 20
    while True:
        try:
            assert ask("GET", "/health")[0] == 200
            break
        except OSError:
            assert time.monotonic() < until
    for connection in (*hoard, extra):
        connection.close()


def test_no_more_at_once_than_allowed(start: Start) -> None:
    release, entered = threading.Event(), threading.Semaphore(0)

    def wait() -> None:
        entered.release()
        release.wait(20)

    ask, _ = start(Fake(wait=wait), requests=2)
    with ThreadPoolExecutor(2) as pool:
        under_way = [pool.submit(ask, "POST", "/predict", {"tasks": []}) for _ in range(2)]
        assert entered.acquire(timeout=10)
        assert entered.acquire(timeout=10)
        assert ask("GET", "/health") == (503, {"error": "too many requests at once"})
        release.set()
        assert [request.result()[0] for request in under_way] == [200, 200]
    assert ask("GET", "/health")[0] == 200


def test_a_model_that_fails_takes_nothing_down_and_gives_nothing_away(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    ask, _ = start()
    caplog.set_level(logging.DEBUG)
    assert ask("POST", "/predict", {"tasks": [{"data": {"text": "炸"}}]}) == (500, {"error": "the model failed: ValueError"})
    ask("POST", "/setup", {"access_token": "creators-token"})
    Client(ask.address, headers={"Authorization": ""})("GET", f"/{TOKEN}/health")
    Client(ask.address, headers={"Authorization": ""})("GET", "/not-quite-the-token/health")
    assert "POST /setup 200" in caplog.text
    for secret in (TOKEN, "creators-token", "secret inside", "not-quite-the-token"):
        assert secret not in caplog.text


def test_requests_under_way_end_with_the_model_that_they_began_with(start: Start) -> None:
    release, entered = threading.Event(), threading.Event()

    def wait() -> None:
        entered.set()
        release.wait(20)

    ask, backend = start(Fake(wait=wait))
    tasks = {"tasks": [{"data": {"text": "x"}}]}
    with ThreadPoolExecutor(1) as pool:
        old = pool.submit(ask, "POST", "/predict", tasks)
        assert entered.wait(10)
        backend.swap(Fake("m2"))
        assert ask("POST", "/predict", tasks)[1]["results"][0]["model_version"] == "m2"
        release.set()
        answer = old.result()[1]
    assert (answer["model_version"], answer["results"][0]["model_version"]) == ("m1", "m1")
    assert ask("GET", "/versions")[1] == {"versions": ["m2", "m1"]}


# Retraining

CHILD = """
import json, pathlib, sys, time
job, how = pathlib.Path(sys.argv[1]), sys.argv[2]
(job / "progress.json").write_text('{"stage": "training"}')
gate = job.parent / "gate"
while how == "slow" and not gate.exists():
    time.sleep(0.02)
print("some output")
if how == "crash":
    sys.exit("jianghua: no server answers there")
better = how != "worse"
result = {"better": better, "run": str(job / "run"), "old_macro_f1": 0.5, "new_macro_f1": 0.5 + 0.1 * better}
(job / "result.json").write_text(json.dumps(result))
"""


def retraining(tmp_path: Path, how: str, adopt: Callable[[Path], None] = lambda run: None) -> Retraining:
    return Retraining(tmp_path / "jobs", lambda job: [sys.executable, "-c", CHILD, str(job), how], adopt)


def finished(training: Retraining) -> list[dict[str, Any]]:
    until = time.monotonic() + 30
    while training.status()["running"]:
        assert time.monotonic() < until
        time.sleep(0.02)
    return list(training.status()["jobs"])


def test_a_better_model_takes_over_while_requests_go_on(start: Start, tmp_path: Path) -> None:
    ask, backend = start()
    training = retraining(tmp_path, "slow", lambda run: backend.swap(Fake("m2")))
    backend.training = training
    tasks = {"tasks": [{"data": {"text": "x"}}] * 3}
    stop = threading.Event()

    def keep_asking() -> list[set[str]]:
        seen = []
        while not stop.is_set():
            status, answer = ask("POST", "/predict", tasks)
            assert status == 200
            seen.append({result["model_version"] for result in answer["results"]})
        return seen

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(keep_asking) for _ in range(4)]
        assert ask("POST", "/webhook", {"action": "START_TRAINING"}) == (200, {"status": "started"})
        assert ask("POST", "/webhook", {"action": "START_TRAINING"}) == (200, {"status": "queued"})
        assert ask("POST", "/webhook", {"action": "START_TRAINING"}) == (200, {"status": "queued"})
        until = time.monotonic() + 20
        while ask("GET", "/status")[1]["training"]["jobs"][0]["stage"] != "training":
            assert time.monotonic() < until
        assert ask("GET", "/status")[1]["training"]["queued"] is True
        (tmp_path / "jobs" / "gate").touch()
        jobs = finished(training)
        time.sleep(0.05)
        stop.set()
        seen = [versions for future in asking for versions in future.result()]
    assert [job["state"] for job in jobs] == ["swapped", "swapped"]  # three requests, two trainings: one waited
    assert {frozenset(versions) for versions in seen} == {frozenset({"m1"}), frozenset({"m2"})}  # never both in one answer
    assert (tmp_path / "jobs" / "0001" / "log.txt").read_text("utf-8") == "some output\n"


@pytest.mark.parametrize(
    ("how", "state", "reason"),
    [
        ("worse", "kept", "no better: macro F1 0.5000 against 0.5000"),
        ("crash", "failed", "jianghua: no server answers there"),
    ],
)
def test_a_worse_model_or_a_failure_keeps_the_old_one_and_says_why(
    start: Start, tmp_path: Path, how: str, state: str, reason: str
) -> None:
    ask, backend = start()
    adopted: list[Path] = []
    backend.training = training = retraining(tmp_path, how, adopted.append)
    ask("POST", "/webhook", {"action": "START_TRAINING"})
    (job,) = finished(training)
    assert adopted == []
    assert job["state"] == state
    assert reason in job["reason"]
    assert ask("GET", "/versions")[1] == {"versions": ["m1"]}
    assert ask("GET", "/status")[1]["training"]["jobs"][0]["reason"] == job["reason"]
    assert training.request() == "started"  # the next one may try again
    assert [job["number"] for job in finished(training)] == [2, 1]


def test_a_model_that_cannot_be_loaded_is_a_failure(tmp_path: Path) -> None:
    def adopt(run: Path) -> None:
        raise OSError(f"{run} is damaged")

    training = retraining(tmp_path, "better", adopt)
    training.request()
    (job,) = finished(training)
    assert (job["state"], "is damaged" in job["reason"]) == ("failed", True)


def test_a_command_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    training = Retraining(tmp_path, lambda job: [str(tmp_path / "nothing")], lambda run: None)
    training.request()
    (job,) = finished(training)
    assert (job["state"], "FileNotFoundError" in job["reason"]) == ("failed", True)


def test_stopping_ends_the_process(tmp_path: Path) -> None:
    write_json(tmp_path / "jobs" / "0041" / "job.json", {})  # numbers go on after a restart
    training = retraining(tmp_path, "slow")
    training.request()
    until = time.monotonic() + 20
    while not (tmp_path / "jobs" / "0042" / "progress.json").is_file():
        assert time.monotonic() < until
        time.sleep(0.02)
    training.request()
    training.stop()
    (job,) = finished(training)
    assert (job["number"], job["state"]) == (42, "stopped")
    assert training.request() == "stopping"
