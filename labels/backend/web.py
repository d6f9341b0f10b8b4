"""The ML backend on the web: the protocol's routes as an application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from jianghua.data.serving.application import LOG, Application, in_thread, read_object
from jianghua.data.serving.guard import Guard
from jianghua.data.serving.limits import Limits
from jianghua.labels.backend.protocol import Answer, Backend


def backend_application(backend: Backend, guard: Guard, limits: Limits | None = None) -> Application:
    """What answers Label Studio's requests, for a server of `jianghua.data.serving`."""
    routes = [Route(path, _endpoint(answer), methods=[method]) for (method, path), answer in backend.routes.items()]
    return Application(routes, guard, limits)


def _endpoint(answer: Callable[[Mapping[str, Any]], Answer]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> JSONResponse:
        body = await read_object(request) if request.method == "POST" else {}
        try:
            answered = await in_thread(partial(answer, body))
        except Exception as error:  # the server must outlive whatever a model does with one request
            LOG.error("%s %s failed: %s", request.method, request.scope["path"], type(error).__name__)
            raise HTTPException(500, f"the model failed: {type(error).__name__}") from None
        return JSONResponse(answered.body, answered.status)

    return endpoint
