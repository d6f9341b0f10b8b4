"""The ML backend: what Label Studio asks of a model, answered by whatever can judge sentences.

The protocol is small: `GET /health`, `POST /setup`, `POST /predict`, `GET /versions`, `POST /webhook`; `GET /status` is ours.
This file knows requests and answers as plain data; `labels/backend/web.py` puts them on a socket.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from xml.etree import ElementTree

from jianghua.labels.predictor import Predictor
from jianghua.labels.studio.screen import LABEL
from jianghua.labels.studio.tasks import prediction_record

MAX_TASKS: Final = 5000
"""Tasks that one request may ask about."""
_TRAIN: Final = "START_TRAINING"


class Training(Protocol):
    """What “start training” starts."""

    def request(self) -> str:
        """Ask for a training; says what becomes of it."""
        ...

    def status(self) -> Mapping[str, Any]:
        """How it goes, as JSON."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and a JSON body."""

    status: int
    body: Mapping[str, Any]


def refusal(status: int, reason: str) -> Answer:
    """An answer that says what was wrong."""
    return Answer(status, {"error": reason})


class Backend:
    """The model that serves now, and the answers to Label Studio's requests."""

    def __init__(self, predictor: Predictor, training: Training | None = None) -> None:
        """Serve this model; without `training`, “start training” is refused."""
        self._predictor = predictor
        self._versions = [predictor.version]
        self._lock = threading.Lock()
        self.training = training

    @property
    def predictor(self) -> Predictor:
        """The model that serves now."""
        return self._predictor

    def swap(self, predictor: Predictor) -> None:
        """Serve another model from the next request on; requests under way end with the model that they began with."""
        with self._lock:
            self._predictor = predictor
            self._versions = [predictor.version, *(name for name in self._versions if name != predictor.version)]

    @property
    def routes(self) -> Mapping[tuple[str, str], Callable[[Mapping[str, Any]], Answer]]:
        """What answers each method and path; the argument is the request's JSON, empty for GET."""
        return {
            ("GET", "/"): self._health,
            ("GET", "/health"): self._health,
            ("GET", "/versions"): self._list_versions,
            ("GET", "/status"): self._status,
            ("POST", "/setup"): self._setup,
            ("POST", "/predict"): self._predict,
            ("POST", "/webhook"): self._webhook,
        }

    def _health(self, body: Mapping[str, Any]) -> Answer:
        return Answer(200, {"status": "UP", "model_class": "jianghua", "model_version": self._predictor.version})

    def _list_versions(self, body: Mapping[str, Any]) -> Answer:
        with self._lock:
            return Answer(200, {"versions": list(self._versions)})

    def _status(self, body: Mapping[str, Any]) -> Answer:
        with self._lock:
            serving = {"model_version": self._predictor.version, "versions": list(self._versions)}
        return Answer(200, {**serving, "training": dict(self.training.status()) if self.training else None})

    def _setup(self, body: Mapping[str, Any]) -> Answer:
        """Check that the project stores the model's labels. The access token that comes along is neither kept nor shown."""
        predictor = self._predictor
        screen = body.get("schema") or body.get("label_config")
        problem = screen_problem(screen, predictor.keys) if isinstance(screen, str) and screen.strip() else None
        return refusal(400, problem) if problem else Answer(200, {"model_version": predictor.version})

    def _predict(self, body: Mapping[str, Any]) -> Answer:
        tasks = body.get("tasks")
        if not isinstance(tasks, list) or not all(isinstance(task, Mapping) for task in tasks):
            return refusal(400, "expected 'tasks', a list of objects")
        if len(tasks) > MAX_TASKS:
            return refusal(413, f"expected at most {MAX_TASKS} tasks, got {len(tasks)}")
        predictor = self._predictor  # one model for the whole answer, also when another takes over meanwhile
        data = [task["data"] if isinstance(task.get("data"), Mapping) else {} for task in tasks]
        empty = {"model_version": predictor.version, "score": 0.0, "result": []}
        predictions = predictor.predict(data)
        results = [prediction_record(item, predictor.version) if item else empty for item in predictions]
        return Answer(200, {"results": results, "model_version": predictor.version})

    def _webhook(self, body: Mapping[str, Any]) -> Answer:
        """Start a training when that was asked for; all other events are taken note of, no more."""
        if body.get("action") != _TRAIN:
            return Answer(200, {"status": "ignored"})
        if self.training is None:
            return refusal(409, "this backend was started without --speeches, or its model is no run: it cannot train")
        return Answer(200, {"status": self.training.request()})


def screen_problem(screen: str, keys: Sequence[str]) -> str | None:
    """Why predictions do not fit a labelling screen; `None` when they do."""
    try:
        root = ElementTree.fromstring(screen)
    except ElementTree.ParseError as error:
        return f"the labelling screen is not XML: {error}"
    control = next((tag for tag in root.iter("Choices") if tag.get("name") == LABEL), None)
    if control is None:
        return f"expected a labelling screen with <Choices name={LABEL!r}>, as `jianghua annotate init` makes it"
    stored = {choice.get("alias") or choice.get("value") for choice in control.iter("Choice")}
    missing = [key for key in keys if key not in stored]
    return f"the labelling screen lacks labels of the model: {', '.join(missing)}" if missing else None
