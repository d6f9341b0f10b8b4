"""Markdown: the marks of headings, lists and emphasis, in files that have headings of that kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line

_HEADING: Final = re.compile(r"\s{0,3}(#{1,6})\s+(?=\S)")
_BULLET: Final = re.compile(r"\s*(?:[-*+]|>)\s+(?=\S)")
_RULE: Final = re.compile(r"(?:[-*_=]\s*){3,}")
# Emphasis stands between marks of punctuation; ** alone is how speeches mask names and figures.
_EMPHASIS: Final = re.compile(
    r"(?:(?<=^)|(?<=[\s，。、；：！？（“]))(\*\*|__)(?=\S)([^*_]{1,60}?)\1(?=$|[\s，。、；：！？）”])"
)


def cut_markup(lines: Sequence[Line], cuts: Cuts) -> None:
    """Cut the marks, and note the depth of headings. A text without a line that begins with `# ` is no Markdown."""
    if cuts.document.format != "txt" or not any(_HEADING.match(line.text) for line in lines):
        return
    for line in lines:
        if _RULE.fullmatch(line.bare):
            cuts.cut_line(line, "markup")
            continue
        heading = _HEADING.match(line.text)
        mark = heading or _BULLET.match(line.text)
        if heading:
            line.block = replace(line.block, kind="heading", level=len(heading.group(1)))
        if mark:
            cuts.cut_prefix(line, len("".join(mark.group().split())), "markup")
        _cut_emphasis(line, cuts)


def _cut_emphasis(line: Line, cuts: Cuts) -> None:
    source = cuts.text[line.start : line.block.end]
    marks = [span for match in _EMPHASIS.finditer(source.strip()) for span in (match.span(1), (match.end(2), match.end()))]
    offset = line.start + len(source) - len(source.lstrip())
    for start, end in marks:
        cuts.cut(offset + start, offset + end, "markup")
    if marks:
        line.bare = "".join(cuts.kept_text(line).split())
