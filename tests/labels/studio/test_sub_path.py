"""A real Label Studio behind a reverse proxy that serves it below a path."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from studio_server import api, settings_of

from jianghua.data.errors import StudioError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.labels.studio.client import Studio
from jianghua.labels.studio.project import project_settings, sync
from jianghua.labels.studio.pull import pull_annotations
from jianghua.labels.studio.server import Server
from jianghua.labels.studio.tasks import build_tasks

PREFIX = "/label-studio"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        return None


@pytest.fixture
def proxied(label_studio: Server) -> Iterator[str]:
    """The server's address behind a proxy that takes the path away and knows nothing else."""
    opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))

    class Proxy(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            code, kind, answer = 404, "text/html", b"<h1>Not Found</h1>"
            if self.path.startswith(f"{PREFIX}/"):
                target = label_studio.credentials.url + self.path.removeprefix(PREFIX)
                kept = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
                request = urllib.request.Request(target, body or None, kept, method=self.command)
                try:
                    response = opener.open(request, timeout=60)
                except urllib.error.HTTPError as error:
                    response = error
                code, kind, answer = response.status, response.headers.get("Content-Type", ""), response.read()
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PATCH = pass_on  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
    server.shutdown()
    server.server_close()


def test_everything_works_below_a_path_with_a_personal_access_token(
    label_studio: Server, proxied: str, tmp_path: Path, corpus: list[Speech], scheme: LabelScheme
) -> None:
    token = api(label_studio, "/api/token/", {})["token"]
    studio = Studio(proxied, token)
    assert studio.check() == label_studio.credentials.user
    settings = project_settings(scheme, settings_of(tmp_path / "a.yaml", label_studio.data), "# 规范")
    project = sync(studio, studio.find_project(settings["title"]), settings).project
    answer = {"result": [{"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": ["risk"]}}]}
    tasks = [{"data": dict(task.data), "annotations": [answer]} for task in build_tasks(corpus[:1])][:3]
    studio.import_tasks(project.id, tasks)
    annotations = pull_annotations(studio, project, scheme, tmp_path / "spool")
    assert [one.labels for one in annotations] == [("risk",)] * 3
    assert studio.invite_link().startswith(f"{proxied}/user/signup/?token=")

    for address in (proxied.removesuffix(PREFIX), f"{proxied}/projects/{project.id}/data"):
        with pytest.raises(StudioError, match="expected the address of a Label Studio's start page, with its path where"):
            Studio(address, token).check()

    api(label_studio, "/api/token/blacklist/", {"refresh": token})
    with pytest.raises(StudioError, match=r"does not take the access token \(Token is blacklisted\): expected") as caught:
        Studio(proxied, token).check()
    assert token not in str(caught.value)
