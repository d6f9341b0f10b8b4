"""What happens to a file of a model on its way: a pointer instead of it, a copy that broke off, another file."""

from __future__ import annotations

from pathlib import Path


def pointer(file: Path) -> None:
    """What git leaves where the large file was not fetched."""
    file.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:" + 64 * "0" + "\nsize 41129872\n", "utf-8")


def half(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def other(file: Path) -> None:
    file.write_text("[]", "utf-8")


MESSAGES = {
    pointer: "got a Git LFS pointer to it: run  git lfs pull",
    half: "expected a? ?whole",
    empty: "expected a? ?whole",
    other: "expected (a JSON object|whole safetensors weights), got",
}
"""The damages, and what the error says."""
