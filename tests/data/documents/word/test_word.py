from __future__ import annotations

import io
import zipfile

import pytest
from packages import STRICT, docx, level, lists, numbered, p, packed, part, r

from jianghua.data.bounds import DEFAULT, Bounds
from jianghua.data.documents import Document
from jianghua.data.documents.word.reader import read_word
from jianghua.data.errors import DocumentError


def lines(content: bytes) -> list[str]:
    return read_word(content).text.split("\n")


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def test_what_python_docx_writes_is_read() -> None:
    import docx as python_docx

    document = python_docx.Document()
    document.add_heading("在会上的讲话", level=0)
    document.add_heading("一、形势", level=1)
    document.add_paragraph("稳中有进。").add_run("好。").bold = True
    table = document.add_table(2, 3)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"格{number}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "并"
    table.cell(0, 2).merge(table.cell(1, 2)).text = "纵"
    document.sections[0].header.paragraphs[0].text = "页眉"
    buffer = io.BytesIO()
    document.save(buffer)
    read = read_word(buffer.getvalue())
    assert read.text.split("\n") == ["在会上的讲话", "一、形势", "稳中有进。好。", "并", "纵", "格3", "格4"]
    assert [block.level for block in read.blocks][:3] == [None, 1, None]
    assert [block.kind for block in read.blocks] == ["paragraph", "heading", "paragraph", *["table"] * 4]


def test_nested_tables_and_a_merged_cell_that_goes_on_from_nowhere() -> None:
    def cell(inner: str, props: str = "") -> str:
        return f"<w:tc><w:tcPr>{props}</w:tcPr>{inner}</w:tc>"

    inside = f"<w:tbl><w:tr>{cell(p('内一'))}{cell(p('内二'))}</w:tr></w:tbl>"
    body = (
        f"<w:tbl><w:tr>{cell(p('一'))}{cell(p('二') + inside + p(''))}</w:tr>"
        f"<w:tr>{cell(p('孤'), '<w:vMerge/>')}{cell(p('三'))}</w:tr></w:tbl><w:tbl><w:tr>{cell(p('框内正文。'))}</w:tr></w:tbl>"
    )
    assert kinds(read_word(docx(body))) == [
        *[("table", text) for text in ("一", "二", "内一", "内二", "", "孤", "三")],
        ("paragraph", "框内正文。"),
    ]


BOX = f"<w:txbxContent>{p('框中')}{p('两段')}</w:txbxContent>"


@pytest.mark.parametrize(
    "shape",
    [
        f"<w:drawing><wps:wsp><wps:txbx>{BOX}</wps:txbx></wps:wsp></w:drawing>",
        f"<w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict>",
        f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{BOX}</wps:txbx></wps:wsp></w:drawing>'
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>",
        f'<mc:AlternateContent><mc:Choice Requires="x"><w:drawing/></mc:Choice><mc:Fallback><w:pict><v:textbox>{BOX}'
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>",
    ],
    ids=["drawing", "vml", "both", "fallback"],
)
def test_a_text_box_is_read_once_after_its_paragraph(shape: str) -> None:
    assert lines(docx(p("前", f"<w:r>{shape}</w:r>", "后") + p("下段"))) == ["前后", "框中", "两段", "下段"]


def test_letters_drawn_as_a_picture_are_text() -> None:
    shape = '<w:r><w:pict><v:shape><v:textpath string="某市人民政府文件"/></v:shape></w:pict></w:r>'
    assert lines(docx(p(shape) + p("正文"))) == ["", "某市人民政府文件", "正文"]


CHINESE = lists(
    level(0, "chineseCountingThousand", "%1、", '<w:suff w:val="nothing"/>')
    + level(1, "chineseCounting", "（%2）", '<w:suff w:val="nothing"/>')
    + level(2, "decimal", "%3.", '<w:suff w:val="space"/>')
    + level(3, "decimal", "%1.%4", "<w:isLgl/>"),
    level(0, "bullet", "\uf0b7"),
)


def test_list_numbers_are_written_as_they_are_seen() -> None:
    body = "".join(
        p(text, props=numbered(1, depth))
        for depth, text in [(0, "甲"), (1, "子"), (1, "丑"), (2, "寅"), (2, "卯"), (0, "乙"), (1, "辰"), (3, "巳")]
    )
    body += p("点", props=numbered(2)) + p("无", props=numbered(0)) + p("丙", props=numbered(1))
    document = read_word(docx(body, numbering=CHINESE))
    assert document.text.split("\n") == [
        *["一、甲", "（一）子", "（二）丑", "1. 寅", "2. 卯", "二、乙", "（一）辰", "2.1\t巳", "点", "无", "三、丙"]
    ]
    assert {block.kind for block in document.blocks[:8]} == {"list"}
    assert document.blocks[9].kind == "paragraph"


