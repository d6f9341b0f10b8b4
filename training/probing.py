"""Linear probing: the head learns first, on an encoder that stays what it is.

The gradients of a head drawn at random bend the encoder before they mean anything, and most of all away from what it knows of
texts unlike those of training (Kumar et al. 2022, arXiv 2202.10054).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from rich.console import Console
from rich.progress import track
from torch import Tensor, nn
from torch.utils.data import DataLoader
from transformers import Trainer
from transformers.optimization import get_linear_schedule_with_warmup

from jianghua.training.arguments import main_process
from jianghua.training.config import ProbingConfig
from jianghua.training.sampling import LengthBatchSampler


def probe(trainer: Trainer, examples: Sequence[dict[str, Any]], config: ProbingConfig) -> None:
    """Train the head of a Trainer's passage model; the encoder's weights stay as they are.

    Args:
        trainer: has the model, its device and its precision.
        examples: of the training split, as `jianghua.training.model.features` gives them.
        config: passes and learning rate. Without a pass nothing happens.
    """
    model: Any = trainer.model
    arguments = trainer.args
    model.to(arguments.device)
    encoder = model.token_classifier.base_model
    batch = arguments.per_device_train_batch_size
    sampler = LengthBatchSampler([len(example["input_ids"]) for example in examples], batch, arguments.seed)
    loader: DataLoader[Any] = DataLoader(examples, batch, sampler=sampler, collate_fn=trainer.data_collator)  # type: ignore[arg-type]
    steps = round(config.epochs * len(loader))
    encoder.requires_grad_(False)
    head = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(head, config.learning_rate, weight_decay=arguments.weight_decay)
    schedule = get_linear_schedule_with_warmup(optimiser, 0, steps)  # type: ignore[no-untyped-call]
    model.train()
    for inputs in track(
        _batches(loader, sampler, steps), "probing", steps, console=Console(stderr=True), disable=not main_process()
    ):
        with trainer.compute_loss_context_manager():
            loss = model(**{name: value.to(arguments.device) for name, value in inputs.items()})["loss"]
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(head, arguments.max_grad_norm)
        optimiser.step()
        schedule.step()
    encoder.requires_grad_(True)


def _batches(loader: DataLoader[Any], sampler: LengthBatchSampler, steps: int) -> Iterator[dict[str, Tensor]]:
    """So many batches, pass after pass, each pass in an order of its own."""
    for step in range(steps):
        epoch, position = divmod(step, len(loader))
        if position == 0:
            sampler.set_epoch(epoch)
            batches = iter(loader)
        yield next(batches)
