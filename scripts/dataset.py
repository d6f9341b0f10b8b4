"""`jianghua dataset`: annotated speeches to a dataset split by speech."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jianghua.data.paths import LABELS


def dataset(
    files: Annotated[list[Path], typer.Argument(help="Annotated speeches, JSON Lines.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory to write.")] = Path("build/dataset"),
    labels: Annotated[Path, typer.Option("--labels", help="The label scheme.")] = LABELS,
    seed: Annotated[int, typer.Option("--seed", help="Decides among equally good splits.")] = 0,
    validation: Annotated[float, typer.Option("--validation", help="Share of the validation split.")] = 0.15,
    test: Annotated[float, typer.Option("--test", help="Share of the test split.")] = 0.15,
) -> None:
    """Split annotated speeches into train, validation and test, as a datasets.DatasetDict with a manifest.

    Whole speeches go to one split, near copies together, labels spread as evenly as it can be.
    """
    from rich.table import Table

    from jianghua.data.corpus.dataset import build_dataset, save_dataset
    from jianghua.data.scheme import load_scheme
    from jianghua.data.store import read_speeches
    from jianghua.scripts.console import console
    from jianghua.training.checks import absent_labels_warning

    scheme = load_scheme(labels)
    speeches = read_speeches(*files)
    shares = {"train": 1 - validation - test, "validation": validation, "test": test}
    built = build_dataset(speeches, scheme, seed=seed, shares=shares)
    save_dataset(built, output)

    table = Table("split", "speeches", "sentences", *scheme.keys, "none", box=None)
    for name, part in built.manifest["splits"].items():
        counts = (part["speeches"], part["annotated"], *part["labels"].values())
        table.add_row(name, *(str(count or "–") for count in counts))
    console.print(table)
    if warning := absent_labels_warning(built):
        console.print(warning, soft_wrap=True)
    if built.manifest["near_duplicates"]:
        console.print(f"{len(built.manifest['near_duplicates'])} groups of near copies kept on one side")
    console.print(f"wrote {output} (hash {built.sha256[:12]})")
