"""The report: one self-contained page with an overview and every speech's text, sentences coloured by label."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from jianghua.data.extras import require
from jianghua.data.store import atomic_write, dump_json
from jianghua.tagging.records import RunSummary, Tag, TaggedSpeech
from jianghua.tagging.writers.tables import label_counts

_TEMPLATES: Final = Path(__file__).with_name("templates")
_DOUBTFUL: Final = 0.1
"""A sentence is marked as doubtful when a probability is this near to its threshold."""


def write_html(path: Path, speeches: Callable[[], Iterable[TaggedSpeech]], summary: RunSummary) -> None:
    """Write `report.html`. It loads nothing from anywhere, and prints legibly in black and white."""
    jinja2 = require("jinja2", extra="report")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    keys = summary.scheme.keys
    overview = [_overview(number, tagged, summary) for number, tagged in enumerate(speeches(), start=1)]
    totals = {key: sum(row["counts"][key] for row in overview) for key in (*keys, "none")}
    stream = environment.get_template("report.html.j2").stream(
        summary=summary,
        labels=summary.scheme.labels,
        overview=overview,
        totals=totals,
        sentences=sum(row["sentences"] for row in overview),
        doubtful=sum(row["doubtful"] for row in overview),
        most=max(1, *totals.values()),
        speeches=(_speech(number, tagged, summary) for number, tagged in enumerate(speeches(), start=1)),
        labels_json=_labels_json(summary),
        css=(_TEMPLATES / "report.css").read_text("utf-8"),
        js=(_TEMPLATES / "report.js").read_text("utf-8"),
    )
    stream.enable_buffering(200)
    with atomic_write(path) as file:
        for chunk in stream:
            file.write(chunk.encode("utf-8", "replace"))


def _labels_json(summary: RunSummary) -> str:
    """The labels for the page's script; `<` is escaped so that no name can end the script element."""
    labels = [
        {"key": label.key, "name": label.name, "colour": label.colour, "threshold": summary.thresholds.get(label.key)}
        for label in summary.scheme.labels
    ]
    return dump_json(labels).replace("<", "\\u003c")


def _overview(number: int, tagged: TaggedSpeech, summary: RunSummary) -> dict[str, Any]:
    keys = summary.scheme.keys
    counts = label_counts(tagged)
    return {
        "number": number,
        "title": tagged.speech.title or tagged.speech.id,
        "file": Path(tagged.speech.source.path).name if tagged.speech.source else "",
        "sentences": len(tagged.tags),
        "counts": {key: counts[key] for key in (*keys, "none")},
        "doubtful": sum(_is_doubtful(tag, summary) for tag in tagged.tags),
    }


def _speech(number: int, tagged: TaggedSpeech, summary: RunSummary) -> dict[str, Any]:
    """A speech for the template: paragraphs of sentences."""
    paragraphs: list[dict[str, Any]] = []
    last = None
    for index, (sentence, tag) in enumerate(zip(tagged.speech.sentences, tagged.tags, strict=True)):
        if (sentence.paragraph, sentence.kind) != last:
            paragraphs.append({"kind": sentence.kind, "level": sentence.level or 1, "sentences": []})
            last = (sentence.paragraph, sentence.kind)
        paragraphs[-1]["sentences"].append(
            {
                "id": f"s{number}-{index}",
                "text": sentence.text,
                "labels": tag.labels,
                "probabilities": " ".join(f"{key}:{value:.2f}" for key, value in tag.probabilities.items()),
                "doubtful": _is_doubtful(tag, summary),
                "page": sentence.page,
                "truncated": sentence.truncated,
            }
        )
    source = tagged.speech.source
    return {
        "number": number,
        "title": tagged.speech.title or tagged.speech.id,
        "file": source.path if source else "",
        "paragraphs": paragraphs,
    }


def _is_doubtful(tag: Tag, summary: RunSummary) -> bool:
    return any(abs(tag.probabilities[key] - threshold) < _DOUBTFUL for key, threshold in summary.thresholds.items())
