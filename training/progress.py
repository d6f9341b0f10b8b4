"""Progress of training on the console: one bar, and a line for each evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments


class ConsoleProgress(TrainerCallback):
    """Shows steps, loss and evaluations on standard error, on the main process only."""

    def __init__(
        self,
        figures: Sequence[str] = ("loss", "macro_f1", "micro_f1", "macro_average_precision"),
        epochs: float = 1.0,
    ) -> None:
        """Say what to show.

        Args:
            figures: of an evaluation, those of them that it has.
            epochs: passes over the data in what the Trainer takes for one epoch.
        """
        self._figures, self._epochs = figures, epochs
        self._console = Console(stderr=True, highlight=False)
        columns = (
            TextColumn("training"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[loss]}"),
        )
        self._progress = Progress(*columns, console=self._console)

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **rest: Any) -> None:
        """Start the bar, at the step that training resumes from."""
        if state.is_world_process_zero:
            self._task = self._progress.add_task("", total=state.max_steps, completed=state.global_step, loss="")
            self._progress.start()

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **rest: Any) -> None:
        """Advance the bar."""
        if state.is_world_process_zero:
            self._progress.update(self._task, completed=state.global_step)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **rest: Any,
    ) -> None:
        """Show the newest loss, or a line for an evaluation."""
        if not state.is_world_process_zero or logs is None:
            return
        if "loss" in logs:
            self._progress.update(self._task, loss=f"loss {float(logs['loss']):.3f}")
        if "eval_loss" in logs:
            shown = [(name, logs[f"eval_{name}"]) for name in self._figures if f"eval_{name}" in logs]
            figures = " · ".join(f"{name} {value:.3f}" for name, value in shown)
            self._console.print(f"epoch {(state.epoch or 0) * self._epochs:.1f}  validation: {figures}", soft_wrap=True)

    def on_train_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **rest: Any) -> None:
        """Stop the bar."""
        if state.is_world_process_zero:
            self._progress.stop()
