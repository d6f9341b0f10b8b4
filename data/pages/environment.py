"""The one jinja environment, and how a page is written.

A template's name is its path in the package, such as `labels/templates/audit.html.j2`: it lies beside the code that fills it.
Every page extends `data/pages/base.html.j2`, is one self-contained file, loads nothing from anywhere, and works in light and
dark and on paper.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from jianghua.data.pages.figures import figure, interval, percent
from jianghua.data.paths import SHIPPED
from jianghua.data.store import atomic_write

_BUFFER: Final = 200
"""Pieces of a template's output that are joined before they are written."""


def write_page(path: Path, template: str, **values: Any) -> None:
    """Render a template to a file, piece by piece: what an iterator among the values gives is never in memory all at once.

    Characters that UTF-8 cannot carry, lone surrogates, become question marks.

    Args:
        path: the page.
        template: path of the template in the package.
        values: what the template shows; all of it is escaped. The page's labels get their colours from a value `scheme`.

    Raises:
        jinja2.UndefinedError: the template uses a value that is not given.
    """
    stream = environment().get_template(template).stream(**values)
    stream.enable_buffering(_BUFFER)
    with atomic_write(path) as file:
        stream.dump(file, encoding="utf-8", errors="replace")


def render(template: str, **values: Any) -> Markup:
    """A template as text, to be put into a page; see `write_page`."""
    return Markup(environment().get_template(template).render(**values))


@cache
def environment() -> Environment:
    """The environment of all pages: everything is escaped, and a value that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(SHIPPED), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    made.filters |= {"figure": figure, "percent": percent, "interval": interval}
    made.globals["inline"] = _inline
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}  # `tojson` keeps the order of keys, and Chinese readable
    return made


def _inline(name: str) -> Markup:
    """One of the package's style sheets or scripts, as it is: jinja would read its braces."""
    return Markup((SHIPPED / name).read_text("utf-8"))
