"""Typed settings: YAML and `key=value` overrides in, frozen pydantic models out, errors that name the key."""

from __future__ import annotations

import difflib
import inspect
import re
import typing
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from jianghua.data.errors import SettingsError
from jianghua.data.validation import explain

Settings = TypeVar("Settings", bound=BaseModel)


def nearest(name: str, candidates: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the candidate closest to `name`, or nothing when none is close."""
    found = difflib.get_close_matches(name, list(candidates), n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def load_settings(model: type[Settings], path: Path, overrides: Sequence[str] = ()) -> Settings:
    """Read settings from YAML, apply overrides such as `train.learning_rate=3e-5`, validate.

    Raises:
        SettingsError: the file cannot be read, or a key or value is wrong.
    """
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    if not path.is_file():
        raise SettingsError(f"{path}: no such configuration file")
    for override in overrides:
        if "=" not in override or override.startswith("="):
            raise SettingsError(f"override {override!r}: expected key=value, such as train.learning_rate=3e-5")
    try:
        base = OmegaConf.load(path)
        merged = OmegaConf.merge(base, OmegaConf.from_dotlist(list(overrides)))
        values = OmegaConf.to_container(merged, resolve=True)
    except (OmegaConfBaseException, YAMLError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: {' '.join(str(error).split())}") from error
    return validate_settings(model, values, str(path))


def validate_settings(model: type[Settings], values: Any, where: str) -> Settings:
    """Validate plain values as `model`.

    Raises:
        SettingsError: one line for each wrong key: the key, what was expected, what was got, the nearest valid name.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise SettingsError("\n".join(f"{where}: {_explain(model, item)}" for item in error.errors())) from error


def _explain(model: type[BaseModel], item: Any) -> str:
    location = [part for part in item["loc"] if part not in _UNION_TAGS]
    if item["type"] == "extra_forbidden":
        siblings = _fields_at(model, location[:-1])
        known = ", ".join(siblings)
        key = ".".join(map(str, location))
        return f"unknown key {key!r}{nearest(str(location[-1]), siblings)} (known here: {known})"
    named = item["type"] in {"enum", "literal_error"}
    hint = nearest(str(item["input"]), re.findall(r"'([^']+)'", item["ctx"]["expected"])) if named else ""
    return explain(item, location or ["(top level)"]) + hint


_UNION_TAGS = frozenset({"int", "float", "str", "bool"})


def _fields_at(model: type[BaseModel], location: Sequence[Any]) -> list[str]:
    """Names of the fields of the model that `location` leads to."""
    current: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, int):
            continue  # an index into a sequence: its item model was already taken from the annotation
        if current is None or part not in current.model_fields:
            return []
        current = _model_in(current.model_fields[part].annotation)
    return list(current.model_fields) if current else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The pydantic model inside an annotation such as `tuple[Label, ...]` or `Early | None`."""
    arguments = typing.get_args(annotation)
    if not arguments:
        return annotation if inspect.isclass(annotation) and issubclass(annotation, BaseModel) else None
    return next((found for argument in arguments if (found := _model_in(argument)) is not None), None)
