"""`jianghua annotate pull`: annotations from Label Studio to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jianghua.scripts.annotate.options import ANNOTATE, LABELS, Config, Labels


def pull(
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON Lines file to write.")] = Path("annotations.jsonl"),
    export: Annotated[
        Path | None, typer.Option("--export", help="Read this export of Label Studio (JSON or JSON_MIN) instead of the server.")
    ] = None,
    labels: Labels = LABELS,
    config: Config = ANNOTATE,
) -> None:
    """Fetch every annotation: labels, skips, doubts and notes, with annotator, times and origin. Drafts stay behind.

    The file is written when everything is there; a pull that broke off goes on where it stopped.
    """
    from jianghua.data.scheme import load_scheme
    from jianghua.labels.annotations import parse_export, write_annotations
    from jianghua.labels.studio import pull as pulling
    from jianghua.labels.studio.config import load_config
    from jianghua.labels.studio.connection import connect_project
    from jianghua.scripts.console import console, progress

    scheme = load_scheme(labels)
    if export is not None:
        annotations = list(parse_export(pulling.read_export(export), scheme, {}))
    else:
        studio, project = connect_project(load_config(config))
        users = studio.users()
        spool = output.with_name(f".{output.name}.part")
        with progress() as bar:
            task = bar.add_task("pulling")
            tasks = pulling.pull_tasks(
                studio, project, spool, lambda done, total: bar.update(task, completed=done, total=total)
            )
            annotations = list(parse_export(tasks, scheme, users))
    write_annotations(output, annotations)
    if export is None:
        pulling.clear(spool)
    skipped = sum(annotation.skipped for annotation in annotations)
    unsure = sum(annotation.unsure for annotation in annotations)
    people = len({annotation.annotator for annotation in annotations})
    console.print(
        f"wrote {output}: {len(annotations) - skipped} answers ({unsure} unsure) and {skipped} skips of {people} annotators",
        soft_wrap=True,
    )
