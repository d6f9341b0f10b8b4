"""The project as code: settings made from the scheme and `annotate.yaml`, and the changes that a project may see."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jianghua.data.errors import StudioError
from jianghua.data.scheme import LabelScheme
from jianghua.labels.config import AnnotateConfig
from jianghua.labels.studio.client import Project, ScreenCheck, Studio
from jianghua.labels.studio.screen import FLAG, LABEL, instructions, labeling_config

_SAMPLING: Final = {
    "sequential": "Sequential sampling",
    "uniform": "Uniform sampling",
    "uncertainty": "Uncertainty sampling",
}


@dataclass(frozen=True, slots=True)
class Sync:
    """What `sync` did: the project, whether it is new, and the names of the settings that changed."""

    project: Project
    created: bool
    changed: tuple[str, ...]


def project_settings(scheme: LabelScheme, config: AnnotateConfig, guideline: str) -> dict[str, Any]:
    """Everything about a project that is ours to say, in Label Studio's names.

    Args:
        scheme: the categories.
        config: the project's settings.
        guideline: the guideline, Markdown; empty when there is none.
    """
    return {
        "title": config.project,
        "label_config": labeling_config(scheme, config.unsure),
        "expert_instruction": instructions(guideline) if guideline else "",
        "show_instruction": config.show_instruction and bool(guideline),
        "enable_empty_annotation": scheme.kind == "multi",  # "none applies" is an answer of a multi-label scheme
        "maximum_annotations": config.annotators_by_default,
        "skip_queue": config.skip.upper(),
        "show_skip_button": config.show_skip_button,
        "sampling": _SAMPLING[config.sampling],
        "show_collab_predictions": config.show_predictions,
    }


def sync(studio: Studio, project: Project | None, settings: Mapping[str, Any]) -> Sync:
    """Make the project, or change what differs.

    Raises:
        StudioError: the change would orphan labels that are used already; the message holds the counts affected.
    """
    ScreenCheck(settings["label_config"])
    if project is None:
        return Sync(studio.create_project(settings), created=True, changed=tuple(settings))
    changed = tuple(name for name, value in settings.items() if _plain(project.settings.get(name)) != _plain(value))
    if "label_config" in changed:
        _refuse_orphans(studio, project, settings["label_config"])
        studio.validate_screen(project.id, settings["label_config"])
    if changed:
        studio.update_project(project.id, {name: settings[name] for name in changed})
    return Sync(studio.project(project.id), created=False, changed=changed)


def _plain(value: Any) -> Any:
    """A setting without what the server changes by itself: how a character is escaped in HTML, white space at the ends."""
    return html.unescape(value).strip() if isinstance(value, str) else value


def _refuse_orphans(studio: Studio, project: Project, new: str) -> None:
    """Refuse a screen that lacks labels which the project's annotations, drafts or predictions hold.

    The server itself takes such a screen without a word when it comes through its API, and never looks at predictions.
    """
    before, after = ScreenCheck(project.label_config), ScreenCheck(new)
    affected: list[str] = []
    for control in (LABEL, FLAG):
        kept = set(after.labels(control))
        counts = studio.label_counts(project.id, control)
        if set(before.labels(control)) - kept or any(set(used) - kept for used in counts.values()):
            counts["predictions"] = Counter(studio.predicted_labels(project.id, control))
        affected += _orphans(counts, kept)
    if affected:
        raise StudioError(
            f"{studio.url}: the new screen of project {project.title!r} would orphan labels in use: {'; '.join(affected)}. "
            "Keep these keys (names may change freely), or start another project"
        )
    if before.is_single(LABEL) != after.is_single(LABEL):
        used = sum(sum(counts.values()) for counts in studio.label_counts(project.id, LABEL).values())
        if used:
            kinds = ["multi", "single"] if after.is_single(LABEL) else ["single", "multi"]
            raise StudioError(
                f"{studio.url}: project {project.title!r} cannot change from {kinds[0]}- to {kinds[1]}-label: annotations and "
                f"drafts hold {used} labels. Start another project"
            )


def _orphans(counts: Mapping[str, Mapping[str, int]], kept: Iterable[str]) -> list[str]:
    """`'risk' (10 annotations, 3 predictions)` for each label that is used and not kept."""
    kept = set(kept)
    lost = sorted({label for used in counts.values() for label in used} - kept)
    return [
        f"{label!r} ({', '.join(f'{used[label]} {where}' for where, used in counts.items() if used.get(label))})"
        for label in lost
    ]