def test_lists_that_begin_anew_go_on_or_are_redefined() -> None:
    extra = (
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>'
        f'<w:num w:numId="4"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1)", start=3)}'
        "</w:lvlOverride></w:num>"
    )
    numbering = lists(level(0, "decimal", "%1.", '<w:suff w:val="nothing"/>'), extra=extra)
    body = "".join(p("x", props=numbered(list)) for list in (1, 1, 2, 2, 3, 4, 4))
    assert lines(docx(body, numbering=numbering)) == ["1.x", "2.x", "1.x", "2.x", "3.x", "C)\tx", "D)\tx"]


def test_a_level_that_never_begins_anew_and_levels_that_were_skipped() -> None:
    numbering = lists(level(0, "decimal", "%1") + level(1, "decimal", "%1.%2", '<w:lvlRestart w:val="0"/>'))
    body = "".join(p("x", props=numbered(1, depth)) for depth in (1, 0, 1, 0, 1))
    assert lines(docx(body, numbering=numbering)) == ["1.1\tx", "1\tx", "1.2\tx", "2\tx", "2.3\tx"]


STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="标题 2"/><w:basedOn w:val="1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="s"><w:name w:val="单位标题"/><w:basedOn w:val="2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="toc"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="h"><w:name w:val="暗"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="c"><w:name w:val="暗字"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


def test_heading_levels_and_numbers_come_from_styles() -> None:
    numbering = lists(
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="1"/><w:suff w:val="nothing"/>')
        + level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="2"/><w:suff w:val="nothing"/>')
    )
    body = (
        p("总", props='<w:pStyle w:val="1"/>')
        + p("分", props='<w:pStyle w:val="2"/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>')
        + p("单", props='<w:pStyle w:val="s"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + p("直", props='<w:outlineLvl w:val="2"/>')
        + p("文", props='<w:pStyle w:val="1"/><w:outlineLvl w:val="9"/>')
    )
    document = read_word(docx(body, styles=STYLES, numbering=numbering))
    assert document.text.split("\n") == ["一、总", "（一）分", "单", "直", "二、文"]
    assert [block.level for block in document.blocks] == [1, 2, 2, 3, None]


def numbering_style(list: int) -> str:
    return (
        f'<w:style w:type="numbering" w:styleId="n"><w:name w:val="编号"/><w:pPr><w:numPr><w:numId w:val="{list}"/></w:numPr>'
        "</w:pPr></w:style>"
    )


def test_a_list_defined_by_a_style() -> None:
    styles = numbering_style(2)
    numbering = lists('<w:numStyleLink w:val="n"/>', '<w:styleLink w:val="n"/>' + level(0, "ideographTraditional", "%1、"))
    body = p("x", props=numbered(1)) + p("x", props=numbered(1))
    assert lines(docx(body, styles=styles, numbering=numbering)) == ["甲、\tx", "乙、\tx"]


def test_a_custom_number_format_and_an_unknown_list() -> None:
    custom = (
        '<w:lvl w:ilvl="0"><w:start w:val="7"/><mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" '
        'w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback>'
        '</mc:AlternateContent><w:lvlText w:val="%1"/></w:lvl>'
    )
    body = p("x", props=numbered(1)) + p("y", props=numbered(9))
    assert lines(docx(body, numbering=lists(custom))) == ["007\tx", "y"]


def test_notes_stand_at_the_end_and_leave_no_mark_in_the_sentence() -> None:
    def note(kind: str, id: int, text: str) -> str:
        return f'<w:{kind} w:id="{id}">{p(f"<w:r><w:{kind}Ref/></w:r>", text)}</w:{kind}>'

    separator = f'<w:footnote w:type="separator" w:id="0">{p("——")}</w:footnote>'
    body = p("前", '<w:r><w:endnoteReference w:id="2"/></w:r>', "中", '<w:r><w:footnoteReference w:id="3"/></w:r>', "后。")
    body += p("又", '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>*</w:t></w:r>', "。")
    body += p(f'<w:del>{r("删")}<w:r><w:footnoteReference w:id="4"/></w:r></w:del>', "末。")
    document = read_word(
        docx(
            body,
            footnotes=separator + note("footnote", 2, "脚二") + note("footnote", 3, "脚三") + note("footnote", 4, "脚四"),
            endnotes=note("endnote", 2, "尾二"),
        )
    )
    assert kinds(document) == [
        *[("paragraph", text) for text in ("前中后。", "又。", "末。")],
        *[("footnote", text) for text in ("尾二", "脚三", "脚二")],
    ]


def test_revisions_are_read_as_accepted() -> None:
    deleted_mark = "<w:rPr><w:del/></w:rPr>"
    body = (
        p(
            "保",
            f"<w:ins>{r('增')}</w:ins>",
            "<w:del><w:r><w:delText>删</w:delText></w:r></w:del>",
            f"<w:moveTo>{r('来')}</w:moveTo>",
        )
        + p(f"<w:moveFrom>{r('去')}</w:moveFrom>", props="<w:rPr><w:moveFrom/></w:rPr>")
        + p("上半", props=f"{deleted_mark}")
        + p("下半", props=numbered(1))
        + p("<w:del><w:r><w:delText>全删</w:delText></w:r></w:del>", props=f"{numbered(1)}{deleted_mark}")
        + p("二", props=f"{numbered(1)}<w:pPrChange><w:pPr><w:numPr><w:numId w:val='0'/></w:numPr></w:pPr></w:pPrChange>")
        + f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('删行')}</w:tc><w:tc>{p('删行')}</w:tc></w:tr>"
        + f"<w:tr><w:tc>{p('留')}</w:tc><w:tc><w:tcPr><w:cellDel/></w:tcPr>{p('删格')}</w:tc></w:tr></w:tbl>"
    )
    numbering = lists(level(0, "decimal", "%1.", '<w:suff w:val="nothing"/>'))
    assert lines(docx(body, numbering=numbering)) == ["保增来", "1.上半下半", "2.二", "留"]


