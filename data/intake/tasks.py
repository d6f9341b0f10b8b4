"""Tasks: what the sandbox is asked to do. Each takes a file's bytes, a `Step` and plain values, and returns plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jianghua.data.bounds import Bounds, Step
from jianghua.data.reading import build_speech, extract, extract_text


def read_speech(content: bytes, step: Step, name: str, bounds: Mapping[str, int], ocr: bool) -> dict[str, Any]:
    """The speech of a file, as its record.

    Raises:
        DocumentError: see `jianghua.data.reading`.
        MissingExtraError: see `jianghua.data.reading`.
    """
    return build_speech(extract(content, name, Bounds(**bounds), ocr, step), content, name).to_dict()


def read_source(content: bytes, step: Step, name: str, bounds: Mapping[str, int], ocr: bool) -> str:
    """The extracted text of a file.

    Raises:
        DocumentError: see `jianghua.data.reading`.
        MissingExtraError: see `jianghua.data.reading`.
    """
    return extract(content, name, Bounds(**bounds), ocr, step).text


def read_source_and_speech(
    content: bytes, step: Step, name: str, bounds: Mapping[str, int], ocr: bool
) -> tuple[str, dict[str, Any]]:
    """Both of these.

    Raises:
        DocumentError: see `jianghua.data.reading`.
        MissingExtraError: see `jianghua.data.reading`.
    """
    document = extract(content, name, Bounds(**bounds), ocr, step)
    return document.text, build_speech(document, content, name).to_dict()


def read_text(content: bytes, step: Step, name: str, bounds: Mapping[str, int]) -> dict[str, Any]:
    """The speech of a text, which comes as UTF-8, as its record.

    Raises:
        DocumentError: see `jianghua.data.reading`.
    """
    document = extract_text(content.decode("utf-8", "surrogatepass"), Bounds(**bounds))
    return build_speech(document, content, name).to_dict()
