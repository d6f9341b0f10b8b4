"""`jianghua annotate pull`: annotations from Label Studio to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jianghua.scripts.annotate.options import ANNOTATE, LABELS, Config, Labels, Overrides

if TYPE_CHECKING:
    from jianghua.data.scheme import LabelScheme
    from jianghua.labels.annotations import Annotation
    from jianghua.labels.config import AnnotateConfig


def pull(
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON Lines file to write.")] = Path("annotations.jsonl"),
    export: Annotated[
        Path | None, typer.Option("--export", help="Read this export of Label Studio (JSON or JSON_MIN) instead of the server.")
    ] = None,
    overrides: Overrides = None,
    labels: Labels = LABELS,
    config: Config = ANNOTATE,
) -> None:
    """Fetch every annotation: labels, skips, doubts and notes, with annotator, times and origin. Drafts stay behind.

    The file is written when everything is there; a pull that broke off goes on where it stopped.
    """
    from jianghua.data.scheme import load_scheme
    from jianghua.labels.annotations import write_annotations
    from jianghua.labels.config import load_config
    from jianghua.labels.studio.export import parse_export, read_export
    from jianghua.scripts.console import console

    scheme = load_scheme(labels)
    if export is not None:
        annotations = list(parse_export(read_export(export), scheme, {}))
    else:
        annotations = _pull(load_config(config, overrides or []), scheme, output)
    write_annotations(output, annotations)
    skipped = sum(annotation.skipped for annotation in annotations)
    unsure = sum(annotation.unsure for annotation in annotations)
    people = len({annotation.annotator for annotation in annotations})
    console.print(
        f"wrote {output}: {len(annotations) - skipped} answers ({unsure} unsure) and {skipped} skips of {people} annotators",
        soft_wrap=True,
    )


def _pull(settings: AnnotateConfig, scheme: LabelScheme, output: Path) -> list[Annotation]:
    """All annotations of the project on the server, with a bar."""
    from jianghua.labels.studio.connection import connect_project
    from jianghua.labels.studio.pull import pull_annotations
    from jianghua.scripts.console import progress

    studio, project = connect_project(settings)
    spool = output.with_name(f".{output.name}.part")
    with progress() as bar:
        task = bar.add_task("pulling")
        return pull_annotations(
            studio, project, scheme, spool, lambda done, total: bar.update(task, completed=done, total=total)
        )
