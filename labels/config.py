"""Settings of an annotation project: `configs/annotate.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from jianghua.data.settings import load_settings
from jianghua.labels.choices import Policy, Tie

URL: Final = "LABEL_STUDIO_URL"
TOKEN: Final = "LABEL_STUDIO_API_KEY"
"""Environment variables with the server's address and the access token; the same that Label Studio's own SDK reads."""
TITLE_LENGTH: Final = 50
"""Characters that the title of a project may have."""

Skip = Literal["requeue_for_others", "requeue_for_me", "ignore_skipped"]
Sampling = Literal["sequential", "uniform", "uncertainty"]


def _stripped(title: str) -> str:
    if title.strip() != title:
        raise ValueError(f"expected a title without white space at its ends, got {title!r}")
    return title


Title = Annotated[str, Field(min_length=3, max_length=TITLE_LENGTH), AfterValidator(_stripped)]
"""Title of a project on the server."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AdjudicationConfig(_Section):
    """How several annotators' answers become one: for `adjudicate`, `retrain` and the trainings of the backend."""

    policy: Policy = Policy.MAJORITY
    """Who decides where annotators differ."""
    tie: Tie = Tie.DISPUTE
    """What `majority` makes of a label that just half of the annotators gave."""
    confidence: float = Field(default=0.6, ge=0.5, le=1.0)
    """`weighted` answers that are less sure than this stay disputed; two equal annotators against each other reach 0.5."""
    min_answers: int = Field(default=1, ge=1)
    """Sentences with fewer answers stay undecided, unless a referee answered."""
    referees: frozenset[str] = frozenset()
    """Annotators whose answers win, by name."""
    model: Path | None = None
    """A run that weighs in under `weighted`, trained on other sentences. Without it TF-IDF and logistic regression do,
    cross-validated on the majority's labels."""
    project: Title | None = None
    """Title of the project where a referee settles what is disputed; without it that of the project with 裁决."""


class AuditConfig(_Section):
    """How likely wrong labels are searched."""

    folds: int = Field(default=5, ge=3)
    """Folds of the cross-validation, by speech."""
    project: Title | None = None
    """Title of the project where the suspects are reviewed; without it that of the project with 复核."""


class RetrainingConfig(_Section):
    """What `retrain` and the trainings of the backend train on and how."""

    annotations: Path | None = None
    """A file of annotations, as `annotate pull` writes it; without it they are pulled from the server."""
    settings: dict[str, Any] = {}
    """Settings of `train.yaml` that differ from those of the run that serves, such as `optimisation: {epochs: 2}`."""


class BackendConfig(_Section):
    """How Label Studio signs in at the ML backend."""

    user: str = Field(default="jianghua", min_length=1)
    """User name of the Basic authentication; the password is the backend's token."""


class AnnotateConfig(_Section):
    """Where the server is, how its project is set up, and what becomes of the answers."""

    project: Title
    """Title of the project on the server, 3 to 50 characters; commands find the project by it."""
    url: str | None = None
    """Address of an existing server. `LABEL_STUDIO_URL` goes before it; without both, the server of `data` is meant."""
    token_file: Path | None = None
    """File that holds nothing but an access token. `LABEL_STUDIO_API_KEY` goes before it. Tokens do not stand in this file."""
    data: Path = Path(".label-studio")
    """Data directory of `jianghua annotate server`, which keeps its address and token there."""
    annotators_per_task: int = Field(default=2, ge=1, le=20)
    """How many annotators a sentence of the overlap gets; the others get one."""
    overlap: int = Field(default=100, ge=0, le=100)
    """Per cent of the sentences that get `annotators_per_task` annotators, chosen by a hash of their ids."""
    skip: Skip = "requeue_for_others"
    """What becomes of a skipped sentence: somebody else gets it, the same annotator gets it again, or nobody does."""
    show_skip_button: bool = True
    sampling: Sampling = "sequential"
    """Order of the sentences: as pushed, at random, or those first about which the newest model is least sure."""
    show_predictions: bool = True
    """Show the model's labels ticked beforehand."""
    show_instruction: bool = True
    """Show the guideline when an annotator opens the project."""
    unsure: bool = True
    """Offer “拿不准” with a note."""
    batch: int = Field(default=500, ge=1, le=5000)
    """Sentences a request."""
    timeout: float = Field(default=300.0, gt=0)
    """Seconds that one request may take."""
    device: str | None = None
    """Where `push` and `backend` run a model: `cpu` or `cuda`; without it the GPU when there is one."""
    seed: int = Field(default=0, ge=0)
    """Decides random and diverse selections, and among equally good folds of the audit."""
    adjudication: AdjudicationConfig = AdjudicationConfig()
    audit: AuditConfig = AuditConfig()
    retraining: RetrainingConfig = RetrainingConfig()
    backend: BackendConfig = BackendConfig()

    @property
    def annotators_by_default(self) -> int:
        """Annotators of a sentence that nobody sets apart: what more than half of the sentences get."""
        return self.annotators_per_task if self.overlap > 50 else 1


def load_config(path: Path, overrides: Sequence[str] = ()) -> AnnotateConfig:
    """Read `annotate.yaml`; a relative token file counts from the YAML's directory.

    Args:
        path: the file.
        overrides: changed settings, such as `adjudication.policy=weighted`.

    Raises:
        SettingsError: the file is missing, or a key or value is wrong.
    """
    config = load_settings(AnnotateConfig, path, overrides)
    if config.token_file is None or config.token_file.is_absolute():
        return config
    return config.model_copy(update={"token_file": path.parent / config.token_file})
