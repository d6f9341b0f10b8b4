"""Second projects: sentences that go back to people with the answers so far, to a referee or for review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jianghua.data.errors import StudioError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.labels.adjudication import Decision
from jianghua.labels.audit import Suspect
from jianghua.labels.config import TITLE_LENGTH, AnnotateConfig
from jianghua.labels.predictor import Prediction
from jianghua.labels.studio.client import Project, Studio
from jianghua.labels.studio.project import project_settings, sync
from jianghua.labels.studio.push import PushPlan, PushSettings, Remote, prediction_records, send, validate
from jianghua.labels.studio.screen import labeling_config
from jianghua.labels.studio.tasks import SentenceTask, build_tasks, storable

ANSWERS: Final = "answers"
"""Field of the task's data, and name of the text on the screen, that holds the answers so far."""
_NAMES: Final = "甲乙丙丁戊己庚辛壬癸"
_OPTIONS: Final = '  <View className="options">\n'
_BLOCK: Final = f'  <View className="card answers"><Text name="{ANSWERS}" value="${ANSWERS}"/></View>\n'
_STYLE_END: Final = "  </Style>\n"
_STYLE: Final = """.jh .answers .lsf-richtext__container {
  font-size: 15px;
  line-height: 1.6;
  max-height: 12em;
  overflow-y: auto;
}
"""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A sentence to be looked at once more: the answers so far, in lines, and the labels to tick beforehand, if any."""

    uid: str
    answers: str
    prediction: Prediction | None = None


def review_config(scheme: LabelScheme, unsure: bool = True) -> str:
    """The labelling screen with the answers so far above the choices."""
    screen = labeling_config(scheme, unsure)
    if screen.count(_OPTIONS) != 1 or screen.count(_STYLE_END) != 1:
        raise StudioError("the labelling screen has no place for the answers so far")
    return screen.replace(_OPTIONS, _BLOCK + _OPTIONS).replace(_STYLE_END, _STYLE + _STYLE_END)


def review_title(project: str, suffix: str) -> str:
    """Title of the second project of a project."""
    return f"{project[: TITLE_LENGTH - len(suffix) - 1]} {suffix}"


def disputed_items(decisions: Iterable[Decision], scheme: LabelScheme) -> list[ReviewItem]:
    """The disputed sentences, with every answer so far. Annotators are called 甲, 乙 …, so that no name carries weight."""
    items = []
    for decision in decisions:
        if decision.reason == "disputed":
            lines = []
            for number, answer in enumerate(decision.answers):
                name = _NAMES[number] if number < len(_NAMES) else str(number + 1)
                remarks = [*(["拿不准"] if answer.unsure else []), *([answer.note] if answer.note else [])]
                remark = f"（{'：'.join(remarks)}）" if remarks else ""
                lines.append(f"{name}：{_label_names(answer.labels or (), scheme)}{remark}")
            items.append(ReviewItem(decision.uid, "\n".join(lines)))
    return items


def suspect_items(suspects: Iterable[tuple[str, Suspect]], scheme: LabelScheme) -> list[ReviewItem]:
    """The doubtful sentences, with their labels and what the model says; its suggestion is ticked beforehand."""
    items = []
    for uid, suspect in suspects:
        lines = [f"现有标注：{_label_names(suspect.labels, scheme)}"]
        if suspect.missing:
            lines.append(f"可能缺：{_label_probabilities(suspect.missing, scheme)}")
        if suspect.extra:
            lines.append(f"可能多：{_label_probabilities(suspect.extra, scheme)}")
        items.append(ReviewItem(uid, "\n".join(lines), Prediction(suspect.suggested, 1 - suspect.score)))
    return items


def push_review(
    studio: Studio,
    scheme: LabelScheme,
    config: AnnotateConfig,
    guideline: str,
    speeches: Sequence[Speech],
    items: Sequence[ReviewItem],
    model_version: str | None = None,
    progress: Callable[[str, int], None] = lambda what, done: None,
) -> tuple[Project, int]:
    """Send sentences to the project `config.project`, which is made or brought up to date; what it holds already stays.

    Args:
        studio: the server.
        scheme: the label scheme.
        config: settings of the second project; each of its sentences gets one annotator.
        guideline: shown as instructions, Markdown.
        speeches: the sentences' speeches.
        items: what to send.
        model_version: name under which the ticked labels are stored; needed when items carry predictions.
        progress: see `jianghua.labels.studio.push.send`.

    Returns:
        The project, and how many sentences are new in it.

    Raises:
        StudioError: the server refuses or is gone.
    """
    settings = project_settings(scheme, config, guideline) | {
        "label_config": review_config(scheme, config.unsure),
        "maximum_annotations": 1,
    }
    project = sync(studio, studio.find_project(config.project), settings).project
    remote = Remote.read(studio, project, versions=False)
    sentences = {task.uid: task for task in build_tasks(speeches)}
    tasks = [
        _task(sentences[item.uid], item, model_version)
        for item in items
        if item.uid in sentences and item.uid not in remote.tasks
    ]
    plan = PushPlan(tasks, [], {}, present=len(items) - len(tasks), known=False)
    validate(plan, project.label_config)
    send(studio, project, PushSettings(1, 0, "review", model_version, config.batch), plan, progress)
    return project, len(tasks)


def _task(sentence: SentenceTask, item: ReviewItem, model_version: str | None) -> Mapping[str, Any]:
    return {
        "data": {**sentence.data, ANSWERS: storable(item.answers)[0]},
        "meta": {"round": "review"},
        "predictions": prediction_records(item.prediction, model_version),
    }


def _label_names(keys: Sequence[str], scheme: LabelScheme) -> str:
    return "、".join(label.name for label in scheme.labels if label.key in keys) or "无类别"


def _label_probabilities(keys: Mapping[str, float], scheme: LabelScheme) -> str:
    return "、".join(f"{scheme[key].name}（模型给出 {value:.0%}）" for key, value in keys.items())
