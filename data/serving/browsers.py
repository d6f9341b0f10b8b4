"""What a server that people's browsers open must refuse: other sites' pages, which those browsers may have open as well."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jianghua.data.serving.application import refusal

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""What a server on loopback is called. A name of somebody's domain that leads here is an attack: DNS rebinding."""

_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address of a page may hold the token
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Headers of every answer that does not set them itself."""


class BrowserGate:
    """ASGI middleware: answers only to its own names and its own pages, and tells browsers to load nothing from elsewhere.

    There are no CORS headers, so that no other site reads an answer. A request that changes something and comes from another
    site is refused by its `Origin` or `Sec-Fetch-Site`, which no page can forge; programs send neither.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None = None) -> None:
        """Stand before `app`.

        Args:
            app: what answers.
            hosts: the names under which requests may come; `None` allows any, for a server behind a token.
        """
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        reason = self._reason(scope) if scope["type"] == "http" else None
        answer = self._app if reason is None else refusal(403, reason)
        await answer(scope, receive, send_with_headers)

    def _reason(self, scope: Scope) -> str | None:
        """Why a request is refused; `None` when it is not."""
        headers = Headers(scope=scope)
        host = headers.get("Host", "")
        if self._hosts is not None and _parsed(f"//{host}")[0] not in self._hosts:
            return f"expected a request to {' or '.join(sorted(self._hosts))}, got one to another name"
        if scope["method"] in _SAFE_METHODS:
            return None
        origin = headers.get("Origin")
        foreign = headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
        if foreign or (origin is not None and _parsed(origin)[1] != host.lower()):
            return "expected a request from this server's own pages, got one from another site"
        return None


def _parsed(url: str) -> tuple[str | None, str]:
    """Host name, and host name with port, of a URL; nothing where it is none."""
    try:
        parts = urlsplit(url)
        return parts.hostname, parts.netloc.lower()
    except ValueError:
        return None, ""
