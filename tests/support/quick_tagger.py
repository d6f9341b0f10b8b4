"""The tagger of the package with words in place of its network: it tags at once, and waits when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from jianghua.data.paths import DEFAULT_TAGGER
from jianghua.tagging.bundle import load_bundle
from jianghua.tagging.records import Tag
from jianghua.tagging.tagger import Tagger

DIRECTIVE = "要"


class QuickTagger(Tagger):
    """Tags what holds 要 as a directive whose evidence is the first character; fails on boom."""

    def __init__(self, wait: Callable[[], Any] = lambda: None) -> None:
        super().__init__(load_bundle(DEFAULT_TAGGER), cast(Any, None), "quick", "0" * 64)
        self._wait = wait

    def tag_sentences(self, sentences: Sequence[str]) -> list[Tag]:
        self._wait()
        if any("boom" in text for text in sentences):
            raise ValueError("secret inside")
        none = dict.fromkeys(self.scheme.keys, 0.0)
        return [
            Tag(("directive",), none | {"directive": 1.0}, {"directive": (0, 1)}) if DIRECTIVE in text else Tag((), none)
            for text in sentences
        ]
