from __future__ import annotations

import lzma

import pytest
from tiny import REAL

from jianghua.data.cleaning.rules import clean
from jianghua.data.documents.plain import plain_document
from jianghua.data.reader import read_text

TITLE = "在全县秋收秋种工作会议上的讲话"
BODY = "今年秋粮长势总体不错，各乡镇要抓紧抢收，颗粒归仓。"


def texts(*lines: str) -> list[str]:
    return read_text("\n".join(lines)).texts


def reasons(*lines: str) -> set[str]:
    return {cut.reason for cut in read_text("\n".join(lines)).deletions}


@pytest.mark.parametrize(
    "notice",
    [
        "登录后可见余下内容",
        "（登录后可查看全文）",
        "【扫码支付后显示隐藏内容】",
        "剩余7页未读，继续阅读请先注册",
        "本文由青禾文库整理发布",
        "更多公文请访问公文大师",
        "未经许可不得转载，版权归笔杆子文库所有",
        "以上内容仅供预览，下载APP下载完整版",
        "抱歉，该部分内容已被作者设为会员可见",
        "非会员暂无权限阅读后面的章节",
        "扫一扫右侧二维码，验证码解锁后文",
    ],
)
def test_a_notice_in_the_middle_of_a_sentence_is_cut(notice: str) -> None:
    assert texts(TITLE, "同志们：", BODY[:9] + notice + BODY[9:]) == [TITLE, "同志们：", BODY]


@pytest.mark.parametrize(
    "notice", ["觉得有用？分享给好友可获赠下载次数", "加客服微信索取全文PDF", "下载后去除水印，支持全文复制"]
)
def test_a_notice_on_a_line_of_its_own_is_cut(notice: str) -> None:
    assert texts(TITLE, "同志们：", BODY, notice, BODY) == [TITLE, "同志们：", BODY, BODY]


def test_text_that_was_left_out_ends_a_paragraph_and_the_sentence_is_flagged() -> None:
    speech = read_text(f"{TITLE}\n同志们：\n今年秋粮长势此处略去若干字，升级会员阅读全文要抓紧抢收。\n")
    assert speech.texts[2:] == ["今年秋粮长势", "要抓紧抢收。"]
    assert [sentence.truncated for sentence in speech.sentences[2:]] == [True, False]
    assert speech.sentences[2].paragraph != speech.sentences[3].paragraph


SOUNDS_LIKE_NOTICES = [
    "要推广“清河办事”APP，群众下载注册后即可查看办理进度。",
    "对未登录系统填报的单位，一律通报。",
    "公众号要及时更新，关注人数上不去的要说明原因。",
    "凡是隐藏隐患不报的，从严追责。",
    "有的单位材料照搬照抄，全文下载，改个名字就上报。",
    "请各单位会后扫描二维码，领取会议材料。",
    "部分内容已在昨天的会上讲过，这里不再重复。",
    "以下内容请大家记清楚：一要快，二要准。",
    "其余部分由分管领导逐项落实。",
    "会员单位要带头缴纳会费，不缴的取消会员资格。",
    "数据共享要付费的，由财政统一支付。",
    "对文档资料要分级管理，权限不足的不得查看。",
    "版权保护要加强，未经许可不得转载的作品要严格执法。",
    "请登录省平台查看完整名单，逐户核对。",
    "剩余30%的工程量，年底前必须完成。",
    "本文件自印发之日起执行，原文已发各县区。",
    "媒体来源要核实，不实信息一律删除。",
    "打开手机扫一扫，就能看到每一笔惠民资金的去向。",
    "此处省去客套话，我直接讲问题。",
    "点击率不高，说明我们的内容群众不爱看。",
    "三、规范文档管理和权限验证",
    "一、加强公众号内容审核",
    "二、关于版权侵权投诉举报的办理",
    "（三）做好会员注册登录验证工作",
    "积分兑换要公开透明，兑换记录全部上网。",
    "干部要关注群众的评论和留言，不能只看点赞。",
    "第一部分，关注两个升级：消费升级、产业升级。",
    "第二部分，要在升级上下功夫，从制造向智造迈进。",
    "全文三千字，我只念前面部分，请大家关注后面的要求。",
    "手机用户想查看完整政策，登录平台就能下载全文。",
    "系统自动下载的文档由专人每天整理，作者是谁要写清楚。",
    "三个部分的内容要逐项验证，一个也不能少。",
    "以下部分由纪委负责，涉密的不予展示。",
    "互相联络的人里，用微信群、QQ群串联的占到六成。",
    "要求该部分内容由乡镇自行补充，暂无数据的从略。",
]


