from __future__ import annotations

import copy

import pytest
import torch
from transformers import BertConfig, BertForMaskedLM, DistilBertConfig, DistilBertForMaskedLM, PreTrainedModel

from jianghua.data.errors import SettingsError
from jianghua.training.pretraining.masking import UNMASKED
from jianghua.training.pretraining.objectives import HiddenStateDistillation, MaskedLanguageModel
from jianghua.training.pretraining.starting import keep_layers


def bert(layers: int = 4) -> BertForMaskedLM:
    torch.manual_seed(0)
    size = {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32}
    return BertForMaskedLM(BertConfig(vocab_size=50, num_hidden_layers=layers, **size)).eval()


def distilbert() -> DistilBertForMaskedLM:
    torch.manual_seed(0)
    return DistilBertForMaskedLM(DistilBertConfig(vocab_size=50, dim=16, hidden_dim=32, n_layers=2, n_heads=2)).eval()


@pytest.fixture
def batch() -> dict[str, torch.Tensor]:
    ids = torch.randint(5, 50, (3, 12), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    mask[2, 8:] = 0
    labels = torch.full_like(ids, UNMASKED)
    labels[0, 3], labels[1, 5], labels[2, 7] = 11, 12, 13
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


@pytest.mark.parametrize("make", [bert, distilbert])
def test_the_loss_is_that_of_the_whole_computation(make: type, batch: dict[str, torch.Tensor]) -> None:
    model: PreTrainedModel = make()
    whole = model(**batch)
    output = MaskedLanguageModel(model)(**batch)
    torch.testing.assert_close(output["loss"], whole.loss)
    assert int(output["weight"]) == 3
    best = whole.logits.argmax(dim=2)
    batch["labels"][0, 3], batch["labels"][1, 5], batch["labels"][2, 7] = best[0, 3], best[1, 5], (best[2, 7] + 1) % 50
    assert float(MaskedLanguageModel(model)(**batch)["accuracy"]) == pytest.approx(2 / 3)
    assert torch.equal(model(**batch).logits, whole.logits)  # nothing of the selection is left behind


def test_tied_weights_are_kept_once(batch: dict[str, torch.Tensor]) -> None:
    objective = MaskedLanguageModel(bert())
    state = objective.state_dict()
    assert not [name for name in state if "decoder" in name]
    assert len({tensor.data_ptr() for tensor in state.values()}) == len(state)
    other = MaskedLanguageModel(bert())
    torch.nn.init.normal_(other.model.get_input_embeddings().weight)
    assert not torch.equal(other(**batch)["loss"], objective(**batch)["loss"])
    other.load_state_dict(state)
    assert torch.equal(other(**batch)["loss"], objective(**batch)["loss"])


def test_kept_layers_are_those_of_the_model() -> None:
    model = bert().bert
    layers = list(model.encoder.layer)
    keep_layers(model, [0, 3])
    assert list(model.encoder.layer) == [layers[0], layers[3]]
    assert model.config.num_hidden_layers == 2
    keep_layers(model, [1])
    assert model.config.source_layers == [3]  # numbered as in the first model
    with pytest.raises(SettingsError, match="expected numbers from 0 to 0 for a model of 1 layers, got 2"):
        keep_layers(model, [0, 2])


def test_a_student_of_all_layers_has_nothing_to_learn(batch: dict[str, torch.Tensor]) -> None:
    teacher = bert().bert
    output = HiddenStateDistillation(copy.deepcopy(teacher), teacher, range(4)).eval()(**batch)
    torch.testing.assert_close(output["loss"], torch.tensor(0.0))
    torch.testing.assert_close(output["cosine"], torch.tensor(1.0))
    assert int(output["weight"]) == 12 + 12 + 8


def test_a_layer_aims_at_what_the_next_kept_one_is_fed_with(batch: dict[str, torch.Tensor]) -> None:
    teacher = bert().bert
    student = copy.deepcopy(teacher)
    keep_layers(student, [0, 2])
    real = batch["attention_mask"].bool()
    inputs = {"input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"], "output_hidden_states": True}
    given, aims = student(**inputs).hidden_states, teacher(**inputs).hidden_states
    errors = [((given[1] - aims[2])[real] ** 2).mean(), ((given[2] - aims[4])[real] ** 2).mean()]
    output = HiddenStateDistillation(student, teacher, [0, 2]).eval()(**batch)
    torch.testing.assert_close(output["loss"], (errors[0] + errors[1]) / 2)


def test_the_teacher_is_neither_trained_nor_saved(batch: dict[str, torch.Tensor]) -> None:
    teacher = bert().bert
    student = copy.deepcopy(teacher)
    keep_layers(student, [1])
    objective = HiddenStateDistillation(student, teacher, [1]).train()
    assert set(objective.state_dict()) == {f"encoder.{name}" for name in student.state_dict()}
    objective(**batch)["loss"].backward()
    assert not teacher.training
    assert all(weight.grad is None for weight in teacher.parameters())
    assert student.embeddings.word_embeddings.weight.grad is not None
