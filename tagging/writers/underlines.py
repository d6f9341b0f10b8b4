"""Underlines: the clauses of a sentence that carried its labels, as elements that a page's style draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from jianghua.data.speech import Span


def underlined(text: str, evidence: Mapping[str, Span]) -> Markup:
    """A sentence's text with a `<u class="clause l-KEY">` around each clause in the evidence, one in another for two labels.

    The marks are set here and not by the page's script, which counts UTF-16 code units where offsets count code points.

    Args:
        text: the sentence.
        evidence: for each label a clause; two of them are the same or do not overlap.
    """
    labels: dict[Span, list[str]] = {}
    for label, span in evidence.items():
        labels.setdefault(span, []).append(label)
    pieces, done = [], 0
    for (start, end), keys in sorted(labels.items()):
        pieces += [escape(text[done:start]), _marked(text[start:end], keys)]
        done = end
    return Markup("").join([*pieces, escape(text[done:])])


def _marked(clause: str, keys: Sequence[str]) -> Markup:
    marked = escape(clause)
    for key in reversed(keys):
        marked = Markup('<u class="clause l-{}">{}</u>').format(key, marked)
    return marked
