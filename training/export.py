"""Export: the trained network becomes a bundle, calibrated and measured on the validation split, with its card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase, Trainer

from jianghua.data.corpus.dataset import SpeechDataset
from jianghua.data.store import write_json
from jianghua.tagging.bundle import Bundle, bundle_sha256, save_bundle
from jianghua.tagging.classifier import Architecture, SentenceClassifier
from jianghua.tagging.drift.reference import save_reference
from jianghua.tagging.lexical import LexicalModel, save_lexical
from jianghua.training.calibration import calibrate
from jianghua.training.card import write_card
from jianghua.training.config import TrainConfig
from jianghua.training.curves import draw_curves
from jianghua.training.encoder import special_tokens
from jianghua.training.evaluation import Classify, annotated_logits, decide, gold_labels, measure
from jianghua.training.lexical import fit_lexical
from jianghua.training.reference import model_reference
from jianghua.training.run import TrainingRun


def export_run(
    config: TrainConfig, dataset: SpeechDataset, trainer: Trainer, tokenizer: PreTrainedTokenizerBase, run: TrainingRun
) -> dict[str, Any]:
    """Write a run's bundle, figures and curves. The bundle appears whole or not at all.

    Logits come from the code that tags, once; calibration and figures are both made from them.

    Returns:
        The figures on the validation split; see `jianghua.training.evaluation.measure`.
    """
    building = run.directory / "bundle.partial"
    shutil.rmtree(building, ignore_errors=True)
    network = trainer.accelerator.unwrap_model(trainer.model).token_classifier
    (network.half() if config.weights == "fp16" else network).save_pretrained(building)
    save_tokenizer(tokenizer, building)
    if config.lexical.share > 0:
        save_lexical(_fit_words(config, dataset), building)
    architecture = Architecture(config.passages, special_tokens(tokenizer), config.pooling, config.lexical.share)
    validation, device = dataset.splits["validation"], None if config.device == "auto" else config.device
    classify = _remembering(SentenceClassifier.load(building, architecture, device).logits)
    gold, logits = gold_labels(validation, dataset.scheme), annotated_logits(classify, validation)
    bundle = Bundle(
        scheme=dataset.scheme,
        pooling=architecture.pooling,
        lexical_share=architecture.lexical_share,
        passages=architecture.passages,
        tokens=architecture.tokens,
        calibration=calibrate(logits, gold.labels, dataset.scheme),
        base_model=config.model,
        dataset_sha256=dataset.sha256,
        config_sha256=config.sha256,
    )
    metrics = measure(decide(logits, gold, bundle), dataset.scheme.keys, bundle.calibration.thresholds)
    bundle = bundle.model_copy(update={"metrics": _headline(metrics)})
    save_bundle(bundle, building)
    write_card(building / "README.md", config, bundle, dataset.manifest, metrics)
    save_reference(model_reference(bundle, classify, bundle_sha256(building), dataset), building)
    history = trainer.state.log_history
    write_json(run.directory / "metrics.json", {"validation": metrics, "history": history})
    draw_curves(history, run.directory)
    building.rename(run.bundle)
    return metrics


def _remembering(classify: Classify) -> Classify:
    """The same, but a speech that was computed before is not computed again: calibration and the reference both need some."""
    known: dict[tuple[str, ...], NDArray[np.float64]] = {}

    def remembered(sentences: Sequence[str]) -> NDArray[np.float64]:
        key = tuple(sentences)
        if key not in known:
            known[key] = classify(sentences)
        return known[key]

    return remembered


def _fit_words(config: TrainConfig, dataset: SpeechDataset) -> LexicalModel:
    """The lexical model of the training split."""
    train = dataset.splits["train"]
    texts = [sentence.text for speech in train for sentence in speech.sentences if sentence.labels is not None]
    return fit_lexical(texts, gold_labels(train, dataset.scheme).labels, config.lexical)


def _headline(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """The figures that a bundle carries for people to read."""
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
