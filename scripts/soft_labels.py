"""`jianghua soft-labels`: have trained models label unlabelled text, for a student to learn from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def soft_labels(
    teachers: Annotated[list[Path], typer.Argument(help="Runs or bundles; their probabilities are averaged.")],
    text: Annotated[list[Path], typer.Option("--text", help="A file of text: .txt, .txt.xz, or speeches .jsonl; repeatable.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write, JSON Lines.")],
    device: Annotated[str | None, typer.Option("--device", help="cpu or cuda; default the GPU when there is one.")] = None,
) -> None:
    """Write every sentence of unlabelled text with the probabilities that trained models give its labels."""
    from jianghua.data.corpus.text import read_documents
    from jianghua.scripts.console import console, progress
    from jianghua.tagging.tagger import Tagger
    from jianghua.training.soft_labels import soft_labels as label
    from jianghua.training.soft_labels import write_soft_labels

    documents = read_documents(text)
    loaded = [Tagger.load(teacher, device) for teacher in teachers]
    with progress() as bar:
        count = write_soft_labels(output, label(loaded, bar.track(documents, description="labelling")))
    console.print(f"wrote {output}: {count} sentences of {len(documents)} documents")
