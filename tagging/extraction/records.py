"""What tagged sentences say in particular: tasks, targets, risks, criticisms; and the circumstances of the speech.

Every record holds the words as they stand in the sentence, with half-open code-point offsets into `Sentence.text`, and beside
them what they mean where that could be worked out. All records are frozen and have a JSON form, `to_dict`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Literal, TypeAlias

Bound: TypeAlias = Literal["in", "by", "from", "every"]
"""How a date binds: within it, no later than its last day, from its first day on, or in every such period."""

Relation: TypeAlias = Literal[
    "at_least",
    "more_than",
    "at_most",
    "less_than",
    "about",
    "growth",
    "decline",
    "multiple",
    "than_before",
    "than_others",
    "rank",
]
"""What a comparison says: a bound of the value, the direction of its change, or what it is compared with."""

Origin: TypeAlias = Literal["dataset", "byline", "title", "opening", "file"]
"""Where a circumstance of a speech was read: a field of the data set, or a part of the speech or of its file's name."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a sentence, as they stand there: `text` is `sentence.text[start:end]`."""

    text: str
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        """The mention as JSON; a date in ISO form."""
        return {one.name: _json(getattr(self, one.name)) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class Date(Mention):
    """When something is to be done or reached.

    Attributes:
        first: first day of the interval that the words name; `None` where the words and the speech's date do not tell.
        last: its last day, the deadline of what is to be done by then; `None` as above.
        bound: how the date binds.
    """

    first: date | None = None
    last: date | None = None
    bound: Bound = "in"

    @property
    def iso(self) -> str | None:
        """The interval in ISO 8601, `2024-07-01/2024-09-30`, with `..` for an open end; `None` when it is not known."""
        if self.first is None and self.last is None:
            return None
        return f"{self.first or '..'}/{self.last or '..'}"

    def to_dict(self) -> dict[str, Any]:
        """The date as JSON, with its interval in ISO 8601."""
        return {**Mention.to_dict(self), "iso": self.iso}


@dataclass(frozen=True, slots=True)
class Value(Mention):
    """A number with its unit, or a range of numbers.

    Attributes:
        low: smallest number meant, in `unit`; `None` where digits are masked (X, 某, ×, **).
        high: largest number meant; equal to `low` for a single number.
        unit: the unit that the numbers were brought to: `CNY`, `%`, `percentage point`, `mu`, or the Chinese measure word as it
            stands for what is counted (`个`, `户`); `None` for a number without one.
        masked: whether digits were masked.
    """

    low: float | None = None
    high: float | None = None
    unit: str | None = None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Comparison(Mention):
    """Words that say how a value is to be compared: 不低于, 以上, 同比增长, 翻一番, 高于全省平均."""

    relation: Relation = "about"


@dataclass(frozen=True, slots=True)
class Task:
    """Who must do what by when, from a sentence tagged `directive`.

    Attributes:
        sentence: 0-based number of the sentence in the speech.
        what: the action, from its first verb on.
        who: those who are asked by name; empty when the sentence names nobody.
        when: deadlines and periods.
    """

    sentence: int
    what: Mention
    who: tuple[Mention, ...] = ()
    when: tuple[Date, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The task as JSON."""
        return {one.name: _json(getattr(self, one.name)) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class Target:
    """A result that can be checked, from a sentence tagged `target`: a value or a state.

    Attributes:
        sentence: 0-based number of the sentence in the speech.
        indicator: what is measured or brought to a state; `None` when the sentence leaves it to its context.
        value: the number to be reached.
        state: the state to be reached, where there is no number.
        comparison: how the value is to be compared.
        when: by when, or for which period.
    """

    sentence: int
    indicator: Mention | None = None
    value: Value | None = None
    state: Mention | None = None
    comparison: tuple[Comparison, ...] = ()
    when: tuple[Date, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The target as JSON."""
        return {one.name: _json(getattr(self, one.name)) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class Concern:
    """What a sentence warns of or blames: in which area, and whom.

    Attributes:
        sentence: 0-based number of the sentence in the speech.
        area: the area of work, one of `areas.toml`; 其他 for a risk and 作风 for a criticism that names none.
        field: the words that tell the area; `None` when there are none.
        who: whom it concerns or blames; empty when nobody is named.
    """

    sentence: int
    area: str
    field: Mention | None = None
    who: tuple[Mention, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON."""
        return {one.name: _json(getattr(self, one.name)) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class Risk(Concern):
    """A danger that a sentence tagged `risk` points out."""


@dataclass(frozen=True, slots=True)
class Criticism(Concern):
    """A failing that a sentence tagged `criticism` points out."""


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One thing that is known of a speech as a whole, and where it was read."""

    text: str
    origin: Origin

    def to_dict(self) -> dict[str, Any]:
        """The circumstance as JSON; dates in ISO form."""
        return {one.name: _json(getattr(self, one.name)) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class Day(Circumstance):
    """When a speech was held: one day, or the first and last of the month or year that is all that is known."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who spoke, in which office, on which occasion, where and when; `None` for what neither the speech nor its file tells."""

    speaker: Circumstance | None = None
    office: Circumstance | None = None
    occasion: Circumstance | None = None
    place: Circumstance | None = None
    date: Day | None = None

    def to_dict(self) -> dict[str, Any]:
        """The circumstances as JSON."""
        return {one.name: _json(getattr(self, one.name)) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was extracted from one tagged speech, in the order of its sentences."""

    circumstances: Circumstances = field(default_factory=Circumstances)
    tasks: tuple[Task, ...] = ()
    targets: tuple[Target, ...] = ()
    risks: tuple[Risk, ...] = ()
    criticisms: tuple[Criticism, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The extraction as JSON."""
        return {one.name: _json(getattr(self, one.name)) for one in fields(self)}


def _json(value: Any) -> Any:
    """A value of a record as JSON."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return [_json(one) for one in value]
    return value
