"""Fine-tuning: a dataset and settings in, a run with a calibrated bundle out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from transformers import set_seed

from jianghua.data.corpus.dataset import load_dataset
from jianghua.training.arguments import main_process
from jianghua.training.checks import (
    absent_labels_warning,
    check_loss,
    check_passage_length,
    unknown_share,
    unknown_warning,
)
from jianghua.training.config import TrainConfig
from jianghua.training.encoder import load_encoder, special_tokens
from jianghua.training.export import export_run
from jianghua.training.model import features
from jianghua.training.probing import probe
from jianghua.training.run import TrainingRun, open_run
from jianghua.training.trainer import build_trainer

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trained:
    """A finished run and its figures on the validation split."""

    run: TrainingRun
    metrics: Mapping[str, Any]


def finetune(config: TrainConfig) -> Trained | None:
    """Train, keep the best checkpoint, calibrate on the validation split, write the bundle.

    A run that was interrupted goes on from its last checkpoint. Under `torchrun` every process calls this; only the main one
    writes, and the others get None. What will go badly (labels without an example, many unknown tokens) is logged as a warning.

    Raises:
        RecordError: the dataset is missing or damaged.
        SettingsError: a setting is wrong, the model is damaged or does not fit, or the run exists with other settings.
    """
    dataset = load_dataset(config.dataset)
    scheme = dataset.scheme
    check_loss(config, scheme)
    set_seed(config.seed)  # before the fresh classification head is drawn
    encoder, tokenizer = load_encoder(config.model, scheme, config.pooling)
    check_passage_length(config, encoder)
    examples = {split: features(dataset.splits[split], tokenizer, config.passages, scheme) for split in ("train", "validation")}
    unknown = unknown_warning(unknown_share(examples["train"], tokenizer), config.model)
    for warning in (absent_labels_warning(dataset), unknown):
        if warning and main_process():
            _LOG.warning(warning)
    run = open_run(config, main_process())
    trainer = build_trainer(config, scheme, examples, encoder, special_tokens(tokenizer).pad, run)
    checkpoint = run.last_checkpoint
    if checkpoint is None:
        probe(trainer, examples["train"], config.probing)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if not trainer.is_world_process_zero():
        return None
    return Trained(run, export_run(config, dataset, trainer, tokenizer, run))
