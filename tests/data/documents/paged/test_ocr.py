from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scans import pdf

from jianghua.data.bounds import DEFAULT, Bounds
from jianghua.data.documents import Document
from jianghua.data.documents.paged.ocr import Recogniser, read_image
from jianghua.data.errors import DocumentError, MissingExtraError
from jianghua.data.reader import read_bytes
from jianghua.data.reading import extract
from jianghua.data.speech import Speech

pytest.importorskip("rapidocr_onnxruntime")
from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
LINES = [
    "在全县造林会议上的讲话",
    "　　今年造林任务比去年多三成，各乡镇",
    "要抓紧整地，早备苗木。",
    "　　有的乡镇重栽轻管，要马上改正。",
]


def page(lines: list[str] = LINES, size: int = 32, **options: Any) -> Image.Image:
    if not FONT.is_file():
        pytest.skip("Noto Serif CJK is not installed")
    font = ImageFont.truetype(str(FONT), size, index=2)
    image = Image.new("RGB", (760, 60 + 56 * len(lines)), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((60, 30 + 56 * number), line, font=font, fill="black")
    return image


def saved(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def read(content: bytes, bounds: Bounds = Bounds()) -> Document:  # noqa: B008
    return read_image(content, bounds, True, lambda number, pages: None)


def test_an_image_becomes_a_speech_with_paragraphs_and_confidence() -> None:
    document = read(saved(page()))
    assert document.text.split("\n") == LINES
    assert all(block.confidence is not None and block.confidence > 0.8 for block in document.blocks)
    speech = read_bytes(saved(page()), "扫描.jpg")  # a wrong suffix, and in the sandbox
    assert speech.title == "在全县造林会议上的讲话"
    assert "".join(speech.texts) == "".join(LINES).replace("\u3000", "")
    assert speech.source is not None
    assert speech.source.format == "image"


@pytest.mark.parametrize("format", ["JPEG", "BMP", "WEBP", "TIFF"])
def test_formats_of_images(format: str) -> None:
    assert read(saved(page(LINES[:2]), format)).text.split("\n") == LINES[:2]


def test_frames_are_pages() -> None:
    content = saved(page(LINES[:1]), "TIFF", save_all=True, append_images=[page(LINES[1:3])])
    assert [block.page for block in read(content).blocks] == [1, 2, 2]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_pages_on_their_side_or_head_are_turned(turns: int) -> None:
    image = Image.fromarray(np.rot90(np.asarray(page()), turns))
    assert read(saved(image)).text.replace("\u3000", "").split("\n") == [line.strip("\u3000") for line in LINES]


def test_what_is_transparent_is_white() -> None:
    image = page(LINES[:2])
    black = Image.new("RGBA", image.size, (0, 0, 0, 0))
    black.putalpha(Image.eval(image.convert("L"), lambda value: 255 - value))
    assert read(saved(black)).text.split("\n") == LINES[:2]


def test_columns_of_a_scan_are_read_one_after_the_other() -> None:
    image = Image.new("RGB", (1300, 60 + 56 * 4), "white")
    left = ["今年造林任务比去年多三成，", "各乡镇要抓紧整地早备苗木", "有的乡镇重栽轻管年年栽树", "不见树要马上改正不能再拖"]
    right = ["林业局要下到地头做好指导", "财政局要把资金及时拨下去", "纪委要盯住工程质量和资金", "年底县里逐个乡镇对账验收"]
    image.paste(page(left), (0, 0))
    image.paste(page(right).crop((0, 0, 600, 284)), (640, 0))
    assert read(saved(image)).text.split("\n") == left + right


TYPED = "这一页有文字，不用识别。"


def notes(speech: Speech) -> tuple[str, ...]:
    assert speech.source is not None
    return speech.source.notes


def test_a_scanned_pdf_is_recognised_and_pages_with_text_are_not() -> None:
    speech = read_bytes(pdf(page(), TYPED), "扫描.pdf")
    assert speech.texts[0] == "在全县造林会议上的讲话"
    assert "有的乡镇重栽轻管，要马上改正" in "".join(speech.texts)
    assert (speech.texts[-1], speech.sentences[-1].page) == (TYPED, 2)
    assert notes(speech) == ()


def test_pages_that_are_not_recognised_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pdf(page(), TYPED, page(), "")
    speech = read_bytes(content, "扫描.pdf", ocr=False)
    assert speech.texts == [TYPED]
    assert notes(speech) == ("2 of 4 pages hold no text and were not recognised (OCR is off)",)
    assert notes(Speech.from_dict(speech.to_dict())) == notes(speech)
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    document = extract(content, "扫描.pdf", DEFAULT)
    assert document.text == TYPED
    (note,) = document.notes
    assert note.startswith("2 of 4 pages hold no text and were not recognised (this needs the Python module 'rapidocr")
    assert "pip install 'jianghua[ocr]'" in note
    with pytest.raises(MissingExtraError, match=r"PDF file is scanned \(all 2 pages\): .*pip install 'jianghua\[ocr\]'"):
        extract(pdf(page(), page()), "扫描.pdf", DEFAULT)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\r\n\x1a\ngarbage", "damaged image"),
        (saved(Image.new("L", (60, 60))), "no text was recognised"),
        (saved(Image.new("1", (7000, 7000))), r"at most 40,000,000 pixels, got 7000 × 7000"),
    ],
)
def test_images_that_cannot_be_read(content: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read_bytes(content, "图.png")
    with pytest.raises(DocumentError, match="OCR, which is off"):
        read_bytes(content, "图.png", ocr=False)


def test_too_many_frames_are_refused() -> None:
    frames = [Image.new("1", (8, 8)) for _ in range(3)]
    with pytest.raises(DocumentError, match="at most 2 frames, got 3"):
        read(saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]), Bounds(ocr_pages=2))


def test_without_the_package_the_install_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    with pytest.raises(MissingExtraError, match=r"an image is read by OCR: .*pip install 'jianghua\[ocr\]'"):
        read(saved(page(LINES[:1])))


def test_a_library_of_the_system_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(module: str, extra: str) -> None:
        raise ImportError("libGL.so.1: cannot open shared object file")

    monkeypatch.setattr("jianghua.data.documents.paged.ocr.require", broken)
    with pytest.raises(MissingExtraError, match=r"libGL\.so\.1.*apt install libgl1"):
        Recogniser()
