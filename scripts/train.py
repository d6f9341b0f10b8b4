"""`jianghua train`: fine-tune a Chinese BERT on a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    config: Annotated[Path, typer.Argument(help="Settings, such as configs/train.yaml.")],
    overrides: Annotated[
        list[str] | None, typer.Argument(help="Changed settings: key=value, such as name=second loss.kind=focal.")
    ] = None,
) -> None:
    """Fine-tune, calibrate on the validation split, write the run's directory.

    A run that was interrupted goes on from its last checkpoint when the same command is given again.
    """
    from jianghua.data.extras import require_all
    from jianghua.data.settings import load_settings
    from jianghua.scripts.console import console
    from jianghua.training.config import TrainConfig

    settings = load_settings(TrainConfig, config, overrides or [])
    require_all("torch", "transformers", "datasets", "evaluate", "accelerate", "sklearn", extra="train")
    from jianghua.training.finetune import finetune

    trained = finetune(settings)
    if trained is None:
        return
    for key, label in trained.metrics["labels"].items():
        console.print(f"  {key:<12} F1 {label['f1']:.3f}  average precision {label['average_precision'] or 0:.3f}")
    console.print(f"validation macro F1 {trained.metrics['macro_f1']:.3f}, micro F1 {trained.metrics['micro_f1']:.3f}")
    console.print(f"wrote {trained.run.directory}; next:  jianghua evaluate {trained.run.directory}")
