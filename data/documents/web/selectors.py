"""Selectors of style sheets: parsed once, matched against an element and those around it.

Types, classes, ids, attributes, `:not()`, the first and last child, and all four combinators are known; a selector with
anything else is refused, and its rule then styles nothing. (lxml matches selectors through a further package that turns each
into a search of the whole page; a page has hundreds.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any, Final, TypeAlias

Test: TypeAlias = Callable[[Any], bool]

_NAME: Final = r"-?[A-Za-z_\u0080-\U0010ffff][\w\-\u0080-\U0010ffff]*"
_PART: Final = re.compile(
    rf"""
      (?P<type> {_NAME} | \* )
    | \# (?P<id> [\w\-\u0080-\U0010ffff]+ )
    | \. (?P<class> {_NAME} )
    | \[ \s* (?P<attribute> {_NAME} ) \s*
        (?: (?P<operator> [~|^$*]?= ) \s* (?P<value> "[^"]*" | '[^']*' | [\w\-]+ ) \s* (?: [iIsS] \s* )? )? \]
    | :not \( \s* (?P<not> [^()\s>+~,]+ ) \s* \)
    | : (?P<pseudo> first-child | last-child | only-child | root ) (?![\w\-(])
    """,
    re.VERBOSE,
)
_PLAIN_TAIL: Final = re.compile(r"(?:^|[\s>+~])((?:[#.]?[\w-]+|\*)(?:[#.][\w-]+)*)\s*$")
_SIMPLE: Final = re.compile(r"[#.]?[\w-]+|\*")
_COMBINATOR: Final = re.compile(r"\s*([>+~])\s*|\s+")
_MOST_PARTS: Final = 8  # of one selector
_FARTHEST: Final = 48  # elements around one that are looked at
_MANY: Final = (" ", "~")  # combinators that lead to several elements

_OPERATORS: Final[dict[str, Callable[[str, str], bool]]] = {
    "=": lambda held, asked: held == asked,
    "~=": lambda held, asked: asked in held.split(),
    "|=": lambda held, asked: held == asked or held.startswith(f"{asked}-"),
    "^=": lambda held, asked: bool(asked) and held.startswith(asked),
    "$=": lambda held, asked: bool(asked) and held.endswith(asked),
    "*=": lambda held, asked: bool(asked) and asked in held,
}
_PSEUDO: Final[dict[str, Test]] = {
    "first-child": lambda element: element.getprevious() is None,
    "last-child": lambda element: element.getnext() is None,
    "only-child": lambda element: element.getprevious() is None and element.getnext() is None,
    "root": lambda element: element.getparent() is None,
}


@dataclass(frozen=True, slots=True)
class Compound:
    """What a selector asks of one element, and how the element before it must lie to it.

    Attributes:
        tests: all must hold.
        combinator: how the compound before this one is related to it: ` `, `>`, `+`, `~`; empty for the first one.
        key: a name that any matching element bears: `#id`, `.class` or a type; `*` where there is none.
    """

    tests: tuple[Test, ...]
    combinator: str
    key: str

    def matches(self, element: Any) -> bool:
        """Whether an element fulfils it, wherever it stands."""
        return all(test(element) for test in self.tests)


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector: its compounds from the last one, which the element itself must match, to the first.

    Attributes:
        compounds: see above.
        specificity: how many ids, how many classes, attributes and pseudo-classes, how many types.
        ancestors: names that elements around a matching element must bear, beside `*`.
    """

    compounds: tuple[Compound, ...]
    specificity: tuple[int, int, int]
    ancestors: frozenset[str]

    @property
    def key(self) -> str:
        """A name that any matching element bears."""
        return self.compounds[0].key

    def matches(self, element: Any) -> bool:
        """Whether it selects an element."""
        found: Iterable[Any] = (element,)
        for number, compound in enumerate(self.compounds):
            matching = (one for one in found if compound.matches(one))
            # Of several ancestors or siblings the nearest leads as far as all of them, unless the next step is a single one.
            came_by = self.compounds[number - 1].combinator if number else ""
            found = (
                list(matching) if came_by in _MANY and compound.combinator not in (came_by, "") else list(islice(matching, 1))
            )
            if not found:
                return False
            if compound.combinator:
                found = _related(found, compound.combinator)
        return True


def key_of(text: str) -> str | None:
    """The key of the selector that a text is, found without parsing it where that is plain; None where it is none."""
    tail = _PLAIN_TAIL.search(text)
    if tail is None:
        selector = parse_selector(text)
        return None if selector is None else selector.key
    names: list[str] = _SIMPLE.findall(tail.group(1))
    return next((name for sign in "#." for name in reversed(names) if name[0] == sign), names[0].lower())


@lru_cache(maxsize=8192)
def parse_selector(text: str) -> Selector | None:
    """The selector that a text is; None where it asks for what is not known here."""
    compounds: list[Compound] = []
    ids = classes = types = 0
    combinator, position, text = "", 0, text.strip()
    while position < len(text) and len(compounds) < _MOST_PARTS:
        tests: list[Test] = []
        key = "*"
        while match := _PART.match(text, position):
            test = _test(match)
            if test is None:
                return None
            if match["type"] is None or match["type"] != "*":
                tests.append(test)
            ids, classes, types = _count(match, ids, classes, types)
            key = _better(key, match)
            position = match.end()
        link = _COMBINATOR.match(text, position)
        if (not tests and text[position - 1 : position] != "*") or (link is None and position < len(text)):
            return None
        compounds.append(Compound(tuple(tests), combinator, key))
        combinator = "" if link is None else link.group(1) or " "
        position = len(text) if link is None else link.end()
    if not compounds or combinator or position < len(text):
        return None
    outer = (one.key for one, following in pairwise(compounds) if following.combinator in (" ", ">"))
    return Selector(tuple(reversed(compounds)), (ids, classes, types), frozenset(outer))


def keys_of(element: Any) -> list[str]:
    """The names by which the rules for an element are found."""
    id = element.get("id")
    classes = (element.get("class") or "").split()
    return ["*", element.tag, *(f".{name}" for name in classes), *([f"#{id}"] if id else [])]


def _test(match: re.Match[str]) -> Test | None:
    """What one part of a compound asks."""
    if (name := match["type"]) is not None:
        tag = name.lower()
        return lambda element: element.tag == tag
    if (name := match["id"]) is not None:
        return lambda element: element.get("id") == name
    if (name := match["class"]) is not None:
        return lambda element: name in (element.get("class") or "").split()
    if (name := match["attribute"]) is not None:
        attribute, operator, value = name.lower(), match["operator"], (match["value"] or "").strip("\"'")
        if operator is None:
            return lambda element: element.get(attribute) is not None
        compare = _OPERATORS[operator]
        return lambda element: (held := element.get(attribute)) is not None and compare(held, value)
    if match["not"] is not None:
        inner = _PART.fullmatch(match["not"])
        denied = _test(inner) if inner is not None and inner["not"] is None else None
        return None if denied is None else lambda element: not denied(element)
    return _PSEUDO[match["pseudo"]]


def _count(match: re.Match[str], ids: int, classes: int, types: int) -> tuple[int, int, int]:
    """Specificity with one part more."""
    part = _PART.fullmatch(match["not"]) or match if match["not"] is not None else match
    if part["id"] is not None:
        return ids + 1, classes, types
    if part["type"] is not None:
        return ids, classes, types + (part["type"] != "*")
    return ids, classes + 1, types


def _better(key: str, match: re.Match[str]) -> str:
    """The rarest of the names that a compound asks for."""
    if match["id"] is not None:
        return f"#{match['id']}"
    if match["class"] is not None:
        return key if key.startswith("#") else f".{match['class']}"
    return match["type"].lower() if match["type"] not in (None, "*") and key == "*" else key


def _related(elements: Iterable[Any], combinator: str) -> Iterable[Any]:
    """The elements that lie to one of these as the combinator says, each once."""
    seen: set[Any] = set()
    for element in elements:
        for one in islice(_STEPS[combinator](element), _FARTHEST):
            if one in seen:  # and so are all that come after it
                break
            seen.add(one)
            yield one


def _one(element: Any | None) -> tuple[Any, ...]:
    return () if element is None else (element,)


_STEPS: Final[dict[str, Callable[[Any], Iterable[Any]]]] = {
    " ": lambda element: element.iterancestors(),
    ">": lambda element: _one(element.getparent()),
    "+": lambda element: _one(element.getprevious()),
    "~": lambda element: element.itersiblings(preceding=True),
}
