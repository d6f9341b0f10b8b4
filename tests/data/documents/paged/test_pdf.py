from __future__ import annotations

import io
import random
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from jianghua.data.bounds import Bounds
from jianghua.data.documents import Document
from jianghua.data.documents.paged.pdf import read_pdf
from jianghua.data.errors import DocumentError
from jianghua.data.reader import read_bytes

FONT = "STSong-Light"
TRUETYPE = (
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
    Path("/usr/share/fonts/truetype/arphic/uming.ttc"),
)
WORDS = "会议强调要抓实项目稳住产业守牢底线改进作风把各项工作落到实处让群众看得见变化得到实惠"


def prose(number: int, length: int) -> str:
    """Running text that is not the same anywhere: lines in a wrong order show."""
    return "".join(random.Random(number).choices(WORDS, k=length - 1)) + "。"


def made(draw: Callable[[Any], None], pages: int = 1, **options: Any) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), **options)
    for _ in range(pages):
        canvas.setFont(FONT, 12)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def read(content: bytes, ocr: bool = False) -> Document:
    return read_pdf(content, Bounds(), ocr, lambda page, pages: None)


def texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def furniture(document: Document) -> dict[str, str | None]:
    return {document.text[block.start : block.end].strip(): block.furniture for block in document.blocks}


def column(canvas: Any, x: float, top: float, lines: list[str], leading: float = 18) -> None:
    for number, line in enumerate(lines):
        canvas.drawString(x, top - number * leading, line)


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("shift", [0, 7])  # whether the lines of the columns stand at the same heights
@pytest.mark.parametrize("rows_first", [False, True])  # whether the file itself holds them row by row
def test_columns_are_read_one_after_the_other(columns: int, shift: float, rows_first: bool) -> None:
    width = {2: 18, 3: 12}[columns]
    step = {2: 250, 3: 168}[columns]
    above = [[prose(column * 40 + row, width) for row in range(10)] for column in range(columns)]
    below = [[prose(200 + column * 40 + row, width) for row in range(8)] for column in range(columns)]

    def draw(canvas: Any) -> None:
        canvas.setFont(FONT, 20)
        canvas.drawCentredString(297, 780, "在全县干部作风建设暨重点项目推进会上的讲话")
        canvas.setFont(FONT, 12)
        for block, top in ((above, 730), (below, 480)):
            places = [(row, column) for row in range(len(block[0])) for column in range(columns)]
            for row, column in places if rows_first else sorted(places, key=lambda place: place[1]):
                canvas.drawString(50 + column * step, top - row * 18 - column * shift, block[column][row])
        canvas.drawCentredString(297, 515, "二、这一行横跨各栏，把上面和下面的文字分开，两边各读各的")

    expected = ["在全县干部作风建设暨重点项目推进会上的讲话", *chain(*above)]
    expected += ["二、这一行横跨各栏，把上面和下面的文字分开，两边各读各的", *chain(*below)]
    assert [text.strip("\u3000") for text in texts(read(made(draw)))] == expected


