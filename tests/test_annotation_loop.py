"""The annotators' loop on a real Label Studio, one annotator in a real browser; and what happens when things break.

Skips where Label Studio's environment or Chromium is missing; everything else is made here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from conftest import tiny_config
from studio_server import CHROMIUM, FLAGS, fresh_data, settings_file, settings_of, start, studio_of

from data.errors import StudioError
from data.scheme import LabelScheme, load_scheme
from data.speech import Sentence, Speech
from data.store import read_speeches, write_speeches
from labels import pull as pulling
from labels import push as pushing
from labels.annotations import Annotation, parse_export, read_annotations
from labels.config import AnnotateConfig
from labels.connection import connect, connect_project
from labels.project import project_settings, sync
from labels.server import Server
from labels.studio import Project, RemoteTask, Studio
from labels.tasks import Verdict, build_tasks, in_overlap
from scripts.paths import LABELS, SHIPPED

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(900)
IN_BROWSER = 30  # sentences that the annotator in the browser answers


@pytest.fixture(autouse=True)
def own_server_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)


def jianghua(*arguments: object, code: int = 0) -> str:
    """Run the command line; returns what it said, on either stream."""
    command = [sys.executable, "-m", "scripts.cli", *map(str, arguments)]
    result = subprocess.run(command, cwd=SHIPPED, capture_output=True, text=True, check=False)
    said = result.stdout + result.stderr
    assert result.returncode == code, said
    return said


def api(server: Server, path: str, body: Mapping[str, Any] | None = None, method: str | None = None) -> Any:
    """A request of one's own to the server."""
    request = urllib.request.Request(
        server.credentials.url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Token {server.credentials.token}", "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.loads(response.read() or b"null")


def answer(server: Server, task: int, labels: Sequence[str] = (), **fields: Any) -> None:
    """Annotate over the API."""
    result = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": list(labels)}}
    api(server, f"/api/tasks/{task}/annotations/", {"result": [result] if labels else [], **fields})


# The whole loop


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
    bare = [speech.with_labels([None] * len(speech.sentences)) for speech in corpus[20:34]]
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
        *("-o", tmp_path / "annotated.jsonl", "--policy", "referee", "--referee", label_studio.credentials.user),
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
    jianghua("train", tmp_path / "train.yaml")
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
    from labels.config import load_config

    return load_config(file)


def annotate_in_browser(studio: Studio, project: Project, gold: Mapping[str, Sequence[str]]) -> dict[str, dict[str, Any]]:
    """A second person signs up through the invite link and works by hotkeys; returns what must come back, by sentence."""
    from playwright.sync_api import sync_playwright

    expected: dict[str, dict[str, Any]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(studio.invite_link())
        page.fill("input[name=email]", "second@jianghua.local")
        page.fill("input[name=password]", "correct-horse-battery")
        page.click("button[type=submit]")
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


def backend_predicts_in_browser(
    server: Server, studio: Studio, project: Project, tmp_path: Path, run: Path, speeches: Sequence[Speech]
) -> None:
    """The model serves as ML backend: a task that is opened in the browser is ticked by what the `Tagger` says."""
    from playwright.sync_api import sync_playwright

    from tagging import Tagger

    token = "a-token-of-the-backend"
    command = [
        sys.executable,
        "-m",
        "scripts.cli",
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
            page.goto(f"{studio.url}/user/login/")
            page.fill("input[name=email]", "second@jianghua.local")
            page.fill("input[name=password]", "correct-horse-battery")
            page.click("button[type=submit]")
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
    for task in tasks:
        answer(server, task.id, gold[task.uid], lead_time=2.5, was_cancelled=task is tasks[1])


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


# What breaks


@pytest.fixture
def breakable(tmp_path: Path) -> Path:
    """The data directory of a server that a test may kill."""
    return fresh_data(tmp_path / "data")


def made(studio: Studio, config: AnnotateConfig, scheme: LabelScheme) -> Project:
    return sync(studio, studio.find_project(config.project), project_settings(scheme, config, "# 规范")).project


def test_a_server_killed_in_mid_push(breakable: Path, tmp_path: Path, corpus: list[Speech], scheme: LabelScheme) -> None:
    """Killed after a batch, and killed while a batch is on its way: the same push again ends with each sentence once."""
    config = settings_of(tmp_path / "a.yaml", breakable)
    sentences = list(build_tasks(corpus[:8]))[:300]
    how = pushing.Pushing(2, 100, "1", "m-1", batch=50)
    said = {sentence.uid: Verdict(("risk",), 0.5) for sentence in sentences}
    server = start(breakable)
    port = int(server.credentials.url.rpartition(":")[2])
    project = made(studio_of(server), config, scheme)

    def push(progress: Any) -> None:
        studio = studio_of(server)
        remote = pushing.Remote.read(studio, project, versions=True)
        plan = pushing.plan(how, remote, sentences, set(said), said)
        pushing.send(studio, project, how, plan, progress)

    def kill(what: str, done: int) -> None:
        if done == 100:
            server._process.kill()  # type: ignore[union-attr]
            server._process.wait()  # type: ignore[union-attr]

    def kill_soon(what: str, done: int) -> None:
        if done == 50:
            threading.Timer(0.03, server._process.kill).start()  # type: ignore[union-attr]

    for progress, at_least in ((kill, 100), (kill_soon, 150)):
        with pytest.raises(StudioError, match=r"(no server answers|connection broke off).*the same command goes on") as caught:
            push(progress)
        assert len(str(caught.value).splitlines()) == 1
        server.stop()
        server = start(breakable, port)
        assert len(list(studio_of(server).tasks(project.id))) >= at_least
    push(lambda what, done: None)
    tasks = list(studio_of(server).tasks(project.id, versions=True))
    server.stop()
    assert sorted(task.uid for task in tasks) == sorted(said)
    assert all(task.versions == {"m-1"} and task.overlap == 2 for task in tasks)


def test_a_server_killed_in_mid_pull(
    breakable: Path, tmp_path: Path, scheme: LabelScheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old file stays as it was; the same pull again fetches only what it lacks."""
    monkeypatch.setattr(pulling, "_PAGE", 100)
    server = start(breakable)
    port = int(server.credentials.url.rpartition(":")[2])
    studio = studio_of(server)
    config = settings_of(tmp_path / "a.yaml", breakable)
    project = made(studio, config, scheme)
    sentences = list(build_tasks([Speech("a-1", "题", tuple(Sentence(f"第{n}句。") for n in range(400)))]))
    result = [{"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": ["risk"]}}]
    studio.import_tasks(project.id, [{"data": dict(s.data), "annotations": [{"result": result}]} for s in sentences])
    old = tmp_path / "annotations.jsonl"
    old.write_text("old\n", "utf-8")
    spool = tmp_path / f".{old.name}.part"

    def pull(progress: Any) -> list[Annotation]:
        return list(parse_export(pulling.pull_tasks(studio_of(server), project, spool, progress), scheme, {}))

    def kill(done: int, total: int) -> None:
        assert total == 400
        if done == 200:
            server._process.kill()  # type: ignore[union-attr]
            server._process.wait()  # type: ignore[union-attr]

    with pytest.raises(StudioError, match="the annotations of 200 tasks had come; the same command goes on"):
        pull(kill)
    text = jianghua("annotate", "pull", "-c", tmp_path / "a.yaml", "-o", old, code=1)
    assert "no server answers there" in text
    assert len(text.strip().splitlines()) == 1
    assert old.read_text("utf-8") == "old\n"
    server.stop()

    server = start(breakable, port)
    assert len(list(spool.iterdir())) == 2
    jianghua("annotate", "pull", "-c", tmp_path / "a.yaml", "-o", old)
    pulled = read_annotations(old)
    server.stop()
    assert [one.uid for one in pulled] == [sentence.uid for sentence in sentences]
    assert {one.labels for one in pulled} == {("risk",)}
    assert not spool.exists()


def test_wrong_tokens_and_right_ones_of_both_kinds(
    label_studio: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_file(tmp_path / "a.yaml", label_studio.data)
    wrong = "0123456789abcdef" * 2 + "01234567"
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.credentials.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", wrong)
    said = jianghua("annotate", "init", "-c", tmp_path / "a.yaml", code=1)
    assert said.startswith(f"jianghua: {label_studio.credentials.url}: the server does not take the access token")
    assert wrong not in said
    assert wrong not in jianghua("--debug", "annotate", "init", "-c", tmp_path / "a.yaml", code=1)
    personal = api(label_studio, "/api/token/", {})["token"]
    assert personal.count(".") == 2
    assert Studio(label_studio.credentials.url, personal).check() == label_studio.credentials.user
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", personal)
    assert "made the project" in jianghua("annotate", "init", "-c", tmp_path / "a.yaml")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", personal[:-2] + "xx")
    assert personal[:-2] not in jianghua("annotate", "init", "-c", tmp_path / "a.yaml", code=1)


def test_a_label_renamed_on_the_server(label_studio: Server, tmp_path: Path, corpus: list[Speech], scheme: LabelScheme) -> None:
    """Somebody changes a key in Label Studio's own settings: pushing and pulling say so, and nothing is sent or written."""
    config = settings_of(tmp_path / "a.yaml", label_studio.data)
    studio, _ = connect(config)
    project = made(studio, config, scheme)
    renamed = project.label_config.replace('alias="risk"', 'alias="danger"')
    api(label_studio, f"/api/projects/{project.id}/", {"label_config": renamed}, "PATCH")
    project = studio.project(project.id)
    sentences = list(build_tasks(corpus[:1]))
    how = pushing.Pushing(1, 100, "1", "m-1")
    said = {sentence.uid: Verdict(("risk",), 0.5) for sentence in sentences}
    plan = pushing.plan(how, pushing.Remote(), sentences, set(said), said)
    with pytest.raises(StudioError, match=r"do not fit the project's screen.*danger; nothing was sent.*'risk'"):
        pushing.validate(plan, project.label_config)

    (task,) = studio.import_tasks(project.id, [{"data": dict(sentences[0].data)}])
    answer(label_studio, task, ["danger"])
    write_speeches(tmp_path / "s.jsonl", corpus[:1])
    text = jianghua("annotate", "pull", "-c", tmp_path / "a.yaml", "-o", tmp_path / "out.jsonl", code=1)
    assert "'danger' in 1 annotations" in text
    assert not (tmp_path / "out.jsonl").exists()
    text = jianghua("annotate", "init", "-c", tmp_path / "a.yaml", code=1)
    assert "would orphan labels in use: 'danger' (1 annotations)" in text


def test_a_change_of_the_scheme_that_would_orphan_labels_is_refused_with_counts(
    label_studio: Server, tmp_path: Path, corpus: list[Speech], scheme: LabelScheme
) -> None:
    config = settings_of(tmp_path / "a.yaml", label_studio.data)
    studio, _ = connect(config)
    project = made(studio, config, scheme)
    sentences = list(build_tasks(corpus[:1]))[:6]
    how = pushing.Pushing(1, 100, "1", "m-1")
    said = {sentence.uid: Verdict(("target",), 0.5) for sentence in sentences}
    pushing.send(studio, project, how, pushing.plan(how, pushing.Remote(), sentences, set(said), said), lambda *a: None)
    tasks = list(studio.tasks(project.id))
    for task in tasks[:3]:
        answer(label_studio, task.id, ["risk", "directive"])
    drafted = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": ["risk"]}}
    api(label_studio, f"/api/tasks/{tasks[4].id}/drafts", {"result": [drafted]})

    def without(*keys: str, **changes: Any) -> LabelScheme:
        labels = tuple(label for label in scheme.labels if label.key not in keys)
        return scheme.model_copy(update={"labels": labels, **changes})

    with pytest.raises(StudioError, match=r"'risk' \(3 annotations, 1 drafts\)\. Keep these keys"):
        made(studio, config, without("risk"))
    with pytest.raises(StudioError, match=r"'target' \(6 predictions\)\. Keep"):
        made(studio, config, without("target", "criticism"))
    with pytest.raises(StudioError, match="cannot change from multi- to single-label: annotations and drafts hold 7 labels"):
        made(studio, config, without(kind="single"))
    assert studio.project(project.id).label_config == project.label_config

    names = tuple(label.model_copy(update={"name": f"新{label.name}"}) for label in scheme.labels)
    assert "新风险警示" in made(studio, config, scheme.model_copy(update={"labels": names})).label_config
    fewer = made(studio, config, without("criticism"))  # nobody has used it
    assert "criticism" not in fewer.label_config


def test_hostile_texts_come_back_to_their_sentences(label_studio: Server, tmp_path: Path, scheme: LabelScheme) -> None:
    texts = [
        "<script>alert(1)</script><b onclick='x'>粗</b>&amp;\"引\"",
        "前\x00后",
        "\ud83c半个字符",
        "𠀀𠮷𪚥㐀 extension B",
        "长" * 10_000,
        "https://example.org/a.txt",
        "$title {{text}} %s",
        "\u2028行\r\n段\t",
        "",
    ]
    speech = Speech("恶意 #<b>-1", "题<i>目</i>", tuple(Sentence(text) for text in texts))
    config = settings_of(tmp_path / "a.yaml", label_studio.data)
    studio, _ = connect(config)
    project = made(studio, config, scheme)
    sentences = list(build_tasks([speech]))
    how = pushing.Pushing(2, 100, "1")
    for _ in range(2):
        plan = pushing.plan(
            how, pushing.Remote.read(studio, project, versions=False), sentences, {s.uid for s in sentences}, {}
        )
        pushing.validate(plan, project.label_config)
        pushing.send(studio, project, how, plan, lambda *a: None)
    tasks = list(studio.tasks(project.id))
    assert [task.uid for task in tasks] == [speech.sentence_id(index) for index in range(len(texts))]
    for task in tasks:
        answer(label_studio, task.id, ["risk"])
    jianghua("annotate", "pull", "-c", tmp_path / "a.yaml", "-o", tmp_path / "out.jsonl")
    pulled = {one.uid: one for one in read_annotations(tmp_path / "out.jsonl")}
    for index, text in enumerate(texts):
        shown = {1: "前␀后", 2: "�半个字符"}.get(index, text)
        assert pulled[speech.sentence_id(index)].text == shown


def test_an_export_by_hand_says_the_same_as_a_pull(
    label_studio: Server, tmp_path: Path, corpus: list[Speech], scheme: LabelScheme
) -> None:
    config = settings_of(tmp_path / "a.yaml", label_studio.data)
    studio, _ = connect(config)
    project = made(studio, config, scheme)
    sentences = list(build_tasks(corpus[:1]))[:5]
    numbers = studio.import_tasks(project.id, [{"data": dict(sentence.data)} for sentence in sentences])
    for task, labels in zip(numbers[:4], ([], ["risk"], ["risk", "target"], ["risk"]), strict=True):
        answer(label_studio, task, labels, was_cancelled=task == numbers[3])
    jianghua("annotate", "pull", "-c", tmp_path / "a.yaml", "-o", tmp_path / "pulled.jsonl")
    pulled = read_annotations(tmp_path / "pulled.jsonl")
    assert [one.labels for one in pulled] == [(), ("risk",), ("target", "risk"), None]
    for kind, count in (("JSON", 4), ("JSON_MIN", 3)):  # JSON_MIN knows no skips
        export = api(label_studio, f"/api/projects/{project.id}/export?exportType={kind}")
        (tmp_path / "export.json").write_text(json.dumps(export), "utf-8")
        jianghua("annotate", "pull", "--export", tmp_path / "export.json", "-o", tmp_path / "hand.jsonl")
        by_hand = read_annotations(tmp_path / "hand.jsonl")
        assert [(one.uid, one.labels) for one in by_hand] == [(one.uid, one.labels) for one in pulled[:count]]
    assert [replace(one, annotator="") for one in parse_export(studio.export(project.id, numbers), scheme, {})] == [
        replace(one, annotator="") for one in pulled
    ]


def test_the_server_is_silent_and_its_annotators_may_not_sign_up_without_the_link(label_studio: Server) -> None:
    """No address outside this machine appears among its connections, and the sign-up page without the link is closed."""
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(
            f"{label_studio.credentials.url}/user/signup/", data=b"email=x@y.z&password=12345678", timeout=30
        )
    if not Path("/proc/net/tcp").exists():
        pytest.skip("connections are read from /proc")
    assert label_studio.pid is not None
    for _ in range(3):
        assert foreign_connections(label_studio.pid) == []
        time.sleep(0.5)


def foreign_connections(pid: int) -> list[str]:
    """Remote addresses, in the kernel's hexadecimal, that are not the loopback's."""
    inodes = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            inodes.add(str(entry.readlink()).removeprefix("socket:[").removesuffix("]"))
        except OSError:
            continue
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    remote = [row[2].partition(":")[0] for row in rows if row[9] in inodes]
    return [address for address in remote if address not in {"00000000", "0100007F"}]
