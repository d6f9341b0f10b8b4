"""How `jianghua read --explain` shows a source with its deletions struck through in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

    from jianghua.data.speech import Speech


def terminal_text(name: str, source: str, speech: Speech) -> Text:
    """The source of a speech for the terminal: deletions struck through, their reason behind them."""
    from rich.text import Text

    from jianghua.data.explanation import counts, pieces

    text = Text(f"\n{name}\n", style="bold")
    totals = ", ".join(f"{reason} {characters}" for reason, characters in counts(speech).items())
    text.append(f"{len(speech.sentences)} sentences; characters deleted: {totals or 'none'}\n", style="dim not bold")
    for piece in pieces(source, speech):
        if piece.deletion is None or not piece.text.strip():
            text.append(piece.text, style="not bold")
            continue
        body = piece.text.rstrip("\n")
        text.append(body, style="strike red not bold")
        if piece.deletion.reason != "invisible character":
            text.append(f"⟨{piece.deletion.reason}⟩", style="dim not bold")
        text.append(piece.text[len(body) :], style="not bold")
    return text
