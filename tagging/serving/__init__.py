"""Tagging behind a local web page and a JSON API: a queue before one model, results in memory, downloads by the writers."""

from jianghua.data.extras import require_all

require_all("starlette", "uvicorn", extra="serve")  # before data.serving, whose error would name another extra
