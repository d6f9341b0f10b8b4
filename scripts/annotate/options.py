"""Options that the sub-commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jianghua.data.paths import ANNOTATE, LABELS

Config = Annotated[Path, typer.Option("-c", "--config", help="Settings of the annotation project.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="A changed setting, such as adjudication.policy=weighted; repeatable."),
]
Labels = Annotated[Path, typer.Option("--labels", help="The label scheme.")]

__all__ = ["ANNOTATE", "LABELS", "Config", "Labels", "Overrides"]
