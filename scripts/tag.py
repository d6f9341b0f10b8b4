"""`jianghua tag`: tag speech files and write the reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jianghua.scripts.read import FILES_HELP, print_failure, require_files, warn

if TYPE_CHECKING:
    from jianghua.tagging.records import TaggedSpeech


def tag(
    files: Annotated[list[Path], typer.Argument(help=FILES_HELP)],
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory to write.")],
    model: Annotated[
        Path, typer.Option("-m", "--model", help="A run's directory, or a trained bundle; `default` is the one in the package.")
    ] = Path("default"),
    formats: Annotated[
        str, typer.Option("--format", help="Formats with commas between: jsonl, csv, xlsx, parquet, html.")
    ] = "jsonl,csv,html",
    device: Annotated[str | None, typer.Option("--device", help="cpu or cuda; default the GPU when there is one.")] = None,
    ocr: Annotated[bool, typer.Option("--ocr/--no-ocr", help="Recognise images and scanned pages.")] = True,
    stdin_name: Annotated[str, typer.Option("--name", help="File name of what comes by standard input.")] = "-",
) -> None:
    """Tag every sentence of speech files, with probabilities and places in the source.

    A file that cannot be read is reported with its reason and does not stop the others; the exit code is then 3. A run that
    was interrupted goes on where it stopped when the same command is repeated; with other settings it tags anew.
    """
    from jianghua.data.intake.inputs import inputs, walk
    from jianghua.scripts.console import console, progress
    from jianghua.tagging.engine import tag_files
    from jianghua.tagging.tagger import Tagger
    from jianghua.tagging.writers import check_formats, write

    format_names = [name.strip() for name in formats.split(",") if name.strip()]
    check_formats(format_names)
    _refuse_models(files)
    paths = require_files(list(walk(files)))
    tagger = Tagger.load(model, device)
    with progress() as bar:
        found = (item for path in bar.track(paths, description="tagging") for item in inputs([path], stdin_name))

        def show_failure(name: str, error: str | None) -> None:
            if error:
                print_failure(name, error)

        run = tag_files(tagger, found, output, show_failure, ocr)
    warned: set[str] = set()

    def speeches() -> Iterator[TaggedSpeech]:
        """The tagged speeches; on the first of several passes, what is missing from them is told."""
        for tagged in run.speeches():
            if tagged.speech.id not in warned:
                warned.add(tagged.speech.id)
                warn(tagged.speech)
            yield tagged

    written = write(format_names, speeches, run.summary, output)
    console.print(f"{len(run.shards)} speeches tagged, {len(run.summary.failures)} files failed; wrote")
    for path in written:
        console.print(f"  {path}", soft_wrap=True)
    if run.summary.failures:
        raise typer.Exit(3)


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
