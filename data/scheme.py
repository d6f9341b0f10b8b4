"""The label scheme: which categories exist and what they mean, read from YAML.

It lives on the lowest floor because annotation, training and tagging all need it and may not import one another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from jianghua.data.errors import RecordError
from jianghua.data.guideline import load_guideline
from jianghua.data.settings import load_settings, nearest
from jianghua.data.speech import Speech

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


class Label(BaseModel):
    """One category of the scheme."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    """Short ASCII name; the one that files, models and Label Studio store. Never change it once sentences carry it."""
    name: str
    """Name that people read, such as 形势研判. May change freely."""
    definition: str = ""
    """When the label applies, in one sentence; shown beside the choice and in the report's legend. Where it is left out, the
    guideline's table of categories gives it."""
    excludes: str = ""
    """What does not count, in one sentence; from the guideline where it is left out."""
    hotkey: str | None = None
    """One key of the labelling screen."""
    colour: Colour = "#888888"
    """Colour of the label in screens and reports, #rrggbb."""
    examples: tuple[str, ...] = ()
    """Sentences that carry the label."""


class LabelScheme(BaseModel):
    """The categories of one project, and whether a sentence may have several."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Name of the scheme."""
    kind: Literal["multi", "single"] = "multi"
    """`multi`: any number of labels, none included. `single`: exactly one label a sentence."""
    labels: tuple[Label, ...] = Field(min_length=1)
    """The categories, in the order in which screens and reports show them."""
    guideline: str | None = None
    """Path of the labelling guideline, relative to the scheme's file."""
    guideline_version: str | None = None
    """Version of the guideline; read from its first line, such as （v1.1）, when a guideline is named."""
    none: str = ""
    """Sentences to which no label applies, in a few words; from the guideline where it is left out."""

    @model_validator(mode="after")
    def _unique(self) -> LabelScheme:
        for field in ("key", "name", "hotkey"):
            values = [getattr(label, field) for label in self.labels if getattr(label, field) is not None]
            twice = {value for value in values if values.count(value) > 1}
            if twice:
                raise ValueError(f"each label needs its own {field}, but {sorted(twice)[0]!r} occurs twice")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """The labels' keys, in the scheme's order."""
        return tuple(label.key for label in self.labels)

    def __getitem__(self, key: str) -> Label:
        """The label of that key.

        Raises:
            RecordError: the scheme has no such label; the message names the nearest.
        """
        for label in self.labels:
            if label.key == key:
                return label
        raise RecordError(
            f"unknown label {key!r}: the scheme {self.name!r} has {', '.join(self.keys)}{nearest(key, self.keys)}"
        )

    def vector(self, labels: Collection[str]) -> list[bool]:
        """Whether each label of the scheme is among these, in the scheme's order."""
        return [label.key in labels for label in self.labels]

    def check(self, speech: Speech) -> None:
        """Check the labels of a speech's sentences against the scheme; a sentence that nobody annotated has none to check.

        Raises:
            RecordError: see `check_labels`; the message names the sentence.
        """
        for index, sentence in enumerate(speech.sentences):
            if sentence.labels is not None:
                self.check_labels(sentence.labels, speech.sentence_id(index))

    def check_labels(self, labels: Sequence[str], where: str) -> None:
        """Check one sentence's labels against the scheme.

        Raises:
            RecordError: a label is unknown, given twice, or the number of labels does not fit a single-label scheme.
        """
        for key in labels:
            try:
                self[key]
            except RecordError as error:
                raise RecordError(f"{where}: {error}") from None
        if len(set(labels)) < len(labels):
            raise RecordError(f"{where}: a label is given twice: {list(labels)}")
        if self.kind == "single" and len(labels) != 1:
            raise RecordError(f"{where}: the scheme {self.name!r} wants exactly one label a sentence, got {list(labels)}")


def load_scheme(path: Path) -> LabelScheme:
    """Read a label scheme from YAML; version, definitions and what does not count come from its guideline where it names one.

    Raises:
        SettingsError: a file is missing or wrong; the message names the key, what was expected and what was got.
    """
    scheme = load_settings(LabelScheme, path)
    if scheme.guideline is None:
        return scheme
    guideline = load_guideline(path.parent / scheme.guideline)
    labels = tuple(
        label.model_copy(
            update={
                "definition": label.definition or guideline.applies.get(label.key, ""),
                "excludes": label.excludes or guideline.excludes.get(label.key, ""),
            }
        )
        for label in scheme.labels
    )
    version = scheme.guideline_version or guideline.version
    return scheme.model_copy(update={"labels": labels, "guideline_version": version, "none": scheme.none or guideline.none})
