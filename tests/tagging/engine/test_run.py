"""What a run makes of files, and what it finds again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from benchmarks.kills import StandIn, differences, run
from benchmarks.make_samples import SAMPLES
from jianghua.data.errors import DocumentError, MissingExtraError
from jianghua.data.intake.inputs import Input, inputs
from jianghua.data.reader import read_bytes
from jianghua.data.speech import Speech
from jianghua.tagging import TaggedSpeech
from jianghua.tagging.engine.folder import STORE
from jianghua.tagging.engine.run import FileEnd, Observer, Pace, tag_files
from jianghua.tagging.engine.settings import PACKAGES, RunSettings, own_name
from jianghua.tagging.engine.store import Store
from jianghua.tagging.writers import WRITERS

SPEECH = "在会上的讲话\n同志们:\n路要修好。\n"


class Recorder(Observer):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.ends: dict[str, FileEnd] = {}

    def file(self, end: FileEnd) -> None:
        self.ends[end.name] = end

    @property
    def states(self) -> dict[str, str]:
        return {Path(name).name: end.state for name, end in self.ends.items()}


Tag = Callable[..., dict[str, str]]


@pytest.fixture
def tag(tmp_path: Path) -> Tag:
    """Tags inputs into the same store each time; returns what became of each."""

    def tag(found: Iterable[Input], ocr: bool = True, sha256: str = "5" * 64, **options: bool) -> dict[str, str]:
        tagger, recorder = StandIn(sha256=sha256), Recorder()
        with Store(tmp_path / STORE) as store:
            tag_files(tagger, found, store, RunSettings.current(tagger, ocr), recorder, **options)
        return recorder.states

    return tag


def test_an_interrupted_run_ends_with_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(SAMPLES / "raw", tmp_path / "whole", StandIn(), list(WRITERS))
    original = StandIn.tag_many
    tagged = 0

    def dies_at_the_third(self: StandIn, speeches: list[list[str]]) -> object:
        nonlocal tagged
        tagged += len(speeches)
        if tagged >= 3:
            raise KeyboardInterrupt
        return original(self, speeches)

    monkeypatch.setattr("jianghua.tagging.engine.run.BATCH_SENTENCES", 1)
    monkeypatch.setattr(StandIn, "tag_many", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        run(SAMPLES / "raw", tmp_path / "killed", StandIn(), list(WRITERS))
    monkeypatch.undo()
    tagger = StandIn()
    counts, _ = run(SAMPLES / "raw", tmp_path / "killed", tagger, list(WRITERS))
    assert (tagger.tagged, counts.states["kept"]) == (6, 2)
    assert len([file for file in (tmp_path / "killed").iterdir() if file.name != STORE]) == len(WRITERS) + 1
    assert differences(tmp_path / "whole", tmp_path / "killed") == []


def test_a_bad_file_is_reported_and_stops_nothing(tmp_path: Path, tag: Tag) -> None:
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "好.txt").write_text(SPEECH, "utf-8")
    found = [*inputs([tmp_path / "空.txt", tmp_path / "好.txt", tmp_path / "没有.pdf"])]
    assert tag(found) == {"空.txt": "failed", "好.txt": "tagged", "没有.pdf": "failed"}
    with Store(tmp_path / STORE) as store:
        assert [failure.reason for failure in store.failures()] == ["the file is empty", "No such file or directory"]
        (tagged,) = store.speeches()
    assert tagged.speech.title == "在会上的讲话"
    assert tag(found) == {"空.txt": "still failed", "好.txt": "kept", "没有.pdf": "failed"}
    assert tag(found, retry_failed=True) == {"空.txt": "failed", "好.txt": "kept", "没有.pdf": "failed"}


def test_a_program_that_is_missing_may_be_there_the_next_time(
    tmp_path: Path, tag: Tag, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*arguments: object, **options: object) -> Speech:
        raise MissingExtraError("not installed")

    found = [Input("甲/a.doc", b"1"), Input("乙/a.doc", b"1")]
    monkeypatch.setattr("jianghua.tagging.engine.reading.read_bytes", read)
    assert tag(found) == {"a.doc": "failed"}
    with Store(tmp_path / STORE) as store:
        assert [failure.path for failure in store.failures()] == ["甲/a.doc", "乙/a.doc"]  # the copy fails as well
    monkeypatch.setattr(
        "jianghua.tagging.engine.reading.read_bytes", lambda content, name, *_, **__: read_bytes(SPEECH.encode(), name)
    )
    assert tag(found[:1]) == {"a.doc": "tagged"}


def test_a_parser_that_fails_in_this_process_stops_nothing(tag: Tag, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(content: bytes, name: str, *arguments: object, **options: object) -> Speech:
        if content == b"!":
            raise IndexError("two\nlines")
        return read_bytes(content, name)

    monkeypatch.setattr("jianghua.tagging.engine.reading.read_bytes", read)
    assert tag([Input("a.txt", b"!"), Input("b.txt", SPEECH.encode())]) == {"a.txt": "failed", "b.txt": "tagged"}


def test_whatever_decides_a_tag_is_in_the_key(tag: Tag, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Input("a.txt", SPEECH.encode())]
    assert tag(found) == {"a.txt": "tagged"}
    assert tag(found, ocr=False) == {"a.txt": "tagged"}
    assert tag(found, sha256="6" * 64) == {"a.txt": "tagged"}
    assert tag([Input("a.md", SPEECH.encode())]) == {"a.md": "tagged"}
    assert tag([Input("a.txt", SPEECH.encode() + b"\n")]) == {"a.txt": "tagged"}
    with monkeypatch.context() as patch:
        patch.setenv("JIANGHUA_SECONDS", "59")
        assert tag(found) == {"a.txt": "tagged"}
    with monkeypatch.context() as patch:
        patch.setattr(StandIn, "computation_key", {"backend": "stand-in", "precision": "int8"})
        assert tag(found) == {"a.txt": "tagged"}
    versions = dict.fromkeys(PACKAGES, "1")

    def installed(name: str) -> str:
        if name not in versions:
            raise PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr("jianghua.tagging.engine.settings.version", installed)
    for name in PACKAGES:
        versions[name] = "2"
        assert tag(found) == {"a.txt": "tagged"}
        assert tag(found) == {"a.txt": "kept"}
    del versions["rapidocr-onnxruntime"]  # scanned pages are not recognised where it is missing
    assert tag(found) == {"a.txt": "tagged"}
    monkeypatch.undo()
    assert tag(found) == {"a.txt": "kept"}  # the first result is still there


def test_a_result_is_found_again_whatever_path_led_to_it(tmp_path: Path, tag: Tag, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "甲" / "a.txt"
    file.parent.mkdir()
    file.write_text(SPEECH, "utf-8")
    assert tag(inputs([tmp_path / "甲"])) == {"a.txt": "tagged"}
    monkeypatch.chdir(tmp_path)
    for path in (Path(), Path("甲"), Path("甲/a.txt"), tmp_path / "甲" / ".." / "甲", file):
        assert tag(inputs([path])) == {"a.txt": "kept"}
        with Store(tmp_path / STORE) as store:
            (tagged,) = store.speeches()
        assert tagged.speech.source is not None
        assert tagged.speech.source.path == str(path if path.suffix else next(inputs([path])).name)  # as it was given


@pytest.mark.parametrize(
    ("name", "own"),
    [("a/b.txt", "b.txt"), ("a/b.zip!c/d.txt", "d.txt"), ("b.ZIP!内.zip!e.pdf", "e.pdf"), ("-", "-"), ("a!b.txt", "a!b.txt")],
)
def test_the_own_name_of_a_file(name: str, own: str) -> None:
    assert own_name(name) == own


def test_a_copy_counts_once_and_a_file_of_another_name_is_none(tmp_path: Path, tag: Tag) -> None:
    found = [Input("甲/a.txt", SPEECH.encode()), Input("乙/a.txt", SPEECH.encode()), Input("乙/b.txt", SPEECH.encode())]
    tag(found)
    with Store(tmp_path / STORE) as store:
        rows = {row.name: row for row in store.files()}
        ids = [tagged.speech.id for tagged in store.speeches()]
    assert len(ids) == len(set(ids)) == 2
    assert (rows["乙/a.txt"].copy_of, rows["乙/a.txt"].speech) == ("甲/a.txt", rows["甲/a.txt"].speech)
    assert rows["乙/b.txt"].copy_of is None


def test_the_order_of_speeches_is_that_of_the_files(tmp_path: Path, tag: Tag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jianghua.tagging.engine.run.BATCH_SENTENCES", 4)
    found = [Input(f"{number}.txt", SPEECH.replace("路", f"第{number}条路").encode()) for number in range(40)]
    tag(found[10:20])
    tag(found)
    with Store(tmp_path / STORE) as store:
        assert [tagged.speech.texts[-1] for tagged in store.speeches()] == [f"第{number}条路要修好。" for number in range(40)]


def test_names_that_no_encoding_carries_are_kept_readable(tmp_path: Path, tag: Tag) -> None:
    assert tag([Input("讲\udcff话.txt", SPEECH.encode())]) == {"讲?话.txt": "tagged"}


def test_what_is_missing_from_a_speech_is_told_also_when_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scans import pdf

    image = pytest.importorskip("PIL.Image").new("L", (60, 24), 200)
    tagger = StandIn()
    settings = RunSettings.current(tagger, ocr=False)
    content = pdf("这一页有文字，不用识别。", image)
    for state in ("tagged", "kept"):
        recorder = Recorder()
        with Store(tmp_path / STORE) as store:
            tag_files(tagger, [Input("a.pdf", content)], store, settings, recorder)
        assert recorder.ends["a.pdf"].state == state
        (note,) = recorder.ends["a.pdf"].notes
        assert "were not recognised" in note


def test_results_survive_the_disk(tmp_path: Path, corpus: list[Speech]) -> None:
    (tags,) = StandIn().tag_many([corpus[0].texts])
    tagged = TaggedSpeech(corpus[0], tuple(tags))
    with Store(tmp_path / STORE) as store:
        store.add_file(0, "x.txt", "0", "k")
        store.put("k", tagged)
    with Store(tmp_path / STORE) as store:
        assert list(store.speeches()) == [TaggedSpeech(Speech.from_dict(corpus[0].to_dict()), tagged.tags)]


def test_a_document_error_of_the_archive_itself_is_listed(tmp_path: Path, tag: Tag) -> None:
    assert tag([Input("坏.zip", DocumentError("damaged archive"))]) == {"坏.zip": "failed"}
    with Store(tmp_path / STORE) as store:
        (row,) = store.files()
    assert (row.name, row.failure, row.sha256) == ("坏.zip", "damaged archive", None)


def test_a_manifest_says_what_became_of_each_file(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.txt").write_text(SPEECH, "utf-8")
    (source / "b.txt").write_bytes(b"")
    run(source, tmp_path / "out", StandIn(), ["jsonl"])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    tagged, failed = manifest["files"]
    (first, *_) = (tmp_path / "out" / "sentences.jsonl").read_text("utf-8").splitlines()
    assert (tagged["file"], tagged["speech"], tagged["sentences"]) == (str(source / "a.txt"), json.loads(first)["speech"], 3)
    assert (failed["file"], failed["failure"]) == (str(source / "b.txt"), "the file is empty")
    assert manifest["failures"] == [{"file": str(source / "b.txt"), "reason": "the file is empty"}]
    assert manifest["counts"] == {"files": 2, "speeches": 1, "copies": 0, "failures": 1, "passed_over": {}}
    assert (manifest["model_sha256"], manifest["computation"]) == ("5" * 64, {"backend": "stand-in"})


def test_batches_grow_as_far_as_they_take_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("jianghua.tagging.engine.run.time.monotonic", lambda: now[0])

    def paced(rate: float) -> list[int]:
        pace, sizes = Pace(), []
        for _ in range(6):
            sizes.append(pace.sentences)
            with pace.timed(sizes[-1]):
                now[0] += sizes[-1] / rate
        return sizes

    assert paced(rate=40_000) == [1024, 2048, 4096, 8192, 8192, 8192]
    assert paced(rate=500) == [1024, 2048, 2500, 2500, 2500, 2500]
    assert paced(rate=30) == [1024] * 6
