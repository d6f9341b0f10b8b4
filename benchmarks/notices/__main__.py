"""`python -m benchmarks.notices train|measure`: the tagger of notices, from the labelled set and texts to put it into.

    python -m benchmarks.notices train --formal laws.txt.xz reports.txt.xz -o data/cleaning/notices.npz
    python -m benchmarks.notices train --formal … --without c -o build/without-c.npz    # a writer held out, to measure with
    python -m benchmarks.notices measure --formal … --model build/without-c.npz --writers c

The formal texts are `*.txt.xz` with an empty line between documents. Every fourth document is never trained on: the notices to
measure with stand in those, and what is found there of itself is cut by mistake.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.notices.carriers import Carriers, formal_carriers, sample_carriers
from benchmarks.notices.counts import count
from benchmarks.notices.evaluation import false_cuts, share_whole, trials
from benchmarks.notices.insertion import WINDOW, Generator, Group, Written
from jianghua.data.cleaning.notice_tagger import MODEL, NoticeTagger
from jianghua.data.cleaning.vocabulary import pattern

_WRITTEN: Final = Path(__file__).with_name("written.tsv")
_LOOK_ALIKES: Final = Path(__file__).with_name("lookalikes.txt")
_DOUBTFUL: Final = -2.0
_SAMPLE_WEIGHT: Final = 3  # of a document of the samples among those of formal text


def main(arguments: Sequence[str] | None = None) -> None:
    """Train or measure."""
    parser = argparse.ArgumentParser(description="The tagger of notices.")
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="train a model")
    measuring = commands.add_parser("measure", help="measure a model")
    for command in (training, measuring):
        command.add_argument("--formal", nargs="*", type=Path, default=[], help="*.txt.xz of formal text")
    training.add_argument("--without", default="", help="writers whose notices are held out")
    training.add_argument("--steps", type=int, default=8000)
    training.add_argument("-o", "--output", type=Path, required=True)
    measuring.add_argument("--model", type=Path, default=MODEL)
    measuring.add_argument("--writers", default="", help="only the notices of these")
    options = parser.parse_args(arguments)
    groups = [sample_carriers(), *map(formal_carriers, options.formal)]
    if options.command == "train":
        _train(groups, [one for one in written() if one.writer not in options.without], options.steps, options.output)
    else:
        _measure(groups, [one for one in written() if one.writer in (options.writers or one.writer)], options.model)


def written() -> list[Written]:
    """The labelled set."""
    return [Written(*line.split("\t")) for line in _WRITTEN.read_text("utf-8").splitlines()]


def _train(groups: Sequence[Carriers], notices: Sequence[Written], steps: int, output: Path) -> None:
    from benchmarks.notices.training import train  # torch is slow to load

    weights = [_SAMPLE_WEIGHT, *[1] * (len(groups) - 1)]
    carriers = [Group(group.training, weight) for group, weight in zip(groups, weights, strict=True)]
    known = count([(text, group.weight) for group in carriers for text in group.documents], (one.text for one in notices))
    generator = Generator(carriers, notices, _LOOK_ALIKES.read_text("utf-8").splitlines(), seed=0)
    model = train(generator, known, steps // 2)
    generator.add_hard(
        [
            Group(windows(group.documents), group.weight)
            for windows in (partial(hard_windows, NoticeTagger(model)), site_windows)
            for group in carriers
        ]
    )
    np.savez_compressed(output, **train(generator, model, steps - steps // 2))
    print(f"wrote {output}: {output.stat().st_size / 1e6:.1f} MB, from {len(notices)} notices")


def hard_windows(tagger: NoticeTagger, texts: Sequence[str]) -> list[str]:
    """What stands around each span of texts without notices that a model would take for one."""
    return [
        text[max(0, one.start - WINDOW // 2) : one.end + WINDOW // 2]
        for text in texts
        for one in tagger.marked(text)
        if one.logits > _DOUBTFUL * (one.end - one.start)
    ]


def site_windows(texts: Sequence[str]) -> list[str]:
    """What stands around the words that speeches share with sites."""
    return [
        text[max(0, match.start() - WINDOW // 2) : match.end() + WINDOW // 2]
        for text in texts
        for match in pattern("weak").finditer(text)
    ]


def _measure(groups: Sequence[Carriers], notices: Sequence[Written], model: Path) -> None:
    with np.load(model, allow_pickle=False) as arrays:
        find = NoticeTagger(dict(arrays)).notices
    print(f"\n{len(notices)} notices: found whole\n\n| where | share |\n| --- | --- |")
    for place, share in share_whole(find, list(trials(notices, groups[0].held_out))).items():
        print(f"| {place} | {share:.3f} |")
    texts = [text for group in groups for text in group.held_out]
    found = false_cuts(find, texts)
    print(f"\n{len(found)} false cuts in {sum(map(len, texts)):,} characters: {found}")


if __name__ == "__main__":
    main()
