"""Fine-tuning: a dataset and settings in, a run with a calibrated bundle out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import (
    EarlyStoppingCallback,
    EvalPrediction,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_callback import PrinterCallback, ProgressCallback

from jianghua.data.corpus.dataset import SpeechDataset, load_dataset
from jianghua.data.errors import SettingsError
from jianghua.data.scheme import LabelScheme
from jianghua.data.store import write_json
from jianghua.tagging.bundle import Bundle, Calibration, save_bundle, to_probabilities
from jianghua.tagging.tagger import Tagger
from jianghua.training.arguments import main_process, processes, shared_arguments
from jianghua.training.calibration import calibrate
from jianghua.training.card import write_card
from jianghua.training.config import TrainConfig
from jianghua.training.curves import draw_curves
from jianghua.training.evaluation import measure, run_tagger
from jianghua.training.losses import IGNORE, positive_weights
from jianghua.training.metrics import AveragePrecision, LabelScores
from jianghua.training.model import Collator, PassageClassifier, features, load_encoder, special_tokens
from jianghua.training.progress import ConsoleProgress
from jianghua.training.run import Run, open_run


@dataclass(frozen=True)
class Trained:
    """A finished run and its figures on the validation split."""

    run: Run
    metrics: Mapping[str, Any]


def finetune(config: TrainConfig) -> Trained | None:
    """Train, keep the best checkpoint, calibrate on the validation split, write the bundle.

    A run that was interrupted goes on from its last checkpoint. Under `torchrun` every process calls this; only the main one
    writes, and the others get None.

    Raises:
        RecordError: the dataset is missing or damaged.
        SettingsError: a setting is wrong, or the run exists with other settings.
    """
    dataset = load_dataset(config.dataset)
    _check(config, dataset.scheme)
    set_seed(config.seed)  # before the fresh classification head is drawn
    encoder, tokenizer = load_encoder(config.model, dataset.scheme)
    _check_length(config, encoder)
    run = open_run(config, main_process())
    trainer = build_trainer(config, dataset, encoder, tokenizer, run)
    checkpoint = run.last_checkpoint
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if not trainer.is_world_process_zero():
        return None
    return _finish(config, dataset, trainer, tokenizer, run)


def build_trainer(
    config: TrainConfig, dataset: SpeechDataset, encoder: nn.Module, tokenizer: PreTrainedTokenizerBase, run: Run
) -> Trainer:
    """Transformers' Trainer for the passage model, with the settings translated."""
    train, validation = (
        features(dataset.splits[split], tokenizer, config.passages, dataset.scheme) for split in ("train", "validation")
    )
    targets = torch.tensor(np.concatenate([example["labels"] for example in train]))
    annotated = targets[targets[:, 0] != IGNORE]
    weight = positive_weights(annotated.sum(dim=0), len(annotated), config.loss)
    trainer = Trainer(
        model=PassageClassifier(encoder, config.loss, weight),
        args=_arguments(config, run, len(train)),
        train_dataset=train,
        eval_dataset=validation,
        data_collator=Collator(special_tokens(tokenizer).pad),
        compute_metrics=lambda prediction: _validation_metrics(prediction, dataset.scheme),
        callbacks=[EarlyStoppingCallback(config.selection.patience), ConsoleProgress()],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.remove_callback(ProgressCallback)
    return trainer


def _arguments(config: TrainConfig, run: Run, examples: int) -> TrainingArguments:
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


def _check(config: TrainConfig, scheme: LabelScheme) -> None:
    single = config.loss.kind == "cross_entropy"
    if single != (scheme.kind == "single"):
        wanted = "cross_entropy" if scheme.kind == "single" else "bce, focal or asymmetric"
        raise SettingsError(f"loss.kind: a {scheme.kind}-label scheme wants {wanted}, got {config.loss.kind}")


def _check_length(config: TrainConfig, encoder: nn.Module) -> None:
    limit = getattr(encoder.config, "max_position_embeddings", None)
    if isinstance(limit, int) and config.passages.max_tokens > limit:
        raise SettingsError(f"passages.max_tokens: at most {limit} for {config.model}, got {config.passages.max_tokens}")


def _validation_metrics(prediction: EvalPrediction, scheme: LabelScheme) -> dict[str, float]:
    """Figures at a threshold of 0.5, to choose a checkpoint by; thresholds come later, from calibration."""
    gold, logits = np.asarray(prediction.label_ids), np.asarray(prediction.predictions)
    counted = gold[..., 0] != IGNORE
    references = gold[counted].astype(int)
    probabilities = to_probabilities(logits[counted].astype(np.float64), scheme.kind)
    chosen = _decide(probabilities, scheme)
    scores = LabelScores(scheme.keys).compute(predictions=chosen.tolist(), references=references.tolist())
    ranking = AveragePrecision(scheme.keys).compute(predictions=probabilities.tolist(), references=references.tolist())
    return {name: scores[name] for name in ("macro_f1", "micro_f1")} | {
        "macro_average_precision": ranking["macro_average_precision"] or 0.0
    }


def _decide(probabilities: NDArray[np.float64], scheme: LabelScheme) -> NDArray[np.int64]:
    if scheme.kind == "multi":
        return (probabilities >= 0.5).astype(np.int64)
    return np.asarray(np.eye(len(scheme.keys))[probabilities.argmax(axis=1)], dtype=np.int64)


def _finish(
    config: TrainConfig, dataset: SpeechDataset, trainer: Trainer, tokenizer: PreTrainedTokenizerBase, run: Run
) -> Trained:
    """Save the best checkpoint as a bundle: calibrated, measured, with its card. The bundle appears whole or not at all."""
    building = run.directory / "bundle.partial"
    shutil.rmtree(building, ignore_errors=True)
    model = trainer.accelerator.unwrap_model(trainer.model)
    model.token_classifier.save_pretrained(building)
    save_tokenizer(tokenizer, building)
    keys = dataset.scheme.keys
    neutral = Calibration(
        temperatures=dict.fromkeys(keys, 1.0),
        thresholds={} if dataset.scheme.kind == "single" else dict.fromkeys(keys, 0.5),
    )
    bundle = Bundle(
        scheme=dataset.scheme,
        passages=config.passages,
        tokens=special_tokens(tokenizer),
        calibration=neutral,
        base_model=config.model,
        dataset_sha256=dataset.sha256,
        config_sha256=config.sha256,
    )
    save_bundle(bundle, building)
    bundle = bundle.model_copy(update={"calibration": _calibrated(building, dataset)})
    save_bundle(bundle, building)
    metrics = measure(run_tagger(Tagger.load(building), dataset.splits["validation"]), keys, bundle.calibration.thresholds)
    bundle = bundle.model_copy(update={"metrics": _headline(metrics)})
    save_bundle(bundle, building)
    history = trainer.state.log_history
    write_json(run.directory / "metrics.json", {"validation": metrics, "history": history})
    draw_curves(history, run.directory)
    write_card(building / "README.md", config, bundle, dataset.manifest, metrics)
    building.rename(run.bundle)
    return Trained(run, metrics)


def _calibrated(building: Path, dataset: SpeechDataset) -> Calibration:
    """Calibrate on the logits of the code that tags, on the validation split."""
    tagger = Tagger.load(building)
    logits, gold = [], []
    for speech in dataset.splits["validation"]:
        rows = tagger.sentence_logits(speech.texts)
        for row, sentence in zip(rows, speech.sentences, strict=True):
            if sentence.labels is not None:
                logits.append(row)
                gold.append([key in sentence.labels for key in dataset.scheme.keys])
    return calibrate(np.array(logits), np.array(gold, dtype=np.int64), dataset.scheme)


def _headline(metrics: Mapping[str, Any]) -> dict[str, Any]:
    names = ("macro_f1", "micro_f1", "exact_match", "calibration_error", "sentences")
    f1 = {key: label["f1"] for key, label in metrics["labels"].items()}
    return {"split": "validation", **{name: metrics[name] for name in names}, "f1": f1}


def save_tokenizer(tokenizer: PreTrainedTokenizerBase, directory: Path) -> None:
    """Save a tokenizer so that transformers 4 and 5 both load it.

    Version 5 may write a class name that version 4 does not know; the file itself is the same.
    """
    tokenizer.save_pretrained(directory)
    file = directory / "tokenizer_config.json"
    settings = json.loads(file.read_text("utf-8"))
    if settings.get("tokenizer_class") == "TokenizersBackend":
        write_json(file, settings | {"tokenizer_class": "PreTrainedTokenizerFast"})
