"""Second projects on a real Label Studio: a referee settles what is disputed, suspects go back for review."""

from __future__ import annotations

from pathlib import Path

import pytest
from people import KEYS, answer
from studio_server import api, settings_file, studio_of

from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.data.store import read_jsonl, read_speeches, write_speeches
from jianghua.labels.annotations import read_annotations, write_annotations
from jianghua.labels.audit import Suspect
from jianghua.labels.config import load_config
from jianghua.labels.review import push_review, review_title, suspect_items
from jianghua.labels.studio.server import Server
from jianghua.scripts.annotate.adjudicate import adjudicate

HOSTILE = ["<b>第0句</b>。", "第1句\0。", "第2句𠀀。", "第3句。"]


@pytest.fixture(autouse=True)
def own_server_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)


def test_a_referee_settles_what_is_disputed(label_studio: Server, tmp_path: Path) -> None:
    config = settings_file(tmp_path / "annotate.yaml", label_studio.data)
    speech = Speech("s", "讲话", tuple(Sentence(text) for text in HOSTILE))
    write_speeches(tmp_path / "speeches.jsonl", [speech])
    votes = [
        answer(0, "wang", ["risk"], text=HOSTILE[0], note="<img src=x>", unsure=True),
        answer(0, "li", [], text=HOSTILE[0]),
        answer(1, "wang", ["target"], text="第1句␀。"),
        answer(1, "li", ["directive"], text="第1句␀。"),
        answer(2, "wang", ["risk"], text=HOSTILE[2]),
    ]
    write_annotations(tmp_path / "annotations.jsonl", votes)
    out = tmp_path / "annotated.jsonl"

    def run() -> list[str]:
        files = (tmp_path / "annotations.jsonl", tmp_path / "speeches.jsonl")
        adjudicate(*files, output=out, push=True, overrides=["adjudication.policy=unanimous"], config=config)
        return [row["uid"] for _, row in read_jsonl(out.with_suffix(".disputed.jsonl"))]

    assert run() == ["s#0000", "s#0001"]
    assert run() == ["s#0000", "s#0001"]  # a second push adds nothing
    studio = studio_of(label_studio)
    project = studio.find_project(review_title(load_config(config).project, "裁决"))
    assert project is not None
    tasks = {task.uid: task for task in studio.tasks(project.id)}
    assert set(tasks) == {"s#0000", "s#0001"}
    assert all(task.overlap == 1 for task in tasks.values())
    shown = api(label_studio, f"/api/tasks/{tasks['s#0000'].id}/")["data"]
    assert shown["answers"] == "甲：无类别\n乙：风险警示（拿不准：<img src=x>）"
    assert shown["text"] == HOSTILE[0]

    chosen = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": ["target"]}}
    api(label_studio, f"/api/tasks/{tasks['s#0001'].id}/annotations/", {"result": [chosen]})
    api(label_studio, f"/api/tasks/{tasks['s#0000'].id}/annotations/", {"result": [], "was_cancelled": True})
    assert run() == ["s#0000"]  # the skip settles nothing
    (labelled,) = read_speeches(out)
    assert [sentence.labels for sentence in labelled.sentences] == [None, ("target",), ("risk",), None]
    decided = labelled.meta["provenance"]["sentences"]["1"]["decided"]
    assert decided["target"]["by"] == f"referee {label_studio.credentials.user}"
    assert decided["directive"] == {**decided["target"], "given": False, "yes": ["li"], "no": ["wang"]}
    assert len(read_annotations(out.with_suffix(".rulings.jsonl"))) == 2


def test_suspects_go_back_with_the_suggestion_ticked(label_studio: Server, tmp_path: Path, scheme: LabelScheme) -> None:
    config = load_config(settings_file(tmp_path / "annotate.yaml", label_studio.data))
    speech = Speech("s", "讲话", tuple(Sentence(text) for text in HOSTILE))
    suspects = [
        ("s#0003", Suspect(3, 0.05, {"risk": 0.95}, {}, ("target",), ("target", "risk"))),
        ("s#0001", Suspect(1, 0.2, {}, {"target": 0.2}, ("target",), ())),
    ]
    studio = studio_of(label_studio)
    items = suspect_items(suspects, scheme)
    project, new = push_review(studio, scheme, config, "# 规范", [speech], items, "audit-1")
    assert new == 2
    assert push_review(studio, scheme, config, "# 规范", [speech], items, "audit-1")[1] == 0
    assert project.settings["maximum_annotations"] == 1
    (task,) = (task for task in studio.tasks(project.id, versions=True) if task.uid == "s#0003")
    assert task.versions == {"audit-1"}
    whole = api(label_studio, f"/api/tasks/{task.id}/")
    assert whole["data"]["answers"] == "现有标注：目标任务\n可能缺：风险警示（模型给出 95%）"
    (ticked,) = whole["predictions"]
    assert ticked["result"][0]["value"]["choices"] == ["target", "risk"]
    assert set(ticked["result"][0]["value"]["choices"]) <= set(KEYS)