@pytest.mark.parametrize("line", SOUNDS_LIKE_NOTICES)
def test_a_speech_about_sites_and_documents_keeps_its_lines_wherever_they_stand(line: str) -> None:
    for lines in ((BODY, line, BODY.replace("今年", "明年")), (BODY + line,), (BODY, line), (line, BODY)):
        assert line in "".join(texts(TITLE, *(() if lines[0] == line else ("同志们：",)), *lines))


@pytest.mark.parametrize(
    ("before", "notice", "after"),
    [
        ("汛情系统的客户端注册用", "剩余内容请付费后阅读", "户已过半，要接着推。"),
        ("春灌到月底基本结束,", "开通会员查看更多内容>>", "总的要求是不误农时。"),
        ("渠道清淤的任务", "温馨提示：升级VIP后可复制本文", "的分工已经明确，要抓紧。"),
        ("新修的渠道一律提档", "剩余内容请登录后阅读", "升级，验收从严。"),
        ("催办的函发了五次，", "（注册后可查看全文）", "五次回复都说办了。"),
        ("站里值班室", "未经许可不得转载，版权归青禾文库所有", "的门一直锁着。"),
    ],
)
def test_words_of_the_sentence_around_a_notice_are_kept(before: str, notice: str, after: str) -> None:
    assert texts(TITLE, "同志们：", before + notice + after) == [TITLE, "同志们：", before + after]


def test_a_numbered_paragraph_with_a_notice_in_it_keeps_its_sentences() -> None:
    head, more = "（一）把渠道修到田头。", "各镇要照着样板渠的做法，一段一段地验收，学习借鉴不走样。"
    notice = "未经许可不得转载，版权归青禾文库所有"
    assert texts(TITLE, "同志们：", BODY, head + more[:8] + notice + more[8:], BODY) == [
        TITLE,
        "同志们：",
        BODY,
        head,
        more,
        BODY,
    ]


def test_a_notice_does_not_reach_into_the_next_paragraph() -> None:
    last = "最后，渠道的管护责任要落到人。"
    assert texts(TITLE, "同志们：", BODY, "升级VIP后可见余下内容", last) == [TITLE, "同志们：", BODY, last]


REST = [
    "各镇主要领导要把清淤当作开春头一件大事，自己到渠边去看，看完了当天就定人、定机械、定完工的日子，不许拖过清明。",
    "散会后就走。",
]


@pytest.mark.parametrize("box", ["扫码关注后可见余下内容", "相关阅读", "来源：青禾文库"])
def test_the_rest_of_a_speech_after_a_box_between_its_paragraphs_is_kept(box: str) -> None:
    read = texts(TITLE, "同志们：", *[BODY] * 6, box, *REST)
    assert [text for text in read if text != box] == [TITLE, "同志们：", *[BODY] * 6, *REST]


def test_a_line_in_which_a_wrapped_sentence_goes_on_opens_nothing() -> None:
    points = [f"第{number}段渠道由沿线的村组包干清淤，完工以后由水利站逐段验收登记" for number in "一二三四五六七八九"]
    head, rest = "".join(points)[: 8 * 30 - 9], "扛一头，今天就动手。三天以后见效。"
    wrapped = head + "未经许可不得转载，版权归青禾文库所有" + rest  # the eighth line ends before 版权归
    rows = [wrapped[at : at + 30] for at in range(0, len(wrapped), 30)]
    assert rows[8].startswith("版权归")
    assert "".join(texts(TITLE, "同志们：", *rows)[2:]) == head + rest


