"""The two pages, rendered once, each with the policy under which browsers may show it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from jianghua.data.documents.formats import SUFFIXES
from jianghua.data.pages.environment import render
from jianghua.tagging.records import RunSummary
from jianghua.tagging.serving.allowance import Allowance
from jianghua.tagging.serving.answers import describe_model
from jianghua.tagging.serving.downloads import formats

_TEMPLATES: Final = "tagging/serving/templates"
_STYLES: Final = re.compile("<style>(.*?)</style>", re.DOTALL)
_SCRIPTS: Final = re.compile("<script>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its Content-Security-Policy: it runs the scripts that it came with, and speaks with this server alone."""

    html: str
    policy: str


def front_page(summary: RunSummary, allowance: Allowance, body_bytes: int) -> Page:
    """The page where files are dropped and text is pasted."""
    return _page("serve.html.j2", summary, **_limits(allowance, body_bytes))


def api_page(summary: RunSummary, allowance: Allowance, body_bytes: int) -> Page:
    """The description of the API."""
    return _page("api.html.j2", summary, allowance=allowance, **_limits(allowance, body_bytes))


def _limits(allowance: Allowance, body_bytes: int) -> dict[str, Any]:
    return {"megabytes": body_bytes // 1_000_000, "body_bytes": body_bytes, "kept_minutes": round(allowance.kept_seconds / 60)}


def _page(template: str, summary: RunSummary, **values: Any) -> Page:
    html = str(
        render(
            f"{_TEMPLATES}/{template}",
            summary=summary,
            scheme=summary.scheme,
            model=describe_model(summary),
            formats=formats(),
            suffixes=sorted(SUFFIXES),
            **values,
        )
    )
    return Page(html, _policy(html))


def _policy(html: str) -> str:
    """A policy that allows the page's own scripts and styles, by their hashes, and nothing that a text might smuggle in."""
    styles, scripts = (" ".join(map(_hash, pattern.findall(html))) or "'none'" for pattern in (_STYLES, _SCRIPTS))
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode('utf-8')).digest()).decode('ascii')}'"