def test_hidden_text_is_left_out() -> None:
    body = (
        p("见", r("隐", "<w:vanish/>"), r("显", '<w:vanish w:val="0"/>'), r("隐", '<w:rStyle w:val="c"/>'))
        + p("全隐", props='<w:pStyle w:val="h"/>')
        + p("题", props='<w:rPr><w:specVanish/></w:rPr><w:outlineLvl w:val="0"/>')
        + p("接正文。")
        + f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{p('隐行')}</w:tc></w:tr></w:tbl>"
    )
    assert lines(docx(body, styles=STYLES)) == ["见显", "题接正文。"]


def field(code: str, result: str | None) -> str:
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>{shown}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_fields_give_their_results() -> None:
    inner = field("QUOTE a", r("内"))
    body = (
        p("第", field("PAGE", r("3")), "页", f'<w:fldSimple w:instr="DATE">{r("今日")}</w:fldSimple>')
        + p("外", field(f"IF </w:instrText></w:r>{inner}<w:r><w:instrText> = 1", r("真")), "尾")
        + p("注", field(r"EQ \* jc2 \* hps10 \o\ad(\s\up 9(zhù),音)", None), field(r"eq \o\ac(○,3)", None))
    )
    assert lines(docx(body)) == ["第3页今日", "外真尾", "注音③"]


def test_a_field_without_an_end_swallows_nothing() -> None:
    assert lines(docx(p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "开头") + p("正文。"))) == ["开头", "正文。"]


def test_a_table_of_contents_is_furniture() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-3"</w:instrText></w:r>'
    begin += '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    body = (
        p(begin, "一、形势", "<w:r><w:tab/></w:r>", field("PAGEREF a", r("1")))
        + p("二、任务", "<w:r><w:tab/></w:r>", "2")
        + p('<w:r><w:fldChar w:fldCharType="end"/></w:r>')
        + p("样式目录", props='<w:pStyle w:val="toc"/>')
        + '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        + f"<w:sdtContent>{p('目录')}</w:sdtContent></w:sdt>"
        + p("正文。")
    )
    document = read_word(docx(body, styles=STYLES))
    marked = [document.text[block.start : block.end] for block in document.blocks if block.furniture == "table of contents"]
    assert marked == ["一、形势\t1", "二、任务\t2", "样式目录", "目录"]
    assert document.text.endswith("正文。")


def test_wrappers_and_special_characters() -> None:
    body = (
        p(
            f"<w:hyperlink>{r('链')}</w:hyperlink><w:smartTag><w:smartTagPr/>{r('签')}</w:smartTag>",
            f"<w:sdt><w:sdtPr><w:alias w:val='名'/></w:sdtPr><w:sdtContent>{r('控')}</w:sdtContent></w:sdt>",
            f"<w:r><w:ruby><w:rubyPr/><w:rt>{r('pīn')}</w:rt><w:rubyBase>{r('拼')}</w:rubyBase></w:ruby></w:r>",
            '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:font="宋体" w:char="2460"/></w:r>',
            "<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/><w:tab/><w:t>c</w:t></w:r>",
            '<w:r><w:commentReference w:id="1"/><w:lastRenderedPageBreak/></w:r>',
            "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
            "<m:d><m:e><m:r><m:t>x</m:t></m:r></m:e></m:d></m:oMath>",
            props='<w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs>',
        )
        + p(r("上<!-- 注 -->行"), "<w:r><w:br/></w:r>", "下行", '<w:r><w:br w:type="page"/></w:r>', "新页\n不分")
        + f"<w:sdt><w:sdtContent>{p('块控件')}</w:sdtContent></w:sdt><w:customXml>{p('自定义')}</w:customXml>"
        + f"<mc:AlternateContent><mc:Choice Requires='x'>{p('选')}</mc:Choice><mc:Fallback>{p('备')}</mc:Fallback>"
        + "</mc:AlternateContent>"
    )
    assert lines(docx(body)) == [*["链签控拼✓①a-b\u00ad\tc1/2(x)", "上行", "下行", "新页 不分", "块控件", "自定义", "选"]]


