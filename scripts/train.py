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
    from jianghua.scripts.tables import figure
    from jianghua.training.config import TrainConfig

    settings = load_settings(TrainConfig, config, overrides or [])
    require_all("torch", "transformers", "datasets", "evaluate", "accelerate", "sklearn", extra="train")
    from jianghua.training.finetune import finetune

    trained = finetune(settings)
    if trained is None:
        return
    metrics = trained.metrics
    for key, label in metrics["labels"].items():
        console.print(f"  {key:<12} F1 {figure(label['f1']):<5}  average precision {figure(label['average_precision'])}")
    console.print(f"validation macro F1 {figure(metrics['macro_f1'])}, micro F1 {figure(metrics['micro_f1'])}")
    console.print(f"wrote {trained.run.directory}; next:  jianghua evaluate {trained.run.directory}")
