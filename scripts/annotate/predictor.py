"""The tagger as the ML backend's model: tasks in, verdicts out, the same as `jianghua tag` gives."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from jianghua.data.speech import Speech
from jianghua.labels.selection import confidence, margins
from jianghua.labels.studio.tasks import Verdict, storable

if TYPE_CHECKING:
    from jianghua.tagging.records import Tag
    from jianghua.tagging.tagger import Tagger

_CACHED: Final = 256  # tagged speeches that are kept
_LONGEST: Final = 20_000  # characters of a text that is judged: no sentence is longer, and nobody shall keep the model busy


class TaggerPredictor:
    """Judges the data of tasks with a `Tagger`.

    A sentence of a speech that is known is judged in its whole speech, so the verdict is the one of `jianghua tag`. Another one
    is judged between the neighbours that its task holds. A text that is no sentence, empty or too long, is not judged.
    """

    def __init__(self, tagger: Tagger, speeches: Sequence[Speech] = ()) -> None:
        """Judge with this tagger; `speeches` are those that the tasks were made of."""
        self._tagger = tagger
        self._places = {
            speech.sentence_id(index): (speech, index) for speech in speeches for index in range(len(speech.sentences))
        }
        self._tagged: OrderedDict[str, Sequence[Tag]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        """The model's name and the beginning of its hash, as `annotate push --model` names it."""
        return f"{self._tagger.name}-{self._tagger.model_sha256[:8]}"

    @property
    def keys(self) -> tuple[str, ...]:
        """The labels of the model's scheme."""
        return self._tagger.scheme.keys

    def judge(self, tasks: Sequence[Mapping[str, Any]]) -> list[Verdict | None]:
        """See `jianghua.labels.backend.protocol.Predictor`."""
        tags = [self._tag(task) for task in tasks]
        found = [tag for tag in tags if tag is not None]
        if not found:
            return [None] * len(tags)
        limits = self._tagger.bundle.calibration.thresholds
        thresholds = np.array([limits[key] for key in self.keys]) if self._tagger.scheme.kind == "multi" else None
        rows = np.array([list(tag.probabilities.values()) for tag in found])
        sure = iter(confidence(margins(rows, thresholds)).tolist())
        return [None if tag is None else Verdict(tag.labels, next(sure)) for tag in tags]

    def _tag(self, task: Mapping[str, Any]) -> Tag | None:
        text = task.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
            return None
        place = self._places.get(str(task.get("uid")))
        if place is not None and storable(place[0].sentences[place[1]].text)[0] == text:
            return self._speech(place[0])[place[1]]
        before, after = (
            [near] if isinstance(near := task.get(name), str) and 0 < len(near) <= _LONGEST else [] for name in ("prev", "next")
        )
        return self._tagger.tag_sentences([*before, text, *after])[len(before)]

    def _speech(self, speech: Speech) -> Sequence[Tag]:
        """The tags of a whole speech, computed once."""
        with self._lock:
            if speech.id in self._tagged:
                self._tagged.move_to_end(speech.id)
                return self._tagged[speech.id]
        tags = self._tagger.tag_speech(speech).tags  # outside the lock: others need not wait
        with self._lock:
            self._tagged[speech.id] = tags
            while len(self._tagged) > _CACHED:
                self._tagged.popitem(last=False)
        return tags