def test_markers_of_pages_have_one_form() -> None:
    pages = ["渠道清淤要一段一段地验收，验收不过的返工重来" * 8] * 4
    marked = [f"{number}、{page}" for number, page in enumerate(pages, 1)]
    read = "".join(texts(TITLE, *marked[:-1], f"{pages[3]}。", "4.机电井要在月底以前检修完毕。"))
    assert "4.机电井" in read
    assert "3、" not in read


def test_a_title_may_be_wrapped_inside_its_last_word() -> None:
    assert texts("在全县冬修水利暨高标准农田建设现场推进会上的讲", "话", "同志们：", BODY)[1:] == ["同志们：", BODY]


def test_numbers_of_a_table_are_no_page_numbers() -> None:
    cells = ["指标", "35", "12", "28", "7"]
    assert texts(TITLE, "同志们：", BODY, *cells, BODY.replace("今年", "明年"))[3:8] == cells


@pytest.mark.parametrize(
    "sentence",
    [
        "群众登录平台后即可查看办理进度，不用再跑窗口。",
        "要推广手机客户端，方便群众下载、注册、评价。",
        "要认真办理群众的投诉举报，件件有回音。",
        "著作权侵权案件要快查快办。",
        "会上印发的材料请大家带回去，全文学习、逐段对照。",
        "此处我不展开讲，下面重点讲三个问题。",
        "文件正文不超过20页，附件另行下载。",
    ],
)
def test_sentences_that_only_sound_like_notices_are_kept(sentence: str) -> None:
    assert texts(TITLE, "同志们：", BODY, sentence, BODY.replace("今年", "明年"))[3] == sentence
    assert texts(TITLE, "同志们：", BODY, sentence)[-1] == sentence


def test_an_enumeration_is_no_row_of_page_markers() -> None:
    items = [f"{number}.第{number}个乡镇要在月底前把地块逐一核实到户、公示到村；" for number in range(1, 7)]
    assert texts(TITLE, "同志们：", BODY, *items)[3:] == items


def test_page_numbers_and_running_heads_leave_sentences_whole() -> None:
    lines, sentences = [TITLE, "同志们："], []
    for page, place in enumerate(["柳树", "青石", "大河", "双桥"], start=1):
        rows = [f"今年{place}镇的秋粮长势总体不错，要抓紧抢收，颗粒", f"归仓，不能有一点马虎，{place}镇的干部要到地头去，"]
        rows += [f"丑话说在前面，{place}镇要是误了农时，我不讲情面，", "县里的督查组明天就下去。"]
        lines += [rows[0], f"— {page} —", "领导讲话选编", *rows[1:]]
        sentences.append("".join(rows))
    assert texts(*lines) == [TITLE, "同志们：", *sentences]


def test_an_outline_an_abstract_and_a_second_title_are_cut() -> None:
    headings = ["一、抢收要快", "二、播种要早", "三、责任要实"]
    body = [line for heading in headings for line in (heading, BODY)]
    assert texts(TITLE, "目录", *headings, "同志们：", *body) == [TITLE, "同志们：", *body]
    assert texts(TITLE, TITLE, "同志们：", *body) == [TITLE, "同志们：", *body]
    assert "abstract" in reasons(TITLE, "摘要：" + BODY[:20] + "...", "同志们：", *body)
    assert texts(TITLE, "同志们：", *body, "摘要：" + BODY[:20] + "...") == [TITLE, "同志们：", *body]


def test_headings_that_stand_only_once_are_kept() -> None:
    assert texts(TITLE, "一、抢收要快", "二、播种要早", BODY)[1:3] == ["一、抢收要快", "二、播种要早"]


