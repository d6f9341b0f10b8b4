"""A real Label Studio for tests: a migrated data directory is made once and copied, which saves half a minute a server."""

from __future__ import annotations

import shutil
import socket
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from labels.config import AnnotateConfig, load_config
from labels.environment import environment_directory, interpreter, is_complete
from labels.server import Server
from labels.studio import Studio

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
        making.replace(template)
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
