"""Settings of an annotation project: `configs/annotate.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from jianghua.data.errors import SettingsError
from jianghua.data.settings import load_settings

URL: Final = "LABEL_STUDIO_URL"
TOKEN: Final = "LABEL_STUDIO_API_KEY"
"""Environment variables with the server's address and the access token; the same that Label Studio's own SDK reads."""

Skip = Literal["requeue_for_others", "requeue_for_me", "ignore_skipped"]
Sampling = Literal["sequential", "uniform", "uncertainty"]


class AnnotateConfig(BaseModel):
    """Where the server is and how its project is set up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: str = Field(min_length=3, max_length=50)
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

    @model_validator(mode="after")
    def _overlap_needs_annotators(self) -> AnnotateConfig:
        if self.project.strip() != self.project:
            raise ValueError(f"project: expected a title without white space at its ends, got {self.project!r}")
        return self

    @property
    def annotators_by_default(self) -> int:
        """Annotators of a sentence that nobody sets apart: what more than half of the sentences get."""
        return self.annotators_per_task if self.overlap > 50 else 1


def load_config(path: Path) -> AnnotateConfig:
    """Read `annotate.yaml`; a relative token file counts from the YAML's directory.

    Raises:
        SettingsError: the file is missing or wrong.
    """
    config = load_settings(AnnotateConfig, path)
    if config.token_file is None or config.token_file.is_absolute():
        return config
    return config.model_copy(update={"token_file": path.parent / config.token_file})


def read_token(file: Path) -> str:
    """The token that a file holds.

    Raises:
        SettingsError: the file cannot be read, or does not hold one word.
    """
    try:
        words = file.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{file}: expected a file with an access token ({getattr(error, 'strerror', None) or 'not text'})"
        ) from None
    if len(words) != 1:
        raise SettingsError(f"{file}: expected one access token and nothing else, got {len(words)} words")
    return words[0]
