"""What nobody sees on a PDF page is no text; what looks like it and is seen stays."""

from __future__ import annotations

import pytest
from pdf_objects import PdfFile, lines, show

from jianghua.data.reader import read_bytes

SPEECH = ["在全镇秋收工作会议上的讲话", "同志们：", "秋粮抢收已经过半，烘干能力比去年提高三成。"]
EXTRA = "要把排涝摆在首位。"
OPAQUE = "/ExtGState << /G << /ca 0 >> /H << /ca .5 >> /M << /BM /Multiply >> >>"


def read(extra: str, resources: str = "", entries: str = "") -> list[str]:
    file = PdfFile()
    file.page(lines(SPEECH) + extra, resources, entries)
    return list(read_bytes(file.content(), "x.pdf", ocr=False).texts)


def drawn(text: str = EXTRA, size: float = 14) -> str:
    return show(text, 100, 560, size)


@pytest.mark.parametrize(
    "extra",
    [
        f"1 1 1 rg {drawn()}",
        f"0 0 0 0 k {drawn()}",
        f".97 .95 .96 rg {drawn()}",
        f"1 g {show(EXTRA, 80, 692)}",  # over a line that is seen
        f".6 0 0 rg 60 540 400 40 re f {drawn()}",  # red on red
        drawn(size=1.5),
        drawn().replace("1 0 0 1", ".1 0 0 .1"),
        drawn().replace("BT", "BT 3 Tr"),
        f"/G gs {drawn()}",
        f"{drawn()} 1 g 90 550 300 30 re f",
        f"{drawn()} 0 g 90 550 300 30 re f",
        f"{drawn()} .8 w 100 564.5 m 226 564.5 l S",
        f"{drawn()} 100 564.5 126 .7 re f",
    ],
    ids=["white", "cmyk", "near-white", "over-text", "red-on-red", "tiny", "scaled-down", "mode-3", "transparent", "covered",
         "blackened", "struck", "struck-by-rectangle"],
)  # fmt: skip
def test_what_nobody_sees_is_no_text(extra: str) -> None:
    assert read(extra, OPAQUE) == SPEECH


@pytest.mark.parametrize(
    "extra",
    [
        f".7 g {drawn()}",
        f".6 0 0 rg 60 540 400 40 re f 1 g {drawn()}",  # white on red
        drawn(size=5),
        f"/H gs {drawn()}",
        f"{drawn()} 1 g 90 540 300 18 re f",  # covers its lower edge
        f"1 g 90 550 300 30 re f 0 g {drawn()}",
        f"{drawn()} 90 550 300 30 re S",
        f"{drawn()} /M gs 1 1 0 rg 90 550 300 30 re f",
        f"{drawn()} q 90 600 300 30 re W n 1 g 0 0 595 842 re f Q",  # clipped to where no text is
        f"{drawn()} .8 w 100 557 m 226 557 l S",
        f"{drawn()} .8 w 20 564.5 m 575 564.5 l S",
        f"{drawn().replace('BT', 'BT 2 Tr 0 G')}",
    ],
    ids=["grey", "white-on-red", "small", "half-transparent", "touched", "on-white", "framed", "highlighted", "clipped",
         "underlined", "rule", "outlined"],
)  # fmt: skip
def test_what_is_seen_stays(extra: str) -> None:
    assert read(extra, OPAQUE) == [*SPEECH, EXTRA]


@pytest.mark.parametrize(("box", "y"), [("[0 0 595 800]", 820), ("[0 60 595 842]", 30), ("[0 0 595 800] /Rotate 90", 820)])
def test_what_lies_outside_the_crop_box_is_no_text(box: str, y: float) -> None:
    assert read(show("县印刷厂承印", 72, y, 10), entries=f"/CropBox {box}") == SPEECH


def test_a_page_that_is_shown_enlarged_is_read() -> None:
    file = PdfFile()
    file.page(lines(SPEECH, top=100, leading=4, size=1.8))
    assert list(read_bytes(file.content(), "x.pdf", ocr=False).texts) == SPEECH
