"""`jianghua tag`: tag speech files and write the reports."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from jianghua.scripts.read import FILES_HELP

if TYPE_CHECKING:
    from jianghua.tagging.engine.folder import Published, RunFolder
    from jianghua.tagging.engine.run import RunCounts

INTERRUPTED: Final = 130
"""Exit code after Ctrl-C, as shells have it."""
_WORD: Final = (".docx", ".docm")


def tag(
    files: Annotated[list[Path], typer.Argument(help=FILES_HELP)],
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory to write.")],
    model: Annotated[
        Path, typer.Option("-m", "--model", help="A run's directory, or a trained bundle; `default` is the one in the package.")
    ] = Path("default"),
    formats: Annotated[
        str, typer.Option("--format", help="Formats with commas between: jsonl, csv, xlsx, parquet, html, docx.")
    ] = "jsonl,csv,html",
    device: Annotated[str | None, typer.Option("--device", help="cpu or cuda; default the GPU when there is one.")] = None,
    ocr: Annotated[bool, typer.Option("--ocr/--no-ocr", help="Recognise images and scanned pages.")] = True,
    stdin_name: Annotated[str, typer.Option("--name", help="File name of what comes by standard input.")] = "-",
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Read files again that failed in an earlier run.")
    ] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Remove the results of other files and settings.")] = False,
) -> None:
    """Tag every sentence of speech files, with probabilities and places in the source.

    A file that cannot be read is reported with its reason and does not stop the others; the exit code is then 3. A run that
    was interrupted goes on where it stopped when the same command is repeated; with other settings it tags anew.
    """
    from jianghua.scripts.tag_progress import Intake, told_progress
    from jianghua.tagging.engine.folder import RunFolder
    from jianghua.tagging.engine.run import summarise, tag_files
    from jianghua.tagging.engine.settings import RunSettings
    from jianghua.tagging.tagger import Tagger
    from jianghua.tagging.writers import check_formats

    format_names = [name.strip() for name in formats.split(",") if name.strip()]
    check_formats(format_names)
    _refuse_models(files)
    intake = Intake(files, output, stdin_name)
    intake.count()
    try:
        tagger = Tagger.load(model, device)
        settings = RunSettings.current(tagger, ocr)
        with RunFolder(output) as folder:
            with told_progress(intake) as progress:
                counts = tag_files(tagger, progress.inputs(), folder.store, settings, progress, retry_failed)
            summary = summarise(tagger, folder.store)
            command = ["jianghua", *sys.argv[1:]]
            published = folder.publish(format_names, summary, settings, counts, intake.left_out.counts, command)
            _tell(counts, published)
            intake.left_out.print()
            _tell_of_store(folder, counts, prune)
    except KeyboardInterrupt:
        _print(f"stopped: what was tagged is kept in {output}, and the same command goes on from there")
        raise typer.Exit(INTERRUPTED) from None
    if counts.failures:
        raise typer.Exit(3)


def _tell(counts: RunCounts, published: Published) -> None:
    """What was tagged, and what is in the folder now."""
    states = counts.states
    kept = f" ({states['kept']:,} of them by an earlier run)" if states["kept"] else ""
    copies = f", {states['copy']:,} left out as copies of others" if states["copy"] else ""
    _print(f"{counts.speeches:,} speeches tagged{kept}, {counts.failures:,} files failed{copies}; wrote")
    for line in _shown(published.written):
        _print(f"  {line}")
    for paths, words in (
        (published.kept, "kept, since it shows the same"),
        (published.removed, "removed: it showed an earlier run with other files or settings"),
        (published.foreign, "left as it is, and no part of this run: it was not written by one, or changed since"),
    ):
        for line in _shown(paths):
            _print(f"  {line}: {words}")


def _shown(paths: Sequence[Path]) -> list[str]:
    """Files as they are told: Word files, of which there are as many as speeches, by their folder."""
    folders = Counter(path.parent for path in paths if path.suffix in _WORD)
    counts = (f"{folder} ({number:,} Word files)" for folder, number in folders.items())
    return [*(str(path) for path in paths if path.suffix not in _WORD), *counts]


def _tell_of_store(folder: RunFolder, counts: RunCounts, prune: bool) -> None:
    """What in the store a person should know of."""
    store = folder.store
    if store.rescued is not None:
        _print(f"{store.path} was damaged: {store.rescued:,} results could be saved, the others were made anew")
    if store.damaged:
        _print(f"{store.damaged:,} damaged results in {store.path} were made anew")
    if failed := counts.states["still failed"]:
        _print(f"{failed:,} files had failed before and were not read again: --retry-failed does that")
    if prune:
        _print(f"{store.prune():,} results of other files or settings removed")
    elif spare := store.spare():
        _print(f"{store.path} also holds {spare:,} results of other files or settings: --prune removes them")


def _print(line: str) -> None:
    from jianghua.scripts.console import console

    console.print(line, markup=False, soft_wrap=True)


def _refuse_models(files: list[Path]) -> None:
    """Point out a model that is named among the speech files.

    Raises:
        RecordError: one of them is a model's directory.
    """
    from jianghua.data.errors import RecordError
    from jianghua.tagging.bundle import is_model

    for path in files:
        if is_model(path):
            raise RecordError(f"{path}: expected speech files, got a trained model: name it with  --model {path}")
