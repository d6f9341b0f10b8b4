"""`jianghua read`: speech files to clean sentences with their places in the source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from jianghua.data.bounds import Step
    from jianghua.data.intake.inputs import Input
    from jianghua.data.speech import Speech

FILES_HELP = "Speech files, directories or .zip archives of them; - is standard input."


def read(
    files: Annotated[list[Path], typer.Argument(help=FILES_HELP)],
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON Lines file to write.")] = Path("speeches.jsonl"),
    explain: Annotated[bool, typer.Option("--explain", help="Show what cleaning deleted, and why.")] = False,
    explain_page: Annotated[Path | None, typer.Option("--explain-page", help="The same as a web page to write.")] = None,
    ocr: Annotated[bool, typer.Option("--ocr/--no-ocr", help="Recognise images and scanned pages.")] = True,
    stdin_name: Annotated[str, typer.Option("--name", help="File name of what comes by standard input.")] = "-",
) -> None:
    """Read speech files into clean sentences, one speech a line.

    A file that cannot be read is reported with its reason and does not stop the others; the exit code is then 3.
    """
    from jianghua.data.intake.walking import walk
    from jianghua.data.pages.explanation import write_explanation_page
    from jianghua.data.store import write_speeches
    from jianghua.scripts.console import console

    left_out = LeftOut()
    paths = require_files(list(walk(files, left_out)))
    reading = _Reading(paths, left_out, stdin_name, ocr, explain, keep=explain_page is not None)
    write_speeches(output, reading.speeches())
    left_out.print()
    console.print(
        f"wrote {output}: {reading.read} speeches, {reading.sentences} sentences; {reading.failures} files failed",
        soft_wrap=True,
    )
    if explain_page is not None:
        write_explanation_page(explain_page, reading.kept)
        console.print(f"wrote {explain_page}", soft_wrap=True)
    if reading.failures:
        raise typer.Exit(3)


def require_files(paths: list[Path]) -> list[Path]:
    """The paths, of which there must be one at least.

    Raises:
        RecordError: there are none.
    """
    from jianghua.data.errors import RecordError

    if not paths:
        raise RecordError("expected speech files, got directories without any")
    return paths


def print_failure(name: str, error: object) -> None:
    """Tell of a file that could not be read."""
    from rich.text import Text

    from jianghua.scripts.console import console

    console.print(Text.assemble(("✗ ", "red"), f"{name}: {error}"), soft_wrap=True)


def warn(speech: Speech) -> None:
    """Tell what of its file is missing from a speech."""
    if speech.source is not None:
        for note in speech.source.notes:
            print_note(speech.source.path, note)


def print_note(name: str, note: str) -> None:
    """Tell what is missing from a file, or what else a person should know of it."""
    from rich.text import Text

    from jianghua.scripts.console import console

    console.print(Text.assemble(("! ", "yellow"), f"{name}: {note}"), soft_wrap=True)


@dataclass
class LeftOut:
    """Counts what was passed over in directories and archives, by reason, with a name for each."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str, reason: str) -> None:
        """See `jianghua.data.intake.walking.PassedOver`."""
        self.counts[reason] += 1
        self.examples.setdefault(reason, name)

    def print(self) -> None:
        """Tell of it in one line, if there was any."""
        from jianghua.scripts.console import console

        told = [f"{reason} ({count}, such as {self.examples[reason]})" for reason, count in sorted(self.counts.items())]
        if told:
            console.print("passed over: " + ", ".join(told), markup=False, soft_wrap=True)


@dataclass
class _Reading:
    """One run: speeches are given one after the other, so that only those to be explained are kept in memory."""

    paths: list[Path]
    left_out: LeftOut
    stdin_name: str
    ocr: bool
    explain: bool
    keep: bool
    kept: list[tuple[str, str, Speech]] = field(default_factory=list)
    read: int = 0
    sentences: int = 0
    failures: int = 0

    def speeches(self) -> Iterator[Speech]:
        """The speeches of the files; what cannot be read is reported and counted."""
        from jianghua.data.intake.inputs import inputs
        from jianghua.scripts.console import console, progress

        seen: set[str] = set()
        with progress() as bar:
            task = bar.add_task("reading", total=len(self.paths))

            def show_page(number: int, pages: int) -> None:
                bar.update(task, description=f"reading, page {number} of {pages}")

            for path in self.paths:
                for item in inputs([path], self.stdin_name, passed_over=self.left_out):
                    speech = self._speech(item, show_page)
                    if speech is None:
                        continue
                    if speech.id in seen:
                        message = f"  {item.name}: the same bytes and name as a file before it, left out"
                        console.print(message, markup=False, soft_wrap=True)
                        continue
                    seen.add(speech.id)
                    self.read += 1
                    self.sentences += len(speech.sentences)
                    yield speech
                bar.update(task, advance=1, description="reading")

    def _speech(self, item: Input, step: Step) -> Speech | None:
        from jianghua.data.errors import DocumentError, MissingExtraError
        from jianghua.data.reader import read_bytes, read_source_and_speech

        source = ""
        try:
            if self.explain or self.keep:
                source, speech = read_source_and_speech(item.read(), item.name, self.ocr, step)
            else:
                speech = read_bytes(item.read(), item.name, self.ocr, step)
        except (DocumentError, MissingExtraError) as error:
            self.failures += 1
            print_failure(item.name, error)
            return None
        warn(speech)
        if self.explain:
            _explain(item.name, source, speech)
        if self.keep:
            self.kept.append((item.name, source, speech))
        return speech


def _explain(name: str, source: str, speech: Speech) -> None:
    """Show a source with its deletions struck through."""
    from jianghua.scripts.console import console
    from jianghua.scripts.explain import terminal_text

    console.print(terminal_text(name, source, speech), soft_wrap=True)
