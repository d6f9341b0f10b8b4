"""A second project beside the main one, where sentences go back to people: to a referee, or for review."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jianghua.data.scheme import LabelScheme
    from jianghua.data.speech import Speech
    from jianghua.labels.annotations import Annotation
    from jianghua.labels.config import AnnotateConfig
    from jianghua.labels.review import ReviewItem


class SecondProject:
    """The project on the server, which need not be there yet."""

    def __init__(self, config: AnnotateConfig, title: str, labels: Path, scheme: LabelScheme) -> None:
        """Connect.

        Args:
            config: settings of the main project; all but the title hold for the second one too.
            title: title of the second project.
            labels: file of the label scheme.
            scheme: the label scheme.

        Raises:
            StudioError: no server is known, or it is not there or refuses.
        """
        from jianghua.labels.studio.connection import connect

        self._config = config.model_copy(update={"project": title})
        self._studio, self._project = connect(self._config)
        self._labels = labels
        self._scheme = scheme

    def pull(self, spool: Path) -> list[Annotation]:
        """The answers so far; none when there is no such project yet."""
        from jianghua.labels.studio.pull import pull_annotations

        return pull_annotations(self._studio, self._project, self._scheme, spool) if self._project else []

    def push(self, items: Sequence[ReviewItem], speeches: Sequence[Speech], model_version: str | None = None) -> None:
        """Send the sentences that the project does not hold yet, and say how many those are."""
        from jianghua.labels.review import push_review
        from jianghua.scripts.annotate.files import guideline_text
        from jianghua.scripts.console import console

        guideline = guideline_text(self._labels, self._scheme)
        project, new = push_review(self._studio, self._scheme, self._config, guideline, speeches, items, model_version)
        console.print(
            f"{new} sentences are new in the project {project.title!r}: {self._studio.url}/projects/{project.id}",
            soft_wrap=True,
            markup=False,
        )
