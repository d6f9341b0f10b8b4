"""Optional dependencies, imported where they are used."""

from __future__ import annotations

import importlib
from types import ModuleType

from jianghua.data.errors import MissingExtraError


def require(module: str, extra: str) -> ModuleType:
    """Import `module`, or say which extra of jianghua brings it.

    Raises:
        MissingExtraError: the module is not installed; the message holds the install command.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != module.split(".")[0]:
            raise  # a dependency of an installed module is broken: not ours to explain away
        raise missing_extra(module, extra) from error


def missing_extra(module: str, extra: str) -> MissingExtraError:
    """The error that says which extra brings a module."""
    return MissingExtraError(
        f"this needs the Python module {module!r}, which is not installed: run  pip install 'jianghua[{extra}]'"
    )


def require_all(*modules: str, extra: str) -> None:
    """Say that a module of an extra is missing before long work begins, not after.

    Raises:
        MissingExtraError: see `require`.
    """
    for module in modules:
        require(module, extra)
