"""The vocabulary of notices that sites put into and around a speech, from `notices.txt`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("notices.txt")
_WORD_EVERY: Final = 40  # characters
_HALF_WIDTH: Final = {code + 0xFEE0: code for code in range(0x21, 0x7F)}


@cache
def _sections() -> dict[str, list[str]]:
    """Rules by section; `{name}` in a rule stands for the alternatives of the section `words name`."""
    sections: dict[str, list[str]] = {}
    current = ""
    for line in _FILE.read_text("utf-8").splitlines():
        if re.fullmatch(r"\[\w+(?: \w+)?\]", line):
            current = line[1:-1]
        elif line and not line.startswith("#"):
            sections.setdefault(current, []).append(line)
    return sections


@cache
def _pattern(name: str) -> re.Pattern[str]:
    sections = _sections()
    words = {key.removeprefix("words "): "|".join(rules) for key, rules in sections.items() if key.startswith("words ")}
    rule = "|".join(f"(?:{rule})" for rule in sections[name])
    for _ in range(2):  # words may name other words
        rule = re.sub(r"\{([a-z]+)\}", lambda match: f"(?:{words[match.group(1)]})", rule)
    return re.compile(rule)


def is_notice(line: str) -> bool:
    """Whether a line, white space removed, is a notice by its vocabulary.

    A speech may well mention a download or an app: a line that ends like a sentence needs two words of the vocabulary, and
    any line one for each 40 characters.
    """
    words = sum(1 for _ in _pattern("line").finditer(line.translate(_HALF_WIDTH)))
    return words * _WORD_EVERY >= len(line) and words >= (2 if line[-1:] in "。！？" else 1)


def opens_section(line: str) -> bool:
    """Whether a line, white space removed, is the heading of something that is not the speech, such as comments."""
    return _pattern("section").fullmatch(line.translate(_HALF_WIDTH)) is not None


def label(line: str) -> int:
    """Length of the label of an abstract or table of contents with which a line begins, white space removed; 0 for none."""
    match = _pattern("label").match(line.translate(_HALF_WIDTH))
    return match.end() if match else 0


def inline_notices(text: str) -> list[tuple[int, int, bool]]:
    """Notices inside a text without white space: half-open offsets, and whether the notice says that text was left out."""
    plain = text.translate(_HALF_WIDTH)
    if not _pattern("trigger").search(plain):
        return []
    found: list[tuple[int, int, bool]] = []
    for name in ("omitted", "inline"):
        for match in _pattern(name).finditer(plain):
            start, end = _trimmed(match)
            if start < end and not any(start < other[1] and other[0] < end for other in found):
                found.append((start, end, name == "omitted"))
    return sorted(found)


_PAIRS: Final = {"(": ")", "[": "]", "【": "】", "「": "」", "{": "}"}


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """Half-open offsets of a notice without the marks at its edges that belong to the sentence around it."""
    notice, (start, end) = match.group(), match.span()
    closing = _PAIRS.get(notice[0])
    if closing and closing in notice:
        return start, start + notice.rindex(closing) + 1
    if closing or notice[0] in ",、":
        start += 1
    return start, start + len(match.string[start:end].rstrip(")]】」}》"))
