"""What pages put around a speech, such as credits, buttons, pagers, statements, other articles; and what only looks like it."""

from __future__ import annotations

import pytest

from jianghua.data.reader import read_bytes, read_text

TITLE = "在全县防汛工作会议上的讲话"
BODY = [
    "入春以来，全县已有三处塘坝出现渗漏，好在发现得早，没有酿成险情。",
    "但是有的乡镇汛前检查只看台账，不到现场，这种做法要改。",
    "各乡镇五月底前要把每座塘坝的责任人落实到位，名单报县水利局。",
]
SPEECH = [TITLE, "同志们：", *BODY]
THANKS = "谢谢大家！"


def texts(*lines: str) -> list[str]:
    return read_text("\n".join(lines)).texts


def page(*blocks: str) -> list[str]:
    html = "".join(f"<div>{block}</div>" for block in blocks)
    return read_bytes(f"<html><body>{html}</body></html>".encode(), "page.html").texts


ABOVE = [
    ["当前位置：首页 > 政务公开 > 领导讲话", TITLE],
    ["首页 / 领导讲话 / 正文", TITLE],
    [TITLE, "原创 办公室 河畔水利 2025-04-18 07:45 河北"],
    [TITLE, "河畔水利", "2025-04-18 07:45", "河北"],
    [TITLE, "2025年4月18日 07:45:10", "A+ A-"],
    [TITLE, "河畔观察", "编辑 赵六", "收录于合集 #领导讲话 12个"],
    [TITLE, "2025-04-18 | 来源：县府办 | 【字号：大 中 小】 | 打印 | 关闭"],
    [TITLE, "作者：县委办　　阅读：1.2万次", "▲点击蓝字，关注“河畔水利”▲"],
]


@pytest.mark.parametrize("head", ABOVE, ids=lambda head: head[-1] if head[0] == TITLE else head[0])
def test_what_a_page_says_around_the_title_goes(head: list[str]) -> None:
    assert page(*head, *SPEECH[1:]) == SPEECH


def test_who_speaks_and_when_stays() -> None:
    head = [TITLE, "县长李某某", "（2025年4月18日在全县新闻发布会上）"]
    assert texts(*head, *SPEECH[1:]) == [*head, *SPEECH[1:]]
    assert page(head[0], head[1], "2025-04-18 07:45", *SPEECH[1:]) == [*head[:2], *SPEECH[1:]]


BELOW = [
    ["- END -", "供稿：办公室", "编审：赵六　责编：钱七", "监制｜孙八"],
    ["—— 完 ——", "来源丨县水利局", "赞 35 在看 12", "写留言"],
    ["（责任编辑：赵六）", "河 畔 新 闻 网　版 权 所 有"],
    ["[ 责编: 赵六 ]", "河畔新闻网是县里的门户，二十年来一直服务全县的读者，欢迎投稿，稿件请寄县城人民路一号，邮编照旧。"],
    ["编辑：赵六 钱七", "主办单位：河畔县融媒体中心　技术支持：河畔网络公司"],
    ["—THE END—", "文｜周一", "图｜郑二", "▌来源：县水利局", "欢迎转发、分享给更多的朋友～", "关注“河畔水利”，了解更多资讯！"],
    ["编辑 赵六　审核 钱七", "阅读 3012", "赞"],
    ["[1] [2] [3] [下一页] [尾页]"],
    ["1 2 3 4"],
    ["« 上一页", "1", "2", "3", "下一页 »", "共 3 页，到第 页 确定"],
    ["<< 上一页 1 / 3 下一页 >>", "在本页阅读全文"],
    ["上一篇：河畔县召开春耕现场会", "下一篇：没有了", "第1页/共3页 转到 页 确定"],
    ["免责声明：该文观点仅代表作者本人，本号系信息发布平台，仅提供存储空间。如有异议，请在三十日内与我们联系。"],
    ["以上图文由用户“水乡老周”上传，版权归原作者，网站不承担任何责任。"],
    ["【版权说明】", "本文转自河畔日报，文中图片来自网络。若涉及侵权，请发邮件告知，我们会在第一时间处理。"],
    ["特别提示：稿件来自互联网，本网只作信息传递之用，不代表本网赞同其观点。", "作者文责自负。读者如需引用，请自行核实。"],
    ["Disclaimer: views in this article are those of its author and do not represent this site."],
    ["热点新闻", "河畔县召开春耕现场会", "一图读懂防汛应急预案", "下周有雨，请注意！"],
    ["【大家都在看】", "· 河畔县召开春耕现场会", "· 一图读懂防汛应急预案 2025-04-18"],
    ["往期精彩回顾", "河畔县召开春耕现场会", "长按识别二维码关注我们", "点个“在看”再走吧"],
]


