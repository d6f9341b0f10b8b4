"""Fuzz the readers with damaged files: `python -m benchmarks.fuzz --files 12000`.

Every file must become a speech whose offsets reproduce each sentence, or an error of this project. Prints the outcomes by
format and keeps the files that broke something. Parsing runs in the sandbox, as in use.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.mutations import mutated
from benchmarks.seeds import seed_files
from jianghua.data.errors import DocumentError, JianghuaError
from jianghua.data.intake.inputs import inputs
from jianghua.data.reader import read_source_and_speech
from jianghua.data.speech import Speech

SHARES: Final = {"docx": 25, "pdf": 25, "html": 16, "mht": 10, "txt": 10, "zip": 13, "doc": 1, "png": 1}
"""How many files in a hundred are of each format."""

_BROKEN: Final = re.compile(r"the parser failed on it|crashed the parser|took longer|processor time|needs more memory|killed")


@dataclass(frozen=True)
class Outcome:
    """What became of one damaged file: `speech`, `error`, or why it counts as broken; its seconds."""

    kind: str
    message: str
    seconds: float


def damaged(count: int, seed: int, seeds: Mapping[str, Sequence[bytes]]) -> Iterator[tuple[str, int, bytes]]:
    """Format, number and bytes of each damaged file."""
    random = Random(seed)
    formats = [format for format in SHARES if format in seeds]
    for number in range(count):
        format = random.choices(formats, [SHARES[one] for one in formats])[0]
        yield format, number, mutated(number, seed, seeds, format)


def judge(path: Path) -> Outcome:
    """Read a file as `jianghua read` does, and check what comes of it."""
    begin = time.monotonic()
    kind, messages = "error", []
    try:
        for item in inputs([path]):
            try:
                check(*read_source_and_speech(item.read(), item.name))
                kind = "speech"
            except DocumentError as error:
                messages.append(str(error))
                if _BROKEN.search(str(error)):
                    return Outcome("broken", str(error), time.monotonic() - begin)
    except JianghuaError as error:
        messages.append(str(error))
    except Exception as error:
        return Outcome("broken", f"{type(error).__name__}: {error}", time.monotonic() - begin)
    return Outcome(kind, "; ".join(messages), time.monotonic() - begin)


def check(source: str, speech: Speech) -> None:
    """The promises about a speech that was read.

    Raises:
        AssertionError: one is broken.
    """
    spans = [span for sentence in speech.sentences for span in sentence.spans]
    if spans != sorted(spans):
        raise AssertionError("the spans are not in order")
    for sentence in speech.sentences:
        if sentence.text != "".join(source[start:end] for start, end in sentence.spans):
            raise AssertionError(f"the offsets do not reproduce {sentence.text!r}")
    covered = sum(end - start for start, end in spans) + sum(cut.end - cut.start for cut in speech.deletions)
    if covered > len(source):
        raise AssertionError("more characters are kept and deleted than there are")
    record = json.loads(json.dumps(speech.to_dict(), ensure_ascii=False).encode("utf-8"))
    if Speech.from_dict(record).texts != speech.texts:
        raise AssertionError("the speech does not survive the disk")


def main() -> None:
    """Run the fuzzer and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--format", help="only this format")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where files that broke something are kept")
    options = parser.parse_args()
    seeds = seed_files()
    if options.format:
        seeds = {options.format: seeds[options.format]}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    slowest: dict[str, float] = defaultdict(float)
    with tempfile.TemporaryDirectory() as directory:
        for format, number, content in damaged(options.files, options.seed, seeds):
            path = Path(directory) / f"x.{format}"
            path.write_bytes(content)
            outcome = judge(path)
            counts[format][outcome.kind] += 1
            slowest[format] = max(slowest[format], outcome.seconds)
            if outcome.kind == "broken":
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{number}.{format}").write_bytes(content)
                print(f"{format} {number}: {outcome.message}", file=sys.stderr, flush=True)
            if list(Path(directory).iterdir()) != [path]:
                print(f"{format} {number}: something was written", file=sys.stderr, flush=True)
            path.unlink()
            if number % 500 == 499:
                print(f"{number + 1} files", file=sys.stderr, flush=True)
    print("| format | files | speeches | errors | broken | slowest, s |\n| --- | --- | --- | --- | --- | --- |")
    for format in sorted(counts):
        kinds = counts[format]
        print(
            f"| {format} | {kinds.total()} | {kinds['speech']} | {kinds['error']} | {kinds['broken']} | {slowest[format]:.1f} |"
        )


if __name__ == "__main__":
    main()
