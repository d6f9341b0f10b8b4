"""What a web page itself says of its parts: navigation, advertising, comments; hidden; or no text at all.

These marks are believed only as far as they can be true: a part that holds most of the page's sentences is the page's text,
whatever it is called.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from jianghua.data.extras import require

INVISIBLE: Final = frozenset(
    [
        *("script", "style", "noscript", "template", "head", "svg", "iframe", "object", "canvas", "noframes", "audio", "video"),
        *("rt", "rp", "rtc", "datalist", "annotation", "annotation-xml"),  # of a phonetic guide only the base is text
    ]
)
"""Elements whose content is never text of the page."""

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
_HIDDEN_STYLE: Final = re.compile(r"(?:^|;)(?:display:none|visibility:hidden|font-size:0(?:p[xt]|r?em|%)?(?=;|$|!))")
_SIMPLE: Final = re.compile(r"[.#][\w-]+")
_STOPS: Final = re.compile("[。！？；!?]")
_LONGEST_STYLE_SHEET: Final = 1_000_000  # characters
_REFUTED: Final = {"comments": 0.9}  # share of the sentences above which a mark is not believed; comments can well be long
_REFUTED_USUAL: Final = 0.5


class Marks:
    """The marks of one page.

    Args:
        root: its root element.
    """

    def __init__(self, root: Any) -> None:
        style_sheets = "".join("".join(sheet.itertext()) for sheet in root.iter("style"))
        self._hidden_names = _hidden_names(style_sheets[:_LONGEST_STYLE_SHEET])
        self._refuted = self._weigh(root)

    def of(self, element: Any) -> str | None:
        """What an element is but text: `hidden`, `control`, or a kind of furniture; None for text."""
        return None if element in self._refuted else self._claimed(element)

    def _claimed(self, element: Any) -> str | None:
        tag = element.tag
        if self._hidden(element):
            return "hidden"
        if tag in _CONTROLS:
            return "control"
        if tag in _TAGS:
            return _TAGS[tag]
        if tag in _ALWAYS_TEXT:
            return None
        names = " ".join(name for key in ("class", "id", "role") if (name := element.get(key)))
        return _claim_of_names(names) if names else None

    def _hidden(self, element: Any) -> bool:
        style = element.get("style")
        match = _HIDDEN_STYLE.search(re.sub(r"\s+", "", style).lower()) if style else None
        if match and not ("font-size" in match.group() and len(element)):  # its children may well have a size again
            return True
        if element.get("hidden") is not None or (element.tag == "dialog" and element.get("open") is None):
            return True
        if not self._hidden_names:
            return False
        names = [f".{name}" for name in (element.get("class") or "").split()]
        return not self._hidden_names.isdisjoint([*names, f"#{element.get('id') or ''}"])

    def _weigh(self, root: Any) -> frozenset[Any]:
        """The marked elements that hold most of the page's sentences."""
        etree = require("lxml.etree", extra="documents")
        total = 0
        open_marks: list[tuple[Any, str, int]] = []  # marked elements, and the sentences before each
        marked: list[tuple[Any, str, int]] = []
        skipped = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start" and skipped is None:
                if not isinstance(element.tag, str) or element.tag in INVISIBLE:
                    skipped = element
                    continue
                claim = self._claimed(element)
                if claim is not None:
                    open_marks.append((element, claim, total))
                total += len(_STOPS.findall(element.text or ""))
            elif event == "end" and (skipped is None or element is skipped):
                skipped = None
                if open_marks and open_marks[-1][0] is element:
                    _, claim, before = open_marks.pop()
                    marked.append((element, claim, total - before))
                total += len(_STOPS.findall(element.tail or ""))
        return frozenset(
            element for element, claim, weight in marked if weight and weight > _REFUTED.get(claim, _REFUTED_USUAL) * total
        )


@lru_cache(maxsize=4096)
def _claim_of_names(names: str) -> str | None:
    """What an element is by its class, id and role."""
    names = names.lower()
    return next((reason for pattern, reason in _NAMES if pattern.search(names)), None)


def _hidden_names(sheet: str) -> frozenset[str]:
    """Classes and ids that a style sheet hides on the screen, by rules for nothing but such a name."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    hidden: set[str] = set()
    outer: list[str] = []
    last = 0
    for brace in re.finditer(r"[{}]", sheet):
        text = sheet[last : brace.start()]
        last = brace.end()
        if brace.group() == "{":
            outer.append(text.strip())
        elif outer:
            rule = outer.pop()
            if not outer and _HIDDEN_STYLE.search(re.sub(r"\s+", "", text).lower()):  # not those for print and the like
                hidden.update(name for one in rule.split(",") if _SIMPLE.fullmatch(name := one.strip()))
    return frozenset(hidden)
