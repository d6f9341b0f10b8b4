"""The inference side: a trained bundle, the tagger, batch tagging and its reports.

from jianghua.tagging import Tagger
tagged = Tagger.load("runs/samples").tag_text(text)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jianghua.tagging.records import Tag, TaggedSpeech

if TYPE_CHECKING:
    from jianghua.tagging.tagger import Tagger

__all__ = ["Tag", "TaggedSpeech", "Tagger"]


def __getattr__(name: str) -> Any:
    """Import the tagger only when it is asked for: numpy and the bundle are not needed to read records."""
    if name == "Tagger":
        from jianghua.tagging.tagger import Tagger

        return Tagger
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
