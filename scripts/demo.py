"""`jianghua demo`: the whole way from the sample corpus to a report of tagged speeches."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory to write.")] = Path("demo"),
) -> None:
    """Build the dataset, train the CPU model, evaluate it, tag the raw sample files and write the report.

    Takes some minutes on two cores. Given again, it goes on where it stopped.
    """
    from jianghua.data.paths import LABELS, SHIPPED
    from jianghua.scripts.console import console
    from jianghua.scripts.dataset import dataset
    from jianghua.scripts.evaluation import evaluate
    from jianghua.scripts.tag import tag
    from jianghua.scripts.train import train

    samples = SHIPPED / "data" / "samples"
    built, run = output / "dataset", output / "runs" / "samples"

    console.rule("1 of 4 · dataset")
    dataset([samples / "speeches.jsonl"], output=built, labels=LABELS, seed=0, validation=0.15, test=0.15)
    console.rule("2 of 4 · training")
    if (run / "bundle" / "tagger.json").is_file():
        console.print(f"{run} is trained already")
    else:
        settings = SHIPPED / "configs" / "train.yaml"
        train(settings, [f"dataset={built}", f"runs={output / 'runs'}", "name=samples"])
    console.rule("3 of 4 · evaluation on the test split")
    evaluate(run, data=None, split="test", as_json=False)
    console.rule("4 of 4 · tagging the raw sample files")
    tag([samples / "raw"], output=output / "tagged", model=run, formats="jsonl,csv,xlsx,html", device=None)
    console.print(f"\nOpen the report:  {(output / 'tagged' / 'report.html').resolve()}", soft_wrap=True)
