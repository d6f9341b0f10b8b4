"""Kills a run of tagging again and again, and damages its input: is anything lost, doubled, or other than in a whole run?

python -m benchmarks.kills [--kills 200] [--good 5000] [--damaged 1000]

Files are real and read as always; a stand-in that needs no time takes the place of the model.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from benchmarks.make_samples import SAMPLES
from jianghua.data.intake.inputs import inputs
from jianghua.data.paths import DEFAULT_TAGGER
from jianghua.tagging.bundle import load_bundle
from jianghua.tagging.engine.folder import Published, RunFolder
from jianghua.tagging.engine.manifest import MANIFEST
from jianghua.tagging.engine.run import RunCounts, summarise, tag_files
from jianghua.tagging.engine.settings import RunSettings
from jianghua.tagging.records import Tag
from jianghua.tagging.tagger import Tagger

FORMATS: Final = ("jsonl", "csv", "html")
COMMIT_SECONDS: Final = 0.02
"""Far less than in real runs, which take far longer."""
_SENTENCE: Final = "第{number}项工作要在{days}天内办完，不得拖延。"


class StandIn(Tagger):
    """A tagger with the labels of the one in the package, whose tags are a hash of the sentence: right in no way, but fixed."""

    def __init__(self, seconds: float = 0.0, sha256: str = "5" * 64) -> None:
        """Needs no network.

        Args:
            seconds: that a speech takes.
            sha256: of the bundle that it pretends to be.
        """
        super().__init__(load_bundle(DEFAULT_TAGGER), cast(Any, None), "stand-in", sha256)
        self.seconds = seconds
        self.tagged = 0

    @property
    def computation_key(self) -> Mapping[str, Any]:
        """See `Tagger.computation_key`."""
        return {"backend": "stand-in"}

    def tag_many(self, speeches: Sequence[Sequence[str]]) -> list[list[Tag]]:
        """See `Tagger.tag_many`."""
        self.tagged += len(speeches)
        time.sleep(self.seconds * len(speeches))
        return [list(map(self._tag, sentences)) for sentences in speeches]

    def tag_sentences(self, sentences: Sequence[str]) -> list[Tag]:
        """See `Tagger.tag_sentences`."""
        return self.tag_many([sentences])[0]

    def _tag(self, sentence: str) -> Tag:
        values = hashlib.sha256(sentence.encode("utf-8", "replace")).digest()
        probabilities = {key: round(value / 255, 4) for key, value in zip(self.scheme.keys, values, strict=False)}
        return Tag(tuple(key for key, value in probabilities.items() if value > 0.7), probabilities)


def run(source: Path, out: Path, tagger: Tagger, formats: Sequence[str] = FORMATS) -> tuple[RunCounts, Published]:
    """Tag a folder into another one, as `jianghua tag` does."""
    settings = RunSettings.current(tagger)
    with RunFolder(out) as folder:
        counts = tag_files(tagger, inputs([source]), folder.store, settings, commit_seconds=COMMIT_SECONDS)
        published = folder.publish(formats, summarise(tagger, folder.store), settings, counts, {})
    return counts, published


def write_files(directory: Path, good: int, damaged: int, seed: int = 0) -> set[str]:
    """Write speeches of all formats and files that cannot be read, mixed in name; returns the names of the latter."""
    chance = random.Random(seed)
    samples = sorted((SAMPLES / "raw").iterdir())
    names = [f"{number:05d}" for number in range(good + damaged)]
    bad = set(chance.sample(names, damaged))
    written = set()
    for number, name in enumerate(names):
        if name in bad:
            suffix, content = _damage(chance, samples)
            written.add(f"{name}{suffix}")
        elif number % 100 == 0:
            sample = samples[number // 100 % len(samples)]
            suffix, content = sample.suffix, sample.read_bytes()
        else:
            lines = [_SENTENCE.format(number=f"{number}之{line}", days=chance.randint(2, 90)) for line in range(3)]
            suffix, content = ".txt", "\n".join(["在工作例会上的讲话", "同志们：", *lines]).encode()
        path = directory / f"第{number % 7}组" / f"{name}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return written


def _damage(chance: random.Random, samples: Sequence[Path]) -> tuple[str, bytes]:
    """Suffix and bytes of a file that cannot be read."""
    word = next(path for path in samples if path.suffix == ".docx").read_bytes()
    kinds = (
        (".docx", word[: chance.randrange(100, len(word) // 2)]),
        (".pdf", b"%PDF-1.7\n" + chance.randbytes(chance.randrange(1, 400))),
        (".txt", b""),
        (".png", b"\x89PNG\r\n\x1a\n" + chance.randbytes(chance.randrange(1, 400))),
        (".zip", b"PK\x03\x04" + chance.randbytes(chance.randrange(1, 400))),
    )
    return chance.choice(kinds)


@dataclass
class Kills:
    """What came of killing a run: at which stages, how far it was each time, and whether it ended like a whole one.

    Attributes:
        stages: how many kills fell into tagging, into writing, and after the end.
        lost: kills after which fewer results were there than before.
        different: files that differ from those of a run that was never killed.
    """

    stages: Counter[str]
    lost: int
    different: list[str]


def kill_runs(source: Path, work: Path, kills: int, seed: int = 0) -> Kills:
    """Kill runs over a folder at random points, each going on behind the one before, and compare with a whole run.

    Whenever one gets to its end, the next one begins in an empty folder.

    Args:
        source: the folder of speeches.
        work: an empty folder to work in.
        kills: how many.
        seed: of the points.
    """
    chance = random.Random(seed)
    begun = time.monotonic()
    run(source, work / "whole", StandIn(seconds=0.004))
    longest = time.monotonic() - begun
    found = Kills(Counter(), 0, [])
    before = 0
    while found.stages.total() < kills:
        killed = _run_and_kill(source, work / "killed", chance.uniform(0, longest))
        if not killed:
            found.different += differences(work / "whole", work / "killed")
            shutil.rmtree(work / "killed")
            before = 0
            continue
        results = _results(work / "killed")
        found.stages[_stage(work / "killed", results, _results(work / "whole"))] += 1
        found.lost += results < before
        before = results
    run(source, work / "killed", StandIn())
    found.different += differences(work / "whole", work / "killed")
    return found


def _run_and_kill(source: Path, out: Path, seconds: float) -> bool:
    """Run in a process of its own and kill it after some seconds; returns whether it was still running."""
    child = os.fork()
    if child == 0:
        try:
            run(source, out, StandIn(seconds=0.004))
            os._exit(0)
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise RuntimeError(f"expected a run to end well or by the kill, got exit code {os.WEXITSTATUS(status)}")
    return os.WIFSIGNALED(status)


def _results(out: Path) -> int:
    """How many results are in a folder."""
    if not out.exists():
        return 0
    with RunFolder(out) as folder:
        return folder.store.spare() + len({row.key for row in folder.store.files() if row.speech or row.failure})


def _stage(out: Path, results: int, whole: int) -> str:
    if (out / MANIFEST).exists():
        return "after the end"
    return "writing" if results == whole else "tagging"


def differences(whole: Path, other: Path) -> list[str]:
    """Names of the files that differ, those of the manifest's fields aside that tell the time; the store is no output."""
    names = {path.name for folder in (whole, other) for path in folder.iterdir() if not path.name.startswith("results.sqlite")}
    return sorted(name for name in names if _shown(whole / name) != _shown(other / name))


