"""`jianghua pretrain`: train an encoder on unlabelled text, before it is fine-tuned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def pretrain(
    config: Annotated[Path, typer.Argument(help="Settings, such as configs/pretrain.yaml.")],
    overrides: Annotated[
        list[str] | None, typer.Argument(help="Changed settings: key=value, such as name=second text=[laws.txt.xz].")
    ] = None,
) -> None:
    """Go on with an encoder's pre-training on text like yours, or distil its layers into fewer; write the encoder.

    `jianghua train` takes what comes out by model=DIRECTORY. A run that was interrupted goes on from its last checkpoint when
    the same command is given again.
    """
    from jianghua.data.extras import require
    from jianghua.data.settings import load_settings
    from jianghua.scripts.console import console
    from jianghua.training.pretrain_config import PretrainConfig

    settings = load_settings(PretrainConfig, config, overrides or [])
    for module in ("torch", "transformers", "accelerate"):
        require(module, extra="train")
    from jianghua.training.pretrain import pretrain as run_pretraining

    trained = run_pretraining(settings)
    if trained is None:
        return
    for when, figures in trained.metrics.items():
        console.print(f"  {when:<7}" + "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    encoder = trained.run.encoder
    console.print(f"wrote {encoder}; next:  jianghua train configs/train.yaml name=pretrained model={encoder}", soft_wrap=True)
