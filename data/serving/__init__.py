"""Serving over HTTP: an application behind a token and within limits, on uvicorn."""

from jianghua.data.extras import require

for _module in ("starlette", "uvicorn"):  # whoever serves gets the error that names the extra
    require(_module, extra="annotate")
