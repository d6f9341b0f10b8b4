"""Web pages of the annotators' side; their templates are in `labels/templates`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jianghua.data.pages import environment
from jianghua.data.scheme import LabelScheme


def write_page(path: Path, template: str, scheme: LabelScheme, **values: Any) -> None:
    """Render a template of `labels/templates` to a file.

    Args:
        path: the page.
        template: name of the template, such as `agreement`.
        scheme: names and colours of the labels.
        values: what else the template shows; all of it is escaped.
    """
    names = {label.key: label.name for label in scheme.labels}
    environment.write_page(path, f"labels/templates/{template}.html.j2", scheme=scheme, names=names, **values)
