from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from quick_tagger import QuickTagger

from jianghua.data.serving.server import Server
from jianghua.scripts.serve import make_server
from jianghua.tagging.serving.allowance import Allowance
from jianghua.tagging.serving.desk import Desk

Start = Callable[..., Server]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a server with a quick tagger; keyword arguments are those of the allowance."""
    with ExitStack() as stack:

        def run(tagger: Any = None, token: str | None = None, **allowance: Any) -> Server:
            desk = stack.enter_context(Desk(tagger or QuickTagger(), allowance=Allowance(**allowance)))
            return stack.enter_context(make_server(desk, "127.0.0.1", 0, token))

        yield run
