"""Talking to servers that are not there, not ours or not what they should be; the real one: tests/test_annotation_loop.py."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
import pytest
from studio_server import free_port, settings_of

from jianghua.data.errors import JianghuaError, SettingsError, StudioError
from jianghua.data.paths import SHIPPED
from jianghua.labels.studio import refusals
from jianghua.labels.studio.access_token import read_token
from jianghua.labels.studio.client import ScreenCheck, Studio
from jianghua.labels.studio.connection import connect
from jianghua.labels.studio.server import Credentials, write_credentials

TOKEN = "c0ffee" * 6 + "beef"
Answer = Callable[[str], tuple[int, str]]


@pytest.fixture
def answering() -> Iterator[Callable[[Answer], str]]:
    """Starts a server that answers each path by a function; gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                code, body = answer(self.path.partition("?")[0])
                self.send_response(code)
                self.send_header("set-cookie", f"sessionid={TOKEN}")
                self.end_headers()
                self.wfile.write(body.encode())

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *arguments: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()


def release(version: str, code: int = 200) -> Answer:
    def answer(path: str) -> tuple[int, str]:
        if path.strip("/") == "api/version":
            return 200, json.dumps({"release": version})
        return code, json.dumps({"email": "a@b.c", "id": 1, "detail": "Invalid token."})

    return answer


def refusal(url: str, token: str = TOKEN) -> str:
    """What the check of a server says; it must be one line without the token."""
    with pytest.raises(StudioError) as caught:
        Studio(url, token).check()
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    assert token not in text
    assert (
        caught.value.__suppress_context__ or caught.value.__context__ is None
    )  # a traceback of the SDK would show cookies and headers
    return text


def test_a_fitting_server_is_let_in(answering: Callable[[Answer], str]) -> None:
    for version in ("1.23.2", "1.24.0", "1.30.1"):
        assert Studio(answering(release(version)), TOKEN).check() == "a@b.c"


@pytest.mark.parametrize("version", ["1.12.0", "0.9.1", "2.0.0"])
def test_a_version_that_does_not_fit_is_refused(answering: Callable[[Answer], str], version: str) -> None:
    assert f"expected Label Studio 1.23.2 or a newer 1.x, got {version}" in refusal(answering(release(version)))


def test_wrong_tokens_are_refused(answering: Callable[[Answer], str]) -> None:
    assert "does not take the access token (Invalid token): expected a legacy token or" in refusal(
        answering(release("1.23.2", 401))
    )
    assert "may not do this" in refusal(answering(release("1.23.2", 403)))


def personal_token(seconds: float) -> str:
    """A personal access token that expires so many seconds from now."""
    claims = {"exp": int(time.time() + seconds), "token_type": "refresh"}
    return jwt.encode(claims, "k" * 32, algorithm="HS256")


def renewing(answer: tuple[int, str], folder: str = "") -> Answer:
    """A server below a folder, which takes personal access tokens as far as `answer` says."""

    def reply(path: str) -> tuple[int, str]:
        if not path.startswith(f"{folder}/api/"):
            return 404, "<h1>Not Found</h1><script>let junk = 1</script>"
        return answer if path.endswith("/token/refresh/") else release("1.23.2")(path.removeprefix(folder))

    return reply


def test_an_expired_personal_access_token_is_told_as_such(answering: Callable[[Answer], str]) -> None:
    expired = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjF9.pYl2nyVQ8LS9ZUBLfLJ1wbqdfvm-oGHVyYG0LCNz0_8"
    with pytest.raises(StudioError, match=r"^http://127.0.0.1:9: the personal access token expired on 1970-01-01: make ano"):
        Studio("http://127.0.0.1:9", expired)
    revoked = answering(renewing((401, '{"detail": "Token is blacklisted", "code": "token_not_valid"}')))
    assert "does not take the access token (Token is blacklisted): expected" in refusal(revoked, personal_token(60))


