"""What the offline sub-commands read: annotations checked against the scheme, the guideline's text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jianghua.data.scheme import LabelScheme
    from jianghua.labels.annotations import Annotation


def load_annotations(paths: Iterable[Path], scheme: LabelScheme) -> list[Annotation]:
    """Read files of annotations.

    Raises:
        RecordError: a line is not an annotation, or labels are not in the scheme; the message holds counts.
    """
    from jianghua.data.errors import RecordError
    from jianghua.data.settings import nearest
    from jianghua.labels.annotations import read_annotations

    annotations = []
    for path in paths:
        found = read_annotations(path)
        wrong = Counter(key for annotation in found for key in annotation.labels or () if key not in scheme.keys)
        if wrong:
            counts = ", ".join(f"{key!r} in {count} annotations{nearest(key, scheme.keys)}" for key, count in wrong.items())
            raise RecordError(f"{path}: expected labels of the scheme {scheme.name!r}, got {counts}")
        annotations += found
    return annotations


def guideline_text(labels: Path, scheme: LabelScheme) -> str:
    """The guideline that a scheme's file names, Markdown; empty when it names none."""
    from jianghua.data.guideline import load_guideline

    return load_guideline(labels.parent / scheme.guideline).text if scheme.guideline else ""
