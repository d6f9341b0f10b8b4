"""The ML backend's socket: an HTTP server that lets in who knows the token, and no more than it can carry."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import logging
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from jianghua.labels.backend.protocol import Answer, Backend, refusal

LOG: Final = logging.getLogger("jianghua.backend")
SHORTEST_TOKEN: Final = 16
"""Characters that a token must have at least."""
_CONNECTIONS: Final = 4  # open connections for each request that may be answered at once
_PATIENCE: Final = 1.0  # seconds for which the rest of a refused request is read


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request, and all of them together, may take."""

    body: int = 16 * 1024 * 1024
    """Bytes of a request's body."""
    seconds: float = 30.0
    """Seconds in which a request must have arrived whole."""
    requests: int = 32
    """Requests at once; more are told to come back."""


class Guard:
    """Knows the token. A request shows it as Basic password, or as the first part of its path."""

    def __init__(self, token: str, user: str = "jianghua") -> None:
        """Keep hashes only, so that comparing takes as long whatever is compared."""
        self._token = _digest(token)
        self._user = _digest(user)

    def admit(self, authorization: str | None, path: str) -> str | None:
        """The path that is asked for, without a token; `None` when there is no right token."""
        clean = unquote(urlsplit(path).path)
        first, _, rest = clean.lstrip("/").partition("/")
        if self._is_token(first):
            return f"/{rest.strip('/')}"
        return f"/{clean.strip('/')}" if self._basic(authorization) else None

    def _basic(self, authorization: str | None) -> bool:
        kind, _, value = (authorization or "").partition(" ")
        if kind.lower() != "basic":
            return False
        try:
            user, _, password = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        right_user = hmac.compare_digest(_digest(user), self._user)
        return self._is_token(password) and right_user

    def _is_token(self, value: str) -> bool:
        return hmac.compare_digest(_digest(value), self._token)


def _digest(value: str) -> bytes:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest()


class BackendServer(ThreadingHTTPServer):
    """One thread a request; stops at once, whatever is under way."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], backend: Backend, guard: Guard, limits: Limits | None = None) -> None:
        """Bind to host and port; port 0 takes a free one (`server_address` says which)."""
        self.backend = backend
        self.guard = guard
        self.limits = limits or Limits()
        self.slots = BoundedSemaphore(self.limits.requests)
        self._connections = BoundedSemaphore(_CONNECTIONS * self.limits.requests)
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread for a connection, unless so many are open that somebody must be hoarding them."""
        if not self._connections.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Handle a connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._connections.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of ours; anything else is logged without the request."""
        import sys

        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            LOG.error("a request failed: %s", type(error).__name__)


class _Handler(BaseHTTPRequestHandler):
    server: BackendServer
    server_version = "jianghua"
    sys_version = ""

    def setup(self) -> None:
        """Time out on silent clients."""
        super().setup()
        self.connection.settimeout(self.server.limits.seconds)

    def do_GET(self) -> None:
        self._respond("GET")

    def do_POST(self) -> None:
        self._respond("POST")

    def log_message(self, format: str, *args: Any) -> None:
        """The base class would log paths, and paths may hold the token."""

    def _respond(self, method: str) -> None:
        started = time.monotonic()
        path = self.server.guard.admit(self.headers.get("Authorization"), self.path)
        if path is None:
            answer = refusal(401, "expected the backend's token")
        elif not self.server.slots.acquire(blocking=False):
            answer = refusal(503, "too many requests at once")
        else:
            try:
                answer = self._answer(method, path, started)
            finally:
                self.server.slots.release()
        self._send(answer)
        known = path if (method, path) in self.server.backend.routes else "(unknown path)"
        LOG.info("%s %s %d %.0f ms", method, known, answer.status, 1000 * (time.monotonic() - started))

    def _answer(self, method: str, path: str, started: float) -> Answer:
        body: Mapping[str, Any] | Answer = self._read(started) if method == "POST" else {}
        if isinstance(body, Answer):
            return body
        try:
            return self.server.backend.answer(method, path, body)
        except Exception as error:  # the server must outlive whatever a model does with one request
            LOG.error("%s %s failed: %s", method, path, type(error).__name__)
            return refusal(500, f"the model failed: {type(error).__name__}")

    def _read(self, started: float) -> Mapping[str, Any] | Answer:
        """The request's JSON object, or what is wrong with it."""
        limits = self.server.limits
        if self.headers.get("Transfer-Encoding"):
            return refusal(411, "expected a body with Content-Length")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            return refusal(411, "expected Content-Length, a number of bytes")
        if int(length) > limits.body:
            return refusal(413, f"expected at most {limits.body} bytes, got {length}")
        parts, missing = [], int(length)
        while missing:
            if time.monotonic() - started > limits.seconds:
                return refusal(408, f"expected the whole request within {limits.seconds:g} seconds")
            try:
                part = self.rfile.read1(min(missing, 1 << 16))
            except TimeoutError:
                return refusal(408, f"expected the whole request within {limits.seconds:g} seconds")
            if not part:
                return refusal(400, "the request broke off")
            parts.append(part)
            missing -= len(part)
        try:
            value = json.loads(b"".join(parts) or b"{}")
        except (ValueError, RecursionError):
            return refusal(400, "expected JSON")
        return value if isinstance(value, dict) else refusal(400, "expected a JSON object")

    def _send(self, answer: Answer) -> None:
        body = json.dumps(answer.body).encode("ascii")
        self.send_response_only(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        if answer.status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="jianghua"')
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True
        if answer.status >= 400:
            self._drain()

    def _drain(self) -> None:
        """Read on for a moment: a socket that is closed with unread bytes resets, and the client never sees the answer."""
        self.wfile.flush()
        until = time.monotonic() + _PATIENCE
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_PATIENCE)
            while time.monotonic() < until and self.rfile.read1(1 << 16):
                pass
