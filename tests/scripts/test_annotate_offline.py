from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from command import jianghua
from tiny import tiny_config
from typer.testing import CliRunner

from benchmarks.simulate import simulate
from jianghua.data.corpus.dataset import load_dataset
from jianghua.data.paths import SHIPPED
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.data.store import read_jsonl, read_speeches, write_speeches
from jianghua.labels.annotations import Annotation, read_annotations, write_annotations
from jianghua.labels.studio.tasks import build_tasks
from jianghua.scripts.annotate import app
from jianghua.scripts.annotate.predictor import TaggerPredictor
from jianghua.tagging import Tagger


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory, corpus: list[Speech], scheme: LabelScheme) -> Path:
    """A directory with the first eight speeches, without labels, and three people's annotations of them."""
    directory = tmp_path_factory.mktemp("simulated")
    speeches = corpus[:8]
    write_annotations(directory / "annotations.jsonl", simulate(speeches, keys=scheme.keys))
    write_speeches(directory / "speeches.jsonl", [s.with_labels([None] * len(s.sentences)) for s in speeches])
    return directory


def test_simulated_people_say_the_same_in_every_process(tmp_path: Path) -> None:
    for name, hashes in (("a", "1"), ("b", "2")):
        command = [sys.executable, "-m", "benchmarks.simulate", "-o", str(tmp_path / name), "--speeches", "2"]
        subprocess.run(command, cwd=SHIPPED, env=os.environ | {"PYTHONHASHSEED": hashes}, check=True, capture_output=True)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_agreement(simulated: Path, tmp_path: Path) -> None:
    file = simulated / "annotations.jsonl"
    table = jianghua("annotate", "agreement", file, "-o", tmp_path / "a").stdout
    assert "Cohen's κ" in table
    assert "chen · lin: mean κ 0." in table
    figures = json.loads(jianghua("annotate", "agreement", file, "-o", tmp_path / "b", "--json").stdout)
    assert figures == json.loads((tmp_path / "a" / "agreement.json").read_text("utf-8"))
    page = (tmp_path / "a" / "agreement.html").read_text("utf-8")
    assert page.count("<article") == len(figures["disputed"])
    assert "http" not in page

    hostile = [replace(item, text="<script>x</script>", note='"><img src=x>') for item in read_annotations(file)[:40]]
    write_annotations(tmp_path / "hostile.jsonl", hostile)
    jianghua("annotate", "agreement", tmp_path / "hostile.jsonl", "-o", tmp_path / "c")
    page = (tmp_path / "c" / "agreement.html").read_text("utf-8")
    assert "<img" not in page
    assert "<script>x" not in page

    wrong = [replace(hostile[0], labels=("riks",))]
    write_annotations(tmp_path / "wrong.jsonl", wrong)
    refused = jianghua("annotate", "agreement", tmp_path / "wrong.jsonl", "-o", tmp_path / "d", code=1)
    assert "got 'riks' in 1 annotations; did you mean 'risk'?" in refused.stderr


def test_one_annotator_gives_a_page_too(simulated: Path, tmp_path: Path) -> None:
    alone = [item for item in read_annotations(simulated / "annotations.jsonl") if item.annotator == "chen"]
    write_annotations(tmp_path / "a.jsonl", alone)
    assert "–" in jianghua("annotate", "agreement", tmp_path / "a.jsonl", "-o", tmp_path / "o").stdout
    assert "算不出一致性" in (tmp_path / "o" / "agreement.html").read_text("utf-8")


def test_adjudicated_speeches_make_a_dataset_and_a_referee_settles_the_rest(simulated: Path, tmp_path: Path) -> None:
    out = tmp_path / "annotated.jsonl"
    command = ("annotate", "adjudicate", simulated / "annotations.jsonl", simulated / "speeches.jsonl", "-o", out)
    unanimous = ("--set", "adjudication.policy=unanimous")
    jianghua(*command, *unanimous)
    disputed = [row for _, row in read_jsonl(tmp_path / "annotated.disputed.jsonl")]
    assert disputed
    assert len({answer["annotator"] for answer in disputed[0]["answers"]}) > 1
    open_sentences = {row["uid"] for row in disputed}
    speeches = read_speeches(out)
    for speech in speeches:
        for index, sentence in enumerate(speech.sentences):
            assert (sentence.labels is None) == (
                speech.sentence_id(index) in open_sentences or str(index) not in speech.meta["provenance"]["sentences"]
            )
    jianghua("dataset", out, "-o", tmp_path / "dataset")

    rulings = [
        Annotation(
            uid=row["uid"],
            text=row["text"],
            annotator="chief",
            labels=("risk",),
            created_at="2026-03-01T00:00:00Z",
            id=row["uid"],
        )
        for row in disputed[1:]
    ]
    write_annotations(tmp_path / "rulings.jsonl", rulings)
    result = jianghua(*command, *unanimous, "--rulings", tmp_path / "rulings.jsonl")
    assert "referee chief" in result.stderr
    assert [row["uid"] for _, row in read_jsonl(tmp_path / "annotated.disputed.jsonl")] == [disputed[0]["uid"]]

    weighted = jianghua(*command, "--set", "adjudication.policy=weighted")
    assert "estimated quality" in weighted.stderr
    fewer = len(list(read_jsonl(tmp_path / "annotated.disputed.jsonl")))
    assert fewer < len(disputed)
    jianghua(*command)  # the settings that are shipped
    provenance = read_speeches(out)[0].meta["provenance"]
    assert (provenance["policy"], provenance["guideline_version"]) == ("majority", "1.2")
    assert "did you mean 'weighted'" in jianghua(*command, "--set", "adjudication.policy=weigthed", code=1).stderr
    assert "did you mean 'chen'" in jianghua(*command, "--set", "adjudication.referees=[chem]", code=1).stderr


