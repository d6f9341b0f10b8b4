"""`python -m benchmarks.extraction [--pass FILE]`: precision, recall and F1 of the rules or of another annotator, per field.

The sentences of `sheet.jsonl` with the labels of the corpus, against `gold.jsonl`. A span is right when both ends agree; under
overlap it is right when it shares a character with one of the other side, each counted once. `--errors PART` prints what
differs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence, Set
from pathlib import Path

from benchmarks.extraction.gold import AREAS, SPANS, Annotated, read_annotated
from benchmarks.extraction.sheet import PARTS
from jianghua.data.speech import Span
from jianghua.tagging.extraction import Extraction, Mention
from jianghua.tagging.extraction.extract import read_sentence
from jianghua.tagging.extraction.records import Concern

Match = Callable[[Set[Span], Set[Span]], tuple[int, int]]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pass", dest="other", type=Path, help="another annotator's file, compared in place of the rules")
    parser.add_argument("--errors", choices=PARTS, help="print the sentences of a part where something differs")
    arguments = parser.parse_args()
    gold = read_annotated()
    found = read_annotated(arguments.other) if arguments.other else [found_by_rules(one) for one in gold]
    for part in PARTS:
        pairs = [(one, other) for one, other in zip(gold, found, strict=True) if one.row["part"] == part]
        print(f"\n{part}: {len(pairs)} sentences\n")
        print_table(pairs)
        if arguments.errors == part:
            print_errors(pairs)


def print_table(pairs: Sequence[tuple[Annotated, Annotated]]) -> None:
    """Print one row a field: how many are annotated, and precision, recall and F1, exact and overlapping."""
    print("| field | annotated | P | R | F1 | overlap P | R | F1 |\n| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in SPANS:
        total = sum(len(one.spans.get(name, ())) for one, _ in pairs)
        print(f"| {name} | {total} | {score(pairs, name, exact)} | {score(pairs, name, overlapping)} |")
    for name in AREAS:
        given = [(one.areas[name], other.areas.get(name)) for one, other in pairs if name in one.areas]
        print(f"| {name} | {len(given)} | accuracy {sum(one == other for one, other in given) / len(given):.2f} | | | | | |")


def score(pairs: Iterable[tuple[Annotated, Annotated]], name: str, match: Match) -> str:
    """Precision, recall and F1 of a field as cells of a table."""
    hits = recalled = found = annotated = 0
    for one, other in pairs:
        wanted, got = one.spans.get(name, frozenset()), other.spans.get(name, frozenset())
        right, reached = match(wanted, got)
        hits, recalled, found, annotated = hits + right, recalled + reached, found + len(got), annotated + len(wanted)
    precision, recall = hits / max(found, 1), recalled / max(annotated, 1)
    return f"{precision:.2f} | {recall:.2f} | {2 * precision * recall / max(precision + recall, 1e-9):.2f}"


def exact(wanted: Set[Span], got: Set[Span]) -> tuple[int, int]:
    """How many of the found are right, and how many of the annotated were found."""
    return len(wanted & got), len(wanted & got)


def overlapping(wanted: Set[Span], got: Set[Span]) -> tuple[int, int]:
    """The same, where one common character is enough; a span answers for one of the other side only."""
    left = sorted(got)
    hits = 0
    for start, end in sorted(wanted):
        for other in left:
            if other[0] < end and start < other[1]:
                left.remove(other)
                hits += 1
                break
    return hits, hits


def print_errors(pairs: Iterable[tuple[Annotated, Annotated]]) -> None:
    """Print what was found beside what was annotated, where they differ."""
    for one, other in pairs:
        text = one.row["text"]
        lines = []
        for name in SPANS:
            wanted, got = one.spans.get(name, frozenset()), other.spans.get(name, frozenset())
            if wanted != got:
                words = [[text[start:end] for start, end in sorted(spans)] for spans in (got - wanted, wanted - got)]
                lines.append(f"    {name}: found {words[0]}, annotated {words[1]}")
        lines += [
            f"    {key}: found {other.areas.get(key)}, annotated {area}"
            for key, area in one.areas.items()
            if other.areas.get(key) != area
        ]
        if lines:
            print(f"{text}\n" + "\n".join(lines))


def found_by_rules(one: Annotated) -> Annotated:
    """What the rules find in a sentence, in the form of an annotation."""
    extraction = read_sentence(one.row["text"], tuple(one.row["labels"]))
    areas = {f"{label}_area": records[0].area for label, records in _concerns(extraction) if records}
    return Annotated(one.row, {name: frozenset(_spans(mentions)) for name, mentions in _mentions(extraction)}, areas)


def _mentions(found: Extraction) -> Iterable[tuple[str, Sequence[Mention | None]]]:
    yield "who", [agent for task in found.tasks for agent in task.who]
    yield "what", [task.what for task in found.tasks]
    yield "when", [date for task in found.tasks for date in task.when] + [date for one in found.targets for date in one.when]
    yield "indicator", [target.indicator for target in found.targets]
    yield "value", [target.value for target in found.targets]
    yield "state", [target.state for target in found.targets]
    yield "comparison", [one for target in found.targets for one in target.comparison]
    yield from ((f"{label}_who", [agent for one in records for agent in one.who]) for label, records in _concerns(found))


def _concerns(found: Extraction) -> tuple[tuple[str, tuple[Concern, ...]], ...]:
    return (("risk", found.risks), ("criticism", found.criticisms))


def _spans(mentions: Iterable[Mention | None]) -> Iterable[Span]:
    return ((one.start, one.end) for one in mentions if one is not None)


if __name__ == "__main__":
    main()
