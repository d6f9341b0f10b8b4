"""What of a Word file a reader sees: by colour, size, strokes, prompts, large first letters, and where its lines end."""

from __future__ import annotations

import pytest
from packages import STRICT, docx, level, lists, numbered, p, r

from jianghua.data.documents.word.reader import read_word

SALUTATION = p("各位代表：")


def lines(content: bytes) -> list[str]:
    return read_word(content).text.split("\n")


def style(id: str, run: str = "", based_on: str = "", paragraph: str = "", type: str = "character") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    properties = f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr>"
    return f'<w:style w:type="{type}" w:styleId="{id}"><w:name w:val="{id}"/>{base}{properties}</w:style>'


W14_FILL = '<w14:textFill><w14:solidFill><w14:srgbClr w14:val="{}">{}</w14:srgbClr></w14:solidFill></w14:textFill>'


@pytest.mark.parametrize(
    "looks",
    [
        '<w:color w:val="FFFFFF"/>',
        '<w:color w:val="fdfdfd"/>',
        '<w:color w:val="FFFFFF" w:themeColor="background1"/>',
        '<w:color w:themeColor="background1"/>',
        '<w:sz w:val="4"/>',
        '<w:sz w:val="1"/><w:szCs w:val="30"/>',
        '<w:rStyle w:val="white"/>',
        '<w:rStyle w:val="whiter"/>',
        '<w:color w:val="FF0000"/><w:shd w:val="clear" w:fill="FF0000"/>',
        '<w:color w:val="000000"/><w:highlight w:val="black"/>',
        W14_FILL.format("FFFFFF", ""),
        W14_FILL.format("333333", '<w14:alpha w14:val="100000"/>'),
        "<w14:textFill><w14:noFill/></w14:textFill>",
        "<w:strike/>",
        '<w:dstrike w:val="true"/>',
        '<w:rStyle w:val="out"/>',
        "<w:vanish/>",
    ],
)
def test_runs_that_nobody_sees(looks: str) -> None:
    styles = style("white", '<w:color w:val="FFFFFF"/>') + style("whiter", based_on="white") + style("out", "<w:strike/>")
    body = p("水库除险", r("某站独家", looks), "加固要在汛前完工。") + p(r("某站独家", looks)) + p("再讲一点。")
    assert [line for line in lines(docx(body, styles=styles)) if line] == ["水库除险加固要在汛前完工。", "再讲一点。"]


@pytest.mark.parametrize(
    "looks",
    [
        '<w:color w:val="C0C0C0"/>',
        '<w:color w:val="FFFF00"/>',
        '<w:color w:val="auto"/><w:shd w:val="clear" w:fill="000000"/>',
        '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="C00000"/>',
        '<w:color w:val="FFFFFF"/><w:shd w:val="solid" w:color="1F4E79" w:fill="FFFFFF"/>',
        '<w:color w:val="FFFFFF"/><w:shd w:val="pct75" w:color="auto" w:fill="auto"/>',
        '<w:color w:val="FFFFFF"/><w:highlight w:val="darkBlue"/>',
        '<w:color w:themeColor="background1" w:themeShade="80"/>',
        '<w:color w:themeColor="accent1"/>',
        '<w:sz w:val="10"/>',
        '<w:rStyle w:val="white"/><w:color w:val="auto"/>',
        '<w:rStyle w:val="out"/><w:strike w:val="0"/>',
        "<w14:textFill><w14:noFill/></w14:textFill><w14:textOutline><w14:solidFill/></w14:textOutline>",
        W14_FILL.format("FFFFFF", '<w14:lumMod w14:val="50000"/>'),
    ],
)
def test_runs_that_are_seen_all_the_same(looks: str) -> None:
    styles = style("white", '<w:color w:val="FFFFFF"/>') + style("out", "<w:strike/>")
    assert lines(docx(p("水库", r("除险", looks), "加固。"), styles=styles)) == ["水库除险加固。"]


