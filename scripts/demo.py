"""`jianghua demo`: the whole way from the sample corpus to a report of tagged speeches."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory to write.")] = Path("demo"),
) -> None:
    """Build the dataset, train the CPU model, evaluate it, tag the raw sample files and write the report.

    The style of the raw files is held out, so the figures are those on a style that training never saw. Takes some minutes on
    two cores. Given again, it goes on where it stopped.
    """
    from jianghua.data.paths import SHIPPED
    from jianghua.scripts.console import console
    from jianghua.scripts.evaluation import evaluate
    from jianghua.scripts.tag import tag
    from jianghua.scripts.train import train

    built, run = output / "dataset", output / "runs" / "samples"

    console.rule("1 of 4 · dataset")
    demo_dataset(built)
    console.rule("2 of 4 · training")
    if (run / "bundle" / "tagger.json").is_file():
        console.print(f"{run} is trained already")
    else:
        settings = SHIPPED / "configs" / "train.yaml"
        train(settings, [f"dataset={built}", f"runs={output / 'runs'}", "name=samples"])
    console.rule("3 of 4 · evaluation on the test split")
    evaluate(run, data=None, split="test", by=None, as_json=False)
    console.rule("4 of 4 · tagging the raw sample files")
    tag([SHIPPED / "data" / "samples" / "raw"], output=output / "tagged", model=run, formats="jsonl,csv,xlsx,html", device=None)
    console.print(f"\nOpen the report:  {(output / 'tagged' / 'report.html').resolve()}", soft_wrap=True)


def demo_dataset(output: Path) -> None:
    """Build the dataset of the sample corpus with the style of the raw sample files held out."""
    from jianghua.data.paths import LABELS, SHIPPED
    from jianghua.scripts.dataset import dataset

    speeches = SHIPPED / "data" / "samples" / "speeches.jsonl"
    dataset([speeches], output=output, labels=LABELS, seed=0, validation=0.15, test=None, hold_out=["style=dense"])
