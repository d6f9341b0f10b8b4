from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fake_model import FakeModel, Start
from http_client import TOKEN, Client

from jianghua.data.serving.guard import Guard
from jianghua.data.serving.server import Server
from jianghua.labels.backend.protocol import Backend
from jianghua.labels.backend.web import backend_application


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as servers:

        def run(predictor: Any = None, training: Any = None) -> tuple[Client, Backend]:
            backend = Backend(predictor or FakeModel(), training)
            server = servers.enter_context(Server(backend_application(backend, Guard(TOKEN)), "127.0.0.1", 0))
            return Client(server.address), backend

        yield run