WHITE_RUN = r("汛期已到", '<w:color w:val="FFFFFF"/>')
DARK = '<w:shd w:val="clear" w:color="auto" w:fill="002060"/>'
TABLE = "<w:tbl><w:tblPr>{}</w:tblPr><w:tr><w:tc><w:tcPr>{}</w:tcPr>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>"
BEHIND = '<w:r><w:drawing><wp:anchor xmlns:wp="{}" behindDoc="1"><wp:extent cx="{}" cy="9"/></wp:anchor></w:drawing></w:r>'
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (p(WHITE_RUN, props=DARK), True),
        (p(WHITE_RUN, props='<w:pStyle w:val="banner"/>'), True),
        (p(WHITE_RUN, props='<w:pStyle w:val="banner"/><w:shd w:val="clear" w:fill="FFFFFF"/>'), False),
        (TABLE.format("", DARK, p(WHITE_RUN), p("格。")), True),
        (TABLE.format(DARK, "", p(WHITE_RUN), p("格。")), True),
        (TABLE.format('<w:tblStyle w:val="grid"/>', "", p(WHITE_RUN), p("格。")), True),
        (TABLE.format('<w:tblStyle w:val="lined"/>', "", p(WHITE_RUN), p("格。")), False),
        (p(BEHIND.format(WP, 7_000_000)) + p(WHITE_RUN), True),
        (p(BEHIND.format(WP, 1_500_000)) + p(WHITE_RUN), False),
        (p(r("汛期已到"), props='<w:spacing w:line="20" w:lineRule="exact"/>'), False),
        (p(r("汛期已到"), props='<w:spacing w:line="20" w:lineRule="auto"/>'), True),
    ],
)
def test_what_lies_behind_decides(body: str, seen: bool) -> None:
    shaded = '<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:fill="4472C4"/></w:tcPr></w:tblStylePr>'
    styles = (
        style("banner", paragraph=DARK, type="paragraph")
        + style("grid", type="table").replace("</w:style>", f"{shaded}</w:style>")
        + style("lined", type="table")
    )
    read = lines(docx(body + p("要守住每一段堤防，一刻也不能松。"), styles=styles))
    assert ("汛期已到" in read) is seen
    assert read[-1] == "要守住每一段堤防，一刻也不能松。"


def test_where_most_text_is_white_the_page_is_not() -> None:
    body = p(r("同志们：", '<w:color w:val="FFFFFF"/>')) + p(r("汛期已到。", '<w:color w:val="FFFFFF"/>')) + p("第一页")
    assert lines(docx(body)) == ["同志们：", "汛期已到。", "第一页"]


def control(inner: str, flags: str = "<w:showingPlcHdr/>") -> str:
    return f"<w:sdt><w:sdtPr>{flags}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


PROMPT_LOOKS = '<w:rStyle w:val="a8"/>'


@pytest.mark.parametrize(
    ("inner", "seen"),
    [
        (p(r("[在这里键入讲话的日期]")), False),
        (p(r("单位", PROMPT_LOOKS)), False),
        (p(r("请填写参加会议的单位名称。")), False),
        (p(r("Click or tap here to enter text.")), False),
        (f"<w:tbl><w:tr><w:tc>{p(r('选择一项。', PROMPT_LOOKS))}</w:tc></w:tr></w:tbl>", False),
        (p(r("今年的防汛形势比往年都要严峻。")), True),
        (p(r("今年的防汛形势比往年都要严峻，" * 6, PROMPT_LOOKS)), True),
    ],
)
def test_the_prompt_of_an_empty_control_is_no_text(inner: str, seen: bool) -> None:
    read = [line for line in lines(docx(p("前。") + control(inner) + p("后。"))) if line]
    assert (len(read) > 2) is seen
    assert (read[0], read[-1]) == ("前。", "后。")


def test_a_control_that_was_filled_is_read() -> None:
    body = p(
        "今天是", control(r("选择日期"), '<w:showingPlcHdr w:val="0"/>'), "，", control(r("点击此处", PROMPT_LOOKS)), "星期五。"
    )
    assert lines(docx(body)) == ["今天是选择日期，星期五。"]


FRAME = '<w:framePr w:dropCap="{}" w:lines="3" w:wrap="around"/>'
BOX = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p("今", props=FRAME.format("margin")) + p("年雨情偏重。"), ["今年雨情偏重。"]),
        (p("“今", props=FRAME.format("drop")) + p("年”二字。"), ["“今年”二字。"]),
        (p("今", props=FRAME.format("none")) + p("年雨情偏重。"), ["今", "年雨情偏重。"]),
        (p("文号", props='<w:framePr w:hAnchor="page"/>') + p("年雨情偏重。"), ["文号", "年雨情偏重。"]),
        (p(BOX.format(p("今")), "年雨情比往年偏重，来得也早。"), ["今年雨情比往年偏重，来得也早。"]),
        (p("年雨情比往年偏重，来得也早。", BOX.format(p("今"))), ["今年雨情比往年偏重，来得也早。"]),
        (p(BOX.format(p("急")), "关于防汛工作的意见"), ["关于防汛工作的意见", "急"]),
        (p(BOX.format(p("特急")), "今年雨情比往年偏重，来得也早。"), ["今年雨情比往年偏重，来得也早。", "特急"]),
    ],
)
def test_a_large_first_letter_belongs_to_its_word(body: str, expected: list[str]) -> None:
    assert lines(docx(body)) == expected
    assert lines(docx(body, space=STRICT)) == expected


