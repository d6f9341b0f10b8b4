"""Fonts that do not say which characters they draw: OCR reads them, or an error names them; no text is lost without a word."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import reportlab
from pdf_objects import PdfFile, lines, show

from jianghua.data.bounds import Bounds
from jianghua.data.documents import Document
from jianghua.data.documents.paged.pdf import read_pdf
from jianghua.data.errors import DocumentError, MissingExtraError
from jianghua.data.reader import read_bytes
from jianghua.data.speech import Speech

TITLE = "在全镇秋收工作会议上的讲话"
BODY = [
    "秋粮抢收已经过半，烘干能力比去年提高三成。",
    "沟渠淤塞的村要赶紧疏通，机具调度要跟上。",
    "各村把任务分到人头，日清日结。",
]
ALPHABET = sorted(set(TITLE + "".join(BODY)))
CODES = {char: number for number, char in enumerate(ALPHABET, start=1)}
OUTLINED = (
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
)
OUTLINES = (Path(reportlab.__file__).parent / "fonts" / "Vera.ttf").read_bytes()
NAME = "ABCDEF+FZHei"


def read(content: bytes, ocr: bool = False) -> Document:
    return read_pdf(content, Bounds(), ocr, lambda page, pages: None)


def coded(text: str, y: float, size: float = 14) -> str:
    return show("", 72, y, size, "F2", [CODES[char] for char in text])


def made(table: Callable[[int], str] | None, heading_only: bool, embedded: bool = True) -> bytes:
    """A speech, all of it or its heading in a font that says `table` of its codes."""
    file = PdfFile()
    unicode = {code: table(code) for code in CODES.values()} if table else None
    file.font("F2", NAME, unicode=unicode, embedded=OUTLINES if embedded else None)
    body = lines(BODY, top=700) if heading_only else "".join(coded(line, 700 - 24 * row) for row, line in enumerate(BODY))
    file.page(coded(TITLE, 760, 20) + body)
    return file.content()


TABLES: dict[str, Callable[[int], str] | None] = {
    "absent": None,
    "shifted": lambda code: chr(ord(ALPHABET[code - 1]) + 1),
    "one character": lambda code: "口",
    "question marks": lambda code: "?",
    "space": lambda code: " ",
    "private use": lambda code: chr(0xE000 + code),
    "symbols": lambda code: chr(0xF020 + code),
    "ascii": lambda code: chr(0x21 + code),
    "latin-1": lambda code: chr(0xC0 + code % 60),
    "hangul": lambda code: chr(0xAC00 + code),
    "nothing": lambda code: "\0",
    "holes": lambda code: ALPHABET[code - 1] if code % 5 else "\ufffd",
}


@pytest.mark.parametrize("heading_only", [False, True])
@pytest.mark.parametrize("table", TABLES)
def test_an_unreadable_font_is_named_when_it_is_not_recognised(table: str, heading_only: bool) -> None:
    with pytest.raises(DocumentError, match=rf"no usable table to Unicode in font {NAME.replace('+', '.')}.*OCR is off"):
        read_bytes(made(TABLES[table], heading_only), "x.pdf", ocr=False)


def test_what_to_install_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    with pytest.raises(MissingExtraError, match=r"font ABCDEF.FZHei\): .*pip install 'jianghua\[ocr\]'"):
        read(made(None, True), ocr=True)


def test_a_font_that_is_not_embedded_either_is_no_matter_of_the_fonts_of_the_machine() -> None:
    with pytest.raises(DocumentError, match=r"ABCDEF.FZHei\); it is not embedded either"):
        read(made(None, False, embedded=False), ocr=True)


def test_a_font_with_a_right_table_is_read() -> None:
    for embedded in (True, False):
        speech = read_bytes(made(lambda code: ALPHABET[code - 1], False, embedded), "x.pdf", ocr=False)
        assert list(speech.texts) == [TITLE, *BODY]


@pytest.mark.parametrize("shift", [0, 1, -1, 4])
def test_a_table_that_is_shifted_to_the_next_character_is_noticed_in_a_longer_text(shift: int, corpus: list[Speech]) -> None:
    text = "".join(corpus[2].texts)[:600]
    alphabet = sorted(set(text))
    file = PdfFile()
    table = {number: alphabet[(number + shift) % len(alphabet)] for number in range(len(alphabet))}
    file.font("F2", NAME, unicode=table, embedded=OUTLINES)
    rows = [[alphabet.index(char) for char in text[start : start + 30]] for start in range(0, 600, 30)]
    file.page("".join(show("", 72, 780 - 24 * number, 14, "F2", row) for number, row in enumerate(rows)))
    if shift:
        with pytest.raises(DocumentError, match=rf"no usable table to Unicode in font {NAME.replace('+', '.')}"):
            read(file.content())
    else:
        assert "".join(read(file.content()).text.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "line",
    [
        "名单：乌力吉、孟克巴特尔、欧阳翊、皇甫璟、翦伯豪、娄澍、卞之琳、冼星海、臧克家、郗慧琳、缪荃孙、蹇先艾",
        "GDP 增长 6.5%，R&D 投入占比 2.4%，PM2.5 平均浓度 31 μg/m³。",
        "經濟發展穩中有進，農業農村工作取得新成績。",
        "目录………………………………………………………………1",
        "呦呦鹿鸣，食野之苹。我有嘉宾，鼓瑟吹笙。",
    ],
)
def test_unusual_text_is_no_fault_of_its_font(line: str) -> None:
    file = PdfFile()
    file.font("F3", "KaiTi", "UniGB-UCS2-H", "GB1")
    file.page(lines(BODY) + show(line, 72, 500, font="F3"))
    assert line in read(file.content()).text.replace("\n", "")


def test_signs_that_lead_lines_are_no_words() -> None:
    file = PdfFile()
    file.font("F2", NAME, embedded=OUTLINES)
    bodies = [f"{line}{line}" for line in BODY] * 7
    file.page(
        "".join(show("", 60, 780 - 24 * n, 9, "F2", [5]) + show(line, 75, 780 - 24 * n, 9) for n, line in enumerate(bodies))
    )
    document = read(file.content())
    assert [line.strip() for line in document.text.split("\n")] == bodies
    assert document.notes == (f"21 signs at the start of lines were left out: font {NAME} does not say what they are",)


@pytest.mark.parametrize("font", OUTLINED, ids=lambda font: font.stem)
def test_a_heading_without_a_table_is_recognised_beside_text_that_is_read(font: Path) -> None:
    pytest.importorskip("rapidocr_onnxruntime")
    if not font.is_file():
        pytest.skip(f"the font {font.name} is not installed")
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("heading", str(font)))
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(buffer := io.BytesIO(), pagesize=(595, 842), pageCompression=0)
    canvas.setFont("heading", 20)
    canvas.drawString(72, 760, TITLE)
    canvas.setFont("STSong-Light", 14)
    for number, line in enumerate(BODY):
        canvas.drawString(72, 700 - 24 * number, line)
    canvas.save()
    content = buffer.getvalue().replace(b"/ToUnicode", b"/ToNothing")
    assert list(read_bytes(content, "x.pdf").texts) == [TITLE, *BODY]
