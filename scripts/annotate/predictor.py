"""The tagger as a `Predictor`: tasks in, predictions out, the same as `jianghua tag` gives."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from jianghua.data.speech import Speech
from jianghua.labels.predictor import Prediction
from jianghua.labels.selection import confidence, margins
from jianghua.labels.studio.tasks import storable

if TYPE_CHECKING:
    from jianghua.tagging.records import Tag
    from jianghua.tagging.tagger import Tagger

_CACHED: Final = 256  # tagged speeches that are kept
_LONGEST: Final = (
    20_000  # characters of a stranger's text that is judged: no sentence is longer, and nobody shall keep the model busy
)


class TaggerPredictor:
    """Predicts with a `Tagger`; see `jianghua.labels.predictor.Predictor`.

    A sentence of a speech that is known is judged in its whole speech, so the labels are those of `jianghua tag`. Another one
    is judged between the neighbours that its task holds; when it is empty or too long to be a sentence, it is not judged.
    """

    def __init__(self, tagger: Tagger, speeches: Sequence[Speech] = ()) -> None:
        """Predict with this tagger; `speeches` are those that the tasks were made of."""
        self._tagger = tagger
        self._speeches = list(speeches)
        self._places = {
            speech.sentence_id(index): (number, index)
            for number, speech in enumerate(speeches)
            for index in range(len(speech.sentences))
        }
        self._tagged: OrderedDict[int, Sequence[Tag]] = OrderedDict()  # by the speech's number: ids of two files may be alike
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        """The model's name and the beginning of its hash."""
        return f"{self._tagger.name}-{self._tagger.model_sha256[:8]}"

    @property
    def keys(self) -> tuple[str, ...]:
        """The labels of the model's scheme."""
        return self._tagger.scheme.keys

    def predict(self, tasks: Sequence[Mapping[str, Any]]) -> list[Prediction | None]:
        """See `jianghua.labels.predictor.Predictor`."""
        tags = [self._tag(task) for task in tasks]
        predictions = iter(self._predictions([tag for tag in tags if tag is not None]))
        return [None if tag is None else next(predictions) for tag in tags]

    def _predictions(self, tags: Sequence[Tag]) -> list[Prediction]:
        """Tags with their margins."""
        probabilities = np.array([list(tag.probabilities.values()) for tag in tags]).reshape(len(tags), len(self.keys))
        margin = margins(probabilities, self._thresholds())
        return [
            Prediction(tag.labels, sure, tuple(row))
            for tag, sure, row in zip(tags, confidence(margin).tolist(), margin.tolist(), strict=True)
        ]

    def _thresholds(self) -> NDArray[np.float64] | None:
        """The decision thresholds, shape (labels,); a single-label scheme has none."""
        if self._tagger.scheme.kind == "single":
            return None
        thresholds = self._tagger.bundle.calibration.thresholds
        return np.array([thresholds[key] for key in self.keys])

    def _tag(self, task: Mapping[str, Any]) -> Tag | None:
        text = task.get("text")
        if not isinstance(text, str):
            return None
        number, index = self._places.get(str(task.get("uid")), (None, 0))
        if number is not None and storable(self._speeches[number].sentences[index].text)[0] == text:
            return self._tag_speech(number)[index]
        if not text.strip() or len(text) > _LONGEST:
            return None
        before, after = (
            [near] if isinstance(near := task.get(name), str) and 0 < len(near) <= _LONGEST else [] for name in ("prev", "next")
        )
        return self._tagger.tag_sentences([*before, text, *after])[len(before)]

    def _tag_speech(self, number: int) -> Sequence[Tag]:
        """The tags of a whole speech, computed once."""
        with self._lock:
            if number in self._tagged:
                self._tagged.move_to_end(number)
                return self._tagged[number]
        tags = self._tagger.tag_speech(self._speeches[number]).tags  # outside the lock: others need not wait
        with self._lock:
            self._tagged[number] = tags
            while len(self._tagged) > _CACHED:
                self._tagged.popitem(last=False)
        return tags
