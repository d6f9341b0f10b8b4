"""Settings of a training run, with their meaning and units. Files: `configs/train*.yaml`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from jianghua.tagging.passages import PassageLimits
from jianghua.tagging.pooling import Pooling

BASE_ENCODER: Final = "base_encoder"
"""Value of `model` that means the encoder that ships with the package."""


class Section(BaseModel):
    """Settings that belong together."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LossConfig(Section):
    """What is minimised. Sentences without annotation never count."""

    kind: Literal["bce", "focal", "asymmetric", "cross_entropy"] = "bce"
    """`bce`, `focal` (Lin et al. 2017) and `asymmetric` (Ridnik et al. 2021) for multi-label schemes; `cross_entropy` for
    single-label ones."""
    class_weights: Literal["none", "sqrt", "inverse"] = "none"
    """Weight of a label's positive examples: 1, the square root of (negatives / positives), or that ratio itself."""
    gamma: float = Field(default=2.0, ge=0)
    """Focusing exponent of `focal`."""
    gamma_positive: float = Field(default=0.0, ge=0)
    """Focusing exponent of `asymmetric` for positive examples."""
    gamma_negative: float = Field(default=2.0, ge=0)
    """Focusing exponent of `asymmetric` for negative examples."""
    margin: float = Field(default=0.05, ge=0, lt=1)
    """Probability under which `asymmetric` ignores a negative example."""


class OptimiserConfig(Section):
    """The optimiser and its schedule, whatever is trained."""

    learning_rate: float = Field(default=2e-4, gt=0)
    """Peak learning rate of AdamW."""
    gradient_accumulation: int = Field(default=1, ge=1)
    """Batches whose gradients are added up before a step."""
    warmup: float = Field(default=0.1, ge=0, lt=1)
    """Share of all steps over which the learning rate rises."""
    schedule: Literal["linear", "cosine", "constant_with_warmup"] = "linear"
    """Course of the learning rate after warm-up."""
    weight_decay: float = Field(default=0.01, ge=0)
    """Decoupled weight decay of AdamW."""
    max_grad_norm: float = Field(default=1.0, gt=0)
    """Gradients are clipped to this norm."""
    gradient_checkpointing: bool = False
    """Recompute activations instead of keeping them: less memory, about a third more time."""
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    """`auto`: bf16 where the processor or GPU computes it natively, fp16 on older GPUs, else fp32."""


class OptimisationConfig(OptimiserConfig):
    """The optimiser of fine-tuning."""

    epochs: float = Field(default=2, gt=0)
    """Passes over the training split."""
    learning_rate: float = Field(default=3e-4, gt=0)
    """Peak learning rate of AdamW."""
    passages_per_step: int = Field(default=24, ge=1)
    """Passages in a batch, on each device. With one sentence a passage, this many sentences."""


class ProbingConfig(Section):
    """Training of the head alone, before all weights move: see `jianghua.training.probing`."""

    epochs: float = Field(default=1, ge=0)
    """Passes over the training split; 0 leaves it out. A pass takes a third of the time of one of fine-tuning."""
    learning_rate: float = Field(default=1e-3, gt=0)
    """Learning rate of AdamW at the start; it falls to 0."""


class LexicalConfig(Section):
    """The model over words beside the encoder: see `jianghua.tagging.lexical`."""

    share: float = Field(default=0.5, ge=0, le=1)
    """Share of its logits in the sum; 0 leaves it out."""
    bits: int = Field(default=17, ge=10, le=22)
    """Binary logarithm of the number of buckets; with five labels 17 bits take 1.6 MB. In the sum with an encoder, 2^19 buckets
    were no better."""
    strength: float = Field(default=8.0, gt=0)
    """Inverse regularisation of the logistic regressions."""


class SelectionConfig(Section):
    """How often the model is evaluated, and which checkpoint is kept."""

    evaluations_per_epoch: int = Field(default=1, ge=1)
    """Evaluations on the validation split, each followed by a checkpoint."""
    metric: Literal["macro_average_precision", "macro_f1", "micro_f1", "loss"] = "macro_average_precision"
    """Measured on the validation split; the best checkpoint becomes the model. Average precision needs no threshold, and the
    thresholds are chosen only afterwards."""
    patience: int = Field(default=3, ge=1)
    """Evaluations without improvement after which training stops."""


class RunConfig(Section):
    """What every run has, whatever it trains."""

    command: ClassVar[str]
    """The sub-command of `jianghua` that takes these settings."""

    name: str = Field(pattern=r"^[\w.-]+$")
    """Name of the run; its directory is `<runs>/<name>`."""
    model: str = BASE_ENCODER
    """What to train: a hub name, a local directory, or `base_encoder` for the one in the package."""
    runs: Path = Path("runs")
    """Directory of all runs."""
    seed: int = Field(default=0, ge=0)
    """Seed of initial weights, dropout and order."""
    deterministic: bool = True
    """Use only algorithms that give the same result each time."""
    device: Literal["auto", "cpu"] = "auto"
    """`auto`: the GPU when there is one."""
    report_to: tuple[str, ...] = ("tensorboard",)
    """Experiment trackers, by the names that transformers gives them; empty for none."""
    optimisation: OptimiserConfig

    @property
    def directory(self) -> Path:
        """The run's directory."""
        return self.runs / self.name


class TrainConfig(RunConfig):
    """One training run."""

    command = "train"
    dataset: Path
    """Directory made by `jianghua dataset`."""
    pooling: Pooling = "attention"
    """How the outputs of a sentence's tokens become its logits."""
    weights: Literal["fp32", "fp16"] = "fp32"
    """Precision of the weights in the bundle; `fp16` halves its size."""
    passages: PassageLimits = PassageLimits()
    lexical: LexicalConfig = LexicalConfig()
    probing: ProbingConfig = ProbingConfig()
    optimisation: OptimisationConfig = OptimisationConfig()
    loss: LossConfig = LossConfig()
    selection: SelectionConfig = SelectionConfig()

    @property
    def sha256(self) -> str:
        """Hash of the resolved settings, names of directories left out."""
        settings = self.model_dump(mode="json", exclude={"name", "runs", "dataset", "report_to"})
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
