"""Rules that read particulars off tagged sentences: tasks, targets, risks, criticisms, and the circumstances of the speech.

from jianghua.tagging.extraction import extract
extraction = extract(tagged)
"""

from jianghua.tagging.extraction.extract import extract
from jianghua.tagging.extraction.records import (
    Circumstance,
    Circumstances,
    Comparison,
    Criticism,
    Date,
    Day,
    Extraction,
    Mention,
    Risk,
    Target,
    Task,
    Value,
)

__all__ = [
    "Circumstance",
    "Circumstances",
    "Comparison",
    "Criticism",
    "Date",
    "Day",
    "Extraction",
    "Mention",
    "Risk",
    "Target",
    "Task",
    "Value",
    "extract",
]
