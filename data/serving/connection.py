"""A connection of uvicorn's with the limits that it lacks: how many there are, and how long one may keep silent."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from jianghua.data.serving.limits import Limits

_MALFORMED: Final = json.dumps({"error": "expected an HTTP request with well-formed headers"}).encode("ascii")


class LimitedConfig(uvicorn.Config):
    """uvicorn's configuration, which it hands to each connection, with the limits."""

    limits: Limits


class LimitedConnection(H11Protocol):
    """Closes unheard when too many are open, and when the client keeps the server waiting; refuses in JSON."""

    def __init__(
        self,
        config: LimitedConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """As uvicorn makes it for a client that connects."""
        super().__init__(config, server_state, app_state, _loop)
        self._limits = config.limits
        self._deadline: asyncio.TimerHandle | None = None
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        """Begin to wait for a request, unless so many are open that somebody must be hoarding them."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            transport.close()
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what the client sends; what it sends on after a refusal is dropped."""
        if not self._refused:
            super().data_received(data)
            self._watch()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """Begin to wait for a client that does not take its answer."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """The client took some of its answer."""
        super().resume_writing()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        self._stop_waiting()

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that is not HTTP, in JSON.

        Only the sending side is closed, and the client closes the other: a socket closed with bytes unread resets the
        connection, and the client never sees the answer.
        """
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()  # it has had, or is having, its answer
            return
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(_MALFORMED))), ("Connection", "close")]
        response = h11.Response(status_code=400, headers=headers, reason="Bad Request")
        for event in (response, h11.Data(data=_MALFORMED), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.write_eof()
        self._refused = True
        if self.cycle is not None:  # a body broke the rules: who is reading it learns that there is no more
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def _watch(self) -> None:
        """Let the clock run as long as it is the client that is waited for."""
        answering = self.cycle is not None and not self.cycle.response_complete and not self._refused
        if answering and not self.flow.write_paused:
            self._stop_waiting()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self._limits.seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