def test_the_strict_form_and_embedded_files() -> None:
    page = "<html><meta charset=gb2312><p>网页里的话。</p></html>".encode("gb18030")
    body = p("前") + '<w:altChunk r:id="r0"/>' + p("后", props='<w:outlineLvl w:val="0"/>')
    document = read_word(docx(body, space=STRICT, files={"word/chunk.html": page}))
    assert document.text.split("\n") == ["前", "网页里的话。", "后"]
    assert document.blocks[-1].level == 1


@pytest.mark.parametrize(
    ("name", "embedded", "note"),
    [
        ("chunk.rtf", b"{\\rtf1 text}", "expected a Word file, a web page or a text, got rtf"),
        ("chunk.html", b"", "the file is empty"),
        ("chunk.docx", b"PK\x03\x04", "damaged Word file: File is not a zip file"),
    ],
)
def test_an_embedded_file_that_is_not_read_is_told_and_harms_nothing(name: str, embedded: bytes, note: str) -> None:
    document = read_word(docx(p("前") + '<w:altChunk r:id="r0"/>' + p("后"), files={f"word/{name}": embedded}))
    assert document.text.split("\n") == ["前", "后"]
    assert document.notes == (f"an embedded file was not read ({note})",)


def test_word_files_lie_in_each_other_only_so_deep() -> None:
    content = docx(p("内"))
    for number in range(3):
        content = docx(p(f"外{number}") + '<w:altChunk r:id="r0"/>', files={"word/chunk.docx": content})
    document = read_word(content, Bounds(depth=3))
    assert document.text.split("\n") == ["外2", "外1", "外0"]
    assert document.notes == ("an embedded file was not read (expected Word files at most 3 deep in each other, got more)",)
    assert read_word(content, Bounds(depth=4)).notes == ()


DEEP = b"<w:p>" * 1000
ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'


def lying_size(content: bytes) -> bytes:
    """The archive with 10 as the declared size of each member."""
    size = DEFAULT.part_bytes + 1_000_000
    return content.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 and nothing", "damaged"),
        (packed({"a.txt": b"x"}), "no part word/document.xml"),
        (packed({"word/document.xml": b"<w:document"}), "damaged Word file"),
        (packed({"word/document.xml": b"<x/>"}), "another kind of document"),
        (packed({"word/document.xml": ENTITY}), "document type declaration"),
        (docx(DEEP.decode() + "</w:p>" * 1000), "depth"),
        (packed({"word/document.xml": bytes(DEFAULT.part_bytes + 1_000_000)}), "unpacks to more than"),
        (lying_size(packed({"word/document.xml": bytes(DEFAULT.part_bytes + 1_000_000)})), "damaged|unpacks"),
        (docx("<w:p/>" * 100_001), "at most 100,000 lines, got more"),
        (docx(p("")), "holds no text"),
        (docx(p("x"))[:-40], "damaged"),
    ],
    ids=[
        "no zip",
        "no part",
        "cut xml",
        "other xml",
        "entity",
        "deep",
        "bomb",
        "lying bomb",
        "many",
        "empty",
        "cut zip",
    ],
)
def test_bad_files_give_their_reason(content: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read_word(content)


def test_deep_tables_are_read_as_deep_as_the_parser_goes() -> None:
    depth = 80
    body = "<w:tbl><w:tr><w:tc>" * depth + p("深处") + "</w:tc></w:tr></w:tbl>" * depth
    assert lines(docx(body)) == ["深处"]


def test_styles_and_lists_in_circles() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="a"/><w:basedOn w:val="b"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="b"/><w:basedOn w:val="a"/></w:style>' + numbering_style(1)
    )
    body = p("x", props=f'<w:pStyle w:val="a"/>{numbered(1)}')
    assert lines(docx(body, styles=styles, numbering=lists('<w:numStyleLink w:val="n"/>'))) == ["x"]


def test_a_part_that_is_named_but_missing_is_done_without() -> None:
    content = docx(p("正文。"), styles=STYLES)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = {name: package.read(name) for name in package.namelist() if "styles" not in name}
    assert lines(packed(members)) == ["正文。"]
    assert part("x", "").startswith("<?xml")
