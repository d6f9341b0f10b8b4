"""Training of a lever: a plain loop, so that what product code does not offer can be measured before it is built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.lever_settings import Lever, Pooling
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.tagging.classifier import tokenize
from jianghua.tagging.passages import PassageLimits, pack
from jianghua.training.config import LossConfig
from jianghua.training.encoder import load_encoder, special_tokens
from jianghua.training.losses import IGNORE, positive_weights, sentence_loss
from jianghua.training.model import Collator, features, pool_batch

AVERAGES: Final = {"final": 0.0, "ema": 0.995}
"""Weights that are kept of one training: those at the end, and an exponential moving average."""
_POOL: Final = 50  # batches whose examples are sorted by length together


@dataclass(frozen=True)
class TrainedLever:
    """A network and its weights: by the name of `AVERAGES`, and those before training, as `start`."""

    network: nn.Module
    tokenizer: Any
    weights: Mapping[str, Mapping[str, Tensor]]


def train(lever: Lever, encoder: str, speeches: Sequence[Speech], scheme: LabelScheme, seed: int) -> TrainedLever:
    """Train a network from a pretrained encoder.

    Args:
        lever: how.
        encoder: the encoder's directory, or `base_encoder`.
        speeches: annotated speeches.
        scheme: their labels.
        seed: of the order and dropout.
    """
    torch.manual_seed(0)  # all seeds begin with one head, so that their weights can be averaged
    network, tokenizer = load_encoder(encoder, scheme, _outputs(lever.pooling))
    torch.manual_seed(seed)
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = lever.dropout
    start = _copy(network)
    examples = features(speeches, tokenizer, _limits(lever), scheme)
    loss, weight = _loss(lever, examples)
    collate, generator = Collator(special_tokens(tokenizer).pad), torch.Generator().manual_seed(seed)
    epochs = [list(_batches(examples, lever.batch, generator)) for _ in range(ceil(lever.epochs))]
    batches = [batch for epoch in epochs for batch in epoch][: round(len(epochs[0]) * lever.epochs)]
    if lever.probe:
        head = [parameter for name, parameter in network.named_parameters() if name.startswith("classifier")]
        probe = list(_batches(examples, lever.batch, generator))
        _run(network, _optimiser([(head, 1e-3)], len(probe), 0.0), probe, examples, collate, lever, loss, weight, None)
    average = _copy(network)
    optimiser = _optimiser(_groups(network, lever), len(batches), lever.warmup)
    _run(network, optimiser, batches, examples, collate, lever, loss, weight, average)
    return TrainedLever(network, tokenizer, {"start": start, "ema": average, "final": _copy(network)})


def logits(trained: TrainedLever, lever: Lever, speeches: Sequence[Speech], scheme: LabelScheme) -> NDArray[np.float64]:
    """Logits of all annotated sentences, in order; shape (sentences, labels). The network's weights are those loaded last."""
    examples, owners = _examples(speeches, trained.tokenizer, _limits(lever), len(scheme.keys))
    collate = Collator(special_tokens(trained.tokenizer).pad)
    order = sorted(range(len(examples)), key=lambda number: len(examples[number]["input_ids"]))
    found: dict[int, NDArray[np.float32]] = {}
    trained.network.eval()
    with torch.inference_mode(), _autocast():
        for batch in _cut(order, examples, 4 * lever.batch):
            inputs = collate([examples[number] for number in batch])
            for number, values in zip(batch, _forward(trained.network, inputs, lever.pooling).numpy(), strict=True):
                found[number] = values[: len(examples[number]["labels"])]
    rows = np.concatenate([found[number] for number in range(len(examples))]).astype(np.float64)
    sums, counts = np.zeros((owners.max() + 1, rows.shape[1])), np.bincount(owners)
    np.add.at(sums, owners, rows)
    return np.asarray(sums / counts[:, None])[_annotated(speeches)]


def _examples(
    speeches: Sequence[Speech], tokenizer: Any, limits: PassageLimits, labels: int
) -> tuple[list[dict[str, Any]], NDArray[np.int64]]:
    """Passages of all sentences, without targets, and the number of the sentence that each of their rows belongs to.

    A sentence that is longer than a passage has rows in several; its logits are their mean.
    """
    examples, owners, before = [], [], 0
    for speech in speeches:
        for passage in pack(tokenize(tokenizer.backend_tokenizer, speech.texts), limits, special_tokens(tokenizer)):
            empty = np.zeros((len(passage.sentences), labels), dtype=np.float32)
            examples.append({"input_ids": passage.token_ids, "slots": passage.slots, "labels": empty})
            owners += [before + sentence for sentence in passage.sentences]
        before += len(speech.sentences)
    return examples, np.array(owners, dtype=np.int64)


def _annotated(speeches: Sequence[Speech]) -> list[bool]:
    return [sentence.labels is not None for speech in speeches for sentence in speech.sentences]


