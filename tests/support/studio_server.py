"""A real Label Studio for tests: a migrated data directory is made once and copied, which saves half a minute a server."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from jianghua.data.paths import SHIPPED
from jianghua.labels.config import AnnotateConfig, load_config
from jianghua.labels.studio.client import Studio
from jianghua.labels.studio.environment import environment_directory, interpreter, is_complete
from jianghua.labels.studio.server import Server

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fresh_data(directory: Path) -> Path:
    """A data directory whose database is migrated, with credentials and no project."""
    environment = environment_directory()
    if not is_complete(environment):
        pytest.skip(f"Label Studio is not installed in {environment}: start `jianghua annotate server` once")
    template = environment.with_name(environment.name + "-template")
    if not template.exists():
        making = template.with_name(f"{template.name}.{uuid.uuid4().hex}")
        with Server(interpreter(environment), making, free_port()) as server:
            server.start()
        try:
            making.replace(template)
        except OSError:  # other tests made it at the same time
            shutil.rmtree(making)
    shutil.copytree(template, directory, ignore=shutil.ignore_patterns("server.l*"))
    return directory


def start(data: Path, port: int | None = None) -> Server:
    server = Server(interpreter(environment_directory()), data, port or free_port())
    server.start()
    return server


def studio_of(server: Server) -> Studio:
    return Studio(server.credentials.url, server.credentials.token)


def settings_file(path: Path, data: Path, **changes: Any) -> Path:
    values = {"project": f"项目{uuid.uuid4().hex[:8]}", "data": str(data), **changes}
    path.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
    return path


def settings_of(path: Path, data: Path, **changes: Any) -> AnnotateConfig:
    return load_config(settings_file(path, data, **changes))


def jianghua(*arguments: object, code: int = 0) -> str:
    """Run the command line; returns what it said, on either stream."""
    command = [sys.executable, "-m", "jianghua.scripts.cli", *map(str, arguments)]
    result = subprocess.run(command, cwd=SHIPPED, capture_output=True, text=True, check=False)
    said = result.stdout + result.stderr
    assert result.returncode == code, said
    return said


def api(server: Server, path: str, body: Mapping[str, Any] | None = None, method: str | None = None) -> Any:
    """A request of one's own to the server."""
    request = urllib.request.Request(
        server.credentials.url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Token {server.credentials.token}", "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.loads(response.read() or b"null")


def answer(server: Server, task: int, labels: Sequence[str] = (), **fields: Any) -> None:
    """Annotate over the API."""
    result = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": list(labels)}}
    api(server, f"/api/tasks/{task}/annotations/", {"result": [result] if labels else [], **fields})
