"""The words of the rules: files of TOML in this room, each list as the source of one regular expression."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from jianghua.data.errors import SettingsError


def read_words(name: str) -> dict[str, str]:
    """The lists of `name`.toml; of two words that match at the same place the first counts.

    Raises:
        SettingsError: a list holds something that is no regular expression.
    """
    path = Path(__file__).with_name(f"{name}.toml")
    lists = tomllib.loads(path.read_text("utf-8"))
    for key, words in lists.items():
        for word in words:
            try:
                re.compile(word)
            except re.error as error:
                raise SettingsError(
                    f"{path.name}, {key}: expected a word or a regular expression, got {word!r} ({error})"
                ) from None
    return {key: "|".join(words) for key, words in lists.items()}
