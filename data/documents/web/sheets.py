"""Style sheets inside a web page: which declarations hold for an element, by the cascade of the CSS standard.

Only declarations that decide whether text is seen are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jianghua.data.documents.web.selectors import Selector, key_of, keys_of, parse_selector

_LONGEST: Final = 1_000_000  # characters of all style sheets of a page
_MOST_RULES: Final = 20_000
_MOST_TRIALS: Final = 100_000  # of a rule that looks at several elements: what a page has beyond that styles nothing
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

_MATTERS: Final = re.compile("|".join(re.escape(name) for name in sorted(PROPERTIES)), re.IGNORECASE)
_SHORTHANDS: Final = {
    "background": ("background-color", "background-image"),
    "font": ("font-size",),
    "overflow": ("overflow-x", "overflow-y"),
    "text-decoration": ("text-decoration-line",),
}

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
    """A rule as it is written: most rules of a page concern none of its elements, and are never parsed."""

    selector: str
    order: int
    declarations: str


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
        self._names: dict[Any, frozenset[str]] = {}
        count = 0
        for selectors, declarations in _blocks(text):
            for selector in selectors.split(","):
                key = key_of(selector)
                if key is not None and count < _MOST_RULES:
                    self._rules.setdefault(key, []).append(_Rule(selector, count, declarations))
                    count += 1

    def declared(self, element: Any) -> dict[str, str]:
        """The values that are declared for an element, by property: those of its own style before those of the rules."""
        style = element.get("style")
        if not self._rules:
            return _applied(parse_declarations(style)) if style else {}
        keys = keys_of(element)
        around = self._names_around(element, keys)
        found = []
        for rule in (rule for key in keys for rule in self._rules.get(key, ())):
            selector = parse_selector(rule.selector)
            if selector is not None and selector.ancestors <= around and self._selects(selector, element):
                found.append((selector.specificity, rule.order, rule.declarations))
        declarations = [one for _, _, text in sorted(found) for one in parse_declarations(text)]
        declarations += parse_declarations(style) if style else ()
        return _applied(declarations)

    def _names_around(self, element: Any, keys: Iterable[str]) -> frozenset[str]:
        """The names of an element and of all around it; those around it were asked for before."""
        outer = self._names.get(element.getparent(), frozenset())
        names = outer if outer.issuperset(keys) else outer.union(keys)
        self._names[element] = names
        return names

    def _selects(self, selector: Selector, element: Any) -> bool:
        self._trials += len(selector.compounds) > 1
        return self._trials <= _MOST_TRIALS and selector.matches(element)


@lru_cache(maxsize=8192)
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


def _applied(declarations: Sequence[Declaration]) -> dict[str, str]:
    """The values that hold when declarations follow each other: a shorthand sets all that it stands for."""
    values: dict[str, str] = {}
    for important in (False, True):
        for one in declarations:
            if one.important == important:
                for name in _SHORTHANDS.get(one.name, ()):
                    values.pop(name, None)
                values[one.name] = one.value
    return values


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules for screens, in order."""
    text = _COMMENT.sub("", text)
    outer: list[str] = []
    last = 0
    for brace in _BRACE.finditer(text):
        if brace.group() == "{":
            outer.append(text[last : brace.start()].rpartition(";")[2].strip())
        elif brace.group() == "}" and outer:
            prelude = outer.pop()
            declarations = text[last : brace.start()]
            if _MATTERS.search(declarations) and not prelude.startswith("@") and all(map(_holds, outer)):
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
