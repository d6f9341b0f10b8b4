"""The frame of official documents around a speech, and speeches that only speak of documents."""

from __future__ import annotations

import pytest
from packages import docx, p

from jianghua.data.reader import read_bytes, read_text

TITLE = "在全县防汛工作会议上的讲话"
BODY = [
    "入春以来，全县已有三处塘坝出现渗漏，好在发现得早，没有酿成险情。",
    "但是有的乡镇汛前检查只看台账，不到现场，这种做法要改。",
    "各乡镇五月底前要把每座塘坝的责任人落实到位，名单报县水利局。",
]
SPEECH = [TITLE, "（2025年4月18日）", "同志们：", *BODY]

HEADS = {
    "red head": ["河畔县人民政府文件", "河政发〔2025〕8号"],
    "secret, signed, by two offices": [
        "000012",
        "秘密★1年",
        "特急",
        "中共河畔县委办公室",
        "河畔县人民政府办公室",
        "文　件",
        "河办发［2025］8号　　签发人：李某某",
    ],
    "notice": [
        "河畔县人民政府办公室文件",
        "河政办发〔2025〕8号",
        "河畔县人民政府办公室关于印发李某某县长在全县防汛工作会议上讲话的通知",
        "各乡镇人民政府，县政府有关部门：",
        "现将李某某县长在全县防汛工作会议上的讲话印发给你们，请认真抓好落实。",
        "河畔县人民政府办公室",
        "2025年4月20日",
    ],
    "notice in several sentences that lists its annex": [
        "河政发［2025］8号",
        "河畔县人民政府",
        "关于转发李某某同志在全县防汛工作会议上讲话的",
        "通　　知",
        "各乡镇人民政府、县政府各部门：",
        "李某某同志的讲话，对今年的防汛工作作了全面部署。现转发给你们，望认真学习。",
        "学习情况请于五月底前报县政府办公室。",
        "特此通知。",
        "附件：李某某同志在全县防汛工作会议上的讲话",
        "河畔县人民政府",
        "二○二五年四月二十日",
        "（此件发至村）",
        "附件",
    ],
    "bulletin": [
        "防汛工作简报",
        "第12期",
        "河畔县防汛抗旱指挥部办公室编　　二〇二五年四月二十日",
        "编者按：四月十八日，县里召开防汛工作会议。现将李某某县长的讲话刊发如下，供各地学习。",
    ],
}
FEET = {
    "none": [],
    "copies": ["抄送：县委各部门，县人武部。", "河畔县人民政府办公室　　2025年4月20日印发"],
    "key words, wrapped copies, printer": [
        "附件：1.塘坝责任人名单",
        "2.抢险队伍名单",
        "主题词：防汛　讲话　通知",
        "抄送：市委办公室，县人大常委会办公室，",
        "县政协办公室，县法院，县检察院。",
        "河畔县人民政府办公室秘书科　　二○二五年四月二十日印",
        "校对：赵六　　（共印120份）",
    ],
    "rule, number of copies": ["抄 送：县委办公室。", "————", "县政府办公室　2025年4月20日印发　共印80份"],
    "of a bulletin": ["报：市防汛办，县委、县政府领导。", "送：县直有关部门。", "发：各乡镇防汛办。"],
}


@pytest.mark.parametrize("foot", FEET.values(), ids=FEET)
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_the_frame_of_a_document_that_issues_a_speech_goes(head: list[str], foot: list[str]) -> None:
    assert read_text("\n".join([*head, *SPEECH, *foot])).texts == SPEECH


def test_the_frame_goes_from_a_word_file() -> None:
    lines = [*HEADS["notice"], *SPEECH, *FEET["copies"]]
    assert read_bytes(docx("".join(map(p, lines))), "speech.docx").texts == SPEECH


def test_the_frame_goes_from_a_page_with_a_table_of_facts() -> None:
    facts = {"索引号：": "0100/2025-0008", "发文机关：": "河畔县人民政府办公室", "成文日期：": "2025年4月20日"}
    rows = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in facts.items())
    notice, *rest = HEADS["notice"][2:]
    text = "".join(f"<p>{line}</p>" for line in [*rest, "牢固树立底线思维", f"——{TITLE}", *SPEECH[2:], FEET["copies"][0]])
    page = f"<html><body><h1>{notice}</h1><table>{rows}</table>{text}<div>打印本页 关闭窗口</div></body></html>"
    assert read_bytes(page.encode(), "page.html").texts == [f"牢固树立底线思维——{TITLE}", *SPEECH[2:]]


def test_a_speech_without_a_title_of_its_own_begins_below_the_date_of_the_notice() -> None:
    assert read_text("\n".join([*HEADS["notice"], *SPEECH[2:]])).texts == SPEECH[2:]


def test_a_notice_without_a_speech_is_kept() -> None:
    lines = [*HEADS["notice"], *FEET["copies"]]
    assert "".join(read_text("\n".join(lines)).texts) == "".join("".join(line.split()) for line in lines)


@pytest.mark.parametrize(
    "line",
    [
        "现将有关情况作个通报，会后由县政府办公室把讲话印发给大家。",
        "县政府办公室已经下发《关于印发防汛预案的通知》，请对照执行。",
        "会议纪要由县政府办公室印发，抄送县人大、县政协。",
        "抄送的范围要控制，不该发的不发。",
        "一、学好文件",
        "附件里的名单请各乡镇当场核对。",
    ],
)
def test_a_speech_that_speaks_of_documents_stays_whole(line: str) -> None:
    for lines in ([*SPEECH[:3], line, *BODY], [*SPEECH[:2], line, *BODY], [*SPEECH, line]):
        assert line in read_text("\n".join(lines)).texts
        assert "".join(read_text("\n".join(lines)).texts) == "".join(lines)


def test_a_second_speech_that_speaks_of_what_was_issued_stays_whole() -> None:
    lines = [
        *SPEECH,
        "现将上次会议的讲话印发给大家，请对照检查。",
        "在防汛演练仪式上的讲话",
        "同志们：",
        "演练现在开始，各队按预案行动。",
    ]
    assert read_text("\n".join(lines)).texts == lines


def test_the_date_with_which_a_speech_ends_is_its_own() -> None:
    lines = [TITLE, "同志们：", *BODY, "2025年4月18日"]
    assert read_text("\n".join([*lines, *FEET["copies"]])).texts == lines
