"""The report: one self-contained page with an overview and every speech's text, sentences coloured by label."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Final

from markupsafe import Markup

from jianghua.data.pages.environment import render, write_page
from jianghua.data.speech import Sentence
from jianghua.data.store import dump_json
from jianghua.tagging.records import RunSummary, Tag, TaggedSpeech
from jianghua.tagging.writers.underlines import underlined

_TEMPLATES: Final = "tagging/writers/templates"
_DOUBTFUL: Final = 0.1
"""A sentence is marked as doubtful when a probability is this near to its threshold."""
_CHUNK: Final = 4_096
"""Characters of the articles that go to the page as one piece; some hundred pieces are in memory at once."""


def write_html(path: Path, speeches: Callable[[], Iterable[TaggedSpeech]], summary: RunSummary) -> None:
    """Write `report.html`. It loads nothing from anywhere, and prints legibly in black and white.

    The overview stands before the articles, and its figures are known only after the last of them. Each speech is nevertheless
    read once, and none stays in memory: its article and its row of the overview wait in temporary files.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _temporary(path.parent) as articles, _temporary(path.parent) as overview:
        totals: Counter[str] = Counter()
        figures: Counter[str] = Counter()
        for number, tagged in enumerate(speeches(), start=1):
            articles.write(_article(number, tagged, summary))
            row = _overview_row(number, tagged, summary)
            overview.write(dump_json(row) + "\n")
            totals.update(row["counts"])
            figures.update(speeches=1, sentences=row["sentences"], doubtful=row["doubtful"])
        articles.seek(0)
        overview.seek(0)
        _write_report(path, map(json.loads, overview), totals, figures, _chunks(articles), summary)


def _temporary(directory: Path) -> IO[str]:
    """A file without a name, which goes when it is closed."""
    return tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="\n", dir=directory)


def _write_report(
    path: Path,
    overview: Iterator[dict[str, Any]],
    totals: Counter[str],
    figures: Counter[str],
    articles: Iterator[Markup],
    summary: RunSummary,
) -> None:
    """The page around the articles: sentences by label, and how many speeches, sentences and doubtful ones there are."""
    counts = {key: totals[key] for key in (*summary.scheme.keys, "none")}
    write_page(
        path,
        f"{_TEMPLATES}/report.html.j2",
        summary=summary,
        scheme=summary.scheme,
        overview=overview,
        totals=counts,
        speeches=figures["speeches"],
        sentences=figures["sentences"],
        doubtful=figures["doubtful"],
        largest=max(1, *counts.values()),
        articles=articles,
        labels=_labels(summary),
    )


def _chunks(articles: IO[str]) -> Iterator[Markup]:
    """What was rendered before, piece by piece."""
    while chunk := articles.read(_CHUNK):
        yield Markup(chunk)


def _labels(summary: RunSummary) -> list[dict[str, Any]]:
    """The labels for the page's script."""
    return [
        {"key": label.key, "name": label.name, "colour": label.colour, "threshold": summary.thresholds.get(label.key)}
        for label in summary.scheme.labels
    ]


def _overview_row(number: int, tagged: TaggedSpeech, summary: RunSummary) -> dict[str, Any]:
    """A speech's row of the overview."""
    keys = summary.scheme.keys
    counts = tagged.label_counts()
    return {
        "number": number,
        "title": tagged.speech.title or tagged.speech.id,
        "file": Path(tagged.speech.source.path).name if tagged.speech.source else "",
        "sentences": len(tagged.tags),
        "counts": {key: counts[key] for key in (*keys, "none")},
        "doubtful": sum(_is_doubtful(tag, summary) for tag in tagged.tags),
    }


def _article(number: int, tagged: TaggedSpeech, summary: RunSummary) -> Markup:
    """A speech's text, in paragraphs of sentences."""
    source = tagged.speech.source
    speech = {
        "number": number,
        "file": source.path if source else "",
        "paragraphs": list(_paragraphs(number, tagged, summary)),
    }
    return render(f"{_TEMPLATES}/article.html.j2", speech=speech, scheme=summary.scheme)


def _paragraphs(number: int, tagged: TaggedSpeech, summary: RunSummary) -> Iterator[dict[str, Any]]:
    """Paragraphs for the template; a heading is one of its own, also where its paragraph goes on behind it."""
    sentences = enumerate(zip(tagged.speech.sentences, tagged.tags, strict=True))
    for (_, kind), group in groupby(sentences, key=lambda item: (item[1][0].paragraph, item[1][0].kind)):
        paragraph = [(f"s{number}-{index}", sentence, tag) for index, (sentence, tag) in group]
        yield {
            "kind": kind,
            "level": paragraph[0][1].level or 1,
            "sentences": [_sentence(id, sentence, tag, summary) for id, sentence, tag in paragraph],
        }


def _sentence(id: str, sentence: Sentence, tag: Tag, summary: RunSummary) -> dict[str, Any]:
    """A sentence for the template."""
    return {
        "id": id,
        "text": underlined(sentence.text, tag.evidence),
        "labels": tag.labels,
        "probabilities": " ".join(f"{key}:{value:.2f}" for key, value in tag.probabilities.items()),
        "doubtful": _is_doubtful(tag, summary),
        "page": sentence.page,
        "truncated": sentence.truncated,
    }


def _is_doubtful(tag: Tag, summary: RunSummary) -> bool:
    return any(abs(tag.probabilities[key] - threshold) < _DOUBTFUL for key, threshold in summary.thresholds.items())
