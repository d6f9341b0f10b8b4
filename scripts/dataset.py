"""`jianghua dataset`: annotated speeches to a dataset split by speech."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jianghua.data.paths import LABELS

if TYPE_CHECKING:
    from jianghua.data.corpus.dataset import SpeechDataset


def dataset(
    files: Annotated[list[Path], typer.Argument(help="Annotated speeches, JSON Lines.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory to write.")] = Path("build/dataset"),
    labels: Annotated[Path, typer.Option("--labels", help="The label scheme.")] = LABELS,
    seed: Annotated[int, typer.Option("--seed", help="Decides among equally good splits.")] = 0,
    validation: Annotated[float, typer.Option("--validation", help="Share of the validation split.")] = 0.15,
    test: Annotated[float | None, typer.Option("--test", help="Share of the test split; 0.15 by default.")] = None,
    hold_out: Annotated[
        list[str] | None,
        typer.Option(
            "--hold-out", metavar="FIELD=VALUE", help="The test split is all speeches with it, such as style=dense; repeatable."
        ),
    ] = None,
) -> None:
    """Split annotated speeches into train, validation and test, as a datasets.DatasetDict with a manifest.

    Whole speeches go to one split, near copies together, labels spread as evenly as it can be. With --hold-out the test split
    is every speech with that value and nothing else, near copies of it are in no split, and --validation is a share of what is
    left.
    """
    from jianghua.data.corpus.dataset import SHARES, build_dataset, save_dataset
    from jianghua.data.corpus.hold_out import FieldValue, build_held_out_dataset
    from jianghua.data.errors import SettingsError
    from jianghua.data.scheme import load_scheme
    from jianghua.data.store import read_speeches
    from jianghua.scripts.console import console

    held_out = [FieldValue.parse(text) for text in hold_out or ()]
    if held_out and test is not None:
        raise SettingsError("expected --hold-out or --test, got both: the test split is what is held out")
    scheme = load_scheme(labels)
    speeches = read_speeches(*files)
    if held_out:
        built = build_held_out_dataset(speeches, scheme, held_out, seed, validation)
    else:
        share = SHARES["test"] if test is None else test
        shares = {"train": 1 - validation - share, "validation": validation, "test": share}
        built = build_dataset(speeches, scheme, seed, shares)
    save_dataset(built, output)
    _print_summary(built)
    console.print(f"wrote {output} (hash {built.sha256[:12]})")


def _print_summary(built: SpeechDataset) -> None:
    """Print the counts of each split and what was noticed."""
    from rich.table import Table

    from jianghua.scripts.console import console
    from jianghua.training.checks import absent_labels_warning

    table = Table("split", "speeches", "sentences", *built.scheme.keys, "none", box=None)
    for name, part in built.manifest["splits"].items():
        counts = (part["speeches"], part["annotated"], *part["labels"].values())
        table.add_row(name, *(str(count or "–") for count in counts))
    console.print(table)
    if warning := absent_labels_warning(built):
        console.print(warning, soft_wrap=True)
    if built.manifest["near_duplicates"]:
        console.print(f"{len(built.manifest['near_duplicates'])} groups of near copies kept on one side")
    if copies := built.manifest.get("left_out_near_copies"):
        console.print(f"near copies of what is held out, in no split: {', '.join(copies)}", soft_wrap=True)
