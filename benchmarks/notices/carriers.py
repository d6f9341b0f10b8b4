"""The texts into which notices are put: our sample speeches, and formal text beside the project."""

from __future__ import annotations

import lzma
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from benchmarks.make_samples import SAMPLES
from jianghua.data.speech import Speech
from jianghua.data.store import read_speeches

Text: TypeAlias = str
"""A document without white space, a paragraph a line."""

_EVERY: Final = 4  # one document of so many is held out


class Carriers(NamedTuple):
    """Documents to train on, and others to measure with."""

    training: list[Text]
    held_out: list[Text]


def sample_carriers() -> Carriers:
    """The sample speeches."""
    return _parted([_lines(speech) for speech in read_speeches(SAMPLES / "speeches.jsonl")])


def formal_carriers(file: Path) -> Carriers:
    """Documents of a `*.txt.xz` with an empty line between two."""
    documents = lzma.decompress(file.read_bytes()).decode("utf-8").split("\n\n")
    return _parted([_bare(document.split("\n")) for document in documents if document.strip()])


def _parted(documents: Sequence[Text]) -> Carriers:
    held_out = list(documents[_EVERY - 1 :: _EVERY])
    return Carriers([one for number, one in enumerate(documents) if number % _EVERY != _EVERY - 1], held_out)


def _lines(speech: Speech) -> Text:
    groups = groupby(speech.sentences, key=lambda sentence: (sentence.paragraph, sentence.kind))
    return _bare(["".join(sentence.text for sentence in group) for _, group in groups])


def _bare(lines: Sequence[str]) -> Text:
    return "\n".join(bare for line in lines if (bare := "".join(line.split())))
