"""What `jianghua drift` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from jianghua.tagging.drift.comparison import Drift
    from jianghua.tagging.drift.profile import Measure

_FARTHEST: Final = 10  # speeches that are listed
_MEASURES: Final[dict[Measure, str]] = {
    "characters": "characters, divergence in bits",
    "bigrams": "bigrams unknown, share",
    "length": "sentence length, KS statistic",
    "labels": "label rates, distance",
    "doubt": "doubt, 1 − confidence",
}


def print_drift(drift: Drift, title: str) -> None:
    """Print a comparison on standard output, the verdict last."""
    console = Console(highlight=False, width=110)  # the table is as wide in a pipe as on a screen
    heading = f"{len(drift.speeches)} speeches, {drift.sentences} sentences beside {title}, {drift.held_out} held out"
    console.print(heading, markup=False, soft_wrap=True)
    for table in (_measures(drift), _labels(drift), _speeches(drift)):
        if table.row_count:
            console.print()
            console.print(table)
    console.print()
    for line in _texts(drift):
        console.print(line, markup=False, soft_wrap=True)
    console.print()
    console.print(drift.verdict.line, markup=False, style="bold", soft_wrap=True)


def _measures(drift: Drift) -> Table:
    table = _table("measure", "held-out median", "95 % below", "here, median", "speeches beyond", "farther out")
    for measure, found in drift.measures.items():
        figures = (found.held_out, found.limit, found.here)
        shown = (f"{figure:.3f}" for figure in figures)
        table.add_row(_MEASURES[measure], *shown, str(found.beyond), f"{100 * found.shift.farther:.0f} %")
    return table


def _labels(drift: Drift) -> Table:
    table = _table("label, share of sentences", "in training", "held-out, model", "here, model", "here, estimated")
    for key, found in (drift.labels or {}).items():
        estimated = "–" if found.estimated is None else f"{found.estimated:.3f}"
        table.add_row(key, *(f"{figure:.3f}" for figure in (found.training, found.held_out, found.here)), estimated)
    return table


def _speeches(drift: Drift) -> Table:
    from rich.text import Text

    table = Table("speech", "distance", "farthest in", "title", box=None)
    table.columns[1].justify = "right"
    for speech in drift.speeches[:_FARTHEST]:
        distance = "too short" if speech.distance is None else f"{speech.distance:.2f}"
        table.add_row(Text(speech.id), distance, speech.farthest or "–", Text(speech.title, overflow="ellipsis", no_wrap=True))
    return table


def _texts(drift: Drift) -> list[str]:
    """Lines on lengths, confidence and words."""
    lengths, words = drift.lengths, drift.words
    lines = [f"sentence length, quartiles: {_quartiles(lengths.here)} here, {_quartiles(lengths.training)} in training"]
    if drift.confidence is not None:
        sure = drift.confidence
        lines.append(
            f"confidence, median: {sure.here:.2f} here, {sure.held_out:.2f} held out; "
            f"{100 * sure.unsure:.0f} % of the sentences less sure than the least sure 10 % of held-out ones"
        )
    unknown = f"characters that training never saw: {100 * words.unknown_characters:.2f} %"
    lines.append(unknown + (f" ({' '.join(words.characters)})" if words.characters else ""))
    if words.bigrams:
        lines.append(f"frequent here, rare in training: {' '.join(words.bigrams)}")
    if len(drift.speeches) > _FARTHEST:
        lines.append(f"the {_FARTHEST} farthest of {len(drift.speeches)} speeches are listed; --json has all")
    return lines


def _quartiles(values: tuple[float, float, float]) -> str:
    return " / ".join(f"{value:.0f}" for value in values)


def _table(first: str, *columns: str) -> Table:
    table = Table(box=None)
    table.add_column(first, no_wrap=True)
    for name in columns:
        table.add_column(name, justify="right")
    return table
