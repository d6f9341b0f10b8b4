"""Tasks: the sentences of speeches in the form that Label Studio takes, and predictions for them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jianghua.data.errors import RecordError
from jianghua.data.speech import Speech
from jianghua.labels.predictor import Prediction
from jianghua.labels.studio.screen import LABEL, TEXT

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")  # no server, database or browser holds these


@dataclass(frozen=True, slots=True)
class SentenceTask:
    """One sentence as a task.

    Attributes:
        uid: the sentence's id, by which an annotation finds its way back.
        data: what the screen shows: `uid, speech, index, title, meta, prev, text, next`.
        replaced: how many characters of the sentence the screen shows as another one.
    """

    uid: str
    data: Mapping[str, Any]
    replaced: int


def storable(text: str) -> tuple[str, int]:
    """The text with NUL shown as ␀ and each lone surrogate as �, and how many were replaced. Everything else stays."""
    return _UNSTORABLE.subn(lambda found: "␀" if found.group() == "\x00" else "�", text)


def build_tasks(speeches: Sequence[Speech], chosen: bool = False) -> Iterator[SentenceTask]:
    """A task for each sentence, in order, with its neighbours in the speech.

    Args:
        speeches: the speeches.
        chosen: where a speech has a field `annotate`, the numbers of sentences, only these become tasks.

    Raises:
        RecordError: a speech's id, which must come back unchanged, holds a NUL or a lone surrogate; or `annotate` is wrong.
    """
    for speech in speeches:
        if storable(speech.id)[1]:
            raise RecordError(f"speech {speech.id!a}: its id holds a character that no server can store: rename the file")
        title = storable(speech.title)[0]
        for index in _chosen(speech) if chosen else range(len(speech.sentences)):
            text, replaced = storable(speech.sentences[index].text)
            before, after = (storable(near)[0] for near in speech.neighbours(index))
            uid = speech.sentence_id(index)
            data = {
                "uid": uid,
                "speech": speech.id,
                "index": index,
                "title": title,
                "meta": f"第 {index + 1} / {len(speech.sentences)} 句",
                "prev": before,
                "text": text,
                "next": after,
            }
            yield SentenceTask(uid, data, replaced)


def _chosen(speech: Speech) -> Sequence[int]:
    """The numbers of the sentences that are to be annotated, ascending."""
    numbers = range(len(speech.sentences))
    chosen = speech.meta.get("annotate", numbers)
    if not isinstance(chosen, list | range) or not all(isinstance(index, int) and index in numbers for index in chosen):
        raise RecordError(f"speech {speech.id}: 'annotate' must be numbers of its {len(numbers)} sentences, got {chosen!r:.80}")
    return sorted(set(chosen))


def prediction_record(prediction: Prediction, model_version: str) -> dict[str, Any]:
    """A prediction in Label Studio's form; its score orders the queue of uncertainty sampling."""
    return {
        "model_version": model_version,
        "score": round(prediction.confidence, 4),
        "result": [
            {"from_name": LABEL, "to_name": TEXT, "type": "choices", "value": {"choices": list(prediction.labels)}},
        ],
    }


def in_overlap(uid: str, percent: int) -> bool:
    """Whether a sentence belongs to the `percent` of all that get several annotators; always the same answer for a sentence."""
    digest = hashlib.sha256(uid.encode("utf-8")).digest()
    return int.from_bytes(digest[:4]) < percent / 100 * 2**32
