"""A speech's tags put into a Word file: each tagged sentence on its label's colour, with a comment of its probabilities."""

from __future__ import annotations

from typing import Any, Final

from jianghua.data.documents.word.elements import children
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Span
from jianghua.tagging.records import RunSummary, Tag, TaggedSpeech
from jianghua.tagging.writers.colours import tint
from jianghua.tagging.writers.columns import printable
from jianghua.tagging.writers.word.comments import Comments, paragraph
from jianghua.tagging.writers.word.letters import bare, read_letters
from jianghua.tagging.writers.word.marks import Look, hang_comment, mark_letters, mark_run
from jianghua.tagging.writers.word.package import WordFile
from jianghua.tagging.writers.word.places import find_sentences

_INITIALS: Final = "标注"
_LOST: Final = "【标注】以下 {count} 个句子在文件中没有找到原来的位置，列在这里："


def annotate(file: WordFile, tagged: TaggedSpeech, summary: RunSummary) -> int:
    """Mark the tagged sentences of a speech in a file; those that are not found are listed at its end.

    Args:
        file: the file.
        tagged: the speech.
        summary: the run.

    Returns:
        How many tagged sentences were not found.
    """
    comments = Comments(file.comments, f"讲话标注（{summary.model}）", _INITIALS)
    letters = read_letters(file.body)
    places = find_sentences("".join(letter.char for letter in letters), [bare(printable(text)) for text in tagged.speech.texts])
    found: list[tuple[Span, Sentence, Tag]] = []
    lost: list[tuple[Sentence, Tag]] = []
    for sentence, tag, place in zip(tagged.speech.sentences, tagged.tags, places, strict=True):
        if tag.labels and place is not None:
            found.append((place, sentence, tag))
        elif tag.labels:
            lost.append((sentence, tag))
    marked: list[tuple[list[Any], Sentence, Tag]] = []
    for (start, end), sentence, tag in sorted(found, key=lambda one: one[0], reverse=True):
        if runs := mark_letters(letters[start:end], _look(tag, summary.scheme)):
            marked.append((runs, sentence, tag))
        else:  # letters of a formula alone
            lost.append((sentence, tag))
    for runs, sentence, tag in reversed(marked):  # so that comments are numbered as they are read
        hang_comment(runs[0], runs[-1], comments.add(comment_lines(sentence, tag, summary.scheme)))
    _list_lost(file.body, lost, comments, summary.scheme)
    return len(lost)


def comment_lines(sentence: Sentence, tag: Tag, scheme: LabelScheme) -> list[str]:
    """What the comment of a sentence says: its labels, the clauses that carried them, and the other labels."""

    def told(keys: list[str]) -> str:
        return " · ".join(f"{scheme[key].name} {tag.probabilities[key]:.0%}" for key in keys)

    others = sorted((key for key in scheme.keys if key not in tag.labels), key=lambda key: -tag.probabilities[key])
    clauses = [
        f"{scheme[key].name}的依据：“{sentence.text[start:end]}”"
        for key, (start, end) in tag.evidence.items()
        if key in tag.labels
    ]
    return [told(list(tag.labels)), *clauses, *([f"其余：{told(others)}"] if others else [])]


def _look(tag: Tag, scheme: LabelScheme) -> Look:
    """The ground of the first label, and a line of the second."""
    first, *others = (scheme[key].colour for key in tag.labels)
    return Look(tint(first), others[0].removeprefix("#").upper() if others else None)


def _list_lost(body: Any, lost: list[tuple[Sentence, Tag]], comments: Comments, scheme: LabelScheme) -> None:
    """List sentences at the end of a document, before the properties of its last section."""
    if not lost:
        return
    sections = list(children(body, "w:sectPr"))

    def add(element: Any) -> Any:
        sections[-1].addprevious(element) if sections else body.append(element)
        return element[0]

    add(paragraph(body, _LOST.format(count=len(lost))))
    for sentence, tag in lost:
        run = add(paragraph(body, sentence.text))
        mark_run(run, _look(tag, scheme))
        hang_comment(run, run, comments.add(comment_lines(sentence, tag, scheme)))
