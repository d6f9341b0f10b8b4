"""The named choices of the annotators' side, where the settings and the command line can name them without loading anything."""

from __future__ import annotations

from enum import StrEnum


class Policy(StrEnum):
    """How sentences are decided that annotators answered differently. Under every policy a referee's answer wins."""

    UNANIMOUS = "unanimous"
    """All must agree."""
    MAJORITY = "majority"
    """More than half, label by label."""
    WEIGHTED = "weighted"
    """By annotator quality, where they disagree."""
    REFEREE = "referee"
    """As `unanimous`; what is disputed only a referee decides."""


class Tie(StrEnum):
    """What `majority` makes of a label that just half of the annotators gave."""

    DISPUTE = "dispute"
    ABSENT = "absent"
    PRESENT = "present"


class Selection(StrEnum):
    """Which sentences go to the annotators first."""

    UNCERTAINTY = "uncertainty"
    """Those nearest to a decision threshold, each label in turn."""
    DIVERSE = "diverse"
    """Those far apart in character n-grams, weighted by uncertainty when there are margins."""
    RANDOM = "random"
    """Every sentence alike."""
    ALL = "all"
    """No choice."""
