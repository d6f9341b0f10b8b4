"""Memory and time of a run of tagging by the number of speeches, with a stand-in that needs no time for the model.

python -m benchmarks.memory [--speeches 1000 10000 100000] [--format jsonl,csv]

Each number runs in a process of its own. The speeches are made up as they are asked for, so that no disk decides the time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.kills import StandIn
from jianghua.data.intake.inputs import Input
from jianghua.tagging.engine.folder import RunFolder
from jianghua.tagging.engine.run import summarise, tag_files
from jianghua.tagging.engine.settings import RunSettings


def made_up(speeches: int, sentences: int) -> Iterator[Input]:
    """Speeches that differ in their figures alone."""
    for number in range(speeches):
        lines = [f"第{number}组第{line}项工作要在月底前办完，不得拖延。" for line in range(sentences)]
        yield Input(f"{number:06d}.txt", "\n".join(["在工作例会上的讲话", "同志们：", *lines]).encode())


def measure(speeches: int, sentences: int, formats: Sequence[str]) -> tuple[float, float, float]:
    """MiB at most after tagging and after writing, and CPU seconds of a run with its readers."""
    tagger = StandIn()
    settings = RunSettings.current(tagger)
    with tempfile.TemporaryDirectory() as out, RunFolder(Path(out)) as folder:
        counts = tag_files(tagger, made_up(speeches, sentences), folder.store, settings)
        tagged = _peak()
        folder.publish(formats, summarise(tagger, folder.store), settings, counts, {})
    from jianghua.data.intake import sandbox

    sandbox.close()  # its time counts from its end on
    usage = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return tagged, _peak(), sum(one.ru_utime + one.ru_stime for one in usage)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print a line for each number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speeches", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--sentences", type=int, default=10)
    parser.add_argument("--format", default="jsonl,csv")
    arguments = parser.parse_args()
    print("| speeches | MiB after tagging | MiB after writing | CPU s | CPU ms a speech |\n| --- | --- | --- | --- | --- |")
    for speeches in arguments.speeches:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            tagged, written, seconds = pool.apply(measure, (speeches, arguments.sentences, arguments.format.split(",")))
        print(f"| {speeches:,} | {tagged:.0f} | {written:.0f} | {seconds:.1f} | {1000 * seconds / speeches:.1f} |", flush=True)


if __name__ == "__main__":
    main()
