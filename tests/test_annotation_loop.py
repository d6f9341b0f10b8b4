"""The annotators' loop on a real Label Studio, one annotator in a real browser.

Skips where Label Studio's environment or Chromium is missing; everything else is made here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from studio_server import CHROMIUM, FLAGS, answer, api, jianghua, settings_file
from tiny import tiny_config

from jianghua.data.paths import LABELS, SHIPPED
from jianghua.data.scheme import LabelScheme, load_scheme
from jianghua.data.speech import Speech
from jianghua.data.store import read_speeches, write_speeches
from jianghua.labels.annotations import Annotation, read_annotations
from jianghua.labels.config import AnnotateConfig
from jianghua.labels.studio.client import Project, RemoteTask, Studio
from jianghua.labels.studio.connection import connect_project
from jianghua.labels.studio.server import Server
from jianghua.labels.studio.tasks import in_overlap

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(900)
IN_BROWSER = 20  # sentences that the annotator in the browser answers


@pytest.fixture(autouse=True)
def own_server_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)


@pytest.mark.browser
def test_the_whole_loop(
    label_studio: Server, tmp_path: Path, corpus: list[Speech], tiny_run: Path, tiny_encoder: Path, scheme: LabelScheme
) -> None:
    pytest.importorskip("playwright")
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium")
    config = settings_file(tmp_path / "annotate.yaml", label_studio.data, overlap=20)
    gold = {
        speech.sentence_id(index): sentence.labels or () for speech in corpus for index, sentence in enumerate(speech.sentences)
    }
    bare = [speech.with_labels([None] * len(speech.sentences)) for speech in corpus[20:31]]
    write_speeches(tmp_path / "speeches.jsonl", bare)

    said = jianghua("annotate", "init", "-c", config)
    assert "made the project" in said
    assert "nothing to change" in jianghua("annotate", "init", "-c", config)
    push = ["annotate", "push", tmp_path / "speeches.jsonl", "-c", config, "--model", tiny_run]
    push += ["--select", "uncertainty", "-n", 500]
    said += jianghua(*push)
    assert "pushed 500 sentences" in said
    assert "pushed 0 sentences" in jianghua(*push)

    studio, project = connect_project(settings_at(config))
    tasks = {task.id: task for task in studio.tasks(project.id, versions=True)}
    assert len(tasks) == len({task.uid for task in tasks.values()}) == 500
    assert all(len(task.versions) == 1 and next(iter(task.versions)).startswith("tiny-") for task in tasks.values())
    assert {task.uid for task in tasks.values() if task.overlap == 2} == {
        task.uid for task in tasks.values() if in_overlap(task.uid, 20)
    }

    late, early = list(tasks.values())[IN_BROWSER:], list(tasks.values())[:IN_BROWSER]  # the browser's queue goes by number
    with ThreadPoolExecutor(1) as other:
        working = other.submit(annotate_over_the_api, label_studio, late, gold)
        expected = annotate_in_browser(studio, project, gold)
        working.result()
    annotate_over_the_api(label_studio, early, gold)
    said += jianghua("annotate", "pull", "-c", config, "-o", tmp_path / "annotations.jsonl")
    annotations = read_annotations(tmp_path / "annotations.jsonl")
    check_pulled(annotations, expected, label_studio, tasks)

    jianghua("annotate", "agreement", tmp_path / "annotations.jsonl", "-o", tmp_path / "agreement")
    figures = json.loads((tmp_path / "agreement" / "agreement.json").read_text("utf-8"))
    assert len(figures["pairs"]) == 1
    jianghua(
        *("annotate", "adjudicate", tmp_path / "annotations.jsonl", tmp_path / "speeches.jsonl"),
        *("-o", tmp_path / "annotated.jsonl", "--set", "adjudication.policy=referee"),
        *("--set", f"adjudication.referees=[{label_studio.credentials.user}]"),
    )
    annotated = read_speeches(tmp_path / "annotated.jsonl")
    decided = {
        speech.sentence_id(index): sentence.labels for speech in annotated for index, sentence in enumerate(speech.sentences)
    }
    assert sum(labels is not None for labels in decided.values()) >= 490
    assert {uid for uid, labels in decided.items() if labels is not None} <= {task.uid for task in tasks.values()}

    jianghua("dataset", tmp_path / "annotated.jsonl", "-o", tmp_path / "dataset")
    settings = tiny_config(tiny_encoder, tmp_path / "dataset", tmp_path / "runs", "second")
    (tmp_path / "train.yaml").write_text(yaml.safe_dump(settings.model_dump(mode="json")), "utf-8")
    jianghua("train", tmp_path / "train.yaml", "optimisation.epochs=0.5")
    newer = ["annotate", "push", tmp_path / "speeches.jsonl", "-c", config, "--model", tmp_path / "runs" / "second"]
    newer += ["--round", "2", "--select", "diverse", "-n", 20]
    said += jianghua(*newer)
    assert "pushed 20 sentences" in said
    assert "pushed 0 sentences" in jianghua(*newer)
    after = list(studio.tasks(project.id, versions=True))
    assert Counter(task.round for task in after) == {"1": 500, "2": 20}
    for task in after:
        newest = any(version.startswith("second-") for version in task.versions)
        assert newest == (task.round == "2" or (not tasks[task.id].finished and not task.finished))
    assert studio.project(project.id).settings["model_version"].startswith("second-")
    backend_predicts_in_browser(label_studio, studio, project, tmp_path, tmp_path / "runs" / "second", bare)
    assert label_studio.credentials.token not in said
    assert label_studio.credentials.password not in said


def settings_at(file: Path) -> AnnotateConfig:
    from jianghua.labels.config import load_config

    return load_config(file)


def annotate_in_browser(studio: Studio, project: Project, gold: Mapping[str, Sequence[str]]) -> dict[str, dict[str, Any]]:
    """A second person signs up through the invite link and works by hotkeys; returns what must come back, by sentence."""
    from playwright.sync_api import sync_playwright

    expected: dict[str, dict[str, Any]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        sign_in(page, studio.invite_link())
        page.wait_for_url(f"{studio.url}/")
        with page.expect_response(is_next_task) as opened:
            page.goto(f"{studio.url}/projects/{project.id}/data?labeling=1")
        page.get_by_text("讲话句子标注规范").wait_for()  # the guideline opens by itself
        page.keyboard.press("Escape")
        task = opened.value.json()
        for number in range(IN_BROWSER):
            uid = task["data"]["uid"]
            expected[uid], task = annotate_one(page, task, number, gold[uid])
        browser.close()
    return expected


def sign_in(page: Page, address: str) -> None:
    """The second person, by the form that signs up or by the one that logs in."""
    page.goto(address)
    page.fill("input[name=email]", "second@jianghua.local")
    page.fill("input[name=password]", "correct-horse-battery")
    page.click("button[type=submit]")


def backend_predicts_in_browser(
    server: Server, studio: Studio, project: Project, tmp_path: Path, run: Path, speeches: Sequence[Speech]
) -> None:
    """The model serves as ML backend: a task that is opened in the browser is ticked by what the `Tagger` says."""
    from playwright.sync_api import sync_playwright

    from jianghua.tagging import Tagger

    token = "a-token-of-the-backend"
    command = [
        sys.executable,
        "-m",
        "jianghua.scripts.cli",
        "annotate",
        "backend",
        str(run),
        "--port",
        "0",
        "--work",
        str(tmp_path / "w"),
    ]
    command += ["--speeches", str(tmp_path / "speeches.jsonl"), "-c", str(tmp_path / "annotate.yaml")]
    environment = os.environ | {"JIANGHUA_BACKEND_TOKEN": token}
    with (tmp_path / "backend.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=SHIPPED, stdout=log, stderr=log, env=environment)
    try:
        said = re.compile(r"serving \S+ at (\S+)")
        wait_for(lambda: said.search((tmp_path / "backend.log").read_text("utf-8")) is not None, process)
        found = said.search((tmp_path / "backend.log").read_text("utf-8"))
        assert found is not None
        backend = {"project": project.id, "url": found.group(1), "title": "live", "auth_method": "BASIC_AUTH"}
        api(server, "/api/ml/", backend | {"basic_auth_user": "jianghua", "basic_auth_pass": token})
        api(server, f"/api/projects/{project.id}/", {"model_version": "live"}, "PATCH")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            sign_in(page, f"{studio.url}/user/login/")
            page.wait_for_url(f"{studio.url}/**")
            with page.expect_response(is_next_task) as opened:
                page.goto(f"{studio.url}/projects/{project.id}/data?labeling=1")
            task = opened.value.json()
            (shown,) = task["predictions"]
            page.locator(".jh .sentence").get_by_text(task["data"]["text"], exact=True).first.wait_for()
            speech = next(speech for speech in speeches if speech.id == task["data"]["speech"])
            tag = Tagger.load(run).tag_speech(speech).tags[task["data"]["index"]]
            ticked = "n => document.querySelectorAll('.jh .options input:checked').length === n"
            page.wait_for_function(ticked, arg=len(tag.labels))
            names = page.eval_on_selector_all(".jh .options input:checked", "boxes => boxes.map(box => box.name)")
            assert names == [load_scheme(LABELS)[key].name for key in tag.labels]
            assert shown["model_version"].startswith("second-")
            browser.close()
    finally:
        process.terminate()
        process.wait()
    assert token not in (tmp_path / "backend.log").read_text("utf-8")


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if condition():
            return
        assert process.poll() is None, "the process ended"
        time.sleep(0.1)
    raise AssertionError("waited for 60 s")


def is_next_task(response: Any) -> bool:
    return "id=next_task" in response.url


def annotate_one(page: Page, task: dict[str, Any], number: int, wanted: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """One sentence by hotkeys: accept, correct, clear, doubt or skip; returns what must come back, and the next task."""
    keys = {label.key: str(label.hotkey) for label in load_scheme(LABELS).labels}
    # The sentence is on the screen, whole, with the model's labels ticked.
    page.locator(".jh .sentence").get_by_text(task["data"]["text"], exact=True).first.wait_for()
    ticked = set(task["predictions"][0]["result"][0]["value"]["choices"])
    page.wait_for_function("n => document.querySelectorAll('.jh .options input:checked').length === n", arg=len(ticked))
    way = ("correct", "accept", "clear", "doubt", "skip")[number % 5]
    target = {"correct": set(wanted), "accept": ticked, "clear": set(), "doubt": ticked, "skip": ticked}[way]
    for key in sorted(target ^ ticked):
        page.keyboard.press(keys[key])
    page.wait_for_function("n => document.querySelectorAll('.jh .options input:checked').length === n", arg=len(target))
    if way == "doubt":
        page.keyboard.press("0")
        page.get_by_placeholder("为什么拿不准").fill(f"第{number}句,像两类")
        page.keyboard.press("Enter")
        page.locator(".jh .flag").get_by_text(f"第{number}句,像两类").wait_for()
    with page.expect_response(is_next_task) as following:
        page.keyboard.press("Control+Space" if way == "skip" else "Control+Enter")
    note = f"第{number}句,像两类" if way == "doubt" else None
    answer = {"labels": None if way == "skip" else target, "note": note, "predicted": ticked}
    return answer, following.value.json()


def annotate_over_the_api(server: Server, tasks: Sequence[RemoteTask], gold: Mapping[str, Sequence[str]]) -> None:
    """The first person answers; two things must never come back as answers: a draft, and a skip's ticked labels."""
    drafted = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": ["risk"]}}
    api(server, f"/api/tasks/{tasks[0].id}/drafts", {"result": [drafted], "lead_time": 1.0})
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda t: answer(server, t.id, gold[t.uid], lead_time=2.5, was_cancelled=t is tasks[1]), tasks))


