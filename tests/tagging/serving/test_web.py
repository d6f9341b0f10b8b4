from __future__ import annotations

import http.client
import io
import json
import re
import threading
import time
import zipfile
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from quick_tagger import QuickTagger

from jianghua.data.errors import SettingsError
from jianghua.data.paths import SHIPPED
from jianghua.data.serving.server import Server
from jianghua.scripts.serve import TOKEN, make_server, read_token
from jianghua.tagging.serving.desk import Desk

Start = Callable[..., Server]

RAW = SHIPPED / "data" / "samples" / "raw"
BODY = {"text": "在全县秋收会上的讲话\n同志们：\n要抓紧抢收。\n", "name": "秋收会"}
JSON = {"Content-Type": "application/json"}


def ask(server: Server, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
    """Status, body (parsed where it is JSON) and headers of an answer."""
    connection = http.client.HTTPConnection(*server.address, timeout=60)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, dict):
        body, sent = json.dumps(body), sent | JSON
    connection.request(method, path, body, sent)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    kind = response.headers.get("Content-Type", "")
    return response.status, json.loads(content) if kind == "application/json" else content, dict(response.headers)


def finished(server: Server, job: str) -> dict[str, Any]:
    for _ in range(600):
        state: dict[str, Any] = ask(server, "GET", f"/jobs/{job}")[1]
        if state["state"] in ("done", "failed"):
            return state
        time.sleep(0.05)
    raise AssertionError(state)


def test_text_and_files_are_tagged_at_once(start: Start) -> None:
    server = start()
    status, answer, _ = ask(server, "POST", "/tag", BODY)
    assert status == 200
    (speech,) = answer["speeches"]
    assert (speech["file"], speech["title"], speech["notes"]) == ("秋收会", "在全县秋收会上的讲话", [])
    assert speech["counts"] == {"directive": 1, "none": 2}
    last = speech["sentences"][-1]
    assert (last["text"], last["labels"], last["evidence"]) == ("要抓紧抢收。", ["directive"], {"directive": [0, 1]})
    assert [label["name"] for label in answer["labels"]][:2] == ["形势研判", "工作部署"]
    assert ask(server, "POST", "/tag", {"text": "要\ud800。"})[1]["speeches"][0]["sentences"][0]["text"] == "要\ufffd。"
    for file in sorted(RAW.iterdir()):
        status, answer, _ = ask(server, "POST", f"/tag?name={quote(file.name)}", file.read_bytes())
        assert status == 200, answer
        assert (answer["speeches"][0]["file"], answer["failures"]) == (file.name, [])
        assert len(answer["speeches"][0]["sentences"]) > 40


def test_a_job_is_followed_and_downloaded_and_forgotten(start: Start) -> None:
    server = start()
    status, job, headers = ask(server, "POST", "/jobs", BODY)
    assert (status, headers["location"]) == (202, f"jobs/{job['job']}")
    assert finished(server, job["job"])["state"] == "done"
    assert ask(server, "GET", f"/jobs/{job['job']}/result")[1]["speeches"][0]["file"] == "秋收会"
    status, content, headers = ask(server, "POST", "/download/xlsx", {"jobs": [job["job"]]})
    assert status == 200
    assert headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote('在全县秋收会上的讲话.xlsx')}"
    assert zipfile.is_zipfile(io.BytesIO(content))
    assert ask(server, "POST", "/download/xls", {"jobs": [job["job"]]})[0] == 400
    assert ask(server, "DELETE", f"/jobs/{job['job']}")[0] == 204
    for method, path in (("DELETE", ""), ("GET", ""), ("GET", "/result")):
        assert ask(server, method, f"/jobs/{job['job']}{path}")[0] == 404
    assert ask(server, "POST", "/download/xlsx", {"jobs": [job["job"]]})[0] == 404


