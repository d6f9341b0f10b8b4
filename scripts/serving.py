"""What the commands that serve over HTTP share: the log, and serving until somebody stops it."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jianghua.data.serving.server import Server


def log_requests() -> None:
    """Requests on standard error: method, path without token, status, time."""
    import logging

    from jianghua.data.serving.application import LOG

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)


def is_loopback(host: str) -> bool:
    """Whether only this machine's programs reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(server: Server) -> None:
    """Serve until SIGTERM or Ctrl+C."""
    import signal

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    with server:
        server.wait()