def check_pulled(
    annotations: Sequence[Annotation], expected: Mapping[str, Mapping[str, Any]], server: Server, tasks: Mapping[int, Any]
) -> None:
    mine = {one.uid: one for one in annotations if one.annotator == server.credentials.user}
    theirs = {one.uid: one for one in annotations if one.annotator == "second@jianghua.local"}
    assert len(annotations) == len(mine) + len(theirs) == 500 + IN_BROWSER
    assert set(mine) == {task.uid for task in tasks.values()}
    assert sum(one.skipped for one in mine.values()) == 2
    assert {one.lead_time for one in mine.values()} == {2.5}
    assert {one.origin for one in mine.values() if one.labels} == {"manual"}
    assert set(theirs) == set(expected)
    for uid, one in theirs.items():
        want = expected[uid]
        assert (None if one.labels is None else set(one.labels)) == want["labels"]
        assert one.skipped == (want["labels"] is None)
        assert (one.unsure, one.note) == (want["note"] is not None, want["note"])
        assert set(one.predicted or ()) == want["predicted"]
        assert one.model_version is not None
        assert one.model_version.startswith("tiny-")
        if not one.skipped:
            assert one.origin == ("prediction" if want["labels"] == want["predicted"] else "changed")
        assert one.lead_time is not None
        assert one.lead_time > 0
        assert one.created_at.startswith("20")
