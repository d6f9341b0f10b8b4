"""What a web page itself says of its parts: navigation, advertising, comments; and which of them nobody sees.

These marks are believed only as far as they can be true: `weights` says how far.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from jianghua.data.documents.web.looks import Look, Looks
from jianghua.data.documents.web.weights import Mark, refuted
from jianghua.data.extras import require

BLOCKS: Final = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav", "ol", "p", "pre", "search", "section"),
        *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp"),
    ]
)
"""Elements that make paragraphs."""

INVISIBLE: Final = frozenset(
    [
        *("script", "style", "noscript", "template", "head", "svg", "iframe", "object", "canvas", "noframes", "audio", "video"),
        *("rt", "rp", "rtc", "datalist", "annotation", "annotation-xml"),  # of a phonetic guide only the base is text
    ]
)
"""Elements whose content is never text of the page."""

GONE: Final = "gone"
"""The mark of elements of which nothing is seen."""

_CONTROLS: Final = frozenset({"button", "select", "option", "input", "textarea", "label"})
_TAGS: Final = {"nav": "navigation", "aside": "aside", "footer": "page footer", "form": "form", "menu": "navigation"}
_ALWAYS_TEXT: Final = frozenset({"html", "body", "article", "main"})


def _words(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[-_ ])(?:{words})(?:$|[-_ ])")


_NAMES: Final = (
    (_words(r"nav|navbar|menu|breadcrumbs?|crumbs?|toolbar|topbar|pager|pagination"), "navigation"),
    (_words(r"ads?|advert\w*|banner|promo\w*|sponsor\w*|guanggao"), "advertising"),
    (_words(r"comments?|pinglun|reply|replies|respond"), "comments"),
    (_words(r"related|recommend\w*|tuijian|hot|rank\w*|sidebar|side|share\w*|social"), "related"),
    (_words(r"footer|foot|copyright|beian"), "page footer"),
)
_STOPS: Final = re.compile("[。！？；!?]")


class Marks:
    """The marks of one page.

    Args:
        root: its root element.
    """

    def __init__(self, root: Any) -> None:
        survey = _Survey(root)
        survey.run(root)
        self._refuted = refuted([mark for mark in survey.marks if mark.weight], survey.total, survey.unmarked)
        self._claims = survey.claims
        self._origins = survey.origins

    def of(self, element: Any) -> str | None:
        """What an element is but text: `GONE`, `control`, or a kind of furniture; None for text."""
        return None if element in self._refuted else self._claims.get(element)

    def hides_text_of(self, element: Any) -> bool:
        """Whether the text that stands directly in an element is not seen; elements inside it may be seen."""
        origin = self._origins.get(element)
        return origin is not None and origin not in self._refuted


class _Survey:
    """Goes through a page once, and collects what its parts are called and how they look.

    Attributes:
        claims: what elements are but text.
        origins: for elements whose own text is not seen, the element that began it.
        marks: all of that, to be weighed.
        total: sentences of the page.
        unmarked: those that bear no mark.
    """

    def __init__(self, root: Any) -> None:
        self.claims: dict[Any, str] = {}
        self.origins: dict[Any, Any] = {}
        self.marks: list[Mark] = []
        self.total = 0
        self.unmarked = 0
        self._looks = Looks(root, BLOCKS)
        self._open: list[_Open] = []

    def run(self, root: Any) -> None:
        """Go through the page."""
        etree = require("lxml.etree", extra="documents")
        skipped = None
        self._open.append(_Open(self._looks.page, None, None, None, 0, 0))
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start" and skipped is None:
                if not isinstance(element.tag, str) or element.tag in INVISIBLE:
                    skipped = element
                    continue
                self._begin(element)
                self._count(element.text)
            elif event == "end" and (skipped is None or element is skipped):
                if skipped is None:
                    self._end()
                skipped = None
                self._count(element.tail)

    def _begin(self, element: Any) -> None:
        outer = self._open[-1]
        look = self._looks.inside(outer.look, element)
        around = outer.mark or outer.around
        mark = self._mark(element, look, around)
        origin = None
        if look.unseen is not None:
            origin = outer.origin if outer.origin is not None and outer.origin.kind == look.unseen else None
            if origin is None:
                origin = Mark(element, look.unseen, False, mark or around)
                self.marks.append(origin)
            self.origins[element] = origin.element
        if mark is not None:
            self.marks.append(mark)
            mark.before = self.unmarked - outer.unmarked_before
            outer.inside.append(mark)
        self._open.append(_Open(look, mark, around, origin, self.total, self.unmarked))

    def _mark(self, element: Any, look: Look, around: Mark | None) -> Mark | None:
        """What an element is but text, by its looks, its tag, or its names."""
        tag = element.tag
        if look.gone is not None:
            self.claims[element] = GONE
            return Mark(element, look.gone, False, around)
        claim = "control" if tag in _CONTROLS else _TAGS.get(tag)
        named = claim is None and tag not in _ALWAYS_TEXT
        if named:
            names = " ".join(name for key in ("class", "id", "role") if (name := element.get(key)))
            claim = _claim_of_names(names) if names else None
        if claim is None:
            return None
        self.claims[element] = claim
        return Mark(element, claim, named, around)

    def _end(self) -> None:
        closed = self._open.pop()
        if closed.mark is not None:
            closed.mark.weight = self.total - closed.total_before
        for mark in closed.inside:
            mark.after = self.unmarked - closed.unmarked_before - mark.before

    def _count(self, text: str | None) -> None:
        """Count the sentences of a piece of text that stands directly in the innermost open element."""
        count = len(_STOPS.findall(text)) if text else 0
        if not count:
            return
        inner = self._open[-1]
        self.total += count
        if inner.origin is not None:
            inner.origin.weight += count
        elif inner.mark is None and inner.around is None:
            self.unmarked += count


@dataclass(slots=True)
class _Open:
    """An element that is open while the page is gone through.

    Attributes:
        look: how it looks.
        mark: its own mark.
        around: the mark that it lies in.
        origin: the mark by which its own text is not seen.
        total_before: sentences before it.
        unmarked_before: sentences without a mark before it.
        inside: the marks of the elements directly inside it.
    """

    look: Look
    mark: Mark | None
    around: Mark | None
    origin: Mark | None
    total_before: int
    unmarked_before: int
    inside: list[Mark] = field(default_factory=list)


@lru_cache(maxsize=4096)
def _claim_of_names(names: str) -> str | None:
    """What an element is by its class, id and role."""
    names = names.lower()
    return next((reason for pattern, reason in _NAMES if pattern.search(names)), None)
