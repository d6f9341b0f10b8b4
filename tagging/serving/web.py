"""The page and the API on the web: routes before a desk."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from functools import partial
from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from jianghua.data.bounds import Bounds
from jianghua.data.errors import JianghuaError
from jianghua.data.serving.application import Application, in_thread, read_body, read_object, refusal
from jianghua.data.serving.browsers import BrowserGate
from jianghua.data.serving.guard import Gatekeeper
from jianghua.data.serving.limits import Limits
from jianghua.tagging.serving.answers import describe_job, describe_model, describe_result
from jianghua.tagging.serving.desk import BusyError, Desk
from jianghua.tagging.serving.downloads import make_download
from jianghua.tagging.serving.job import Job, Result
from jianghua.tagging.serving.pages import Page, api_page, front_page
from jianghua.tagging.serving.upload import PASTED, Upload, clean_name

_SECONDS: Final = 120.0  # for a large file over a slow line
_LOOK: Final = 1.0  # seconds after which who waits for a result is looked after: has the client gone?
_RETRY: Final = {"Retry-After": "3"}
_UNREADABLE, _FAULT = 422, 500


def serving_application(
    desk: Desk, guard: Gatekeeper, hosts: Collection[str] | None = None, limits: Limits | None = None
) -> Application:
    """What answers browsers and programs, for a server of `jianghua.data.serving`.

    Args:
        desk: what does the work.
        guard: who may come in.
        hosts: the names under which requests may come; `None` allows any, for a server behind a token.
        limits: what a request may take; default a file as large as the reader takes.
    """
    limits = limits or Limits(body=Bounds.from_environment().file_bytes, seconds=_SECONDS)
    site = _Site(desk, limits)
    routes = [
        Route("/", site.front, methods=["GET"]),
        Route("/docs", site.api, methods=["GET"]),
        Route("/health", site.health, methods=["GET"]),
        Route("/tag", site.tag, methods=["POST"]),
        Route("/jobs", site.submit, methods=["POST"]),
        Route("/jobs/{id}", site.job, methods=["GET"]),
        Route("/jobs/{id}", site.forget, methods=["DELETE"]),
        Route("/jobs/{id}/result", site.result, methods=["GET"]),
        Route("/download/{format}", site.download, methods=["POST"]),
    ]
    return Application(routes, guard, limits, [Middleware(BrowserGate, hosts=hosts)])


class _Site:
    """The endpoints. All that blocks is done in a thread."""

    def __init__(self, desk: Desk, limits: Limits) -> None:
        self._desk = desk
        self._limits = limits
        self._summary = desk.summary
        self._front = front_page(self._summary, desk.allowance, limits.body)
        self._api = api_page(self._summary, desk.allowance, limits.body)

    async def front(self, request: Request) -> Response:
        return _shown(self._front)

    async def api(self, request: Request) -> Response:
        return _shown(self._api)

    async def health(self, request: Request) -> Response:
        return JSONResponse({"status": "UP", **describe_model(self._summary)})

    async def tag(self, request: Request) -> Response:
        """Tag at once: the answer comes when the work is done, and nothing is kept."""
        job = await self._submitted(request)
        try:
            while not (await asyncio.wait([asyncio.wrap_future(job.outcome)], timeout=_LOOK))[0]:
                if await request.is_disconnected():
                    return refusal(400, "the request broke off")
            return await self._answer(job)
        finally:
            self._desk.forget(job.id)

    async def submit(self, request: Request) -> Response:
        job = await self._submitted(request)
        return JSONResponse(describe_job(job, self._desk.ahead(job)), 202, {"Location": f"jobs/{job.id}"})

    async def job(self, request: Request) -> Response:
        job = self._desk.find(request.path_params["id"])
        return self._gone(1) if job is None else JSONResponse(describe_job(job, self._desk.ahead(job)))

    async def result(self, request: Request) -> Response:
        job = self._desk.find(request.path_params["id"])
        if job is None:
            return self._gone(1)
        if not job.outcome.done():
            return refusal(409, f"expected a job that is done, got one that is {job.state}")
        return await self._answer(job)

    async def forget(self, request: Request) -> Response:
        return Response(status_code=204) if self._desk.forget(request.path_params["id"]) else self._gone(1)

    async def download(self, request: Request) -> Response:
        ids = (await read_object(request)).get("jobs")
        if not (isinstance(ids, list) and ids and all(isinstance(id, str) for id in ids)):
            raise HTTPException(400, 'expected {"jobs": [ids of jobs that are done]}')
        jobs = [self._desk.find(id) for id in dict.fromkeys(ids)]
        results = [job.result for job in jobs if job and job.result]
        if len(results) < len(jobs):
            return self._gone(len(jobs) - len(results))
        work = partial(make_download, request.path_params["format"], results, self._summary, self._desk.folder)
        try:
            made = await in_thread(work)
        except JianghuaError as error:
            raise HTTPException(400, str(error)) from None
        disposition = f"attachment; filename*=UTF-8''{quote(made.name)}"
        return Response(made.content, headers={"Content-Disposition": disposition}, media_type="application/octet-stream")

    async def _submitted(self, request: Request) -> Job:
        """The job of what the request's body holds."""
        announced = request.headers.get("Content-Length")
        if announced is None:
            raise HTTPException(411, "expected the length of the body in Content-Length")
        try:
            with self._desk.room(min(int(announced), self._limits.body)):  # a longer one is refused when it is read
                return self._desk.submit(await _upload(request))
        except BusyError as error:
            raise HTTPException(503, str(error), _RETRY) from None

    async def _answer(self, job: Job) -> Response:
        """What became of a job."""
        outcome = job.outcome.result()
        if isinstance(outcome, Result):
            return await in_thread(lambda: JSONResponse(describe_result(outcome, self._summary)))
        return refusal(_FAULT if outcome.fault else _UNREADABLE, outcome.reason)

    def _gone(self, count: int) -> Response:
        minutes = round(self._desk.allowance.kept_seconds / 60)
        return refusal(404, f"{count} of the jobs are unknown, not done, or no longer kept ({minutes} minutes)")


def _shown(page: Page) -> Response:
    return HTMLResponse(page.html, headers={"Content-Security-Policy": page.policy})


async def _upload(request: Request) -> Upload:
    """A text in JSON, or the bytes of one file."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        raise HTTPException(
            415, "expected the bytes of one file (or of a .zip of several) as the body, got multipart/form-data"
        )
    if kind == "application/json":
        body = await read_object(request)
        text, name = body.get("text"), body.get("name", "")
        if not (isinstance(text, str) and isinstance(name, str) and set(body) <= {"text", "name"}):
            raise HTTPException(400, 'expected {"text": a text, "name": a name for it or nothing}')
        return Upload(clean_name(name) or PASTED, text.encode("utf-8", "surrogatepass"), text=True)
    content = await read_body(request)
    if not content:
        raise HTTPException(400, "expected the bytes of a file, got none")
    return Upload(clean_name(request.query_params.get("name", "")) or "文件", content)
