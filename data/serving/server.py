"""A server: an application on a socket, in a thread of its own."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Final

import uvicorn

from jianghua.data.errors import SettingsError
from jianghua.data.serving.application import Application
from jianghua.data.serving.connection import LimitedConfig, LimitedConnection

_BACKLOG: Final = 64  # connections that wait to be taken
_GRACE: Final = 1  # seconds that requests under way have to end when the server stops
_WAKE: Final = 1.0  # seconds after which who waits looks for signals: Windows does not interrupt a join


class Server:
    """Serves from entering its `with` block until leaving it; requests under way get a second to end.

    Signals stay what they are: a handler calls `stop`, and `wait` returns.
    """

    def __init__(self, app: Application, host: str, port: int) -> None:
        """Listen on host and port; port 0 takes a free one. Clients that come now are answered once it serves.

        Raises:
            SettingsError: that address cannot be listened on.
        """
        self._socket = _listen(host, port)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        """Host and port that it listens on."""
        config = LimitedConfig(
            app,
            http=LimitedConnection,
            ws="none",
            loop="asyncio",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="critical",  # its messages hold paths and tracebacks, and those may hold tokens
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=_GRACE,
        )
        config.limits = app.limits
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="server", daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
        self.wait()

    def stop(self) -> None:
        """Ask it to stop, and return at once; a signal handler may call this."""
        self._server.should_exit = True

    def wait(self) -> None:
        """Wait until it has stopped."""
        while self._thread.is_alive():
            self._thread.join(_WAKE)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (while ")[0]  # Python adds the address
        raise SettingsError(f"expected an address to listen on, got {host}:{port} ({reason})") from error