@pytest.mark.parametrize("tail", BELOW, ids=lambda tail: tail[0][:16])
def test_what_a_page_adds_below_a_speech_goes(tail: list[str]) -> None:
    assert texts(*SPEECH, *tail) == SPEECH
    assert page(*SPEECH, *tail) == SPEECH
    assert texts(*SPEECH, THANKS, *tail) == [*SPEECH, THANKS]


def test_editors_at_the_end_of_the_last_paragraph_go() -> None:
    assert texts(*SPEECH[:-1], f"{BODY[-1]}（责编：赵六、钱七）") == SPEECH
    assert texts(*SPEECH[:-1], f"{BODY[-1]}（编辑 ： 赵 六）", "版权所有") == SPEECH
    assert texts(*SPEECH[:-1], f"{BODY[-1]}（来源要写清楚）")[-1].endswith("（来源要写清楚）")


@pytest.mark.parametrize("thanks", ["谢谢大家！", "我的讲话完了，谢谢！", "散会。", "最后，祝大家身体健康！"])
def test_titles_of_other_articles_after_the_thanks_go(thanks: str) -> None:
    titles = ["河畔县召开春耕现场会", "一图读懂防汛应急预案", "下周有雨，请注意！", "防汛物资都放在哪儿？"]
    assert texts(*SPEECH, thanks, *titles) == [*SPEECH, thanks]
    assert texts(*SPEECH, thanks, "县长李某某", *titles) == [*SPEECH, thanks, "县长李某某"]


OWN = [
    ["（根据录音整理）", "县长李某某", "2025年4月18日"],
    ["附：需要县里解决的三个问题", "1.塘坝加固资金", "2.抢险队伍装备", "3.雨量站维护经费"],
    ["注：文中数据来源于县水利局提供的台账，截至四月十日。"],
    ["[1] 见县志第三卷。", "[2] 见县水利局年报。"],
    ["在防汛演练启动仪式上的讲话", "同志们：", "演练现在开始，各队按预案行动。"],
    ["春江水暖鸭先知", "河畔人家夜不眠", "守得堤坝千秋固", "换来城乡万户安"],
    ["补充一句，值班电话要有人接。", "塘坝上的灯要亮到天明。"],
]


@pytest.mark.parametrize("end", OWN, ids=lambda end: end[0])
def test_what_a_speech_has_after_its_thanks_stays(end: list[str]) -> None:
    assert "".join(texts(*SPEECH, THANKS, *end)) == "".join([*SPEECH, THANKS, *end]).replace(" ", "")


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑要对每一条防汛信息负责。",
        "信息发布要快，来源要准。",
        "各平台要核实用户上传的内容，发现侵权的马上删除。",
        "以上意见供大家参考，不对的地方请批评指正。",
        "以上内容，请大家会后认真学习，结合实际抓好落实。",
        "本平台今年发布了三百条预警，群众反映不错。",
        "一句话，点击量不是政绩，群众满意才是。",
        "我们将及时公布联系电话，接受群众投诉举报。",
        "欢迎大家关注河畔、投资河畔！",
        "首页要放预警，尾页要放联系方式。",
    ],
)
def test_the_last_sentence_of_a_speech_may_speak_of_pages(line: str) -> None:
    assert texts(*SPEECH, line) == [*SPEECH, line]
    assert page(*SPEECH, line) == [*SPEECH, line]


@pytest.mark.parametrize("numbers", [("01", "02"), ("PART.01", "PART.02"), ("NO.1", "NO.2")])
def test_the_titles_of_numbered_sections_stay_and_their_numbers_go(numbers: tuple[str, str]) -> None:
    lines = [*SPEECH[:2], numbers[0], "看清形势", *BODY[:2], numbers[1], "压紧责任", BODY[2]]
    assert page(*lines) == [line for line in lines if line not in numbers]


def test_numbers_of_a_table_are_no_numbers_of_sections() -> None:
    table = "<table><tr><td>01</td><td>塘坝</td></tr><tr><td>02</td><td>闸门</td></tr></table>"
    assert page(*SPEECH, table, BODY[0].replace("三处", "四处"))[len(SPEECH) :][:4] == ["01", "塘坝", "02", "闸门"]
