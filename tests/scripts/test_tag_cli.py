"""`jianghua tag` as the operator of a long run meets it."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest
from tag_command import start, tag

from benchmarks.kills import differences, write_files
from jianghua.tagging.engine.folder import STORE

SPEECH = "在务虚会上的讲话\n同志们：\n路要走好。\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(SPEECH, "utf-8")
    return tmp_path / "in"


def sentences(out: Path) -> list[str]:
    return [json.loads(line)["text"] for line in (out / "sentences.jsonl").read_text("utf-8").splitlines()]


def test_a_second_run_finds_its_results_and_not_its_own_report(source: Path) -> None:
    (source / "~$a.docx").write_bytes(b"x")
    (source / "表.xyz").write_bytes(b"x")
    out = source / "out"
    told = tag(source, "-o", out)
    assert "1 speeches tagged, 0 files failed; wrote" in told
    assert "files of other kinds (1, such as " in told
    assert "temporary and system files (1, such as " in told
    told = tag(source, "-o", out)
    assert "1 speeches tagged (1 of them by an earlier run), 0 files failed" in told
    assert f"results of tagging (1, such as {out})" in told
    assert sentences(out) == ["在务虚会上的讲话", "同志们：", "路要走好。"]
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["command"] == ["jianghua", "tag", str(source), "-o", str(out)]
    assert manifest["counts"]["passed_over"] == {
        "files of other kinds": 1,
        "results of tagging": 1,
        "temporary and system files": 1,
    }
    assert [row["file"] for row in manifest["files"]] == [str(source / "a.txt")]


def test_nothing_but_what_is_passed_over(source: Path) -> None:
    (source / "a.txt").rename(source / "~$a.txt")
    told = tag(source, "-o", source / "out", code=1)
    assert "temporary and system files (1" in told
    assert told.endswith("jianghua: expected speech files, got directories without any\n")
    assert not (source / "out").exists()


def test_other_models_failures_and_what_is_spare(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (source / "空.txt").write_bytes(b"")
    assert "空.txt: the file is empty" in tag(source, "-o", out, "--format", "csv,jsonl", code=3)
    told = tag(source, "-o", out, "--format", "jsonl", model="6", code=3)
    assert "1 speeches tagged, 1 files failed" in told
    assert "sentences.csv: removed: it showed an earlier run with other files or settings" in told
    assert "also holds 2 results of other files or settings: --prune removes them" in told
    told = tag(source, "-o", out, "--format", "jsonl", "--prune", model="6", code=3)
    assert "1 files had failed before and were not read again: --retry-failed does that" in told
    assert "2 results of other files or settings removed" in told
    told = tag(source, "-o", out, "--format", "jsonl", "--retry-failed", model="6", code=3)
    assert "had failed before" not in told
    assert "also holds" not in told


def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    write_files(source, good=300, damaged=0)
    tag(source, "-o", tmp_path / "whole")
    running = start(source, "-o", out, seconds=0.02)
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("tagging: ") and not line.startswith("tagging: 0 "):
            break
    running.send_signal(signal.SIGINT)
    told = running.stderr.read()
    assert running.wait(timeout=60) == 130
    assert f"stopped: what was tagged is kept in {out}, and the same command goes on from there" in told
    assert "Traceback" not in told
    assert not (out / "manifest.json").exists()
    assert " of them by an earlier run)" in tag(source, "-o", out)
    assert [name for name in differences(tmp_path / "whole", out) if name != "manifest.json"] == []


def test_where_there_is_no_terminal_a_line_from_time_to_time_says_how_far_it_is(tmp_path: Path) -> None:
    source = tmp_path / "in"
    write_files(source, good=60, damaged=0)
    lines = [line for line in tag(source, "-o", tmp_path / "out", seconds=0.03).splitlines() if line.startswith("tagging: ")]
    assert len(lines) >= 2
    assert all(" of 60, 0:00:0" in line and line.endswith(("so far", "left")) for line in lines)


def test_two_runs_into_one_folder_refuse_each_other(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_files(source, good=100, damaged=0)
    first = start(source, "-o", out, seconds=0.05)
    while not (out / STORE).exists():
        time.sleep(0.05)
    time.sleep(0.3)
    told = tag(source, "-o", out, code=1)
    assert told.startswith(f"jianghua: {out / STORE}: another process is writing to this folder: wait until it has ended")
    assert len(told.splitlines()) == 1
    first.kill()
    first.communicate()
    tag(source, "-o", out)


def test_an_output_that_is_a_file_is_one_line(source: Path) -> None:
    assert (
        tag(source, "-o", source / "a.txt", code=1)
        .splitlines()[-1]
        .startswith(f"jianghua: {source / 'a.txt'}: expected a folder")
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_that_nobody_writes_to_is_a_failure(source: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    told = tag(tmp_path / "pipe.txt", source, "-o", tmp_path / "out", code=3)
    assert "pipe.txt: expected a file, got a named pipe that nobody writes to" in told
    assert "1 speeches tagged, 1 files failed" in told


def test_paths_stay_as_they_were_given(source: Path, tmp_path: Path) -> None:
    tag("in", "-o", "out", cwd=tmp_path)
    assert json.loads((tmp_path / "out" / "sentences.jsonl").read_text("utf-8").splitlines()[0])["file"] == "in/a.txt"


def test_an_archive_is_counted_by_its_members(source: Path, tmp_path: Path) -> None:
    from packages import packed

    (source / "a.zip").write_bytes(packed({"x.txt": SPEECH.encode(), "~$y.docx": b"1", "z.txt": SPEECH.encode() + b"\n"}))
    told = tag(source, "-o", tmp_path / "out")
    assert "3 speeches tagged" in told
    assert "a.zip!~$y.docx" in told


def test_an_unknown_device_is_told_before_anything_is_written(source: Path, tiny_run: Path, tmp_path: Path) -> None:
    from command import jianghua

    told = jianghua("tag", source, "-o", tmp_path / "out", "-m", tiny_run, "--device", "gpu0", code=1).stderr
    assert "expected a device such as cpu, cuda or cuda:1, got 'gpu0'" in told
    assert not (tmp_path / "out").exists()


def test_what_files_need_is_missed_before_the_first_one_is_read(source: Path, tmp_path: Path) -> None:
    (source / "b.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    told = tag(source, "-o", tmp_path / "out", code=3, PATH="")
    first, *_ = told.splitlines()
    assert first.startswith("! 1 files cannot be read: this format is read through LibreOffice, which is not installed")
