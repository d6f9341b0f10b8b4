"""Serving over HTTP: an application behind a token and within limits, on uvicorn."""

from jianghua.data.extras import require_all

require_all("starlette", "uvicorn", extra="annotate")  # whoever serves gets the error that names the extra
