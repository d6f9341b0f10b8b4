"""A store that is damaged, locked, of another version, or on a full disk."""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.kills import StandIn, differences, run, write_files
from jianghua.tagging.engine.database import StoreError
from jianghua.tagging.engine.folder import STORE, FolderError
from jianghua.tagging.engine.store import Store


@pytest.fixture
def source(tmp_path: Path) -> Path:
    write_files(tmp_path / "in", good=120, damaged=10)
    return tmp_path / "in"


@pytest.fixture
def whole(tmp_path: Path, source: Path) -> Path:
    run(source, tmp_path / "whole", StandIn())
    return tmp_path / "whole"


def again(source: Path, out: Path) -> int:
    """Run again; how many speeches had to be tagged anew."""
    tagger = StandIn()
    run(source, out, tagger)
    return tagger.tagged


def copy(whole: Path, out: Path) -> Path:
    out.mkdir()
    (out / STORE).write_bytes((whole / STORE).read_bytes())
    return out / STORE


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_store_that_is_none_is_made_anew(source: Path, whole: Path, tmp_path: Path, content: bytes) -> None:
    copy(whole, tmp_path / "out").write_bytes(content)
    assert again(source, tmp_path / "out") == 120
    assert differences(whole, tmp_path / "out") == []


def test_a_store_with_damaged_pages_keeps_what_can_be_read(source: Path, whole: Path, tmp_path: Path) -> None:
    chance = random.Random(3)
    made = []
    for number in range(12):
        out = tmp_path / f"out{number}"
        store = copy(whole, out)
        content = bytearray(store.read_bytes())
        for _ in range(4):
            place = chance.randrange(100, len(content) - 400)
            content[place : place + 400] = chance.randbytes(400)
        store.write_bytes(content)
        made.append(again(source, out))
        assert differences(whole, out) == []
        assert {file.name for file in out.iterdir()} == {file.name for file in whole.iterdir()}
    assert 0 < sum(made) < 120 * 12  # some results were lost, and some were saved


def test_a_record_that_was_changed_is_made_anew(source: Path, whole: Path, tmp_path: Path) -> None:
    with sqlite3.connect(copy(whole, tmp_path / "out")) as database:
        database.execute(
            "UPDATE result SET record = zeroblob(100) WHERE id IN (SELECT id FROM result WHERE speech IS NOT NULL LIMIT 2)"
        )
        database.execute("UPDATE result SET failure = 'x' WHERE id = (SELECT id FROM result WHERE failure IS NOT NULL LIMIT 1)")
    database.close()
    assert again(source, tmp_path / "out") == 2
    assert differences(whole, tmp_path / "out") == []


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / STORE) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StoreError, match="version 1 at most, got 99"):
        Store(tmp_path / STORE)


def test_two_runs_refuse_each_other(source: Path, whole: Path) -> None:
    with Store(whole / STORE), pytest.raises(StoreError, match="another process is writing to this folder"):
        run(source, whole, StandIn())
    assert again(source, whole) == 0


def test_a_limit_on_the_size_of_files_ends_the_run_in_one_line_and_it_goes_on(
    source: Path, whole: Path, tmp_path: Path
) -> None:
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (125_000, resource.RLIM_INFINITY))
        try:
            run(source, tmp_path / "out", StandIn())
        except (StoreError, FolderError):
            os._exit(7)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert 0 < again(source, tmp_path / "out") < 120
    assert differences(whole, tmp_path / "out") == []


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 300 kB."""
    with tempfile.TemporaryDirectory() as name:
        mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", name]
        try:
            mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        except OSError:
            mounted = False
        if not mounted:
            pytest.skip("needs the right to mount")
        yield Path(name)
        subprocess.run(["umount", name], check=True)


def test_a_full_disk_ends_the_run_in_one_line_and_it_goes_on(source: Path, whole: Path, small_disk: Path) -> None:
    (small_disk / "other").write_bytes(bytes(150_000))
    with pytest.raises((StoreError, FolderError), match=r"(?i)no space left on device; what .* is kept, and the same command"):
        run(source, small_disk / "out", StandIn())
    (small_disk / "other").unlink()
    subprocess.run(["mount", "-o", "remount,size=10m", str(small_disk)], check=True)
    assert again(source, small_disk / "out") < 120
    assert differences(whole, small_disk / "out") == []


def test_a_disk_that_is_read_only_is_told_in_one_line(source: Path, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(FolderError, match="Read-only file system"):
        run(source, small_disk / "out", StandIn())
    subprocess.run(["mount", "-o", "remount,rw,size=10m", str(small_disk)], check=True)
    run(source, small_disk / "out", StandIn())
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StoreError, match=r"results\.sqlite: it is read-only|it cannot be made or opened"):
        run(source, small_disk / "out", StandIn())