def test_a_personal_access_token_that_expires_meanwhile_is_told_as_such(
    answering: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(hours=1)

    url = answering(renewing((401, '{"detail": "Token is invalid or expired"}')))
    studio = Studio(url, personal_token(60))
    monkeypatch.setattr(refusals, "datetime", Later)
    with pytest.raises(StudioError, match="the personal access token expired on "):
        studio.check()


def test_a_server_below_a_path_takes_both_kinds_of_token(answering: Callable[[Answer], str]) -> None:
    access = json.dumps({"access": personal_token(60)})
    url = answering(renewing((200, access), "/tools/label-studio"))
    for token in (TOKEN, personal_token(60)):
        for address in (f"{url}/tools/label-studio", f"{url}/tools/label-studio/"):
            assert Studio(address, token).check() == "a@b.c"
        for address in (url, f"{url}/tools", f"{url}/tools/label-studio/projects/1/data"):
            text = refusal(address, token)
            assert text.startswith(f"{address}: expected the address of a Label Studio's start page, with its path where it")
            assert "junk" not in text


def test_a_dead_server_is_told_as_such() -> None:
    port = free_port()
    assert refusal(f"http://127.0.0.1:{port}") == f"http://127.0.0.1:{port}: no server answers there (its version)"


@pytest.mark.parametrize("answer", [(200, "<html>nginx</html>"), (200, "{}"), (404, "<h1>Not\nFound</h1>"), (200, "[1]")])
def test_a_server_of_another_kind_is_told_as_such(answering: Callable[[Answer], str], answer: tuple[int, str]) -> None:
    assert "expected the address of a Label Studio's start page" in refusal(answering(lambda path: answer))


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://x", "http://user:secret@host/", "http://a b"])
def test_addresses_that_are_none_are_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="expected a server's address") as caught:
        Studio(url, TOKEN)
    assert "secret" not in str(caught.value)


def test_the_token_does_not_show(answering: Callable[[Answer], str]) -> None:
    studio = Studio(answering(release("1.23.2")), TOKEN)
    assert TOKEN not in repr(studio) + str(studio)
    assert TOKEN not in repr(Credentials("u", "n", "p", TOKEN))


def test_where_address_and_token_come_from(
    tmp_path: Path, answering: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(path: str) -> tuple[int, str]:
        return (200, json.dumps({"count": 0, "results": []})) if "projects" in path else release("1.23.2")(path)

    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    with pytest.raises(StudioError, match=r"no Label Studio server is named.*annotate server --data"):
        connect(settings_of(tmp_path / "a.yaml", tmp_path / "none"))
    first, second = answering(answer), answering(answer)
    with pytest.raises(StudioError, match="no access token is known"):
        connect(settings_of(tmp_path / "a.yaml", tmp_path / "none", url=first))
    (tmp_path / "token").write_text(f"{TOKEN}\n", "utf-8")
    studio, project = connect(settings_of(tmp_path / "a.yaml", tmp_path / "none", url=first, token_file="token"))
    assert (studio.url, project) == (first, None)

    (tmp_path / "data").mkdir()
    write_credentials(tmp_path / "data", Credentials(second, "u", "p", TOKEN))
    assert connect(settings_of(tmp_path / "a.yaml", tmp_path / "data"))[0].url == second
    with pytest.raises(StudioError, match="no access token is known"):  # our own server's token is for our own server
        connect(settings_of(tmp_path / "a.yaml", tmp_path / "data", url=first))
    monkeypatch.setenv("LABEL_STUDIO_URL", first + "/")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
    assert connect(settings_of(tmp_path / "a.yaml", tmp_path / "data"))[0].url == first


def test_a_token_file_holds_one_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("two words", "utf-8")
    with pytest.raises(SettingsError, match="one access token and nothing else") as caught:
        read_token(tmp_path / "token")
    assert "two words" not in str(caught.value)
    with pytest.raises(SettingsError, match="No such file"):
        read_token(tmp_path / "none")


def test_a_screen_that_is_none_is_refused_in_one_line() -> None:
    for screen in ("<View>", "", "no screen"):
        with pytest.raises(StudioError, match="the labelling screen is wrong") as caught:
            ScreenCheck(screen)
        assert len(str(caught.value).splitlines()) == 1


def test_only_studio_knows_the_sdk() -> None:
    floors = ("data", "labels", "tagging", "training", "scripts")
    files = [file for floor in floors for file in (SHIPPED / floor).rglob("*.py")]
    assert [file.name for file in files if "label_studio_sdk" in file.read_text("utf-8")] == ["client.py"]


def test_help_and_the_commands_modules_need_no_sdk() -> None:
    code = (
        "import sys, jianghua.scripts.cli\n"
        "from jianghua.labels.studio import connection, project, pull, push\n"
        "print([name for name in ('label_studio_sdk', 'httpx', 'sklearn', 'torch', 'numpy') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=SHIPPED, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_errors_are_ours() -> None:
    assert issubclass(StudioError, JianghuaError)
