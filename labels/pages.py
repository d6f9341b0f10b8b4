"""HTML pages of the annotators' side: self-contained, light and dark, printable."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jianghua.data.extras import require
from jianghua.data.scheme import LabelScheme
from jianghua.data.store import atomic_write

_TEMPLATES: Final = Path(__file__).with_name("templates")
_NONE: Final = "–"


def write_page(path: Path, template: str, scheme: LabelScheme, **values: Any) -> None:
    """Render a template of `labels/templates` to a file.

    Args:
        path: the page.
        template: name of the template, such as `agreement`.
        scheme: names and colours of the labels.
        values: what else the template shows; everything is escaped.
    """
    jinja2 = require("jinja2", extra="annotate")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"figure": figure, "percent": percent, "interval": interval}
    page = environment.get_template(f"{template}.html.j2").render(
        scheme=scheme, names={label.key: label.name for label in scheme.labels}, **values
    )
    with atomic_write(path) as file:
        file.write(page.encode("utf-8", "replace"))


def figure(value: float | None, digits: int = 2) -> str:
    """A coefficient; a dash where it is not defined."""
    return _NONE if value is None else f"{value:.{digits}f}".replace("-", "−")


def percent(value: float | None) -> str:
    """A share in per cent; a dash where it is not defined."""
    return _NONE if value is None else f"{100 * value:.1f}%"


def interval(bounds: tuple[float, float] | None) -> str:
    """An interval; a dash where it is not defined."""
    return _NONE if bounds is None else f"{figure(bounds[0])} 至 {figure(bounds[1])}"
