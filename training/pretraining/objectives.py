"""The two objectives: an encoder with what makes a loss of its hidden states, in the form that transformers' Trainer takes.

Both give a dictionary of scalars: `loss`, a second figure to judge it by, and `weight`, how many tokens they are means over.
Both keep the encoder, which is all that is saved in the end, as `encoder`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import PreTrainedModel

from jianghua.training.pretraining.masking import UNMASKED


class MaskedLanguageModel(nn.Module):
    """Masked-language modelling, with the vocabulary's scores computed at the asked places alone.

    Scores over 25,000 pieces at every token would cost more than the encoder itself.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        """Take a model made by `AutoModelForMaskedLM`, whose decoder is tied to the embeddings."""
        super().__init__()
        self.model = model
        self.register_state_dict_post_hook(_leave_out_tied)  # type: ignore[no-untyped-call]
        self.register_load_state_dict_post_hook(_expect_no_tied)  # type: ignore[no-untyped-call]

    @property
    def encoder(self) -> PreTrainedModel:
        """The model without its head."""
        return cast(PreTrainedModel, self.model.base_model)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Cross-entropy in nats and accuracy over the asked places.

        Args:
            input_ids: shape (batch, tokens).
            attention_mask: shape (batch, tokens).
            labels: shape (batch, tokens); the hidden token, or `UNMASKED`.
        """
        asked = labels != UNMASKED
        with _only(self.encoder, asked):
            scores = self.model(input_ids=input_ids, attention_mask=attention_mask).logits[0].float()  # (asked, vocabulary)
        targets = labels[asked]
        accuracy = (scores.argmax(dim=1) == targets).float().mean()
        return {"loss": F.cross_entropy(scores, targets), "accuracy": accuracy, "weight": asked.sum()}

    def activation_checkpointing_enable(self, **options: Any) -> None:
        """What the Trainer calls for `gradient_checkpointing`; the options are transformers' own."""
        self.model.activation_checkpointing_enable(**options)


def _tied(module: nn.Module) -> set[str]:
    """Further names of weights that have a name already."""
    return {name for name, _ in module.named_parameters(remove_duplicate=False)} - {
        name for name, _ in module.named_parameters()
    }


def _leave_out_tied(module: nn.Module, state: dict[str, Tensor], prefix: str, metadata: Any) -> None:
    """Keep tied weights once in a state, because the files of checkpoints hold no weight twice."""
    for name in _tied(module):
        del state[prefix + name]


def _expect_no_tied(module: nn.Module, keys: Any) -> None:
    """Miss no tied weights when a state is loaded: they came by their first name."""
    keys.missing_keys[:] = sorted(set(keys.missing_keys) - _tied(module))


@contextmanager
def _only(encoder: nn.Module, places: Tensor) -> Iterator[None]:
    """Let the head, whatever its architecture, see the hidden states of some places alone, shape (1, places, hidden)."""

    def select(module: nn.Module, inputs: Any, output: Any) -> Any:
        output.last_hidden_state = output.last_hidden_state[places].unsqueeze(0)
        return output

    handle = encoder.register_forward_hook(select)
    try:
        yield
    finally:
        handle.remove()


class HiddenStateDistillation(nn.Module):
    """A student made of some of the teacher's layers learns the hidden states that they leave out.

    The output of a student's layer is to be what the teacher feeds to the layer that the student keeps next; that of the last
    one is to be the teacher's output (the layer-to-layer loss of TinyBERT, Jiao et al. 2020, arXiv 1909.10351).
    """

    def __init__(self, student: PreTrainedModel, teacher: PreTrainedModel, layers: Sequence[int]) -> None:
        """Take both encoders, and the teacher's layers that the student was made of, ascending."""
        super().__init__()
        self.encoder = student
        self._aims = [*layers[1:], teacher.config.num_hidden_layers]
        # A tuple hides the teacher from torch: it is neither trained nor saved with each checkpoint, and keeps no dropout.
        self._teacher = (teacher.train(False).requires_grad_(False),)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Mean squared error over layers, and mean cosine of the last hidden states, over all tokens that are not padding.

        Args:
            input_ids: shape (batch, tokens).
            attention_mask: shape (batch, tokens).
            labels: not used.
        """
        real = attention_mask.bool()
        (teacher,) = self._teacher
        with torch.no_grad():
            states = _hidden_states(teacher.to(input_ids.device), input_ids, attention_mask)
            aims = [states[layer][real].float() for layer in self._aims]  # each (real, hidden)
        learned = [state[real].float() for state in _hidden_states(self.encoder, input_ids, attention_mask)[1:]]
        loss = torch.stack([F.mse_loss(got, aim) for got, aim in zip(learned, aims, strict=True)]).mean()
        return {"loss": loss, "cosine": F.cosine_similarity(learned[-1], aims[-1]).mean(), "weight": real.sum()}

    def activation_checkpointing_enable(self, **options: Any) -> None:
        """What the Trainer calls for `gradient_checkpointing`; the options are transformers' own."""
        self.encoder.activation_checkpointing_enable(**options)


def _hidden_states(encoder: PreTrainedModel, input_ids: Tensor, attention_mask: Tensor) -> list[Tensor]:
    """Embeddings, and the output of every layer; each of shape (batch, tokens, hidden)."""
    output = encoder(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    return [*output.hidden_states[:-1], output.last_hidden_state]
