"""What tagging returns: a tag for each sentence, a tagged speech, and the summary of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Span, Speech


@dataclass(frozen=True, slots=True)
class Tag:
    """The labels of one sentence, with what they were decided on.

    Attributes:
        labels: keys of the labels that apply, in the scheme's order.
        probabilities: calibrated probability of every label of the scheme, by key, in the scheme's order.
        evidence: for each label that applies the clause that carried it, as half-open code-point offsets into the sentence's
            text; empty for a sentence of one clause.
    """

    labels: tuple[str, ...]
    probabilities: Mapping[str, float]
    evidence: Mapping[str, Span] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The tag as JSON."""
        return {
            "labels": list(self.labels),
            "probabilities": dict(self.probabilities),
            "evidence": {label: list(span) for label, span in self.evidence.items()},
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Tag:
        """Read what `to_dict` gave."""
        evidence = {label: (start, end) for label, (start, end) in record["evidence"].items()}
        return cls(tuple(record["labels"]), record["probabilities"], evidence)


@dataclass(frozen=True, slots=True)
class TaggedSpeech:
    """A speech and one tag for each of its sentences, in the same order."""

    speech: Speech
    tags: tuple[Tag, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One flat record a sentence, the form of `sentences.jsonl`."""
        source = self.speech.source
        return [
            {
                "id": self.speech.sentence_id(index),
                "speech": self.speech.id,
                "file": source.path if source else None,
                "title": self.speech.title,
                "sentence": index,
                "paragraph": sentence.paragraph,
                "kind": sentence.kind,
                "page": sentence.page,
                "start": sentence.start,
                "end": sentence.end,
                "text": sentence.text,
                **tag.to_dict(),
            }
            for index, (sentence, tag) in enumerate(zip(self.speech.sentences, self.tags, strict=True))
        ]

    def label_counts(self) -> Counter[str]:
        """Sentences with each label; those without any count as `none`. A label that no sentence has counts 0."""
        return Counter(label for tag in self.tags for label in tag.labels or ("none",))


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be tagged, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a tagging run used and what it could not read.

    Attributes:
        model: name of the model's directory.
        model_sha256: hash of the bundle.
        scheme: the label scheme that the bundle carries.
        thresholds: the probability from which a label applies, by key; empty for a single-label scheme.
        failures: the files that could not be read.
    """

    model: str
    model_sha256: str
    scheme: LabelScheme
    thresholds: Mapping[str, float]
    failures: tuple[Failure, ...] = ()
