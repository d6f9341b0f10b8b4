"""jianghua: raw Chinese speech files into sentences tagged by what they do.

    from jianghua import Tagger

The folders beside this file are links to those at the top of the repository; in an installed package they are plain folders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jianghua.tagging import Tag, TaggedSpeech, Tagger

__all__ = ["Tag", "TaggedSpeech", "Tagger"]


def __getattr__(name: str) -> Any:
    """Import what is asked for only then, so that `import jianghua` costs nothing."""
    if name in __all__:
        from jianghua import tagging

        return getattr(tagging, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
