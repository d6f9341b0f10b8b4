"""Jobs, results and the model as the API answers them: plain values for JSON."""

from __future__ import annotations

from typing import Any

from jianghua.tagging.records import RunSummary, TaggedSpeech
from jianghua.tagging.serving.job import Job, Result


def describe_model(summary: RunSummary) -> dict[str, Any]:
    """What the tags are made with."""
    return {
        "model": summary.model,
        "model_sha256": summary.model_sha256,
        "labels": [
            {
                "key": label.key,
                "name": label.name,
                "colour": label.colour,
                "definition": label.definition,
                "threshold": summary.thresholds.get(label.key),
            }
            for label in summary.scheme.labels
        ],
    }


def describe_job(job: Job, ahead: int) -> dict[str, Any]:
    """Where a job is, and why it failed if it did."""
    return {
        "job": job.id,
        "name": job.name,
        "state": job.state,
        "ahead": ahead,
        "page": job.page,
        "pages": job.pages,
        "files": job.files,
        "error": job.refused.reason if job.refused else None,
    }


def describe_result(result: Result, summary: RunSummary) -> dict[str, Any]:
    """The tagged speeches of an upload."""
    return {
        **describe_model(summary),
        "speeches": [_speech(tagged) for tagged in result.speeches],
        "failures": [{"file": failure.path, "reason": failure.reason} for failure in result.failures],
    }


def _speech(tagged: TaggedSpeech) -> dict[str, Any]:
    """A tagged speech; its sentences have the fields of `sentences.jsonl`, without those that are the speech's."""
    speech = tagged.speech
    shared = ("speech", "file", "title")
    return {
        "id": speech.id,
        "title": speech.title,
        "file": speech.source.path if speech.source else None,
        "format": speech.source.format if speech.source else None,
        "notes": list(speech.source.notes) if speech.source else [],
        "counts": dict(tagged.label_counts()),
        "sentences": [
            {key: value for key, value in row.items() if key not in shared}
            | {"level": sentence.level, "truncated": sentence.truncated}
            for row, sentence in zip(tagged.rows(), speech.sentences, strict=True)
        ],
    }
