"""What stands in a Markdown file but not in the place where it is seen: front matter, link addresses, and footnotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final, NamedTuple

_FRONT_MATTER: Final = {"---": ("---", "..."), "+++": ("+++",)}
_LONGEST_FRONT_MATTER: Final = 100  # lines
_YAML: Final = re.compile(r"(?:[A-Za-z_][\w.-]*|标题|作者|日期|时间|标签|分类|来源|摘要)\s*:(?:\s|$)")
_TOML: Final = re.compile(r"""(?:[A-Za-z_"'][\w."'-]*\s*=|\[)""")
_INNER: Final = re.compile(r"\s*$|\s|[#\-}\])]")  # of front matter: blank, indented, a comment, an entry, a closing bracket

_ADDRESS: Final = re.compile(
    r" {0,3}\[([^\]^][^\]]*)\]:\s*<?((?:[a-z][a-z+.-]*:|/|#|\./|\.\./|[\w./-]+\.\w{2,4}(?:\s|$))[^\s>]*)"
)
_NOTE: Final = re.compile(r" {0,3}\[\^([^\]\s]{1,30})\]:[ \t]*")
_REFERENCE: Final = re.compile(r"\[\^[^\]\s]{1,30}\]")
_INLINE_NOTE: Final = re.compile(r"(?<!\\)\^\[([^\]]+)\]")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")


class Parts(NamedTuple):
    """A Markdown file taken apart.

    Attributes:
        body: the lines of the text, without marks of footnotes.
        notes: the text of each footnote.
        addresses: the address of each name that links are given by.
    """

    body: list[str]
    notes: list[str]
    addresses: dict[str, str]


def take_apart(text: str) -> Parts:
    """Part the text of a Markdown file from its front matter, its footnotes, and the addresses of its links."""
    lines = text.split("\n")
    parts = Parts([], [], {})
    fence = ""
    is_note = False
    for line in lines[front_matter_length(lines) :]:
        mark = _FENCE.match(line)
        if mark and (not fence or mark.group(1).startswith(fence)):
            fence = "" if fence else mark.group(1)
        note, address = _NOTE.match(line), _ADDRESS.match(line)
        if fence:
            parts.body.append(line)
        elif note:
            parts.notes.append(line[note.end() :])
        elif is_note and line.startswith(("    ", "\t")):
            parts.notes[-1] += f"\n{line.strip()}"
        elif address:
            parts.addresses[address.group(1)] = address.group(2)
        else:
            parts.notes.extend(_INLINE_NOTE.findall(line))
            parts.body.append(_REFERENCE.sub("", _INLINE_NOTE.sub("", line)))
        is_note = not fence and (note is not None or (is_note and (not line.strip() or line.startswith(("    ", "\t")))))
    return parts


def front_matter_length(lines: Sequence[str]) -> int:
    """How many of the first lines are front matter, in YAML or TOML; 0 for a rule with text below it."""
    blank = len(list(takewhile(lambda line: not line.strip("\ufeff \t"), lines)))
    opening = lines[blank].strip("\ufeff \t") if blank < len(lines) else ""
    if opening not in _FRONT_MATTER:
        return 0
    key = _YAML if opening == "---" else _TOML
    keys = 0
    for number, line in enumerate(lines[blank + 1 : blank + 1 + _LONGEST_FRONT_MATTER], blank + 2):
        if line.rstrip() in _FRONT_MATTER[opening]:
            return number if keys else 0
        is_key = key.match(line) is not None
        if not is_key and not _INNER.match(line):
            return 0
        keys += is_key
    return 0
