"""A training run's directory: what is where, and when a run may be resumed."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

import yaml

from jianghua.data.errors import SettingsError
from jianghua.data.store import write_text
from jianghua.tagging.bundle import MANIFEST
from jianghua.training.config import RunConfig


@dataclass(frozen=True)
class TrainingRun:
    """A run, by its directory."""

    directory: Path

    @property
    def bundle(self) -> Path:
        """The trained model; there only when training has ended."""
        return self.directory / "bundle"

    @property
    def encoder(self) -> Path:
        """The encoder of `jianghua pretrain`; there only when training has ended."""
        return self.directory / "encoder"

    @property
    def checkpoints(self) -> Path:
        """Checkpoints of the Trainer, to resume from."""
        return self.directory / "checkpoints"

    @property
    def config(self) -> Path:
        """The resolved settings."""
        return self.directory / "config.yaml"

    @property
    def logs(self) -> Path:
        """TensorBoard's event files."""
        return self.directory / "tensorboard"

    @property
    def last_checkpoint(self) -> Path | None:
        """The newest complete checkpoint."""
        found = [path for path in self.checkpoints.glob("checkpoint-*") if (path / "trainer_state.json").is_file()]
        return max(found, key=lambda path: int(path.name.rsplit("-", 1)[1]), default=None)

    @property
    def finished(self) -> bool:
        """Whether the model is there."""
        return (self.bundle / MANIFEST).is_file() or self.encoder.is_dir()


def resolved(config: RunConfig) -> str:
    """The settings as YAML, every key included, in a form that the same command takes again."""
    values = yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    return f"# jianghua {config.command} {config.directory / 'config.yaml'} name=again\n{values}"


def open_run(config: RunConfig, main_process: bool) -> TrainingRun:
    """The run of these settings: a new directory, or an unfinished one with just the same settings, to be resumed.

    Raises:
        SettingsError: the run is finished, or was begun with other settings; the message shows the differences.
    """
    run = TrainingRun(config.directory)
    if run.finished:
        raise SettingsError(f"{run.directory}: this run is finished; give another name (name=…) or delete it")
    text = resolved(config)
    if run.config.is_file() and run.last_checkpoint is not None:
        before = run.config.read_text("utf-8")
        if before != text:
            lines = difflib.unified_diff(before.splitlines(), text.splitlines(), lineterm="", n=0)
            changed = "; ".join(line for line in list(lines)[2:] if not line.startswith("@@"))
            raise SettingsError(
                f"{run.directory}: this run was begun with other settings ({changed}); give another name (name=…) or delete it"
            )
    if main_process:
        write_text(run.config, text)
    return run
