"""Export: the encoder that pre-training made, as a directory that `model=` of `jianghua train` takes, with its card."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from transformers import PreTrainedModel, PreTrainedTokenizerBase, TrainerState

from jianghua.data.store import write_json, write_text
from jianghua.training.encoder import local_model, quiet
from jianghua.training.export import save_tokenizer
from jianghua.training.pretrain_config import PretrainConfig
from jianghua.training.run import TrainingRun


def export_encoder(
    config: PretrainConfig,
    run: TrainingRun,
    encoder: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[tuple[str, str]],
    state: TrainerState,
) -> dict[str, Any]:
    """Write a run's encoder and figures. The encoder appears whole or not at all.

    Args:
        config: settings of the run.
        run: where it goes.
        encoder: what to save; it is cast to half precision in place if that is what `config.weights` wants.
        tokenizer: goes beside it.
        texts: name and SHA-256 of each file that it was trained on.
        state: the Trainer's, with steps and history.

    Returns:
        The figures on the held-out text `before` and `after`.
    """
    measured = [row for row in state.log_history if "eval_loss" in row]
    figures = {name: _figures(row) for name, row in (("before", measured[0]), ("after", measured[-1]))}
    building = run.directory / "encoder.partial"
    shutil.rmtree(building, ignore_errors=True)
    with quiet():
        if config.weights == "fp16":
            encoder.half()  # type: ignore[no-untyped-call]
        encoder.save_pretrained(building)
    save_tokenizer(tokenizer, building)
    base = local_model(config.model)
    notices = [file for pattern in ("LICENSE*", "NOTICE*") for file in base.glob(pattern)] if base else []
    for file in notices:  # the base model's licence goes with what is made of it
        shutil.copyfile(file, building / file.name)
    write_text(building / "README.md", _card(config, figures, texts, state.global_step, bool(notices)))
    write_json(run.directory / "metrics.json", {**figures, "steps": state.global_step, "history": state.log_history})
    building.rename(run.encoder)
    return figures


def _figures(row: Mapping[str, Any]) -> dict[str, float]:
    return {name.removeprefix("eval_"): value for name, value in row.items() if name.startswith("eval_")}


def _card(
    config: PretrainConfig,
    figures: Mapping[str, Mapping[str, float]],
    texts: Sequence[tuple[str, str]],
    steps: int,
    notices: bool,
) -> str:
    """The card in the hub's README form."""
    hashes = "\n".join(f"| `{name}` | `{sha256}` |" for name, sha256 in texts)
    names = figures["before"]
    before, after = (" | ".join(f"{figures[when][name]:.4f}" for name in names) for when in ("before", "after"))
    settings = config.optimisation
    tokens = settings.tokens_per_step * settings.gradient_accumulation
    licences = (
        "The base model's licence goes with it: see the files beside this one." if notices else "See the base model's licence."
    )
    return f"""---
language: zh
library_name: transformers
base_model: {config.model}
---

# {config.name}: a Chinese encoder, pre-trained further

Made from `{config.model}` by `jianghua pretrain`. It is a starting point for `jianghua train … model=path/to/this/directory`;
it has no head. {licences}

{_method(config)}
{steps} steps of at most {tokens} tokens a device, {settings.epochs:g} epochs,
peak learning rate {settings.learning_rate:g}, sequences of at most {config.max_tokens} tokens, seed {config.seed}.

| text | SHA-256 |
| --- | --- |
{hashes}

On the {config.validation:.1%} of the text that was held out:

| | {" | ".join(names)} |
| --- |{" --- |" * len(names)}
| before | {before} |
| after | {after} |
"""


def _method(config: PretrainConfig) -> str:
    kept = f" Of the model's layers (numbered from 0) {', '.join(map(str, config.layers))} were kept." if config.layers else ""
    if config.objective == "distil":
        return f"Objective: the hidden states of the whole model (mean squared error; cosine of the last layer's).{kept}"
    words = "whole words" if config.masking.whole_words else "tokens"
    return (
        f"Objective: masked-language modelling (cross-entropy in nats), {words}, {config.masking.share:.0%} of the tokens, "
        f"decoder tied to the embeddings.{kept}"
    )
