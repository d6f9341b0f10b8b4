"""What the clients of a server may have waiting, and how much of what they got is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """Bounds on the queue and on the results that are kept, all clients together."""

    jobs: int = 64
    """Jobs that wait or are worked on; more are told to come back."""
    bytes: int = 256 * 1024 * 1024
    """Bytes of their uploads, those that are still arriving included."""
    job_sentences: int = 50_000
    """Sentences that one job may have: those of an archive's files together."""
    kept_sentences: int = 300_000
    """Sentences of the results that are kept; beyond it those go that were asked for longest ago."""
    kept_seconds: float = 3600.0
    """Seconds that a result is kept since it was last asked for."""
