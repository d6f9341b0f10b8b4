"""The vocabulary of notices that sites put into and around a speech, from `notices.txt`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("notices.txt")
_WORD_EVERY: Final = 40  # characters


@cache
def _section(name: str) -> re.Pattern[str]:
    rules: dict[str, list[str]] = {}
    current = ""
    for line in _FILE.read_text("utf-8").splitlines():
        if re.fullmatch(r"\[\w+\]", line):
            current = line[1:-1]
        elif line and not line.startswith("#"):
            rules.setdefault(current, []).append(line)
    return re.compile("|".join(f"(?:{rule})" for rule in rules[name]))


def is_notice(line: str) -> bool:
    """Whether a line, white space removed, is a notice by its vocabulary.

    A speech may well mention a download or an app: a line that ends like a sentence needs two words of the vocabulary, and
    any line one for each 40 characters.
    """
    words = sum(1 for _ in _section("line").finditer(line))
    return words * _WORD_EVERY >= len(line) and words >= (2 if line[-1:] in "。！？" else 1)


def inline_notices(line: str) -> list[tuple[int, int]]:
    """Half-open offsets of the notices that stand inside a line."""
    return [match.span() for match in _section("inline").finditer(line) if match.group()]
