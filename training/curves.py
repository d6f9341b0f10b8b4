"""Learning curves as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jianghua.data.store import atomic_write


def draw_curves(history: Sequence[Mapping[str, Any]], directory: Path) -> None:
    """Draw `curves.png`: losses on the left, validation scores on the right, over epochs.

    Args:
        history: the Trainer's log history.
        directory: where the picture goes.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), constrained_layout=True)
    _line(left, history, "loss", "training")
    _line(left, history, "eval_loss", "validation", marker="o")
    left.set(xlabel="epoch", ylabel="loss", title="Loss", ylim=(0, None))
    for name in ("macro_f1", "micro_f1", "macro_average_precision"):
        _line(right, history, f"eval_{name}", name.replace("_", " "), marker="o")
    right.set(xlabel="epoch", title="Validation, at a threshold of 0.5", ylim=(0, 1))
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    with atomic_write(directory / "curves.png") as file:
        plt.savefig(file, dpi=150, format="png")
    plt.close(figure)


def _line(axes: Any, history: Sequence[Mapping[str, Any]], key: str, label: str, marker: str | None = None) -> None:
    points = [(row["epoch"], row[key]) for row in history if key in row]
    if points:
        axes.plot(*zip(*points, strict=True), label=label, marker=marker, linewidth=1.5, markersize=4)
