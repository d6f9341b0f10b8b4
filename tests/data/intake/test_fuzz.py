"""A small run of the fuzzer, and what its large runs broke. `python -m benchmarks.fuzz` is the large one."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fuzz import SHARES, judge
from benchmarks.mutations import mutated
from benchmarks.seeds import seed_files


@pytest.fixture(scope="module")
def seeds() -> dict[str, list[bytes]]:
    return seed_files()


QUICK = [format for format in SHARES if format not in ("doc", "png")]


@pytest.mark.parametrize("format", QUICK)
def test_damaged_files_are_speeches_or_errors(format: str, seeds: dict[str, list[bytes]], tmp_path: Path) -> None:
    path = tmp_path / f"x.{format}"
    kinds = set()
    for number in range(60):
        path.write_bytes(mutated(number, 7, seeds, format))
        outcome = judge(path)
        assert outcome.kind in ("speech", "error"), (number, outcome.message)
        kinds.add(outcome.kind)
    assert kinds == {"speech", "error"}  # mutations that break everything, or nothing, test nothing
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("format", QUICK)
def test_whole_seeds_are_read(format: str, seeds: dict[str, list[bytes]], tmp_path: Path) -> None:
    for content in seeds[format]:
        (tmp_path / f"x.{format}").write_bytes(content)
        assert judge(tmp_path / f"x.{format}").kind == "speech"


def test_mutations_are_the_same_each_time(seeds: dict[str, list[bytes]]) -> None:
    assert [mutated(number, 1, seeds, "zip") for number in range(20)] == [
        mutated(number, 1, seeds, "zip") for number in range(20)
    ]


TEXT = "在全县造林会议上的讲话\n同志们：\n今年造林任务比去年多三成，各乡镇要抓紧整地。\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-16")[:-1],  # half a character at the end
        TEXT.encode("utf-16") + b"\x00\xd8",  # half a pair of surrogates
        TEXT.encode("utf-16").replace("造".encode("utf-16-le"), b"\x00\xdc"),
        TEXT.encode("utf-32") + b"\xff\xff\xff\xff",
        TEXT.encode("utf-8-sig") + b"\xff",
    ],
    ids=["half a character", "half a pair", "second half of a pair", "no character", "no UTF-8"],
)
def test_broken_text_with_a_byte_order_mark(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(content)
    assert judge(tmp_path / "x.txt").kind in ("speech", "error")
