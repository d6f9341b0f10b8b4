"""Style sheets inside a web page: which declarations hold for an element, by the cascade of the CSS standard.

Only declarations that decide whether text is seen are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from jianghua.data.documents.web.selectors import Selector, keys_of, parse_selector

_LONGEST: Final = 1_000_000  # characters of all style sheets of a page
_MOST_RULES: Final = 20_000
_MOST_TRIALS: Final = 1_000_000  # of a rule on an element: what a page has beyond that styles nothing
PROPERTIES: Final = frozenset(
    [
        *("display", "visibility", "opacity", "content-visibility", "color", "background", "background-color"),
        *("background-image", "font", "font-size", "position", "left", "right", "top", "bottom", "text-indent"),
        *(
            "margin-left",
            "margin-top",
            "clip",
            "clip-path",
            "transform",
            "filter",
            "width",
            "height",
            "max-width",
            "max-height",
        ),
        *("overflow", "overflow-x", "overflow-y", "text-decoration", "text-decoration-line", "-webkit-text-fill-color"),
    ]
)
"""The properties that decide whether text is seen."""

_COMMENT: Final = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_BRACE: Final = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|[{}]")
_DECLARATION: Final = re.compile(r"(?:[^;\"'()]|\"[^\"]*\"|'[^']*'|\([^()]*\))+")
_IMPORTANT: Final = re.compile(r"\s*!\s*important\s*$")
_SCREEN: Final = re.compile(r"\s*(?:only\s+)?(?:screen|all)\s*")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One property as it is declared: its value in lower case, and whether it goes before all that are not important."""

    name: str
    value: str
    important: bool


@dataclass(frozen=True, slots=True)
class _Rule:
    selector: Selector
    order: int
    declarations: tuple[Declaration, ...]


class Sheets:
    """The style sheets of a page.

    Args:
        root: its root element.

    Attributes:
        has_others: whether the page names further style sheets, which lie elsewhere and are not known.
    """

    def __init__(self, root: Any) -> None:
        texts = ["".join(sheet.itertext()) for sheet in root.iter("style") if _is_for_screens(sheet.get("media") or "")]
        text = "\n".join(texts)[:_LONGEST]
        links = (link for link in root.iter("link") if "stylesheet" in (link.get("rel") or "").lower().split())
        self.has_others = "@import" in text or any(_is_for_screens(link.get("media") or "") for link in links)
        self._rules: dict[str, list[_Rule]] = {}
        self._trials = 0
        count = 0
        for selectors, declarations in _blocks(text):
            for selector in map(parse_selector, selectors.split(",")):
                if selector is not None and count < _MOST_RULES:
                    self._rules.setdefault(selector.key, []).append(_Rule(selector, count, declarations))
                    count += 1

    def declared(self, element: Any) -> dict[str, str]:
        """The values that are declared for an element, by property: those of its own style before those of the rules."""
        style = element.get("style")
        if not self._rules and not style:
            return {}
        likely = [rule for key in keys_of(element) for rule in self._rules.get(key, ())]
        self._trials += len(likely)
        rules = [rule for rule in likely if rule.selector.matches(element)] if self._trials <= _MOST_TRIALS else []
        rules.sort(key=lambda rule: (rule.selector.specificity, rule.order))
        declarations = [one for rule in rules for one in rule.declarations]
        declarations += parse_declarations(style) if style else ()
        values = {one.name: one.value for one in declarations if not one.important}
        return values | {one.name: one.value for one in declarations if one.important}


def parse_declarations(text: str) -> tuple[Declaration, ...]:
    """The declarations of a rule or of a `style` attribute that decide whether text is seen."""
    result = []
    for piece in _DECLARATION.findall(text.lower()):
        name, _, value = piece.partition(":")
        name = name.strip()
        if name in PROPERTIES:
            stripped = _IMPORTANT.sub("", value)
            result.append(Declaration(name, stripped.strip(), stripped != value))
    return tuple(result)


def _blocks(text: str) -> Iterator[tuple[str, tuple[Declaration, ...]]]:
    """Selectors and declarations of the rules for screens, in order."""
    text = _COMMENT.sub("", text)
    outer: list[str] = []
    last = 0
    for brace in _BRACE.finditer(text):
        if brace.group() == "{":
            outer.append(text[last : brace.start()].rpartition(";")[2].strip())
        elif brace.group() == "}" and outer:
            prelude = outer.pop()
            declarations = parse_declarations(text[last : brace.start()])
            if declarations and not prelude.startswith("@") and all(map(_holds, outer)):
                yield prelude, declarations
        else:
            continue
        last = brace.end()


def _holds(prelude: str) -> bool:
    """Whether the rules inside an at-rule hold on any screen."""
    name, _, condition = prelude.partition(" ")
    return name == "@layer" or (name == "@media" and _is_for_screens(condition))


def _is_for_screens(media: str) -> bool:
    return not media.strip() or any(_SCREEN.fullmatch(one) for one in media.lower().split(","))