def _run(
    network: nn.Module,
    optimiser: tuple[torch.optim.Optimizer, Any],
    batches: Sequence[Sequence[int]],
    examples: Sequence[dict[str, Any]],
    collate: Collator,
    lever: Lever,
    loss: LossConfig,
    weight: Tensor,
    average: dict[str, Tensor] | None,
) -> None:
    """Take a step a batch; `average` follows the weights."""
    network.train()
    for step, batch in enumerate(batches):
        inputs = collate([examples[number] for number in batch])
        with _autocast():
            values = _forward(network, inputs, lever.pooling)
        optimiser[0].zero_grad(set_to_none=True)
        sentence_loss(values, inputs["labels"], loss, weight).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser[0].step()
        optimiser[1].step()
        if average is not None:
            keep = min(AVERAGES["ema"], (step + 1) / (step + 10))
            for name, value in network.state_dict().items():
                if value.is_floating_point():
                    average[name].lerp_(value, 1 - keep)


def _forward(network: nn.Module, inputs: Mapping[str, Tensor], pooling: Pooling) -> Tensor:
    """Sentence logits, shape (batch, sentences, labels)."""
    outputs = network(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits.float()
    members = inputs["slots"].unsqueeze(1) == torch.arange(inputs["labels"].shape[1])[None, :, None]
    if pooling in ("mean", "attention"):
        return pool_batch(outputs, members, pooling)
    masked: Tensor = outputs.unsqueeze(1).masked_fill(~members.unsqueeze(-1), -1e4)
    if pooling == "max":
        return masked.amax(dim=2)
    count: Tensor = members.sum(dim=2, keepdim=True).clamp(min=1)
    return masked.logsumexp(dim=2) - count.log()


def _groups(network: nn.Module, lever: Lever) -> list[tuple[list[nn.Parameter], float]]:
    """Parameters with their learning rates: the head has the full one, each layer below less."""
    layers = int(network.config.num_hidden_layers)  # type: ignore[union-attr, arg-type]
    groups = []
    for name, parameter in network.named_parameters():
        parts = name.split(".")
        if name.startswith("classifier"):
            groups.append(([parameter], lever.learning_rate * lever.head_rate))
            continue
        depth = layers - int(parts[parts.index("layer") + 1]) if "layer" in parts else layers + 1
        groups.append(([parameter], lever.learning_rate * lever.decay**depth))
    return groups


def _optimiser(groups: list[tuple[list[nn.Parameter], float]], steps: int, warmup: float) -> tuple[torch.optim.Optimizer, Any]:
    """AdamW and its schedule: up over the warm-up, then down to 0, both linear."""
    settings = [
        {"params": parameters, "lr": rate, "weight_decay": 0.01 if parameters[0].ndim > 1 else 0.0}
        for parameters, rate in groups
    ]
    optimiser = torch.optim.AdamW(settings, fused=True)
    rising = round(warmup * steps)
    factor = lambda step: (step + 1) / rising if step < rising else (steps - step) / max(1, steps - rising)  # noqa: E731
    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, factor)


def _batches(examples: Sequence[dict[str, Any]], tokens: int, generator: torch.Generator) -> Iterator[list[int]]:
    """The batches of one epoch, in random order, each of examples of like length."""
    order = torch.randperm(len(examples), generator=generator).tolist()
    size = _POOL * 32
    batches = []
    for start in range(0, len(order), size):
        pool = sorted(order[start : start + size], key=lambda number: len(examples[number]["input_ids"]))
        batches += list(_cut(pool, examples, tokens))
    for number in torch.randperm(len(batches), generator=generator).tolist():
        yield batches[number]


def _cut(order: Sequence[int], examples: Sequence[dict[str, Any]], tokens: int) -> Iterator[list[int]]:
    """Batches of at most so many tokens, padding included, of examples that are sorted by length."""
    batch: list[int] = []
    for number in order:
        if batch and len(examples[number]["input_ids"]) * (len(batch) + 1) > tokens:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _loss(lever: Lever, examples: Sequence[dict[str, Any]]) -> tuple[LossConfig, Tensor]:
    """The loss and the weights of positives, shape (labels,)."""
    config = LossConfig(class_weights=lever.class_weights)
    targets = torch.tensor(np.concatenate([example["labels"] for example in examples]))
    annotated = targets[targets[:, 0] != IGNORE]
    return config, positive_weights(annotated.sum(dim=0), len(annotated), config)


def _limits(lever: Lever) -> PassageLimits:
    return PassageLimits(max_tokens=lever.tokens, max_sentences=lever.sentences, overlap=0)


def _outputs(pooling: Pooling) -> Any:
    """Which of the product's poolings has as many outputs a label."""
    return "attention" if pooling == "attention" else "mean"


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}


def _autocast() -> Any:
    """bf16 where the processor computes it natively."""
    capabilities = torch.cpu.get_capabilities()
    native = bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=native)
