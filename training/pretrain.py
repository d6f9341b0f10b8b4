"""Pre-training: an encoder and unlabelled text in, an encoder that knows such text better, or a smaller one, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor
from transformers import PreTrainedTokenizerBase, Trainer, TrainingArguments, set_seed
from transformers.trainer_callback import PrinterCallback, ProgressCallback

from jianghua.data.corpus.text import Document, file_sha256, read_documents
from jianghua.data.errors import SettingsError
from jianghua.training.arguments import main_process, processes, shared_arguments
from jianghua.training.encoder import special_tokens
from jianghua.training.pretrain_config import PretrainConfig
from jianghua.training.pretraining.batches import Batches, intact
from jianghua.training.pretraining.export import export_encoder
from jianghua.training.pretraining.masking import Masker
from jianghua.training.pretraining.objectives import HiddenStateDistillation, MaskedLanguageModel
from jianghua.training.pretraining.sequences import sequences
from jianghua.training.pretraining.starting import load_objective
from jianghua.training.pretraining.validation import Validation
from jianghua.training.progress import ConsoleProgress
from jianghua.training.run import TrainingRun, open_run


@dataclass(frozen=True)
class Pretrained:
    """A finished run, and the figures on the held-out text `before` and `after` it."""

    run: TrainingRun
    metrics: Mapping[str, Any]


def pretrain(config: PretrainConfig) -> Pretrained | None:
    """Train on unlabelled text, measure on a part that is held out, write the encoder.

    A run that was interrupted goes on from its last checkpoint. Under `torchrun` every process calls this; only the main one
    writes, and the others get None.

    Raises:
        RecordError: a text is missing or damaged.
        SettingsError: a setting is wrong, the model cannot be loaded, or the run exists with other settings.
    """
    _check(config)
    documents = read_documents(config.text)
    hashes = [(path.name, file_sha256(path)) for path in config.text]  # now: files may change in the hours to come
    set_seed(config.seed)  # before a fresh head is drawn
    model, tokenizer = load_objective(config)
    _check_length(config, model)
    run = open_run(config, main_process())
    learned, held_out = hold_out(documents, config.validation, config.seed)
    batches = _batches(config, learned, tokenizer, config.optimisation.epochs)
    trainer = _trainer(config, run, model, batches, _batches(config, held_out, tokenizer, epochs=1))
    checkpoint = run.last_checkpoint
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if not trainer.is_world_process_zero():
        return None
    return Pretrained(run, export_encoder(config, run, model.encoder, tokenizer, hashes, trainer.state))


def hold_out(documents: Sequence[Document], share: float, seed: int) -> tuple[list[Document], list[Document]]:
    """Documents to learn from, and at most this share of the characters, in whole documents, to measure on.

    Where no document is so small, the smallest is held out.

    Raises:
        SettingsError: there is only one document.
    """
    if len(documents) < 2:
        raise SettingsError(
            "text: expected two documents or more, one to measure on, got 1; blank lines stand between documents"
        )
    sizes = np.array([sum(map(len, document)) for document in documents])
    order = np.random.default_rng(seed).permutation(len(documents))
    fitting = order[sizes[order].cumsum() <= share * sizes.sum()].tolist()
    held_out = set(fitting) or {int(sizes.argmin())}
    parts: tuple[list[Document], list[Document]] = [], []
    for index, document in enumerate(documents):
        parts[index in held_out].append(document)
    return parts


def _batches(
    config: PretrainConfig, documents: Sequence[Document], tokenizer: PreTrainedTokenizerBase, epochs: float
) -> Batches:
    made = sequences(documents, tokenizer, config.max_tokens)
    if not made:
        raise SettingsError(
            f"text: expected text that the tokenizer of {config.model} knows, got none in {documents[0][0]!r:.40}"
        )
    corrupt = Masker(config.masking, tokenizer) if config.objective == "masked" else intact
    return Batches(made, config.optimisation.tokens_per_step, special_tokens(tokenizer).pad, corrupt, config.seed, epochs)


def _trainer(
    config: PretrainConfig,
    run: TrainingRun,
    model: MaskedLanguageModel | HiddenStateDistillation,
    learned: Batches,
    held_out: Batches,
) -> Trainer:
    """Transformers' Trainer for an objective. One of its epochs is the whole run, since `Batches` are those of all epochs."""
    settings = config.optimisation
    steps = len(learned) // (settings.gradient_accumulation * processes())
    every = max(1, -(-steps // config.evaluations))
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            **shared_arguments(config, run),
            num_train_epochs=1,
            per_device_train_batch_size=1,  # an item of the data set is a batch
            train_sampling_strategy="sequential",
            save_steps=every,
            logging_steps=max(1, every // 10),
        ),
        train_dataset=learned,
        data_collator=_only_item,
        callbacks=[ConsoleProgress(("loss", "accuracy", "cosine"), settings.epochs)],
    )
    trainer.add_callback(Validation(trainer, model, held_out, every))
    trainer.remove_callback(PrinterCallback)
    trainer.remove_callback(ProgressCallback)
    return trainer


def _only_item(items: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    return items[0]


def _check(config: PretrainConfig) -> None:
    if config.objective == "distil" and config.layers is None:
        raise SettingsError("layers: objective=distil needs layers, those that the student keeps, got none")
    if config.optimisation.tokens_per_step < config.max_tokens:
        raise SettingsError(
            f"optimisation.tokens_per_step: at least {config.max_tokens}, the longest sequence (max_tokens), got "
            f"{config.optimisation.tokens_per_step}"
        )


def _check_length(config: PretrainConfig, model: MaskedLanguageModel | HiddenStateDistillation) -> None:
    limit = getattr(model.encoder.config, "max_position_embeddings", None)
    if isinstance(limit, int) and config.max_tokens > limit:
        raise SettingsError(f"max_tokens: at most {limit} for {config.model}, got {config.max_tokens}")
