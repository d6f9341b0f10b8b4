"""Where pre-training starts: a pretrained encoder, all of its layers or some, with the head of the objective."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import nn
from transformers import AutoModelForMaskedLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from jianghua.data.errors import SettingsError
from jianghua.training.arguments import on_cpu
from jianghua.training.encoder import check_tokenizer, check_weights, loading_model
from jianghua.training.pretrain_config import PretrainConfig
from jianghua.training.pretraining.objectives import HiddenStateDistillation, MaskedLanguageModel


def load_objective(config: PretrainConfig) -> tuple[MaskedLanguageModel | HiddenStateDistillation, PreTrainedTokenizerBase]:
    """Load the model that a run starts from, and its tokenizer.

    Raises:
        SettingsError: the model cannot be loaded, or a setting does not fit it.
    """
    with loading_model(config.model) as path:
        tokenizer = AutoTokenizer.from_pretrained(path, use_fast=True)
        # The backward pass of scaled-dot-product attention in bf16 is slow on processors: 0.60 s a step of 1,024 tokens on six
        # layers, against 0.44 s for the plain one.
        attention = "eager" if on_cpu(config) else None
        model, report = AutoModelForMaskedLM.from_pretrained(
            path, dtype=torch.float32, attn_implementation=attention, output_loading_info=True
        )
    check_weights(config.model, model, report["missing_keys"])
    check_tokenizer(config.model, tokenizer, model)
    encoder = model.base_model
    teacher = copy.deepcopy(encoder) if config.objective == "distil" else None
    if config.layers is not None:
        keep_layers(encoder, config.layers)
    if teacher is not None:
        return HiddenStateDistillation(encoder, teacher, config.layers or ()), tokenizer
    _check_tied(model, config)
    return MaskedLanguageModel(model), tokenizer


def keep_layers(encoder: PreTrainedModel, layers: Sequence[int]) -> None:
    """Leave an encoder these of its layers, numbered from 0, and note in its `config.json` where they come from.

    Raises:
        SettingsError: it has fewer, or layers that cannot be found.
    """
    count = encoder.config.num_hidden_layers
    if layers[-1] >= count:
        raise SettingsError(f"layers: expected numbers from 0 to {count - 1} for a model of {count} layers, got {layers[-1]}")
    stacks = [(name, part) for name, part in encoder.named_modules() if isinstance(part, nn.ModuleList) and len(part) == count]
    if len(stacks) != 1:
        raise SettingsError(f"layers: expected a model with one stack of {count} layers, got {len(stacks)} of them")
    name, stack = stacks[0]
    encoder.set_submodule(name, nn.ModuleList(stack[layer] for layer in layers))
    encoder.config.num_hidden_layers = len(layers)
    origin = getattr(encoder.config, "source_layers", range(count))
    encoder.config.source_layers = [origin[layer] for layer in layers]


def _check_tied(model: PreTrainedModel, config: PretrainConfig) -> None:
    decoder, embeddings = model.get_output_embeddings(), model.get_input_embeddings()  # type: ignore[no-untyped-call]
    if decoder is None or decoder.weight is not embeddings.weight:
        raise SettingsError(
            f"model: expected one whose masked-language head is tied to its embeddings, got {config.model!r}, whose head has "
            "weights of its own"
        )
