"""`jianghua annotate agreement`: how far annotators agree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from jianghua.scripts.annotate.options import LABELS, Labels


def agreement(
    annotations: Annotated[list[Path], typer.Argument(help="Annotations, JSON Lines, as 'annotate pull' writes them.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory to write.")] = Path("build/agreement"),
    labels: Labels = LABELS,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the bootstrap.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, and nothing else.")] = False,
) -> None:
    """Measure agreement by label and by pair of annotators, and how far they follow pre-annotations.

    Writes agreement.json and agreement.html, with the most disputed sentences and every annotator's answer to them.
    """
    from jianghua.data.scheme import load_scheme
    from jianghua.data.store import dump_json, write_json
    from jianghua.labels.agreement.measure import headline, measure_agreement
    from jianghua.labels.pages import write_page
    from jianghua.scripts.annotate.files import load_annotations
    from jianghua.scripts.console import console

    scheme = load_scheme(labels)
    read = load_annotations(annotations, scheme)
    figures = measure_agreement(read, scheme, seed=seed)
    write_json(output / "agreement.json", figures)
    write_page(output / "agreement.html", "agreement", scheme, figures=figures)
    if as_json:
        print(dump_json(figures))
        return
    _print(figures)
    console.print(headline(figures))
    console.print(f"wrote {output / 'agreement'}.json and {output / 'agreement'}.html", soft_wrap=True)


def _print(figures: Mapping[str, Any]) -> None:
    """The figures by label and by pair, on standard output."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, width=110)
    table = Table(box=None)
    for name in ("label", "Cohen's κ", "95 % interval", "Krippendorff's α", "95 % interval", "positive", "negative", "share"):
        table.add_column(name, justify="left" if name == "label" else "right", no_wrap=True)
    for key, label in figures["labels"].items():
        kappa, alpha = (_figure(label[name]) for name in ("kappa", "alpha"))
        bounds = [_interval(label[name]) for name in ("kappa_interval", "alpha_interval")]
        rest = [_figure(label[name]) for name in ("positive_agreement", "negative_agreement", "prevalence")]
        table.add_row(key, kappa, bounds[0], alpha, bounds[1], *rest)
    sets = figures["sets"]
    table.add_row("label sets (MASI)", "", "", _figure(sets["alpha_masi"]), _interval(sets["alpha_masi_interval"]))
    console.print(table)
    for pair in figures["pairs"]:
        console.print(
            f"{' · '.join(pair['annotators'])}: mean κ {_figure(pair['mean_kappa'])}, equal {_figure(pair['exact'])}, "
            f"{pair['sentences']} sentences",
            markup=False,
        )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(bounds: tuple[float, float] | None) -> str:
    return "–" if bounds is None else f"{bounds[0]:.3f} to {bounds[1]:.3f}"