def test_what_is_wrong_is_said_in_one_line(start: Start) -> None:
    server = start()
    for status, path, body, headers in (
        (400, "/tag", b"", {}),
        (400, "/tag", b"{", JSON),
        (400, "/tag", {"text": 1}, {}),
        (400, "/tag", {"text": "要。", "model": "x"}, {}),
        (415, "/tag", b"--x", {"Content-Type": "multipart/form-data; boundary=x"}),
        (422, "/tag", b"%PDF-nonsense", {}),
        (422, "/tag", b"\x00\x01\x02\x03" * 100, {}),
        (422, "/tag", {"text": " "}, {}),
        (500, "/tag", {"text": "要boom。"}, {}),
        (400, "/download/xlsx", {"jobs": "x"}, {}),
        (400, "/download/xlsx", {}, {}),
        (404, "/nothing", b"x", {}),
        (403, "/tag", BODY, {"Origin": "http://evil.example"}),
        (403, "/jobs", BODY, {"Host": "evil.example"}),
    ):
        got, answer, _ = ask(server, "POST", path, body, **headers)
        assert got == status, (path, body, answer)
        assert list(answer) == ["error"]
        assert "\n" not in answer["error"]
        assert "secret" not in answer["error"]
    connection = http.client.HTTPConnection(*server.address, timeout=20)
    connection.request("POST", "/jobs", iter([b"x"]))  # chunked: no length
    assert connection.getresponse().status == 411
    connection.close()
    assert ask(server, "POST", "/jobs", b" " * 200_000_000)[0] == 413


def test_a_full_queue_is_told_and_a_job_that_is_not_done_has_no_result(start: Start) -> None:
    go = threading.Event()
    server = start(QuickTagger(lambda: go.wait(20)), jobs=2)
    jobs = [ask(server, "POST", "/jobs", BODY)[1]["job"] for _ in range(2)]
    assert ask(server, "GET", f"/jobs/{jobs[0]}/result")[0] == 409
    status, answer, headers = ask(server, "POST", "/tag", BODY)
    assert (status, headers["retry-after"]) == (503, "3")
    assert answer["error"].startswith("busy")
    go.set()
    assert [finished(server, job)["state"] for job in jobs] == ["done", "done"]
    assert ask(server, "POST", "/tag", BODY)[0] == 200


def test_hostile_files_take_down_neither_the_server_nor_the_next_file(start: Start) -> None:
    server = start()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.txt", b"0" * 50_000_000)
    escape = io.BytesIO()
    with zipfile.ZipFile(escape, "w") as file:
        file.writestr("../../<script>alert(1)</script>.txt", BODY["text"])
    assert "zip bomb" in ask(server, "POST", "/tag?name=b.zip", bomb.getvalue())[1]["error"]
    deep = b"%PDF-1.4\n" + b"[" * 3_000_000
    assert ask(server, "POST", "/tag?name=d.pdf", deep)[0] == 422
    status, answer, headers = ask(server, "POST", "/tag?name=../../etc/e.zip", escape.getvalue())
    assert (status, headers["content-type"], headers["x-content-type-options"]) == (200, "application/json", "nosniff")
    assert answer["speeches"][0]["file"] == "e.zip!<script>alert(1)</script>.txt"


def test_a_server_behind_a_token_answers_to_any_name_and_only_with_it(start: Start) -> None:
    token = "a-token-of-24-characters"
    server = start(token=token)
    basic = {"Authorization": "Basic " + b64encode(f"jianghua:{token}".encode()).decode()}
    for method, path in (("GET", "/"), ("GET", "/docs"), ("POST", "/tag"), ("POST", "/jobs"), ("GET", "/wrong/health")):
        assert ask(server, method, path, BODY if method == "POST" else None)[0] == 401
    assert ask(server, "GET", "/health", Host="box.example", **basic)[1]["status"] == "UP"
    assert ask(server, "POST", f"/{token}/tag", BODY)[0] == 200
    assert ask(server, "POST", f"/{token}/tag", BODY, Sec_Fetch_Site="cross-site")[0] == 403


def test_the_pages_run_their_own_scripts_only_and_name_nothing_outside(start: Start) -> None:
    server = start()
    for path in ("/", "/docs"):
        status, content, headers = ask(server, "GET", path)
        page, policy = content.decode(), headers["content-security-policy"]
        assert status == 200
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'none'; ")
        assert page.count("<script>") == policy.partition("style-src")[0].count("sha256-")
        assert not re.search(r"(?:src|href)=.https?:|@import|url\(", page)


def test_a_port_that_is_taken_is_one_clear_line(start: Start) -> None:
    server = start()
    with Desk(QuickTagger()) as desk, pytest.raises(SettingsError) as error:
        make_server(desk, *server.address, None)
    assert "Address already in use" in str(error.value)
    assert f"--port {server.address[1] + 1}" in str(error.value)
    assert "\n" not in str(error.value)


def test_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    assert read_token() != read_token()
    for wrong in ("short", "a token with some spaces", "a/token/with/slashes"):
        monkeypatch.setenv(TOKEN, wrong)
        with pytest.raises(SettingsError, match="16 characters"):
            read_token()
