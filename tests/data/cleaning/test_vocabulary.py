"""The vocabulary of notices: its file is checked when it is loaded."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from jianghua.data.cleaning import vocabulary
from jianghua.data.cleaning.vocabulary import SECTIONS, any_of, parse_vocabulary, pattern
from jianghua.data.errors import SettingsError

FILE = Path(vocabulary.__file__).with_name("notices.toml")
SMALL = "".join(f"{section} = ['{section}']\n" for section in SECTIONS)


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("于\n" + SMALL, "expected sections of words in TOML"),
        ("由于|不足|限制\n" + SMALL, "expected sections of words in TOML"),
        (SMALL + "fillers = ['于']\n", f"expected one of the sections {', '.join(SECTIONS)}, parts, got 'fillers'"),
        (changed("filler = ['filler']\n", ""), "filler: expected a list of words, got None"),
        (changed("filler = ['filler']", "filler = []"), "filler: expected a list of words, got []"),
        (changed("filler = ['filler']", "filler = ['']"), "filler: expected a list of words, got ['']"),
        (changed("filler = ['filler']", "filler = [1]"), "filler: expected a list of words, got [1]"),
        (changed("filler = ['filler']", "filler = '于'"), "filler: expected a list of words, got '于'"),
        (
            changed("weak = ['weak']", "weak = ['{veiw}']") + "[parts]\nview = ['看']\n",
            "expected one of the parts view, got {veiw}",
        ),
        (changed("weak = ['weak']", "weak = ['{a}']") + "[parts]\na = ['看{a}']\n", "got {a}"),
        (SMALL + "[parts]\na = '看'\n", "parts.a: expected a list of words, got '看'"),
        ("parts = ['看']\n" + SMALL, "parts: expected a table of parts, got ['看']"),
    ],
)
def test_what_is_no_word_of_a_known_section_is_an_error(text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=f"^notices.toml: .*{re.escape(message)}") as error:
        parse_vocabulary(text, "notices.toml")
    assert "\n" not in str(error.value)


def test_parts_stand_for_their_alternatives_also_inside_parts() -> None:
    parts = "[parts]\nview = ['看', '{read}读']\nread = ['阅', '细']\n"
    weak = parse_vocabulary(changed("weak = ['weak']", "weak = ['可{view}+', '能']") + parts, "notices.toml")["weak"]
    assert [bool(re.fullmatch(weak, text)) for text in ("可看细读", "可阅读", "能", "可阅", "看")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_each_word_that_ships_stands_once_and_none_hides_a_later_one() -> None:
    tables = tomllib.loads(FILE.read_text("utf-8"))
    tables.pop("parts")
    for section, words in tables.items():
        hidden = [
            (earlier, word)
            for number, word in enumerate(words)
            if re.escape(word) == word  # a plain word
            for earlier in words[:number]
            if section not in ("trigger", "notice", "omission_notice") and re.match(earlier, word)
        ]
        assert (section, hidden) == (section, [])
        assert len(set(words)) == len(words)


def test_a_match_of_several_sections_names_its_own() -> None:
    match = any_of(("document", "access")).search("免费下载本文")
    assert match is not None
    assert (match.group(), match.lastgroup) == ("下载", "access")


@pytest.mark.parametrize("section", SECTIONS)
def test_no_word_finds_the_empty_text(section: vocabulary.Section) -> None:
    assert not pattern(section).fullmatch("")
