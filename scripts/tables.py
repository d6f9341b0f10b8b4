"""The tables of figures that `evaluate` and `baseline` print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def print_metrics(metrics: Mapping[str, Any], title: str) -> None:
    """Print figures as `jianghua.training.evaluation.measure` gives them, on standard output."""
    console = Console(highlight=False, width=100)  # the table is as wide in a pipe as on a screen
    table = Table(title=title, box=None, title_justify="left")
    for name in ("label", "precision", "recall", "F1", "95 % interval", "average precision", "sentences"):
        table.add_column(name, justify="left" if name == "label" else "right", no_wrap=True)
    for key, label in metrics["labels"].items():
        figures = (label["precision"], label["recall"], label["f1"])
        interval = _interval(label["f1_interval"])
        table.add_row(key, *map(figure, figures), interval, figure(label["average_precision"]), str(label["support"] or "–"))
    console.print(table)
    for name in ("macro_f1", "micro_f1", "exact_match"):
        console.print(f"{name.replace('_', ' ')} {figure(metrics[name])} ({_interval(metrics[f'{name}_interval'])})")
    console.print(f"calibration error {figure(metrics['calibration_error'])}")
    console.print(f"{metrics['sentences']} sentences of {metrics['speeches']} speeches")
    absent = [key for key, label in metrics["labels"].items() if not label["support"]]
    if absent:
        console.print(f"labels without an example ({', '.join(absent)}) are left out of the macro F1", soft_wrap=True)


def print_slices(slices: Mapping[str, Any], field: str) -> None:
    """Print figures as `jianghua.training.slices.measure_slices` gives them: F1, and in brackets the support."""
    keys = list(next(iter(slices.values()))["labels"])
    console = Console(highlight=False, width=max(100, 24 + 14 * (len(keys) + 3)))
    table = Table(title=f"\nF1 by {field}", box=None, title_justify="left")
    for name in (field, "sentences", "speeches", "macro F1", *keys):
        table.add_column(name, justify="left" if name == field else "right", no_wrap=name != field)
    for value, one in slices.items():
        labels = (
            f"{figure(label['f1'])} ({label['support']})" if label["support"] else "–" for label in one["labels"].values()
        )
        table.add_row(value, str(one["sentences"]), str(one["speeches"]), figure(one["macro_f1"]), *labels)
    console.print(table)


def figure(value: float | None) -> str:
    """A figure with three decimals, or a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def _interval(bounds: tuple[float, float] | None) -> str:
    return "–" if bounds is None else f"{bounds[0]:.3f} to {bounds[1]:.3f}"
