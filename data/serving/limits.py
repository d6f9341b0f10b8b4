"""What a server lets its clients take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_CONNECTIONS: Final = 4  # for each request that may be answered at once: clients keep some open between requests


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request, and all of them together, may take."""

    body: int = 16 * 1024 * 1024
    """Bytes of a request's body."""
    seconds: float = 30.0
    """Seconds in which a request's head must have arrived, then its body, and in which an answer must have been taken."""
    requests: int = 32
    """Requests at once; more are told to come back."""

    @property
    def connections(self) -> int:
        """Open connections at once; more are closed unheard."""
        return _CONNECTIONS * self.requests
