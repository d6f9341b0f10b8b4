"""`jianghua read`: speech files to clean sentences with their places in the source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from data.documents import Document
    from data.speech import Speech

FILES_HELP = "Speech files, directories or .zip archives of them; - is standard input."


def read(
    files: Annotated[list[Path], typer.Argument(help=FILES_HELP)],
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON Lines file to write.")] = Path("speeches.jsonl"),
    explain: Annotated[bool, typer.Option("--explain", help="Show what cleaning deleted, and why.")] = False,
    ocr: Annotated[bool, typer.Option("--ocr/--no-ocr", help="Recognise images and scanned pages.")] = True,
    stdin_name: Annotated[str, typer.Option("--name", help="File name of what comes by standard input.")] = "-",
) -> None:
    """Read speech files into clean sentences, one speech a line.

    A file that cannot be read is reported with its reason and does not stop the others; the exit code is then 3.
    """
    from data.inputs import walk
    from data.store import write_speeches
    from scripts.console import console

    paths = some(list(walk(files)))
    counts = {"speeches": 0, "sentences": 0, "failures": 0}
    write_speeches(output, _speeches(paths, stdin_name, ocr, explain, counts))
    console.print(
        f"wrote {output}: {counts['speeches']} speeches, {counts['sentences']} sentences; {counts['failures']} files failed"
    )
    if counts["failures"]:
        raise typer.Exit(3)


def some(paths: list[Path]) -> list[Path]:
    """The paths, when there are any.

    Raises:
        RecordError: there are none.
    """
    from data.errors import RecordError

    if not paths:
        raise RecordError("expected speech files, got directories without any")
    return paths


def failed(name: str, error: object) -> None:
    """Tell of a file that could not be read."""
    from rich.text import Text

    from scripts.console import console

    console.print(Text.assemble(("✗ ", "red"), f"{name}: {error}"), soft_wrap=True)


def _speeches(paths: list[Path], stdin_name: str, ocr: bool, explain: bool, counts: dict[str, int]) -> Iterator[Speech]:
    """The speeches of the files, one after the other, counted; what cannot be read is told and counted."""
    from data.errors import DocumentError, MissingExtraError
    from data.inputs import inputs
    from data.reader import build_speech, read_document
    from scripts.console import console, progress

    seen: set[str] = set()
    with progress() as bar:
        task = bar.add_task("reading", total=len(paths))
        for path in paths:
            for item in inputs([path], stdin_name):
                try:
                    content = item.read()
                    document = read_document(content, item.name, ocr, _pages(bar, task))
                    speech = build_speech(document, content, item.name)
                except (DocumentError, MissingExtraError) as error:
                    counts["failures"] += 1
                    failed(item.name, error)
                    continue
                if speech.id in seen:
                    console.print(f"  {item.name}: the same bytes and name as a file before it, left out", markup=False)
                    continue
                seen.add(speech.id)
                counts["speeches"] += 1
                counts["sentences"] += len(speech.sentences)
                yield speech
                if explain:
                    _explain(item.name, document, speech)
            bar.update(task, advance=1, description="reading")


def _pages(bar: Any, task: Any) -> Any:
    """Shows the page that is being recognised."""
    return lambda page, pages: bar.update(task, description=f"reading, page {page} of {pages}")


def _explain(name: str, document: Document, speech: Speech) -> None:
    """List the deletions of a speech, white space aside, with the text that was deleted."""
    from scripts.console import console

    console.print(f"\n{name}", style="bold", markup=False)
    for cut in speech.deletions:
        deleted = " ".join(document.text[cut.start : cut.end].split())
        if deleted:
            shown = deleted if len(deleted) <= 60 else f"{deleted[:40]} … {deleted[-15:]}"
            console.print(f"  {cut.start:>6}–{cut.end:<6} {cut.reason}: ", end="")
            console.print(shown, style="strike dim", markup=False, soft_wrap=True)