def test_what_follows_the_speech_is_cut_but_not_its_own_end() -> None:
    end = ["我就讲这些，谢谢大家！", "（根据录音整理）"]
    after = ["相关阅读", "在全市春耕会上的讲话", "网友评论（2）", "写得真好，收藏了！", "版权所有 © 公文大师"]
    assert texts(TITLE, "同志们：", BODY, BODY.replace("今年", "明年"), *end, *after)[-2:] == end
    assert texts(TITLE, "同志们：", BODY, *end)[-2:] == end


def test_spaces_go_but_not_those_between_latin_words_or_the_phrases_of_a_title() -> None:
    title = "抢抓机遇 乘势而上 奋力开创工作新局面——在全县大会上的讲话"
    speech = texts(title, "同志们：", "今年 5 月 ， 我们 引进 了 Open Lab 3 个 项目 。")
    assert speech == [
        "抢抓机遇乘势而上奋力开创工作新局面——在全县大会上的讲话",
        "同志们：",
        "今年5月，我们引进了Open Lab 3个项目。",
    ]
    assert texts(title, "同志们：", BODY)[0] == title


def test_formal_text_is_left_alone() -> None:
    laws = REAL.parent / "text" / "laws.txt.xz"
    if not laws.is_file():
        pytest.skip("the laws are not part of the project")
    documents = lzma.decompress(laws.read_bytes()).decode("utf-8").split("\n\n")[::15]
    deleted = [
        (cut.reason, document[cut.start : cut.end])
        for document in documents
        for cut in clean(plain_document(document)).deletions
        if cut.reason not in ("white space", "repeated title")
    ]
    assert len(documents) > 90
    assert deleted == []


ITEMS = ["全部机具检修", "投入资金3万元", "投入资金5万元", "投入资金8万元"]


@pytest.mark.parametrize("items", [ITEMS, ["抢收", "晾晒", "抢收", "入库"], ["要抓紧", "要抓紧", "要抓紧"]])
@pytest.mark.parametrize("number", ["{}", "- {} -", "第{}页"])
def test_items_below_their_numbers_are_no_running_heads(items: list[str], number: str) -> None:
    listed = [line for count, item in enumerate(items, 1) for line in (number.format(count), item)]
    assert texts(TITLE, "同志们：", BODY, *listed, BODY) == [TITLE, "同志们：", BODY, *items, BODY]


def test_slides_keep_their_lines() -> None:
    slides = [["秋收安排", "长势"], ["秋收安排", "机具"], ["秋收安排", "责任"]]
    listed = [line for count, slide in enumerate(slides, 1) for line in (str(count), *slide)]
    assert texts(*listed) == [line for slide in slides for line in slide]


def test_a_title_that_is_the_running_head_of_all_pages_is_kept_once() -> None:
    pages = [
        line
        for count in range(1, 4)
        for line in (str(count), TITLE, BODY, f"第{count}批机具要检修到位。", BODY.replace("今", "明"))
    ]
    assert texts(*pages).count(TITLE) == 1


@pytest.mark.parametrize(
    "numbers", [["1.", "2.", "3."], ["①", "②", "③"], ["（一）", "（二）", "（三）"], ["一、", "二、", "三、"]]
)
@pytest.mark.parametrize("items", [ITEMS[:3], ["机具要检修。", "资金要到位。", "责任要压实。"]])
def test_an_item_goes_on_behind_its_number(numbers: list[str], items: list[str]) -> None:
    listed = [line for pair in zip(numbers, items, strict=True) for line in pair]
    joined = [number + item for number, item in zip(numbers, items, strict=True)]
    assert texts(TITLE, "同志们：", BODY, *listed, BODY) == [TITLE, "同志们：", BODY, *joined, BODY]


def test_a_number_of_a_chapter_and_the_last_number_of_a_list_stay_where_they_are() -> None:
    assert texts(TITLE, "同志们：", BODY, "第一章", "总则", BODY, "1.", "2.") == [
        *(TITLE, "同志们：", BODY, "第一章", "总则", BODY, "1.", "2."),
    ]
