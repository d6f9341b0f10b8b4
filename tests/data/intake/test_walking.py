"""What is found in directories, what is passed over and told, and pipes whose other end is silent."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jianghua.data.bounds import Bounds
from jianghua.data.errors import DocumentError
from jianghua.data.intake.inputs import inputs
from jianghua.data.intake.walking import LINK, LITTER, OTHER, SPECIAL, walk


def test_what_is_passed_over_is_told_with_its_reason(tmp_path: Path) -> None:
    for name in ("a.txt", "~$a.docx", ".b.txt", "c.docx.tmp", "Thumbs.db", "d.xls", "e.txt.crdownload"):
        (tmp_path / name).write_bytes(b"1")
    for name in ("__MACOSX", ".git", "f"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "g.txt").write_bytes(b"1")
    (tmp_path / "h").symlink_to(tmp_path / "f")
    (tmp_path / "i.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "j.txt").symlink_to(tmp_path / "nowhere.txt")
    os.mkfifo(tmp_path / "k.txt")
    left: dict[str, str] = {}
    found = walk([tmp_path], lambda name, reason: left.update({Path(name).name: reason}))
    assert [str(path.relative_to(tmp_path)) for path in found] == ["a.txt", "f/g.txt", "i.txt", "j.txt"]
    litter = ("~$a.docx", ".b.txt", "c.docx.tmp", "Thumbs.db", "e.txt.crdownload", "__MACOSX", ".git")
    assert left == dict.fromkeys(litter, LITTER) | {"d.xls": OTHER, "h": LINK, "k.txt": SPECIAL}
    named = [tmp_path / "~$a.docx", tmp_path / ".b.txt", tmp_path / "d.xls", tmp_path / ".git"]  # as a shell's * does
    assert [path.name for path in walk(named)] == [".b.txt", "d.xls", "g.txt"]


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """1,200 directories in each other, deeper than functions may call each other."""
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(1200):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
        Path("a.txt").write_bytes(b"1")
    finally:
        os.chdir(here)
    yield tmp_path
    subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # what removes the directories of tests is recursive


def test_directories_may_lie_deep_in_each_other(deep: Path) -> None:
    assert len([*walk([deep])]) == 1


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A directory of somebody who may not read everything, and who runs the test."""
    with tempfile.TemporaryDirectory() as name:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        if root:
            os.chown(name, 65534, 65534)
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            if root:
                os.seteuid(0)


def test_a_directory_that_may_not_be_read_is_a_failure(unprivileged: Path) -> None:
    closed = unprivileged / "b"
    closed.mkdir()
    (closed / "secret.txt").write_bytes(b"1")
    (unprivileged / "a.txt").write_bytes(b"1")
    closed.chmod(0)
    try:
        first, second = inputs([unprivileged])
        assert (first.read(), second.name) == (b"1", str(closed))
        with pytest.raises(DocumentError, match="Permission denied"):
            second.read()
    finally:
        closed.chmod(0o700)


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe.txt")
    return tmp_path / "pipe.txt"


def test_a_named_pipe_gives_what_is_written_to_it(pipe: Path) -> None:
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"x" * 200_000))
    writer.start()
    (item,) = inputs([pipe])
    writer.join()
    assert item.read() == b"x" * 200_000


def test_a_pipe_whose_writer_says_nothing_is_given_up(pipe: Path) -> None:
    writer = os.open(pipe, os.O_RDWR)
    try:
        (item,) = inputs([pipe], bounds=Bounds(seconds=1))
        with pytest.raises(DocumentError, match="within 1 seconds, got nothing"):
            item.read()
    finally:
        os.close(writer)


def test_members_that_are_passed_over_are_told(tmp_path: Path) -> None:
    from packages import packed

    (tmp_path / "a.zip").write_bytes(packed({"x.txt": b"1", "~$x.docx": b"1", "y.xls": b"1", "__MACOSX/._x.txt": b"1"}))
    left: dict[str, str] = {}
    (item,) = inputs([tmp_path / "a.zip"], passed_over=lambda name, reason: left.update({name.split("!")[1]: reason}))
    assert item.name.endswith("a.zip!x.txt")
    assert left == {"~$x.docx": LITTER, "y.xls": OTHER, "__MACOSX/._x.txt": LITTER}
