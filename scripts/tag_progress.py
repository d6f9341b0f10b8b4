"""What `jianghua tag` takes in, and what it tells of each file on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.progress import Progress

from jianghua.data.documents.formats import SUFFIXES, TEXT
from jianghua.data.documents.requirements import require_format
from jianghua.data.errors import MissingExtraError, RecordError
from jianghua.data.intake.inputs import Input, inputs
from jianghua.data.intake.walking import walk
from jianghua.scripts.console import progress
from jianghua.scripts.read import LeftOut, print_failure, print_note
from jianghua.tagging.engine.folder import result_of
from jianghua.tagging.engine.run import FileEnd, Observer


@dataclass
class Intake:
    """The files of a command line.

    Attributes:
        files: the paths, as they were given.
        output: the folder of the run, whose files are never taken in.
        stdin_name: name of what comes by standard input.
        left_out: what was passed over.
        total: how many files there are; those in archives are not counted yet.
    """

    files: list[Path]
    output: Path
    stdin_name: str
    left_out: LeftOut = field(default_factory=LeftOut)
    total: int = 0

    def count(self) -> None:
        """Count the files, and tell of programs that some of them need and that are missing.

        The files are walked twice, here and in the run, so that a list of them need not be held.

        Raises:
            RecordError: there are none.
        """
        suffixes = Counter(path.suffix.lower() for path in walk(self.files, is_result=result_of(self.output)))
        self.total = suffixes.total()
        _tell_of_missing(suffixes)
        if not self.total:
            for _ in self.paths():  # for the sake of what was passed over
                pass
            self.left_out.print()
            raise RecordError("expected speech files, got directories without any")

    def paths(self) -> Iterator[Path]:
        """The files; what is passed over is noted."""
        return walk(self.files, self.left_out, result_of(self.output))


class TagProgress(Observer):
    """Shows how a run goes."""

    def __init__(self, intake: Intake, bar: Progress) -> None:
        self._intake = intake
        self._bar = bar
        self._total = intake.total
        self._task = bar.add_task("tagging", total=self._total)

    def inputs(self) -> Iterator[Input]:
        """The inputs of the run; further members of archives count as they turn up."""
        for path in self._intake.paths():
            for number, item in enumerate(inputs([path], self._intake.stdin_name, passed_over=self._intake.left_out)):
                if number:
                    self._total += 1
                    self._bar.update(self._task, total=self._total)
                yield item

    def file(self, end: FileEnd) -> None:
        """See `Observer.file`."""
        if end.reason is not None:
            print_failure(end.name, end.reason)
        for note in end.notes:
            print_note(end.name, note)
        self._bar.advance(self._task)

    def page(self, name: str, page: int, pages: int) -> None:
        """See `Observer.page`."""
        description = "tagging" if page == pages else f"tagging (page {page} of {pages} of {Path(name).name})"
        self._bar.update(self._task, description=description)


def _tell_of_missing(suffixes: Counter[str]) -> None:
    """Tell, before the first file is read, which kinds of files will fail because something is not installed.

    Args:
        suffixes: how many files there are of each suffix.
    """
    missing: Counter[str] = Counter()
    for suffix, count in suffixes.items():
        try:
            require_format(SUFFIXES.get(suffix, TEXT))
        except MissingExtraError as error:
            missing[str(error)] += count
    for reason, count in missing.items():
        print_note(f"{count:,} files cannot be read", reason)


@contextmanager
def told_progress(intake: Intake) -> Iterator[TagProgress]:
    """The progress of a run, shown until the block ends."""
    with progress() as bar:
        yield TagProgress(intake, bar)