def test_a_table_and_a_title_with_gaps_are_read_row_by_row() -> None:
    def draw(canvas: Any) -> None:
        canvas.drawString(150, 780, "抢抓机遇")
        canvas.drawString(260, 780, "乘势而上")
        for row, (name, figure) in enumerate([("甲县", "12%"), ("乙县", "30%"), ("丙县", "7%"), ("丁县", "9%")]):
            canvas.drawString(60, 700 - 20 * row, name)
            canvas.drawString(300, 700 - 20 * row, figure)

    assert texts(read(made(draw))) == ["抢抓机遇 乘势而上", "甲县 12%", "乙县 30%", "丙县 7%", "丁县 9%"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_rotated_pages_and_rotated_text_are_read_upright(rotate: int, turn: int) -> None:
    lines = [prose(number, 20) for number in range(12)]

    def draw(canvas: Any) -> None:
        canvas.setPageRotation(rotate)
        canvas.translate(297, 297)  # on the page whether it is upright or on its side
        canvas.rotate(turn)
        column(canvas, -200, 200, lines)

    assert texts(read(made(draw))) == lines


def test_text_from_top_to_bottom_is_read_from_right_to_left() -> None:
    def draw(canvas: Any) -> None:
        for number in range(5):
            for place, char in enumerate(prose(number, 12)):
                canvas.drawString(400 - 24 * number, 700 - 13 * place, char)

    assert texts(read(made(draw))) == [prose(number, 12) for number in range(5)]


def test_a_line_that_was_set_in_pieces_is_one_line() -> None:
    def draw(canvas: Any) -> None:
        for place, part in reversed(list(enumerate(["要把", "项目", "建设", "放在", "首位，"]))):
            canvas.drawString(60 + 24 * place, 700, part)
        canvas.drawString(60, 680, "GDP 增长 6.5%，R&D 投入占比 2.4%。")
        canvas.setFont(FONT, 7)
        canvas.drawString(180, 705, "①")

    assert texts(read(made(draw))) == ["要把项目建设放在首位，①", "GDP 增长 6.5%，R&D 投入占比 2.4%。"]


def test_bold_faked_by_printing_twice_is_read_once() -> None:
    def draw(canvas: Any) -> None:
        for shift in (0, 0.4, 0.8):
            canvas.drawString(60 + shift, 700, "一、提高政治站位")

    assert texts(read(made(draw))) == ["一、提高政治站位"]


def test_the_indent_of_a_paragraph_stays() -> None:
    def draw(canvas: Any) -> None:
        for number in range(9):
            canvas.drawString(60 + 24 * (number % 3 == 0), 700 - 18 * number, prose(number, 25))

    assert [text.startswith("\u3000\u3000") for text in texts(read(made(draw)))] == [True, False, False] * 3


def test_space_before_a_paragraph_stands_for_its_indent() -> None:
    def draw(canvas: Any) -> None:
        for number in range(12):
            canvas.drawString(60, 700 - 18 * number - 12 * (number // 3), prose(number, 25))

    assert [text.startswith("\u3000\u3000") for text in texts(read(made(draw)))] == ([False] * 3 + [True, False, False] * 3)


def test_running_heads_page_numbers_and_contents_are_marked() -> None:
    count = 0

    def draw(canvas: Any) -> None:
        nonlocal count
        count += 1
        canvas.drawString(60, 800, "全市经济工作会议材料" if count % 2 else "市政府办公室编印")
        if count == 1:
            canvas.drawString(280, 760, "目 录")
            canvas.drawString(60, 740, "一、总体要求" + "." * 60 + "1")
            canvas.drawString(60, 720, "二、重点任务" + "…" * 20 + " 2")
        column(canvas, 60, 690, [prose(count * 30 + number, 30) for number in range(20)])
        canvas.drawString(280, 40, f"第 {count} 页 共 6 页")

    document = read(made(draw, pages=6))
    found = furniture(document)
    assert found["全市经济工作会议材料"] == found["市政府办公室编印"] == "running head"
    assert found["第 3 页 共 6 页"] == "page number"
    assert [mark for text, mark in found.items() if text[:2] in ("一、", "二、", "目 ")] == ["table of contents"] * 3
    assert sum(mark is None for mark in found.values()) == 120
    assert [block.page for block in document.blocks if block.furniture == "page number"] == [1, 2, 3, 4, 5, 6]


def test_footnotes_come_last_so_that_sentences_go_on_over_the_page() -> None:
    count = 0

    def draw(canvas: Any) -> None:
        nonlocal count
        count += 1
        column(canvas, 60, 780, [prose(count * 40 + number, 30)[:-1] for number in range(20)])
        canvas.setFont(FONT, 8)
        canvas.drawString(60, 90, f"[{count}] 数据来自市统计局。")
        canvas.drawString(60, 78, "口径与上年相同。")

    document = read(made(draw, pages=2))
    assert [block.kind for block in document.blocks] == ["line"] * 40 + ["footnote"] * 4
    assert texts(document)[40:42] == ["[1] 数据来自市统计局。", "口径与上年相同。"]
    assert [block.page for block in document.blocks[40:]] == [1, 1, 2, 2]


def test_a_watermark_across_the_page_is_marked() -> None:
    def draw(canvas: Any) -> None:
        column(canvas, 60, 700, [prose(number, 25) for number in range(10)])
        canvas.translate(150, 500)
        canvas.rotate(45)
        canvas.drawString(0, 0, "内部资料注意保存")

    document = read(made(draw))
    assert furniture(document)["内部资料注意保存"] == "watermark"
    assert texts(document)[:10] == [prose(number, 25) for number in range(10)]


def test_hidden_text_counts_only_over_a_scan() -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    scan = ImageReader(Image.new("L", (60, 85), 200))

    def draw(canvas: Any, over_scan: bool) -> None:
        if over_scan:
            canvas.drawImage(scan, 0, 0, 595, 842)
        else:
            canvas.drawString(60, 600, "看得见的文字。")
        hidden = canvas.beginText(60, 700)
        hidden.setTextRenderMode(3)
        hidden.textLine("识别出来的文字放在图像的上面。")
        canvas.drawText(hidden)

    assert texts(read(made(lambda canvas: draw(canvas, True)))) == ["识别出来的文字放在图像的上面。"]
    assert texts(read(made(lambda canvas: draw(canvas, False)))) == ["看得见的文字。"]


@pytest.mark.parametrize("font", TRUETYPE, ids=lambda font: font.stem)
def test_an_embedded_truetype_font_with_its_map_to_unicode(font: Path) -> None:
    from reportlab.pdfbase.ttfonts import TTFont

    if not font.is_file():
        pytest.skip(f"the font {font.name} is not installed")
    pdfmetrics.registerFont(TTFont("embedded", str(font)))

    def draw(canvas: Any) -> None:
        canvas.setFont("embedded", 12)
        column(canvas, 60, 700, [prose(number, 25) for number in range(5)])

    assert texts(read(made(draw))) == [prose(number, 25) for number in range(5)]


def test_a_file_with_an_empty_password_is_read_and_one_with_another_is_called_encrypted() -> None:
    def draw(canvas: Any) -> None:
        canvas.drawString(60, 700, "路要走好。")

    owner = StandardEncryption(userPassword="", ownerPassword="owner", canModify=0)
    assert texts(read(made(draw, encrypt=owner))) == ["路要走好。"]
    with pytest.raises(DocumentError, match="encrypted with a password"):
        read(made(draw, encrypt="secret"))


def test_a_file_whose_index_is_damaged_is_repaired() -> None:
    content = made(lambda canvas: canvas.drawString(60, 700, "路要走好。"))
    for damaged in (content.replace(b"startxref\n", b"startxref\n9"), b"\n\n" + content):
        assert texts(read(damaged)) == ["路要走好。"]


def test_pages_without_text_are_called_scanned_when_ocr_is_off() -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    scan = ImageReader(Image.new("L", (60, 85), 200))
    content = made(lambda canvas: canvas.drawImage(scan, 0, 0, 595, 842), pages=2)
    with pytest.raises(DocumentError, match="scanned: all 2 pages are pictures of text, and OCR is off"):
        read_bytes(content, "扫描.pdf", ocr=False)
    with pytest.raises(DocumentError, match="no text on its 3 pages"):
        read(made(lambda canvas: canvas.rect(10, 10, 100, 100), pages=3))


def test_more_pages_or_characters_than_the_bounds_allow() -> None:
    content = made(lambda canvas: column(canvas, 60, 780, [prose(number, 30) for number in range(40)]), pages=3)
    with pytest.raises(DocumentError, match="1 to 2 pages, got 3"):
        read_pdf(content, Bounds(pages=2), False, lambda page, pages: None)
    with pytest.raises(DocumentError, match="fewer characters"):
        read_pdf(content, Bounds(characters=50), False, lambda page, pages: None)


def loop(*objects: str) -> bytes:
    """A PDF file of these objects, numbered from 1; the first is its catalogue."""
    body = "".join(f"{number} 0 obj\n{content}\nendobj\n" for number, content in enumerate(objects, start=1))
    return f"%PDF-1.5\n{body}trailer\n<< /Root 1 0 R /Size {len(objects) + 1} >>\n%%EOF\n".encode()


CATALOGUE = "<< /Type /Catalog /Pages 2 0 R >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
DRAWS_ITSELF = (
    "<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /X 5 0 R >> >> /Length 5 >>\n"
    "stream\n/X Do\nendstream"
)


@pytest.mark.parametrize(
    "content",
    [
        loop(CATALOGUE, "<< /Type /Pages /Count 5 /Kids [2 0 R 2 0 R] >>"),
        loop(CATALOGUE, "<< /Type /Pages /Count 999999999 /Kids [3 0 R] >>", "<< /Type /Pages /Kids [2 0 R] /Count 9 >>"),
        loop(
            CATALOGUE,
            "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            PAGE,
            "<< /Length 5 >>\nstream\n/X Do\nendstream",
            DRAWS_ITSELF,
        ),
        loop(
            "<< /Type /Catalog /Pages 2 0 R /Outlines 3 0 R >>",
            "<< /Type /Pages /Count 0 /Kids [] >>",
            "<< /First 3 0 R /Next 3 0 R >>",
        ),
        loop("1 0 R"),
    ],
    ids=["page tree", "count", "form", "outline", "reference"],
)
def test_loops_are_an_error_and_no_hang(content: bytes) -> None:
    with pytest.raises(DocumentError):
        read_bytes(content, "环.pdf", ocr=False)
