"""Simulated annotators of the sample corpus: `python -m benchmarks.simulate -o annotations.jsonl [--speeches 30]`.

For trying out agreement, adjudication and the audit without a server and without people. Each annotator errs at a rate of their
own, takes neighbouring labels for one another, and one of them follows pre-annotations too willingly.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.make_samples import SAMPLES
from jianghua.data.paths import LABELS
from jianghua.data.scheme import load_scheme
from jianghua.data.speech import Speech
from jianghua.data.store import read_speeches
from jianghua.labels.annotations import Annotation, write_annotations

_CONFUSED: Final[Mapping[str, str]] = {
    "situation": "criticism",
    "criticism": "situation",
    "directive": "target",
    "target": "directive",
    "risk": "situation",
}
"""What an annotator who errs takes a label for."""
_MODEL_ERRORS: Final = 0.15
_NOTES: Final = ("两类都沾边", "要看上下文", "像是意义阐述")


@dataclass(frozen=True)
class Person:
    """A simulated annotator.

    Attributes:
        name: the name.
        errors: share of labels that are taken for another, left out or added.
        follows: chance of accepting a pre-annotation without reading.
        shown: share of sentences that come with a pre-annotation.
        covers: share of the sentences that the person annotates.
        seconds: usual time for a sentence.
    """

    name: str
    errors: float
    follows: float
    shown: float
    covers: float
    seconds: float


PEOPLE: Final = (
    Person("chen", errors=0.04, follows=0.0, shown=0.0, covers=1.0, seconds=9.0),
    Person("lin", errors=0.08, follows=0.15, shown=0.7, covers=1.0, seconds=6.5),
    Person("zhao", errors=0.14, follows=0.5, shown=0.7, covers=0.6, seconds=3.5),
)


def simulate(
    speeches: Sequence[Speech], people: Sequence[Person] = PEOPLE, keys: Sequence[str] = (), seed: int = 0
) -> Iterator[Annotation]:
    """Answers of the people to the annotated sentences of the speeches."""
    rng = np.random.default_rng(seed)
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    for speech in speeches:
        for index, sentence in enumerate(speech.sentences):
            if sentence.labels is None:
                continue
            predicted = _err(set(sentence.labels), _MODEL_ERRORS, keys, rng)
            for person in people:
                if rng.random() < person.covers:
                    start += timedelta(seconds=5)
                    yield _answer(speech, index, person, predicted, keys, start, rng)


def _answer(
    speech: Speech,
    index: int,
    person: Person,
    predicted: set[str],
    keys: Sequence[str],
    when: datetime,
    rng: np.random.Generator,
) -> Annotation:
    sentence = speech.sentences[index]
    shown = bool(rng.random() < person.shown)
    skipped = bool(rng.random() < 0.01)
    own = _err(set(sentence.labels or ()), person.errors, keys, rng)
    labels = predicted if shown and rng.random() < person.follows else own
    unsure = not skipped and bool(rng.random() < 0.04)
    return Annotation(
        uid=speech.sentence_id(index),
        text=sentence.text,
        annotator=person.name,
        labels=None if skipped else tuple(key for key in keys if key in labels),
        skipped=skipped,
        unsure=unsure,
        note=str(rng.choice(_NOTES)) if unsure else None,
        origin="manual" if skipped or not shown else "prediction" if labels == predicted else "changed",
        predicted=tuple(key for key in keys if key in predicted) if shown else None,
        model_version="simulated" if shown else None,
        created_at=when.isoformat(),
        lead_time=round(float(rng.lognormal(np.log(person.seconds), 0.6)), 2),
        id=f"{person.name}-{speech.sentence_id(index)}",
    )


def _err(labels: set[str], errors: float, keys: Sequence[str], rng: np.random.Generator) -> set[str]:
    """Labels with mistakes: one taken for another, left out, or added."""
    found = set()
    for key in sorted(labels):
        if rng.random() >= errors:
            found.add(key)
        elif rng.random() < 0.6:
            found.add(_CONFUSED.get(key, key))
    if rng.random() < errors / 2:
        found.add(str(rng.choice(list(keys))))
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the simulated annotations of the first speeches of the sample corpus."""
    parser = argparse.ArgumentParser(description="Simulated annotators of the sample corpus.")
    parser.add_argument("-o", "--output", type=Path, default=Path("build/annotations.jsonl"))
    parser.add_argument("--speeches", type=int, default=30, help="how many speeches of the corpus")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    speeches = read_speeches(SAMPLES / "speeches.jsonl")[: options.speeches]
    count = write_annotations(options.output, simulate(speeches, keys=load_scheme(LABELS).keys, seed=options.seed))
    print(f"wrote {options.output}: {count} annotations of {len(PEOPLE)} simulated people")


if __name__ == "__main__":
    main()
