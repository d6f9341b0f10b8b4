"""`jianghua annotate init`: make or update the project on Label Studio."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jianghua.scripts.annotate.options import ANNOTATE, LABELS, Config, Overrides


def init(
    labels: Annotated[Path, typer.Argument(help="The label scheme.")] = LABELS,
    overrides: Overrides = None,
    config: Config = ANNOTATE,
) -> None:
    """Make the annotation project of the label scheme, or bring it up to date.

    The labelling screen, the guideline and every setting come from the two files. A change that would orphan labels which
    annotations, drafts or predictions hold is refused.
    """
    from jianghua.data.scheme import load_scheme
    from jianghua.labels.config import load_config
    from jianghua.labels.studio.connection import connect
    from jianghua.labels.studio.project import project_settings, sync
    from jianghua.scripts.annotate.files import guideline_text
    from jianghua.scripts.console import console

    scheme = load_scheme(labels)
    settings = load_config(config, overrides or [])
    studio, project = connect(settings)
    synced = sync(studio, project, project_settings(scheme, settings, guideline_text(labels, scheme)))
    where = f"{studio.url}/projects/{synced.project.id}"
    if synced.created:
        console.print(f"made the project {synced.project.title!r}: {where}", soft_wrap=True)
    else:
        what = ", ".join(synced.changed) or "nothing to change"
        console.print(f"project {synced.project.title!r} is up to date ({what}): {where}", soft_wrap=True)
    console.print(f"annotators sign up at  {studio.invite_link()}", soft_wrap=True)
