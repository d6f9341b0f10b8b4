"""The vocabulary of notices that sites put around a speech and into it: `notices.toml`, as regular expressions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from jianghua.data.errors import SettingsError

Section: TypeAlias = Literal[
    "strong",
    "weak",
    "section_heading",
    "label",
    "trigger",
    "document",
    "access",
    "omission",
    "site",
    "filler",
    "omitted",
    "notice",
    "omission_notice",
]
"""A section of the vocabulary; the file says of each what it holds."""

SECTIONS: Final[tuple[Section, ...]] = get_args(Section)

_FILE: Final = Path(__file__).with_name("notices.toml")
_PARTS: Final = "parts"
_PART: Final = re.compile(r"\{([a-z]+)\}")


@cache
def pattern(section: Section) -> re.Pattern[str]:
    """What finds any word of a section."""
    return re.compile(_vocabulary()[section])


@cache
def any_of(sections: tuple[Section, ...]) -> re.Pattern[str]:
    """What finds any word of several sections; each match names its section as its last group, the first section first."""
    return re.compile("|".join(f"(?P<{section}>{_vocabulary()[section]})" for section in sections))


@cache
def _vocabulary() -> dict[Section, str]:
    return parse_vocabulary(_FILE.read_text("utf-8"), _FILE.name)


def parse_vocabulary(text: str, name: str) -> dict[Section, str]:
    """Each section of a vocabulary as the source of one regular expression.

    Args:
        text: the vocabulary, in TOML.
        name: what errors call it.

    Raises:
        SettingsError: it is no TOML, a section is unknown, missing or holds something else than words, or a word names a part
            that does not exist or contains itself.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: expected sections of words in TOML: {error}") from error
    unknown = sorted(tables.keys() - {*SECTIONS, _PARTS})
    if unknown:
        raise SettingsError(f"{name}: expected one of the sections {', '.join(SECTIONS)}, {_PARTS}, got {unknown[0]!r}")
    table = tables.get(_PARTS, {})
    if not isinstance(table, dict):
        raise SettingsError(f"{name}: {_PARTS}: expected a table of parts, got {table!r:.80}")
    parts = {part: _words(table, part, f"{name}: {_PARTS}.{part}") for part in table}
    return {section: _any_word(_words(tables, section, f"{name}: {section}"), parts, name) for section in SECTIONS}


def _words(table: Mapping[str, object], key: str, where: str) -> list[str]:
    words = table.get(key)
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise SettingsError(f"{where}: expected a list of words, got {words!r:.80}")
    return words


def _any_word(words: Sequence[str], parts: Mapping[str, Sequence[str]], name: str, inside: tuple[str, ...] = ()) -> str:
    """The alternatives that words make, with those of a part in place of each `{part}`, `inside` of which these stand."""

    def expanded(match: re.Match[str]) -> str:
        part = match.group(1)
        if part not in parts or part in inside:
            raise SettingsError(f"{name}: expected one of the parts {', '.join(parts.keys() - {*inside})}, got {match.group()}")
        return f"(?:{_any_word(parts[part], parts, name, (*inside, part))})"

    return "|".join(_PART.sub(expanded, word) for word in words)
