"""The labelling guideline: one Markdown file. Instructions, label scheme, reports and model cards take their words from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jianghua.data.errors import SettingsError

_VERSION: Final = re.compile(r"\s*[(（]?\s*[vV](\d+(?:\.\d+)*)\s*[)）]?")
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("key", "label", "类别", "标签"),
    "applies": ("判定", "定义", "definition", "applies when"),
    "excludes": ("不算", "不包括", "excludes", "does not count"),
}
"""Heads of the columns that are looked for in the table of categories."""
_NONE: Final = re.compile(r"^没有一类适用[^:：]*[:：]\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Guideline:
    """A guideline.

    Attributes:
        title: its first heading, without the version.
        version: such as `1.1`, from the first line; `None` when it names none.
        applies: when each label applies, by key, as its table of categories says; plain text.
        excludes: what does not count, by key; plain text.
        none: examples of sentences to which no label applies; empty when it does not say.
        text: the whole Markdown text.
    """

    title: str
    version: str | None
    applies: Mapping[str, str]
    excludes: Mapping[str, str]
    none: str
    text: str

    def html(self) -> str:
        """The whole text as HTML; see `render`."""
        return render(self.text)


def render(markdown: str) -> str:
    """Markdown (CommonMark and tables) as HTML. HTML in it is shown, not run; a link that could run a script is no link."""
    from markdown_it import MarkdownIt

    rendered: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    return rendered


def load_guideline(path: Path) -> Guideline:
    """Read a guideline.

    Raises:
        SettingsError: the file cannot be read.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: the guideline cannot be read ({getattr(error, 'strerror', None) or error})") from None
    return parse_guideline(text)


def parse_guideline(text: str) -> Guideline:
    """The parts of a guideline: title and version from its first line, the definitions from its table of categories."""
    first = text.lstrip().split("\n", 1)[0]
    version = max(_VERSION.finditer(first), key=lambda found: found.start(), default=None)
    table = _table(text)
    none = _NONE.search(text)
    return Guideline(
        title=_plain((first.replace(version.group(), "") if version else first).lstrip("#")),
        version=version.group(1) if version else None,
        applies={row["key"]: row["applies"] for row in table if row.get("applies")},
        excludes={row["key"]: row["excludes"] for row in table if row.get("excludes")},
        none=_plain(none.group(1)).rstrip("。") if none else "",
        text=text,
    )


def _table(text: str) -> list[dict[str, str]]:
    """Rows of the first table with a column of keys and one of definitions."""
    names: dict[int, str] = {}
    rows: list[dict[str, str]] = []
    for line in text.split("\n"):
        if not line.lstrip().startswith("|"):
            if rows:
                return rows
            names = {}
            continue
        cells = [_plain(cell) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if not names:
            heads = [cell.lower() for cell in cells]
            names = {heads.index(head): name for name, known in _COLUMNS.items() for head in known if head in heads}
            if not {"key", "applies"} <= set(names.values()):
                names = {-1: ""}  # another table: skip its rows
        elif -1 not in names and not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            rows.append({name: cells[number] for number, name in names.items() if number < len(cells)})
    return rows


def _plain(markdown: str) -> str:
    """Inline Markdown without its marks: emphasis, code, escapes."""
    text = re.sub(r"\*{1,3}([^*]+)\*{1,3}|`([^`]*)`", lambda found: found.group(1) or found.group(2) or "", markdown)
    return re.sub(r"\\([\\|*_`])", r"\1", text).strip()