def test_predictions_are_those_of_the_tagger(tiny_run: Path, corpus: list[Speech]) -> None:
    tagger = Tagger.load(tiny_run)
    speeches = corpus[3:5]
    expected = [tag for speech in speeches for tag in tagger.tag_speech(speech).tags]
    tasks = [task.data for task in build_tasks(speeches)]
    predictor = TaggerPredictor(tagger, speeches)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(predictor.predict, [tasks, tasks[::-1], tasks, tasks]))
    for answer in (answers[0], answers[1][::-1], answers[2], answers[3]):
        assert [prediction.labels for prediction in answer if prediction] == [tag.labels for tag in expected]
    # Without the speeches: in the context of the neighbours.
    stranger = TaggerPredictor(tagger).predict(tasks[:2])
    first = tagger.tag_sentences([tasks[0]["text"], tasks[0]["next"]])[0]
    second = tagger.tag_sentences([tasks[1][name] for name in ("prev", "text", "next")])[1]
    assert [prediction.labels for prediction in stranger if prediction] == [first.labels, second.labels]
    assert predictor.predict([{}, {"text": ""}, {"text": 5}, {"text": "要" * 20_001}]) == [None] * 4
    near = {"prev": "长" * 20_001, "text": "要抓好落实。", "next": None}
    assert predictor.predict([near]) == predictor.predict([{"text": "要抓好落实。"}])
    changed = {**tasks[0], "text": "这句话被改过。"}
    assert predictor.predict([changed]) == TaggerPredictor(tagger).predict([changed])


@pytest.mark.parametrize("name", [command.name for command in app.registered_commands])
def test_no_command_has_more_than_eight_options(name: str) -> None:
    page = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "120"}).stdout
    assert 1 < len(re.findall(r"^│ +(?:\*  +)?--\w", page, re.MULTILINE)) <= 8


def test_a_sentence_of_a_known_speech_is_judged_whatever_it_holds(tiny_run: Path) -> None:
    tagger = Tagger.load(tiny_run)
    first = Speech("s", "题", (Sentence(" "), Sentence("要抓好落实。"), Sentence("完了。")))
    second = Speech("s", "题", (Sentence("另一篇。"),))  # of another file: its id is the same
    predictions = TaggerPredictor(tagger, [first, second]).predict([task.data for task in build_tasks([first])][:2])
    expected = tagger.tag_speech(first).tags
    assert predictions[0] is None  # the second speech holds another sentence at this place, and an empty one is none
    assert predictions[1] is not None
    assert predictions[1].labels == expected[1].labels
    assert len(predictions[1].margins) == len(tagger.scheme.keys)
    assert predictions[1].confidence == min(predictions[1].margins)
    (alone, *_) = TaggerPredictor(tagger, [first]).predict([task.data for task in build_tasks([first])])
    assert alone is not None
    assert alone.labels == expected[0].labels


@contextmanager
def serving(*arguments: object, work: Path) -> Iterator[Any]:
    """The backend in a process of its own; gives a function that asks it."""
    command = [
        sys.executable,
        "-m",
        "jianghua.scripts.cli",
        "annotate",
        "backend",
        *map(str, arguments),
        "--port",
        "0",
        "--work",
        str(work),
    ]
    process = subprocess.Popen(command, cwd=SHIPPED, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    lines: list[str] = []
    for line in process.stderr:
        lines.append(line)
        if line.startswith("serving "):
            break
    else:
        raise AssertionError("".join(lines))
    url = lines[-1].split()[-1]
    with ThreadPoolExecutor(1) as pool:
        rest = pool.submit(process.stderr.read)
        token = (work / "token").read_text("utf-8").strip()

        def ask(path: str, body: Any = None) -> Any:
            data = None if body is None else json.dumps(body).encode()
            basic = base64.b64encode(f"jianghua:{token}".encode()).decode()
            request = urllib.request.Request(url + path, data, {"Authorization": f"Basic {basic}"})
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)

        try:
            yield ask
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
            assert token not in rest.result()
            assert token not in "".join(lines)


