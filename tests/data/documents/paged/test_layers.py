"""Layers of a PDF file that are switched off hold no text."""

from __future__ import annotations

import pytest
from pdf_objects import PdfFile, lines, show

from jianghua.data.reader import read_bytes

SPEECH = ["在全镇秋收工作会议上的讲话", "同志们：", "秋粮抢收已经过半，烘干能力比去年提高三成。"]
STAMP = "送审的第三稿。"
BESIDE = f"/OC /P BDC {show(STAMP, 100, 560)} EMC"


def read(states: str, membership: str = "{a} 0 R", content: str = BESIDE, form: str = "") -> list[str]:
    """The sentences of a page with two layers of one name, `a` and `b`."""
    file = PdfFile()
    a, b = (file.add("<< /Type /OCG /Name (stamp) >>") for _ in range(2))
    fonts = f"/Resources << /Font << /F1 {file.fonts['F1']} 0 R >> >>"
    drawing = file.stream(
        show(STAMP, 100, 560), f"/Type /XObject /Subtype /Form /BBox [0 0 600 900] {fonts} {form.format(a=a, b=b)}"
    )
    file.page(lines(SPEECH) + content, f"/Properties << /P {membership.format(a=a, b=b)} >> /XObject << /X {drawing} 0 R >>")
    file.catalogue = f"/OCProperties << /OCGs [{a} 0 R {b} 0 R] /D << {states.format(a=a, b=b)} >> >>"
    return list(read_bytes(file.content(), "x.pdf", ocr=False).texts)


@pytest.mark.parametrize(
    ("states", "membership"),
    [
        ("/OFF [{a} 0 R]", "{a} 0 R"),
        ("/BaseState /OFF", "{a} 0 R"),
        ("/BaseState /OFF /ON [{b} 0 R]", "{a} 0 R"),
        ("/OFF [{a} 0 R]", "<< /Type /OCMD /OCGs {a} 0 R >>"),
        ("/OFF [{a} 0 R]", "<< /Type /OCMD /P /AllOn /OCGs [{a} 0 R {b} 0 R] >>"),
        ("/OFF [{b} 0 R]", "<< /Type /OCMD /P /AllOff /OCGs [{a} 0 R {b} 0 R] >>"),
        ("/OFF [{b} 0 R]", "<< /Type /OCMD /VE [/Not [/Or {a} 0 R {b} 0 R]] >>"),
    ],
)
def test_what_a_hidden_layer_holds_is_no_text(states: str, membership: str) -> None:
    assert read(states, membership) == SPEECH


@pytest.mark.parametrize(
    ("states", "membership"),
    [
        ("/OFF [{b} 0 R]", "{a} 0 R"),  # the other one of that name
        ("/BaseState /OFF /ON [{a} 0 R]", "{a} 0 R"),
        ("/OFF [{b} 0 R]", "<< /Type /OCMD /OCGs [{a} 0 R {b} 0 R] >>"),
        ("/OFF [{a} 0 R]", "<< /Type /OCMD /P /AnyOff /OCGs [{a} 0 R {b} 0 R] >>"),
        ("/OFF [{b} 0 R]", "<< /Type /OCMD /VE [/And {a} 0 R [/Not {b} 0 R]] >>"),
        ("", "{a} 0 R"),
    ],
)
def test_what_a_layer_shows_stays(states: str, membership: str) -> None:
    assert read(states, membership) == [*SPEECH, STAMP]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("/OC /P BDC q /X Do Q EMC", ""),
        ("q /X Do Q", "/OC {a} 0 R"),
        ("q /X Do Q", "/OC << /Type /OCMD /OCGs [{a} 0 R] >>"),
        (f"/OC /P BDC /Span << /MCID 0 >> BDC {show(STAMP, 100, 560)} EMC EMC", ""),
    ],
)
def test_a_layer_hides_what_is_nested_in_it(content: str, form: str) -> None:
    assert read("/OFF [{a} 0 R]", content=content, form=form) == SPEECH
    assert read("/OFF [{b} 0 R]", content=content, form=form) == [*SPEECH, STAMP]
