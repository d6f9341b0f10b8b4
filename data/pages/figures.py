"""Figures as pages show them: filters of the templates. What is not defined, such as a ratio to nothing, is a dash."""

from __future__ import annotations

from typing import Final

_UNDEFINED: Final = "–"


def figure(value: float | None, digits: int = 2) -> str:
    """A number with so many decimals."""
    return _UNDEFINED if value is None else f"{value:.{digits}f}".replace("-", "−")


def percent(value: float | None) -> str:
    """A share in per cent."""
    return _UNDEFINED if value is None else f"{100 * value:.1f}%"


def interval(bounds: tuple[float, float] | None, digits: int = 2, separator: str = " 至 ") -> str:
    """An interval, from its lower to its upper bound."""
    return _UNDEFINED if bounds is None else separator.join(figure(bound, digits) for bound in bounds)