@pytest.fixture(scope="module")
def hasty_run(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: Path, tiny_dataset: Path) -> Path:
    """A run that has hardly learned anything, so that any training is better."""
    from jianghua.training.finetune import finetune

    optimisation = {"epochs": 0.1, "learning_rate": 1e-4, "passages_per_step": 8, "precision": "fp32"}
    runs = tmp_path_factory.mktemp("hasty")
    config = tiny_config(tiny_encoder, tiny_dataset, runs, "hasty", lexical={"share": 0.0}, optimisation=optimisation)
    trained = finetune(config)
    assert trained is not None
    return trained.run.directory


def test_training_on_the_newest_annotations(simulated: Path, hasty_run: Path, tmp_path: Path) -> None:
    speeches, annotations = simulated / "speeches.jsonl", simulated / "annotations.jsonl"
    changes = (f"annotations={annotations}", "settings.optimisation.epochs=3", "settings.lexical.share=0.5")
    settings = [word for change in changes for word in ("--set", f"retraining.{change}")]
    options = ("--speeches", speeches, *settings)
    with serving(hasty_run, *options, work=tmp_path / "work") as ask:
        assert (tmp_path / "work" / "token").stat().st_mode & 0o077 == 0
        tasks = [{"id": 1, "data": dict(task.data)} for task in build_tasks(read_speeches(speeches)[:1])]
        before = ask("/predict", {"tasks": tasks})
        expected = [tag.labels for tag in Tagger.load(hasty_run).tag_speech(read_speeches(speeches)[0]).tags]
        assert [tuple(row["result"][0]["value"]["choices"]) for row in before["results"]] == expected
        assert ask("/webhook", {"action": "START_TRAINING"}) == {"status": "started"}
        until = time.monotonic() + 300
        while (status := ask("/status"))["training"]["running"]:
            assert time.monotonic() < until
            assert len(ask("/predict", {"tasks": tasks})["results"]) == len(tasks)
            time.sleep(0.5)
        (job,) = status["training"]["jobs"]
        assert job["state"] == "swapped", job
        assert job["new_macro_f1"] > job["old_macro_f1"]
        assert status["versions"][1] == before["model_version"]
        assert status["model_version"].startswith("hasty.job-0001-")
        assert ask("/predict", {"tasks": tasks})["model_version"] == status["model_version"]

    with serving(hasty_run, *options, work=tmp_path / "work") as ask:  # also after a restart
        assert ask("/health")["model_version"] == status["model_version"]

    old = load_dataset(Path(yaml.safe_load((hasty_run / "config.yaml").read_text("utf-8"))["dataset"]))
    new = load_dataset(tmp_path / "work" / "jobs" / "0001" / "dataset")
    for split in ("validation", "test"):
        assert {speech.id for speech in new.splits[split]} == {speech.id for speech in old.splits[split]}


def test_a_training_without_annotations_fails_and_says_why(simulated: Path, tiny_run: Path, tmp_path: Path) -> None:
    write_annotations(tmp_path / "none.jsonl", [])
    options = ("--speeches", simulated / "speeches.jsonl", "--set", f"retraining.annotations={tmp_path / 'none.jsonl'}")
    with serving(tiny_run, *options, work=tmp_path / "work") as ask:
        version = ask("/health")["model_version"]
        ask("/webhook", {"action": "START_TRAINING"})
        until = time.monotonic() + 120
        while (status := ask("/status"))["training"]["running"]:
            assert time.monotonic() < until
            time.sleep(0.2)
        (job,) = status["training"]["jobs"]
        assert job["state"] == "failed"
        assert "expected decided sentences of these speeches, got none from 0 annotations" in job["reason"]
        assert job["stage"] == "adjudicating"
        assert ask("/versions") == {"versions": [version]}
    wrong = ("--set", "adjudication.policy=majorty")
    refused = jianghua("annotate", "backend", tiny_run, *wrong, "--work", tmp_path / "work", code=1)
    assert "did you mean 'majority'" in refused.stderr
    (tmp_path / "work" / "token").write_text("short", "utf-8")
    refused = jianghua("annotate", "backend", tiny_run, "--work", tmp_path / "work", code=1)
    assert "expected a token of 16 characters or more" in refused.stderr
