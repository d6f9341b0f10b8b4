"""`jianghua read`: speech files to clean sentences with their places in the source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from data.speech import Speech


def read(
    files: Annotated[list[Path], typer.Argument(help="Speech files (.txt .md .docx .pdf .html) or directories of them.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON Lines file to write.")] = Path("speeches.jsonl"),
    explain: Annotated[bool, typer.Option("--explain", help="Show what cleaning deleted, and why.")] = False,
) -> None:
    """Read speech files into clean sentences, one speech a line.

    A file that cannot be read is reported with its reason and does not stop the others; the exit code is then 3.
    """
    from data.errors import DocumentError, RecordError
    from data.reader import expand, read_speech
    from data.store import write_speeches
    from scripts.console import console, progress

    paths = list(expand(files))
    if not paths:
        raise RecordError("expected speech files, got directories without any")
    speeches: dict[str, Speech] = {}
    failures = 0
    with progress() as bar:
        for path in bar.track(paths, description="reading"):
            try:
                speech = read_speech(path)
            except DocumentError as error:
                failures += 1
                console.print(f"[red]✗[/red] {path}: {error}", markup=True, soft_wrap=True)
                continue
            if speech.id in speeches:
                console.print(f"  {path}: the same bytes and name as a file before it, left out")
                continue
            speeches[speech.id] = speech
            if explain:
                _explain(path, speech)
    write_speeches(output, speeches.values())
    sentences = sum(len(speech.sentences) for speech in speeches.values())
    console.print(f"wrote {output}: {len(speeches)} speeches, {sentences} sentences; {failures} files failed")
    if failures:
        raise typer.Exit(3)


def _explain(path: Path, speech: Speech) -> None:
    """List the deletions of a speech, white space aside, with the text that was deleted."""
    from data.reader import read_source
    from scripts.console import console

    text = read_source(path)
    console.print(f"\n[bold]{path}[/bold]")
    for cut in speech.deletions:
        deleted = " ".join(text[cut.start : cut.end].split())
        if deleted:
            shown = deleted if len(deleted) <= 60 else f"{deleted[:40]} … {deleted[-15:]}"
            console.print(f"  {cut.start:>6}–{cut.end:<6} {cut.reason}: ", end="")
            console.print(shown, style="strike dim", markup=False, soft_wrap=True)
