"""Retraining on annotations that are pulled from a real Label Studio."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import jianghua
from studio_server import settings_file, studio_of

from jianghua.data.corpus.dataset import load_dataset
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.data.store import write_speeches
from jianghua.labels.annotations import read_annotations
from jianghua.labels.config import load_config
from jianghua.labels.studio.project import project_settings, sync
from jianghua.labels.studio.server import Server
from jianghua.labels.studio.tasks import build_tasks


def test_retraining_pulls_what_was_annotated(
    label_studio: Server,
    tiny_run: Path,
    corpus: list[Speech],
    scheme: LabelScheme,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    config = settings_file(tmp_path / "annotate.yaml", label_studio.data)
    studio = studio_of(label_studio)
    project = sync(studio, None, project_settings(scheme, load_config(config), "# 规范")).project
    new = corpus[40]
    tasks = []
    for task, sentence in zip(build_tasks([new]), new.sentences, strict=True):
        choices = {
            "from_name": "label",
            "to_name": "text",
            "type": "choices",
            "value": {"choices": list(sentence.labels or ())},
        }
        tasks.append({"data": dict(task.data), "annotations": [{"result": [choices] if sentence.labels else []}]})
    studio.import_tasks(project.id, tasks)
    write_speeches(tmp_path / "speeches.jsonl", [new.with_labels([None] * len(new.sentences))])

    job = tmp_path / "job"
    printed = jianghua(
        *("annotate", "retrain", tiny_run, tmp_path / "speeches.jsonl", "-o", job, "-c", config),
        *("--set", "retraining.settings.optimisation.epochs=0.5"),
    ).stderr
    assert "macro F1 on the validation split" in printed
    assert label_studio.credentials.token not in printed
    assert len(read_annotations(job / "annotations.jsonl")) == len(new.sentences)
    result = json.loads((job / "result.json").read_text("utf-8"))
    assert result["better"] == (result["new_macro_f1"] > result["old_macro_f1"])
    assert (Path(result["run"]) / "bundle" / "tagger.json").is_file()
    assert json.loads((job / "progress.json").read_text("utf-8"))["stage"] == "done"
    dataset = load_dataset(job / "dataset")
    (found,) = (speech for speech in dataset.splits["train"] if speech.id == new.id)
    assert [sentence.labels for sentence in found.sentences] == [sentence.labels for sentence in new.sentences]
