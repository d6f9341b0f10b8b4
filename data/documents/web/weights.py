"""How far the marks of a web page are believed: what holds most of the page's sentences is its text, whatever it is called.

Marks are weighed one by one, and then together, because some pages spread their text over many small blocks with unlucky names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

_REFUTED: Final = {"comments": 0.9}  # share of the sentences above which a mark is not believed; comments can well be long
_REFUTED_USUAL: Final = 0.5
_PROSE: Final = re.compile("[^。！？；!?\\s]{8,}[。！？；!?]")
_REMARKS: Final = re.compile(r"^[^\s：:。，]{1,12}[：:]\S|回复|点赞|举报|网友|\d楼|\d{1,2}:\d{2}")
_FOREIGN: Final = re.compile(
    "版权|转载|备案|责任编辑|责编|扫码|扫一扫|关注|下载|广告|客服|微信|登录|登陆|注册|Copyright", re.IGNORECASE
)
_FEWEST: Final = 2  # sentences of the text on both sides of a block that stands in its middle


@dataclass(slots=True)
class Mark:
    """A mark that a part of the page bears.

    Attributes:
        element: the part.
        kind: what the page says it is, or why it is not seen.
        named: whether only a class, an id or a role says so.
        outer: the mark that it lies in, if any.
        weight: its sentences.
        before: sentences without a mark that came before it in the element around it.
        after: such sentences that come after it there.
    """

    element: Any
    kind: str
    named: bool
    outer: Mark | None
    weight: int = 0
    before: int = 0
    after: int = 0


def refuted(marks: Sequence[Mark], total: int, unmarked: int) -> frozenset[Any]:
    """The elements whose marks are not believed.

    Args:
        marks: all marks of a page that hold sentences.
        total: sentences of the page.
        unmarked: those that lie in no mark.
    """
    found = {mark.element for mark in marks if mark.weight > _REFUTED.get(mark.kind, _REFUTED_USUAL) * total}
    found |= _unseen_together([mark for mark in marks if not mark.named and mark.element not in found], found, total)
    named = [mark for mark in marks if mark.named and _is_prose(mark.element)]
    if not found:
        found |= _named_together(named, unmarked)
    for mark in named:  # outer ones come first
        if mark.element not in found and _belongs(mark, found):
            found.add(mark.element)
    return frozenset(found)


def _unseen_together(marks: Iterable[Mark], found: set[Any], total: int) -> set[Any]:
    """What is unseen for one reason and holds most sentences together, such as the pages of a text that a script turns."""
    if found:
        return set()
    weights: Counter[str] = Counter()
    for mark in marks:
        if mark.outer is None:
            weights[mark.kind] += mark.weight
    return {mark.element for mark in marks if weights[mark.kind] > _REFUTED_USUAL * total}


def _named_together(marks: Iterable[Mark], unmarked: int) -> set[Any]:
    """Blocks that hold most sentences together, comments aside."""
    candidates = [mark for mark in marks if mark.outer is None and mark.kind not in ("comments", "page footer")]
    candidates = [mark for mark in candidates if not _is_foreign(mark.element)]
    weight = sum(mark.weight for mark in candidates)
    return {mark.element for mark in candidates} if weight > _REFUTED_USUAL * (weight + unmarked) else set()


def _belongs(mark: Mark, found: set[Any]) -> bool:
    """Whether a named block is text: it lies in some that was named as wrongly, or beside it, or in the middle of text."""
    if mark.outer is not None:
        return mark.outer.element in found
    if mark.kind == "page footer" or _is_foreign(mark.element):
        return False
    parent = mark.element.getparent()
    if any(one.getparent() is parent for one in found):
        return True
    return mark.before >= _FEWEST and mark.after >= max(_FEWEST, mark.weight)


def _is_prose(element: Any) -> bool:
    """Whether a block holds sentences of some length, and no links."""
    return next(element.iter("a"), None) is None and _PROSE.search("".join(element.itertext())) is not None


def _is_foreign(element: Any) -> bool:
    """Whether a block reads like readers' remarks, or like what a site says of itself."""
    texts = [text for one in element.itertext() if (text := one.strip())]
    remarks = sum(_REMARKS.search(text) is not None for text in texts)
    return remarks * 2 >= len(texts) or any(_FOREIGN.search(text) for text in texts)