def _shown(path: Path) -> Any:
    if not path.is_file():
        return None
    if path.name != MANIFEST:
        return path.read_bytes()
    manifest = json.loads(path.read_text("utf-8"))
    return {name: value for name, value in manifest.items() if name != "date"}


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--good", type=int, default=5000)
    parser.add_argument("--damaged", type=int, default=1000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        write_files(work / "few", good=150, damaged=30)
        kills = kill_runs(work / "few", work, arguments.kills)
        print(f"{kills.stages.total()} kills ({dict(kills.stages)}): {kills.lost} lost, {len(kills.different)} files differ")
        bad = write_files(work / "many", arguments.good, arguments.damaged)
        counts, _ = run(work / "many", work / "out", StandIn())
        manifest = json.loads((work / "out" / MANIFEST).read_text("utf-8"))
        failed = Counter(Path(failure["file"]).name for failure in manifest["failures"])
        speeches = {json.loads(line)["speech"] for line in (work / "out" / "sentences.jsonl").open(encoding="utf-8")}
        print(f"{counts.files} files: {counts.speeches} speeches, {counts.failures} failures; {len(speeches)} speeches written")
        print(
            f"good but failed: {len(failed.keys() - bad)}; damaged, not listed once: {sum(failed[name] != 1 for name in bad)}"
        )


if __name__ == "__main__":
    main()
