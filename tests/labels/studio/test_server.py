"""The server's process against a small double; against the real one in tests/test_annotation_loop.py."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from studio_server import free_port

from jianghua.data.errors import StudioError
from jianghua.data.paths import SHIPPED
from jianghua.labels.studio import environment
from jianghua.labels.studio.environment import ensure_environment, environment_directory
from jianghua.labels.studio.server import QUIET, Server, choose_port, read_credentials

DOUBLE = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.headers.get("Authorization") == "Token " + os.environ["LABEL_STUDIO_USER_TOKEN"]
        body = {"status": "UP"} if self.path == "/health" else {"email": os.environ["LABEL_STUDIO_USERNAME"]} if known else {}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())
    def log_message(self, *arguments): pass

with open(os.path.join(os.environ["LABEL_STUDIO_BASE_DATA_DIR"], "environment.json"), "w") as file:
    json.dump(dict(os.environ), file)
HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Handler).serve_forever()
"""


def interpreter(directory: Path, code: str) -> Path:
    """A program that stands for Label Studio's interpreter and runs `code`, whatever it is told to run."""
    (directory / "double.py").write_text(code, "utf-8")
    program = directory / "python"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{directory / "double.py"}" "$@"\n', "utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture
def double(tmp_path: Path) -> Path:
    return interpreter(tmp_path, DOUBLE)


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_server_starts_answers_and_stops(tmp_path: Path, double: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "DEBUG", "USERNAME", "PASSWORD", "LABEL_STUDIO_HOST", "DJANGO_DB"):
        monkeypatch.setenv(name, "theirs")
    with Server(double, tmp_path / "data", free_port()) as server:
        server.start(timeout=30)
        pid = server.pid
        assert pid is not None
        environment = json.loads((tmp_path / "data" / "environment.json").read_text("utf-8"))
    assert "theirs" not in environment.values()
    assert environment["HOME"] == str(tmp_path / "data" / "home")
    assert environment["LABEL_STUDIO_COLLECT_ANALYTICS"] == "false"
    assert server.pid is None
    assert not alive(pid)


