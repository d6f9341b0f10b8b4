"""The folder of a run: what it holds belongs to the run, and what it holds is never input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.kills import StandIn, run
from jianghua.data.errors import MissingExtraError
from jianghua.data.intake.walking import LITTER, RESULT, walk
from jianghua.tagging.engine.folder import STORE, FolderError, RunFolder, result_of
from jianghua.tagging.engine.manifest import MANIFEST
from jianghua.tagging.writers import check_formats

SPEECH = "在会上的讲话\n同志们:\n路要修好。\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(SPEECH, "utf-8")
    return tmp_path / "in"


def listed(out: Path) -> list[str]:
    """Names of the files that the manifest calls the run's."""
    return list(json.loads((out / MANIFEST).read_text("utf-8"))["outputs"])


def test_a_format_that_was_not_asked_for_again_stays_as_long_as_it_is_true(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out, StandIn(), ["csv", "html"])
    _, published = run(source, out, StandIn(), ["jsonl"])
    assert published.kept == (out / "report.html", out / "sentences.csv")
    assert listed(out) == ["report.html", "sentences.csv", "sentences.jsonl"]
    (source / "b.txt").write_text(SPEECH * 2, "utf-8")
    _, published = run(source, out, StandIn(), ["jsonl"])
    assert (published.kept, published.removed) == ((), (out / "report.html", out / "sentences.csv"))
    assert listed(out) == ["sentences.jsonl"]
    assert sorted(path.name for path in out.iterdir()) == [MANIFEST, STORE, "sentences.jsonl"]


def test_another_model_leaves_nothing_of_the_old_one_beside_it(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out, StandIn(), ["csv", "jsonl"])
    _, published = run(source, out, StandIn(sha256="6" * 64), ["jsonl"])
    assert published.removed == (out / "sentences.csv",)
    with RunFolder(out) as folder:
        assert folder.store.spare() == 1
        assert folder.store.prune() == 1
        assert folder.store.spare() == 0
    tagger = StandIn(sha256="6" * 64)
    run(source, out, tagger, ["jsonl"])
    assert tagger.tagged == 0


def test_what_a_person_has_changed_or_put_there_is_never_removed(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out, StandIn(), ["csv"])
    (out / "sentences.csv").write_text("mine", "utf-8")
    (out / "report.html").write_text("also mine", "utf-8")
    for _ in range(2):
        _, published = run(source, out, StandIn(), ["jsonl"])
        assert published.foreign == (out / "report.html", out / "sentences.csv")
        assert listed(out) == ["sentences.jsonl"]
    assert (out / "sentences.csv").read_text("utf-8") == "mine"


def test_the_manifest_is_missing_as_long_as_the_files_are_not_all_of_one_run(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run(source, out, StandIn(), ["csv", "jsonl"])
    (source / "b.txt").write_text(SPEECH * 2, "utf-8")

    def stopped(self: StandIn, speeches: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(StandIn, "tag_many", stopped)
        with pytest.raises(KeyboardInterrupt):
            run(source, out, StandIn(), ["csv", "jsonl"])
    assert listed(out) == ["sentences.csv", "sentences.jsonl"]  # the run before is whole
    with monkeypatch.context() as patch:
        patch.setattr("jianghua.tagging.engine.folder._sha256", _full)
        with pytest.raises(FolderError, match="No space left"):
            run(source, out, StandIn(), ["csv", "jsonl"])
    assert not (out / MANIFEST).exists()
    run(source, out, StandIn(), ["csv", "jsonl"])
    assert listed(out) == ["sentences.csv", "sentences.jsonl"]


def _full(path: Path) -> str:
    raise OSError(28, "No space left on device")


def test_half_written_files_of_a_killed_run_go(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / ".sentences.csv.abcd1234").write_text("half", "utf-8")
    (out / ".env").write_text("not ours", "utf-8")
    run(source, out, StandIn(), ["jsonl"])
    assert sorted(path.name for path in out.iterdir()) == [".env", MANIFEST, STORE, "sentences.jsonl"]


def test_an_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x", "utf-8")
    with pytest.raises(FolderError, match="expected a folder to write to, got a file"):
        RunFolder(tmp_path / "out")
    with pytest.raises(FolderError, match="Not a directory"):
        RunFolder(tmp_path / "out" / "deeper")


def walked(path: Path, out: Path) -> tuple[list[str], list[tuple[str, str]]]:
    left: list[tuple[str, str]] = []
    files = [file.name for file in walk([path], lambda name, why: left.append((Path(name).name, why)), result_of(out))]
    return files, left


def test_results_are_never_input(source: Path, tmp_path: Path) -> None:
    out = source / "out"
    assert walked(source, out) == (["a.txt"], [])
    run(source, out, StandIn(), ["html", "jsonl"])
    assert walked(source, out) == (["a.txt"], [("out", RESULT)])
    assert walked(source, tmp_path / "elsewhere") == (["a.txt"], [("out", RESULT)])  # nor those of an earlier run
    (out / "b.txt").write_text(SPEECH, "utf-8")
    assert walked(source, out)[0] == ["a.txt"]


def test_a_folder_may_be_input_and_output_at_once(source: Path) -> None:
    files, left = walked(source, source)
    assert (files, left) == (["a.txt"], [])
    run(source, source, StandIn(), ["html", "jsonl"])
    files, left = walked(source, source)
    assert files == ["a.txt"]
    assert sorted(left) == [(name, RESULT) for name in sorted([MANIFEST, "report.html", STORE, "sentences.jsonl"])]
    (source / "sub").mkdir()
    (source / "sub" / "report.html").write_text("<p>路要修好。", "utf-8")  # named like a result, and none
    assert walked(source, source)[0] == ["a.txt", "report.html"]


def test_the_shards_of_an_older_version_are_a_result(source: Path, tmp_path: Path) -> None:
    (source / "old" / "shards").mkdir(parents=True)
    (source / "old" / MANIFEST).write_text("{}", "utf-8")
    (source / "old" / "report.html").write_text("<p>x", "utf-8")
    (source / "~$a.docx").write_bytes(b"x")
    assert walked(source, tmp_path / "out") == (["a.txt"], [("old", RESULT), ("~$a.docx", LITTER)])


def test_what_a_format_needs_is_missed_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r"jianghua\[report\]"):
        check_formats(["jsonl", "xlsx"])