BREAK, PAGE, COLUMN = "<w:r><w:br/></w:r>", '<w:r><w:br w:type="page"/></w:r>', '<w:r><w:br w:type="column"/></w:r>'
SECTION = '<w:sectPr><w:type w:val="nextPage"/></w:sectPr>'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p("要在汛前把病险水库全部", BREAK, "加固到位。"), ["要在汛前把病险水库全部加固到位。"]),
        (p("既要查堤防，", "<w:r><w:cr/></w:r>", "又要备物资。"), ["既要查堤防，又要备物资。"]),
        (p("要在汛前把病险水库", PAGE, "全部加固。巡堤", BREAK, "不能断人。"), ["要在汛前把病险水库全部加固。巡堤不能断人。"]),
        (p("要在汛前把病险水库", COLUMN, "全部加固。"), ["要在汛前把病险水库全部加固。"]),
        (p("要在汛前把病险水库全部", props=SECTION) + p("加固到位。"), ["要在汛前把病险水库全部加固到位。"]),
        (p("要在汛前把病险水库全部") + p(PAGE, "加固到位。"), ["要在汛前把病险水库全部加固到位。"]),
        (p("要在汛前把病险水库全部", PAGE) + p("加固到位。"), ["要在汛前把病险水库全部加固到位。"]),
        (
            p("要在汛前把病险水库全部加固") + p("，一座不落。", props="<w:pageBreakBefore/>"),
            ["要在汛前把病险水库全部加固，一座不落。"],
        ),
    ],
)
def test_a_break_inside_a_sentence_parts_nothing(body: str, expected: list[str]) -> None:
    assert lines(docx(SALUTATION + body))[1:] == expected


@pytest.mark.parametrize(
    "parts",
    [
        ["在全市防汛抗旱工作", "会议上的讲话。"],
        ["一、加固病险水库和堤防", "要在汛前全部完工。"],
        ["汛情就是命令。", "要马上行动。"],
        ["做到三点：", "巡堤不断人。"],
        ["加固病险水库的任务还很重", "二、备足物资。要舍得花钱。"],
        ["加固病险水库的任务还很重", "\u3000\u3000物资要备足。"],
        ["保堤防", "要在汛前全部完工。"],
        ["东河镇人民政府防汛办公室", "西河镇人民政府防汛办公室"],
        ["讲完了。", "加固病险水库和堤防", "要在汛前全部完工。"],
    ],
)
def test_a_break_between_lines_parts_them(parts: list[str]) -> None:
    opening = "" if "讲话" in parts[1] else SALUTATION
    body = opening + p(BREAK.join(r(part) for part in parts))
    assert lines(docx(body))[-len(parts) :] == parts


def test_a_heading_set_apart_by_its_looks_or_its_place_stays_a_line() -> None:
    bold = r("加固病险水库和千里堤防", "<w:b/>")
    centred = p("加固病险水库和千里堤防", PAGE, props='<w:jc w:val="center"/>')
    text = "要在汛前全部完工。"
    for body in (p(bold, BREAK, text), p(bold, PAGE) + p(text), centred + p(text), p("加固病险水库和千里堤防") + p(text)):
        assert [line for line in lines(docx(SALUTATION + body)) if line] == ["各位代表：", "加固病险水库和千里堤防", text]


def test_a_number_counts_though_nobody_sees_it() -> None:
    numbering = lists(level(0, "decimal", "%1.", '<w:suff w:val="nothing"/>'))
    white = '<w:color w:val="FFFFFF"/>'
    body = p(r("暗", white), props=f"{numbered(1)}<w:rPr>{white}</w:rPr>") + p("查堤防。", props=numbered(1))
    assert lines(docx(body, numbering=numbering)) == ["", "2.查堤防。"]


def test_a_hidden_shape_is_not_read() -> None:
    hidden = BOX.replace("<v:shape>", '<v:shape style="visibility:hidden">')
    assert lines(docx(p("前。", BOX.format(p("框一")), hidden.format(p("框二"))))) == ["前。", "框一"]
