"""The Trainer of transformers, set up for the passage model: our settings in its words, our figures by its hooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import EarlyStoppingCallback, EvalPrediction, Trainer, TrainingArguments
from transformers.trainer_callback import PrinterCallback, ProgressCallback

from jianghua.data.scheme import LabelScheme
from jianghua.tagging.bundle import to_probabilities
from jianghua.training.arguments import processes, shared_arguments
from jianghua.training.config import TrainConfig
from jianghua.training.losses import IGNORE, positive_weights
from jianghua.training.metrics import AveragePrecision, LabelScores
from jianghua.training.model import Collator, PassageClassifier
from jianghua.training.progress import ConsoleProgress
from jianghua.training.run import TrainingRun
from jianghua.training.sampling import LengthBatchSampler


class _Trainer(Trainer):
    """Transformers' Trainer, but for the order of examples: most of a random batch of single sentences would be padding."""

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthBatchSampler:
        examples: Any = self.train_dataset if train_dataset is None else train_dataset
        lengths = [len(example["input_ids"]) for example in examples]
        return LengthBatchSampler(lengths, self.args.train_batch_size, self.args.data_seed or self.args.seed)


def build_trainer(
    config: TrainConfig,
    scheme: LabelScheme,
    examples: Mapping[str, Sequence[dict[str, Any]]],
    encoder: nn.Module,
    pad: int,
    run: TrainingRun,
) -> Trainer:
    """The Trainer of a run.

    Args:
        config: settings of the run.
        scheme: the label scheme.
        examples: of `train` and `validation`, as `jianghua.training.model.features` gives them.
        encoder: the token classifier to train.
        pad: id of the padding token.
        run: where checkpoints and logs go.
    """
    targets = torch.tensor(np.concatenate([example["labels"] for example in examples["train"]]))
    annotated = targets[targets[:, 0] != IGNORE]
    weight = positive_weights(annotated.sum(dim=0), len(annotated), config.loss)
    trainer = _Trainer(
        model=PassageClassifier(encoder, config.pooling, config.loss, weight),
        args=_arguments(config, run, len(examples["train"])),
        train_dataset=examples["train"],
        eval_dataset=examples["validation"],
        data_collator=Collator(pad),
        compute_metrics=lambda prediction: _validation_metrics(prediction, scheme),
        callbacks=[EarlyStoppingCallback(config.selection.patience), ConsoleProgress()],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.remove_callback(ProgressCallback)
    return trainer


def _arguments(config: TrainConfig, run: TrainingRun, examples: int) -> TrainingArguments:
    """Our settings as TrainingArguments."""
    settings, selection = config.optimisation, config.selection
    batches = -(-examples // (settings.passages_per_step * processes()))
    steps = -(-batches // settings.gradient_accumulation)  # of one epoch
    every = max(1, steps // selection.evaluations_per_epoch)
    return TrainingArguments(
        **shared_arguments(config, run),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.passages_per_step,
        per_device_eval_batch_size=settings.passages_per_step,
        eval_strategy="steps",
        eval_steps=every,
        save_steps=every,
        load_best_model_at_end=True,
        restore_callback_states_from_checkpoint=True,  # else early stopping forgets its count when a run is resumed
        metric_for_best_model=f"eval_{selection.metric}",
        greater_is_better=selection.metric != "loss",
        logging_steps=max(1, every // 10),
        label_names=["labels"],
    )


def _validation_metrics(prediction: EvalPrediction, scheme: LabelScheme) -> dict[str, float]:
    """Figures at a threshold of 0.5, to choose a checkpoint by; thresholds come later, from calibration."""
    gold, logits = np.asarray(prediction.label_ids), np.asarray(prediction.predictions)
    counted = gold[..., 0] != IGNORE
    references = gold[counted].astype(int)
    probabilities = to_probabilities(logits[counted].astype(np.float64), scheme.kind)
    predicted = _decide(probabilities, scheme)
    scores = LabelScores(scheme.keys).compute(predictions=predicted.tolist(), references=references.tolist())
    ranking = AveragePrecision(scheme.keys).compute(predictions=probabilities.tolist(), references=references.tolist())
    figures = scores | ranking
    # Trainer compares numbers; a split without any label has none, and no checkpoint is better than another.
    return {name: figures[name] or 0.0 for name in ("macro_f1", "micro_f1", "macro_average_precision")}


def _decide(probabilities: NDArray[np.float64], scheme: LabelScheme) -> NDArray[np.int64]:
    if scheme.kind == "multi":
        return (probabilities >= 0.5).astype(np.int64)
    return np.asarray(np.eye(len(scheme.keys))[probabilities.argmax(axis=1)], dtype=np.int64)
