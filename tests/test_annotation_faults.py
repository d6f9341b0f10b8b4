"""What happens to annotation on a real Label Studio when things break. Skips where its environment is missing."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from studio_server import answer, api, fresh_data, jianghua, settings_file, settings_of, start, studio_of

from jianghua.data.errors import StudioError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.data.store import write_speeches
from jianghua.labels.annotations import Annotation, read_annotations
from jianghua.labels.config import AnnotateConfig
from jianghua.labels.predictor import Prediction
from jianghua.labels.studio import pull as pulling
from jianghua.labels.studio import push as pushing
from jianghua.labels.studio.client import Project, Studio
from jianghua.labels.studio.connection import connect
from jianghua.labels.studio.export import parse_export
from jianghua.labels.studio.project import project_settings, sync
from jianghua.labels.studio.server import Server
from jianghua.labels.studio.tasks import build_tasks

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(autouse=True)
def own_server_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)


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
    settings = pushing.PushSettings(2, 100, "1", "m-1", batch=50)
    said = {sentence.uid: Prediction(("risk",), 0.5) for sentence in sentences}
    server = start(breakable)
    port = int(server.credentials.url.rpartition(":")[2])
    project = made(studio_of(server), config, scheme)

    def push(progress: Any) -> None:
        studio = studio_of(server)
        remote = pushing.Remote.read(studio, project, versions=True)
        plan = pushing.plan(settings, remote, sentences, set(said), said)
        pushing.send(studio, project, settings, plan, progress)

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
    settings = pushing.PushSettings(1, 100, "1", "m-1")
    said = {sentence.uid: Prediction(("risk",), 0.5) for sentence in sentences}
    plan = pushing.plan(settings, pushing.Remote(), sentences, set(said), said)
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
    settings = pushing.PushSettings(1, 100, "1", "m-1")
    said = {sentence.uid: Prediction(("target",), 0.5) for sentence in sentences}
    pushing.send(
        studio, project, settings, pushing.plan(settings, pushing.Remote(), sentences, set(said), said), lambda *a: None
    )
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
    settings = pushing.PushSettings(2, 100, "1")
    for _ in range(2):
        plan = pushing.plan(
            settings, pushing.Remote.read(studio, project, versions=False), sentences, {s.uid for s in sentences}, {}
        )
        pushing.validate(plan, project.label_config)
        pushing.send(studio, project, settings, plan, lambda *a: None)
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
