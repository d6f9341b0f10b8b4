"""An application that lets in who knows the token, does no more at once than it can carry, and refuses in one line of JSON."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jianghua.data.serving.guard import Gatekeeper
from jianghua.data.serving.limits import Limits

LOG: Final = logging.getLogger("jianghua.serving")
"""One line a request: method, path without the token, status, time. Never a header, a body or the message of an error."""

Result = TypeVar("Result")


class Application(Starlette):
    """An ASGI application behind a guard and within limits.

    A route reads a JSON body with `read_object` and any other with `read_body`, calls what blocks with `in_thread`, and refuses
    by raising `HTTPException`.
    """

    def __init__(
        self,
        routes: Sequence[BaseRoute],
        guard: Gatekeeper,
        limits: Limits | None = None,
        middleware: Sequence[Middleware] = (),
    ) -> None:
        """Answer these routes; further middleware stands behind the guard."""
        self.limits = limits or Limits()
        super().__init__(
            routes=routes,
            middleware=[Middleware(Gate, guard=guard, limits=self.limits), *middleware],
            exception_handlers={HTTPException: _refuse, Exception: _fail},
        )
        self.router.redirect_slashes = False  # the guard has removed slashes at the end


def refusal(status: int, reason: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An answer that says in one line what was wrong."""
    return JSONResponse({"error": reason}, status, headers)


class Gate:
    """ASGI middleware: admits requests that show the token while there is room, and logs all of them."""

    def __init__(self, app: ASGIApp, guard: Gatekeeper, limits: Limits) -> None:
        """Stand before `app`."""
        self._app = app
        self._guard = guard
        self._free = limits.requests  # only the event loop's thread changes it

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        status = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._admit(scope, receive, send_and_note)
        except asyncio.CancelledError:
            if not status:
                await refusal(503, "the server is stopping")(scope, receive, send_and_note)
            raise
        except Exception:
            status = status or 500  # as the layer above will answer
            raise
        finally:
            # Any other path may hold a token, or half of one.
            path = scope["path"] if "endpoint" in scope else "(unknown path)"
            LOG.info("%s %s %d %.0f ms", scope["method"], path, status, 1000 * (time.monotonic() - started))

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = self._guard.admit(Request(scope).headers.get("Authorization"), scope["path"])
        if path is None:
            answer = refusal(401, "expected the server's token", {"WWW-Authenticate": 'Basic realm="jianghua"'})
            await answer(scope, receive, send)
        elif self._free == 0:
            await refusal(503, "too many requests at once")(scope, receive, send)
        else:
            scope["path"] = path
            self._free -= 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._free += 1


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in a request's body; an empty body is an empty object.

    Raises:
        HTTPException: it is too large, comes too slowly, breaks off, or is something else.
    """
    try:
        value = json.loads(await read_body(request) or b"{}")
    except (ValueError, RecursionError):
        raise HTTPException(400, "expected JSON") from None
    if not isinstance(value, dict):
        raise HTTPException(400, "expected a JSON object")
    return value


async def read_body(request: Request) -> bytes:
    """A request's body.

    Raises:
        HTTPException: it is too large, comes too slowly or breaks off.
    """
    limits: Limits = request.app.limits
    announced = int(request.headers.get("Content-Length", 0))  # digits: the connection refuses anything else
    if announced > limits.body:
        raise HTTPException(413, f"expected at most {limits.body} bytes, got {announced}")
    body = bytearray()
    try:
        async with asyncio.timeout(limits.seconds):
            async for part in request.stream():
                body += part
                if len(body) > limits.body:  # one that comes in chunks announces nothing
                    raise HTTPException(413, f"expected at most {limits.body} bytes, got more")
    except TimeoutError:
        raise HTTPException(408, f"expected the whole request within {limits.seconds:g} seconds") from None
    except ClientDisconnect:
        raise HTTPException(400, "the request broke off") from None
    return bytes(body)


async def in_thread(function: Callable[[], Result]) -> Result:
    """Call a function that blocks while other requests go on.

    The thread is a daemon: unlike one of a pool it holds up neither the server's stop nor the end of the program.
    """
    outcome: Future[Result] = Future()
    outcome.set_running_or_notify_cancel()

    def work() -> None:
        try:
            outcome.set_result(function())
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=work, name="request", daemon=True).start()
    return await asyncio.wrap_future(outcome)


async def _refuse(request: Request, error: Exception) -> JSONResponse:
    """What becomes of an `HTTPException`; the router raises two of its own."""
    assert isinstance(error, HTTPException)
    headers = error.headers or {}
    reason = error.detail
    if error.status_code == 404:
        reason = "no such path"
    elif error.status_code == 405:
        allowed = {method.strip() for method in headers.get("Allow", "").split(",")}
        reason = f"expected {' or '.join(sorted(allowed - {'HEAD'}))}"
    return refusal(error.status_code, reason, headers)


async def _fail(request: Request, error: Exception) -> JSONResponse:
    """What becomes of any other exception: its message may hold what is nobody's business."""
    LOG.error("a request failed: %s", type(error).__name__)
    return refusal(500, f"the server failed: {type(error).__name__}")