def test_credentials_are_kept_and_private(tmp_path: Path, double: Path) -> None:
    data = tmp_path / "data"
    first = Server(double, data, free_port())
    first.stop()
    assert stat.S_IMODE((data / "credentials.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    second = Server(double, data, free_port())
    second.stop()
    assert (second.credentials.password, second.credentials.token) == (first.credentials.password, first.credentials.token)
    assert first.credentials.token not in repr(first.credentials)
    assert first.credentials.password not in repr(first.credentials)
    assert read_credentials(data) == second.credentials
    (data / "credentials.json").write_text("{", "utf-8")
    with pytest.raises(StudioError, match=r"credentials\.json: expected an object"):
        read_credentials(data)
    (data / "credentials.json").unlink()
    (data / "label_studio.sqlite3").touch()
    with pytest.raises(StudioError, match=r"holds a database but no credentials\.json"):
        Server(double, data, free_port())


def test_one_data_directory_has_one_server(tmp_path: Path, double: Path) -> None:
    first = Server(double, tmp_path / "data", free_port())
    with pytest.raises(StudioError, match="already runs on this data directory"):
        Server(double, tmp_path / "data", free_port())
    first.stop()
    Server(double, tmp_path / "data", free_port()).stop()


def test_a_taken_port_is_refused_or_passed_over(listener: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StudioError, match=f"port {listener} .*--port"):
        choose_port("127.0.0.1", listener)
    with pytest.raises(StudioError, match="1 to 65535"):
        choose_port("127.0.0.1", 70000)
    monkeypatch.setattr("jianghua.labels.studio.server.FIRST_PORT", listener)
    assert choose_port("127.0.0.1", None) > listener
    monkeypatch.setattr("jianghua.labels.studio.server._PORTS", 1)
    with pytest.raises(StudioError, match="all taken"):
        choose_port("127.0.0.1", None)


def test_a_server_that_dies_at_once_says_why(tmp_path: Path) -> None:
    broken = interpreter(tmp_path, "import sys; sys.exit('no such table: users')")
    with Server(broken, tmp_path / "data", free_port()) as server, pytest.raises(StudioError, match="no such table: users"):
        server.start(timeout=30)


def test_a_server_that_does_not_answer_is_given_up_and_stopped(tmp_path: Path) -> None:
    silent = interpreter(tmp_path, "import time; time.sleep(60)")
    server = Server(silent, tmp_path / "data", free_port())
    with pytest.raises(StudioError, match="did not answer"):
        server.start(timeout=1)
    assert server.pid is None


def test_somebody_elses_server_on_the_port_is_not_taken_for_ours(tmp_path: Path, double: Path) -> None:
    other = Server(double, tmp_path / "other", free_port())
    other.start(timeout=30)
    late = interpreter(tmp_path, "import time; time.sleep(60)")  # ours is up, but does not listen
    ours = Server(late, tmp_path / "data", free_port())
    ours.credentials = other.credentials.__class__(other.credentials.url, "admin@jianghua.local", "p", "t")
    with pytest.raises(StudioError, match="is not the server of"):
        ours.start(timeout=30)
    other.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_command_leaves_no_orphan(tmp_path: Path, double: Path, number: signal.Signals) -> None:
    """Also when it is killed, where the kernel tells the child (Linux)."""
    if number == signal.SIGKILL and sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent is gone")
    place = tmp_path / "environment"
    (place / "bin").mkdir(parents=True)
    (place / "bin" / "python").symlink_to(double)
    record = place / f"lib/python3.11/site-packages/label_studio-{environment.VERSION}.dist-info/RECORD"
    record.parent.mkdir(parents=True)
    record.touch()
    command = [sys.executable, "-m", "jianghua.scripts.cli", "annotate", "server", "--data", str(tmp_path / "data")]
    command += ["--port", str(free_port()), "--environment", str(place)]
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(command, cwd=SHIPPED, stderr=said, stdout=said)
    try:
        wait_for(lambda: "runs at" in (tmp_path / "said").read_text("utf-8"), process)
        found = json.loads((tmp_path / "data" / "environment.json").read_text("utf-8"))
        child = children(process.pid)
        assert len(child) == 1
        process.send_signal(number)
        code = process.wait(20)
    finally:
        process.kill()
    wait_for(lambda: not alive(child[0]))
    text = (tmp_path / "said").read_text("utf-8")
    if number != signal.SIGKILL:
        assert code == 0
        assert "stopped" in text
    assert found["LABEL_STUDIO_USER_TOKEN"] not in text
    assert found["LABEL_STUDIO_PASSWORD"] not in text
    assert "Traceback" not in text


def test_an_installation_that_fails_or_is_interrupted_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    place = tmp_path / "cache" / "label-studio"
    with pytest.raises(StudioError, match=r"installing label-studio 0\.0\.1 failed .*ERROR: .*label-studio==0\.0\.1"):
        ensure_environment(place, lambda line: None, "0.0.1")
    assert not place.exists()

    def interrupt(line: str) -> None:
        assert place.parent.exists()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ensure_environment(place, interrupt, "0.0.1")
    assert not place.exists()


def test_an_installation_that_was_killed_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(directory: Path, report: object, version: str) -> None:
        assert not directory.exists()
        (directory / "bin").mkdir(parents=True)
        (directory / "bin" / "python").touch()
        (directory / f"lib/python3.11/site-packages/label_studio-{version}.dist-info").mkdir(parents=True)
        (directory / f"lib/python3.11/site-packages/label_studio-{version}.dist-info" / "RECORD").touch()

    monkeypatch.setattr(environment, "_install", install)
    (tmp_path / "half" / "bin").mkdir(parents=True)
    assert ensure_environment(tmp_path / "half", print) == tmp_path / "half" / "bin" / "python"
    monkeypatch.setattr(environment, "_install", None)  # a whole one is left alone
    ensure_environment(tmp_path / "half", print)


def test_the_environment_is_below_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert environment_directory() == tmp_path / "jianghua" / f"label-studio-{environment.VERSION}"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert environment_directory("2") == tmp_path / ".cache" / "jianghua" / "label-studio-2"


def test_compose_pins_the_same_version_and_keeps_to_itself() -> None:
    compose = yaml.safe_load((SHIPPED / "compose.yaml").read_text("utf-8"))
    services = compose["services"]
    assert set(compose) <= {"name", "services", "volumes", "networks"}
    for service in services.values():
        assert set(service) <= {"image", "restart", "environment", "volumes", "depends_on", "ports", "healthcheck", "networks"}
        assert service["image"].rpartition(":")[2] not in {"", "latest"}
        for volume in service["volumes"]:
            assert volume.split(":")[0] in compose["volumes"]
    studio, database = services["label-studio"], services["database"]
    assert studio["image"].endswith(f":{environment.VERSION}")
    assert "ports" not in database
    assert all(port.startswith("${LABEL_STUDIO_BIND:-127.0.0.1}:") for port in studio["ports"])
    assert studio["depends_on"]["database"]["condition"] == "service_healthy"
    assert studio["environment"].items() >= QUIET.items()
    for secret in (studio["environment"]["POSTGRE_PASSWORD"], database["environment"]["POSTGRES_PASSWORD"]):
        assert secret.startswith("${POSTGRES_PASSWORD:?")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:  # one that ended and that nobody has asked about yet
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return sys.platform != "linux"


def children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(word) for word in found.split()]


def wait_for(condition: object, process: subprocess.Popen[bytes] | None = None) -> None:
    for _ in range(300):
        if condition():  # type: ignore[operator]
            return
        assert process is None or process.poll() is None
        time.sleep(0.1)
    raise AssertionError("waited for 30 s")
