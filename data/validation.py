"""Values checked by pydantic against the types that they should have; what is wrong is said in one line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from jianghua.data.errors import RecordError

if TYPE_CHECKING:  # imported where a record is read: the process that parses files reads none, and would start twice as slowly
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

Record = TypeVar("Record")


def parse_json(type: type[Record], text: str | bytes, where: str) -> Record:
    """A value of this type from its JSON.

    Raises:
        RecordError: it is no JSON, or something else than the type says; the message starts with `where`.
    """
    from pydantic import ValidationError

    try:
        return _adapter(type).validate_json(text)
    except ValidationError as error:
        raise RecordError(f"{where}: {explain(error.errors()[0])}") from None


def parse_value(type: type[Record], value: Any, where: str) -> Record:
    """A value of this type from what `json.loads` gives; see `parse_json`."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise RecordError(f"{where}: expected what JSON can hold, got {value!r:.80} ({error})") from None
    return parse_json(type, text, where)


_ADAPTERS: Final[dict[type, TypeAdapter[Any]]] = {}


def _adapter(type: type[Record]) -> TypeAdapter[Record]:
    """The adapter of a type, which takes a while to build, built once."""
    from pydantic import TypeAdapter

    if type not in _ADAPTERS:
        _ADAPTERS[type] = TypeAdapter(type)
    return _ADAPTERS[type]


def explain(item: ErrorDetails, location: Sequence[int | str] | None = None) -> str:
    """One thing that is wrong: where, what was expected and what was got.

    Args:
        item: one of the `errors()` of pydantic's `ValidationError`.
        location: keys and indices that lead to it, where the item's own say more than a reader wants to know.
    """
    key = ".".join(map(str, item["loc"] if location is None else location))
    if item["type"] == "missing":
        return f"{key}: required, but missing"
    message = item["msg"].removeprefix("Value error, ")
    if item["type"] == "json_invalid":
        message = f"expected JSON ({item['ctx']['error'].replace(' line 1 ', ' ')})"
    got = "" if ", got " in message else f", got {item['input']!r:.80}"
    return f"{key}{': ' if key else ''}{message[0].lower()}{message[1:]}{got}"
