"""Real reports as annotated speeches: `python -m benchmarks.official reports.txt.xz -o build/reports.jsonl`.

The texts are other people's and not part of the project; the labels are ours. `data/samples/report_labels.tsv` holds them
sentence by sentence, with a hash of the sentence in place of its text, so that whoever has the texts (74 government work
reports, one paragraph a line, a blank line between documents) gets the annotated sections back.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import lzma
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.make_samples import SAMPLES
from jianghua.data.errors import RecordError
from jianghua.data.paths import LABELS
from jianghua.data.scheme import LabelScheme, load_scheme
from jianghua.data.sentences import split
from jianghua.data.speech import Sentence, Speech
from jianghua.data.store import write_speeches

LABEL_FILE: Final = SAMPLES / "report_labels.tsv"


class LabelledHash(NamedTuple):
    """One line of the label file: section, paragraph, hash of the sentence, labels."""

    section: str
    paragraph: int
    sha256: str
    labels: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """Join texts and labels, and write the annotated sections."""
    parser = argparse.ArgumentParser(description="Annotated sections of government work reports.")
    parser.add_argument("reports", type=Path, help="the texts: .txt, or .txt.xz")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    content = options.reports.read_bytes()
    text = (lzma.decompress(content) if options.reports.suffix == ".xz" else content).decode("utf-8")
    texts = {sentence_hash(sentence): sentence for sentence in sentences(text)}
    speeches = list(sections(read_labels(LABEL_FILE, load_scheme(LABELS)), texts))
    write_speeches(options.output, speeches)
    print(f"wrote {options.output}: {len(speeches)} sections, {sum(len(one.sentences) for one in speeches)} sentences")


def sentences(text: str) -> Iterator[str]:
    """The sentences of documents with a paragraph a line."""
    for paragraph in text.split("\n"):
        yield from (sentence for start, end in split(paragraph) if (sentence := paragraph[start:end].strip()))


def sentence_hash(text: str) -> str:
    """What stands for a sentence in the label file: 64 bits of its SHA-256, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def read_labels(path: Path, scheme: LabelScheme) -> list[LabelledHash]:
    """The lines of the label file.

    Raises:
        RecordError: a label is not in the scheme.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    found = [LabelledHash(row["section"], int(row["paragraph"]), row["sha256"], tuple(row["labels"].split())) for row in rows]
    for number, row in enumerate(found, start=2):
        scheme.check_labels(row.labels, f"{path}, line {number}")
    return found


def sections(rows: Sequence[LabelledHash], texts: Mapping[str, str]) -> Iterator[Speech]:
    """The annotated sections.

    Raises:
        RecordError: the texts lack a sentence; they are other ones, or were split otherwise.
    """
    for section, group in groupby(rows, key=lambda row: row.section):
        members = list(group)
        missing = [row.sha256 for row in members if row.sha256 not in texts]
        if missing:
            raise RecordError(
                f"section {section}: expected the reports that were labelled, {len(missing)} sentences are missing"
            )
        told = tuple(Sentence(texts[row.sha256], row.paragraph, labels=row.labels) for row in members)
        yield Speech(section, "", told, meta={"style": "report"})


if __name__ == "__main__":
    main()
