"""`jianghua read`: speech files to clean sentences with their places in the source."""

from __future__ import annotations

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
    from jianghua.data.intake.inputs import walk
    from jianghua.data.store import write_speeches
    from jianghua.scripts.console import console

    paths = some(list(walk(files)))
    reading = _Reading(paths, stdin_name, ocr, explain, keep=explain_page is not None)
    write_speeches(output, reading.speeches())
    console.print(
        f"wrote {output}: {reading.read} speeches, {reading.sentences} sentences; {reading.failures} files failed",
        soft_wrap=True,
    )
    if explain_page is not None:
        _write_page(explain_page, reading.kept)
    if reading.failures:
        raise typer.Exit(3)


def some(paths: list[Path]) -> list[Path]:
    """The paths, when there are any.

    Raises:
        RecordError: there are none.
    """
    from jianghua.data.errors import RecordError

    if not paths:
        raise RecordError("expected speech files, got directories without any")
    return paths


def failed(name: str, error: object) -> None:
    """Tell of a file that could not be read."""
    from rich.text import Text

    from jianghua.scripts.console import console

    console.print(Text.assemble(("✗ ", "red"), f"{name}: {error}"), soft_wrap=True)


def warn(speech: Speech) -> None:
    """Tell what of its file is missing from a speech."""
    from rich.text import Text

    from jianghua.scripts.console import console

    if speech.source is not None:
        for note in speech.source.notes:
            console.print(Text.assemble(("! ", "yellow"), f"{speech.source.path}: {note}"), soft_wrap=True)


@dataclass
class _Reading:
    """One run: speeches are given one after the other, so that only those to be explained are kept in memory."""

    paths: list[Path]
    stdin_name: str
    ocr: bool
    explain: bool
    keep: bool
    kept: list[tuple[str, str, Speech]] = field(default_factory=list)
    read: int = 0
    sentences: int = 0
    failures: int = 0

    def speeches(self) -> Iterator[Speech]:
        """The speeches of the files; what cannot be read is told and counted."""
        from jianghua.data.intake.inputs import inputs
        from jianghua.scripts.console import console, progress

        seen: set[str] = set()
        with progress() as bar:
            task = bar.add_task("reading", total=len(self.paths))

            def page(number: int, pages: int) -> None:
                bar.update(task, description=f"reading, page {number} of {pages}")

            for path in self.paths:
                for item in inputs([path], self.stdin_name):
                    speech = self._speech(item, page)
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

    def _speech(self, item: Input, page: Step) -> Speech | None:
        from jianghua.data.errors import DocumentError, MissingExtraError
        from jianghua.data.reader import read_bytes, read_source_and_speech

        source = ""
        try:
            if self.explain or self.keep:
                source, speech = read_source_and_speech(item.read(), item.name, self.ocr, page)
            else:
                speech = read_bytes(item.read(), item.name, self.ocr, page)
        except (DocumentError, MissingExtraError) as error:
            self.failures += 1
            failed(item.name, error)
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


def _write_page(path: Path, kept: list[tuple[str, str, Speech]]) -> None:
    """Write the sources with their deletions struck through as a web page."""
    from jianghua.data.store import atomic_write
    from jianghua.scripts.console import console
    from jianghua.scripts.explain import page

    with atomic_write(path) as file:
        file.writelines(page(iter(kept)))
    console.print(f"wrote {path}", soft_wrap=True)
