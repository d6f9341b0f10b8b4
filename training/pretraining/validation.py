"""Figures on held-out text: before the first step, at every checkpoint, after the last one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from jianghua.training.pretraining.batches import Batches


class Validation(TrainerCallback):
    """Logs the figures of the objective as `eval_…`.

    The Trainer's own evaluation weighs all batches alike, however many words they ask for, and gathers predictions, which are
    of no use here.
    """

    def __init__(self, trainer: Trainer, model: nn.Module, batches: Batches, every: int) -> None:
        """Measure the model that is trained on these batches, every so many steps."""
        self._trainer, self._model, self._batches, self._every = trainer, model, batches, every

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **rest: Any) -> None:
        """Measure what training starts from; a run that is resumed has that in its history."""
        if state.global_step == 0:
            self._log(state, control)

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **rest: Any) -> None:
        """Measure before the checkpoint is written, so that its history holds the figures."""
        if state.global_step % self._every == 0 or state.global_step == state.max_steps:
            self._log(state, control)

    def _log(self, state: TrainerState, control: TrainerControl) -> None:
        if state.is_world_process_zero:
            figures, due = measure(self._trainer, self._model, self._batches), control.should_log
            self._trainer.log({f"eval_{name}": value for name, value in figures.items()})
            control.should_log = due  # else the Trainer takes this for its own log, for which other processes wait


def measure(trainer: Trainer, model: nn.Module, batches: Batches) -> Mapping[str, float]:
    """The objective's figures over all batches, each batch with its weight."""
    sums, total = dict[str, float](), 0.0
    model.eval()  # the Trainer puts it back before each step
    with torch.no_grad(), trainer.accelerator.autocast():
        for number in range(len(batches)):
            output = model(**{name: tensor.to(trainer.args.device) for name, tensor in batches[number].items()})
            weight = float(output.pop("weight"))
            total += weight
            for name, value in output.items():
                sums[name] = sums.get(name, 0.0) + weight * float(value)
    return {name: value / total for name, value in sums.items()}
