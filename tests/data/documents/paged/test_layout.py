"""Drop caps, headings over two lines, notes and phonetic guides: what belongs together stays together."""

from __future__ import annotations

import pytest
from pdf_objects import PdfFile, show

from jianghua.data.reader import read_bytes

TITLE = show("在全镇秋收工作会议上的讲话", 150, 780, 20)
SENTENCES = [
    "秋粮抢收已经过半，烘干能力比去年提高三成。",
    "但是部分村沟渠淤塞严重，机具调度不够及时，必须在月底以前尽快补上短板。",
    "下一步要把排涝摆在首位，把机具调度好，把人员组织好，确保颗粒归仓，让群众把心放在肚里。",
]
LAST = "各村要派人到现场核实，对走过场的要严肃追究责任，决不姑息迁就。"


def read(*pages: str) -> list[str]:
    file = PdfFile()
    for page in pages:
        file.page(page)
    return list(read_bytes(file.content(), "x.pdf", ocr=False).texts)


def wrapped(text: str, indents: list[float], width: float = 450, top: float = 690) -> str:
    """Lines of text, each as far from the left as `indents` say, the last of which goes for all further ones."""
    drawn, row = "", 0
    while text:
        left = indents[min(row, len(indents) - 1)]
        fits = int((width - left + 72) / 14)
        drawn += show(text[:fits], left, top - 24 * row)
        text, row = text[fits:], row + 1
    return drawn


@pytest.mark.parametrize("first", [True, False])  # whether the file holds the drop cap before its line
@pytest.mark.parametrize(
    ("size", "base", "left", "beside"), [(38, 668, 114, 2), (62, 645, 138, 3), (30, 675, 105, 2), (44, 670, 118, 2)]
)
def test_a_drop_cap_begins_the_first_of_its_lines(size: float, base: float, left: float, beside: int, first: bool) -> None:
    text = "".join(SENTENCES)
    cap, rest = show(text[0], 72, base, size), wrapped(text[1:], [left] * beside + [72])
    after = wrapped(LAST, [100, 72], top=560)
    greeting = show("同志们：", 72, 740)
    assert read(TITLE + greeting + (cap + rest if first else rest + cap) + after) == [
        "在全镇秋收工作会议上的讲话",
        "同志们：",
        *SENTENCES,
        LAST,
    ]


def test_a_number_beside_one_line_is_no_drop_cap() -> None:
    text = wrapped("".join(SENTENCES), [100, 72])
    assert read(TITLE + show("壹", 72, 716, 30) + show("抢收", 110, 716) + text)[1] == "壹抢收"


HEADING = "一、坚持问题导向，把排涝、烘干、机具调度和人员组织这四件大事一件一件抓实"


def headed(*heading: tuple[str, float]) -> str:
    drawn = "".join(show(text, left, 670 - 26 * row, 16) for row, (text, left) in enumerate(heading))
    return TITLE + wrapped(SENTENCES[0], [100, 72], top=726) + drawn + wrapped("".join(SENTENCES[1:]), [100, 72], top=600)


def test_a_heading_in_larger_type_is_joined_over_two_lines() -> None:
    assert read(headed((HEADING[:26], 100), (HEADING[26:], 72)))[1:3] == [SENTENCES[0], HEADING]


@pytest.mark.parametrize(
    "heading",
    [
        ["一、坚持问题导向，把工作抓实", "（一）先抓排涝"],
        [HEADING[:26], "二、其余的事也要一件一件抓实"],
        ["一、抓好排涝", "先易后难，先急后缓"],
    ],
)
def test_headings_below_each_other_are_not_joined(heading: list[str]) -> None:
    assert read(headed(*((text, 100) for text in heading)))[2:4] == heading


def test_notes_at_the_foot_part_no_sentence_and_their_signs_enter_none() -> None:
    text = "".join(SENTENCES)
    first = wrapped(text[:60], [100, 72], top=140) + show("1", 72 + 30 * 14 + 1, 121, 7)
    first += "72 85 m 200 85 l S " + show("1 数据来自镇统计站。", 72, 70, 9) + show("- 1 -", 280, 40, 10)
    second = wrapped(text[60:], [72], top=780) + show("- 2 -", 280, 40, 10)
    assert read(TITLE + first, second) == ["在全镇秋收工作会议上的讲话", *SENTENCES, "1数据来自镇统计站。"]


def test_numbers_that_are_raised_after_a_unit_stay() -> None:
    unit = show("新修的晒场有420m", 72, 740) + show("2", 72 + 11 * 14, 745, 8) + show("，够用了。", 72 + 12 * 14, 740)
    assert "m2" in "".join(read(TITLE + unit)[1].split())


@pytest.mark.parametrize("guide", ["zháiyì", "ㄓㄞˊㄧˋ", "zhái yì"])
def test_a_phonetic_guide_is_no_text(guide: str) -> None:
    name = "他叫翟羿，是镇里的农技员，大家都认识他，今年他跑遍了"
    page = show(name, 72, 740) + show(guide, 98, 753, 6) + show("各村各组，出了大力。", 72, 716)
    assert "".join(read(TITLE + page)[1:]) == f"{name}各村各组，出了大力。"


def test_what_is_filled_into_a_form_is_read_where_it_stands() -> None:
    file = PdfFile()
    value = "".join(f"{ord(char):04x}" for char in SENTENCES[0])
    field = file.add(
        f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V <feff{value}> /Rect [72 650 500 680] /DA (/F1 12 Tf 0 g) /F 4 >>"
    )
    file.page(TITLE + show("会议内容：", 72, 700) + wrapped(LAST, [72], top=600), entries=f"/Annots [{field} 0 R]")
    file.catalogue = f"/AcroForm << /Fields [{field} 0 R] >>"
    assert list(read_bytes(file.content(), "x.pdf", ocr=False).texts) == [
        "在全镇秋收工作会议上的讲话",
        "会议内容：",
        SENTENCES[0],
        LAST,
    ]
