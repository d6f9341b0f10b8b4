"""The frame of an official document that issues a speech: its head and its notice above the speech, its foot below.

A document that only gives notice of a speech, without its text, is left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.cleaning.opening import SHORT, TITLE, is_salutation, opens_speech, speech_start
from jianghua.data.cleaning.page_lines import is_page_line
from jianghua.data.speech import Span
from jianghua.data.text.patterns import COLON_CLASS, HAN_CLASS, TERMINAL, any_word

_REASON: Final = "issuing document"
_HEAD_LINES: Final = 40  # of the longest frame above a speech
_TITLE_LINES: Final = 6  # within which a title follows the frame, and within which the speech opens after its title
_FOOT_LINES: Final = 12
_LONGEST_TITLE: Final = 200  # characters
_LONGEST_HEAD: Final = 1_500  # characters
_HEAD_SHARE: Final = 0.5  # of the text, where the head is longer

_DATE: Final = (
    r"[\d〇○零一二三四五六七八九十×xX*某]{2,4} 年 [\d一二三四五六七八九十×xX*某]{1,3} 月 [\d一二三四五六七八九十×xX*某]{1,3} 日"
)
_OFFICE: Final = rf"[{HAN_CLASS}×xX*、]{{0,40}}" + any_word(
    """
    委员会 人民政府 政府 党委 党组 党工委 管委会 办公室 办公厅 办事处 厅 局 部 院 会 公司 集团 中心 大学 学校 县委 区委
    市委 省委 镇委 州委 旗委 工委 纪委 政府办 党政办 委办 秘书处 综合处 秘书科 指挥部 领导小组 支队 总队 总工会
    """
)


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.VERBOSE)


_SURE_HEAD: Final = _form(
    rf"""
      (?! [一二三四五六七八九十]+、 ) [{HAN_CLASS}×xX*（）()、]{{0,40}}
        (?: 文件 | 简报 | 明电 | 发电 | 电报 | 参阅件 | 参阅 | 专报 | 工作通讯 | 情况通报 )
    | [{HAN_CLASS}×xX*]{{0,16}} [〔\[［【（(﹝] (?: \d{{4}} | [×xX*]{{2,4}} ) [〕\]］】）)﹞] 第?
        [\d×xX*]{{1,4}} [号期] (?: 签发人? [{COLON_CLASS}] .{{1,20}} )?
    | [（(]? (?: 总 | \d{{4}} 年 )? 第 [\d一二三四五六七八九十百]{{1,4}} 期 (?: [（(] 总 .{{1,10}} [)）] )? [）)]?
    | (?: 绝密 | 机密 | 秘密 | 内部 ) [★☆*·]? (?: \d{{1,2}} (?: 年 | 个月 ) | 长期 )? (?: 特急 | 加急 | 急件 )?
    | (?: 特急 | 加急 | 急件 | 特提 | 平急 ) (?: .{{0,6}} 明电 )?
    | 签发人? [{COLON_CLASS}] .{{1,30}}
    """
)
"""What only the head of a document holds: its red head, number, secrecy, urgency and signer."""

_HEAD: Final = _form(
    rf"""
      {_OFFICE} (?: 编 | 主办 | 编印 )? (?: {_DATE} )?
    | {_DATE} (?: 印发 | 编印 )?
    | [（(] [^（）()]{{0,30}} (?: 公开 | 正文 | 翻印 | 传阅 | 转发 | 存档 | 印发 ) [^（）()]{{0,20}} [)）]
    | (?: 份号 | 编号 | 密级 | 紧急程度 | 缓急 | 索引号 | 主题分类 | 发文机关 | 发文字号 | 成文日期 | 发布机构
        | 发布日期 | 文号 | 公开方式 | 有效性 | 信息分类 | 公开属性 | 公开类型 ) [{COLON_CLASS}]? .{{0,40}}
    | (?: 附件? | 附件\d{{1,2}} ) (?: [{COLON_CLASS}] .{{0,80}} )?
    | (?: 特此通知 | 此通知 | 以上通知 | 专此 ) .{{0,10}}
    | \d{{6,8}}                                                               # number of the copy
    """
)
"""What else stands there."""

_NOTICE_TITLE: Final = _form(
    r"""
    (?= .* (?: 讲话 | 发言 | 致辞 | 报告 | 演讲 | 党课 ) )
    .{0,60} 关于 .{0,30} (?: 印发 | 转发 | 批转 | 下发 | 发送 | 编发 | 传达 | 学习 | 贯彻 ) .{2,100}
    (?: 通知 | 函 | 通报 | 意见 ) 》? $
    """
)
_ISSUES: Final = _form(
    r"""
    (?: 现 | 特 | 兹 | 予以 ) (?: 将 | 把 )? [^。；;]{0,150}?
    (?: 印发 | 转发 | 下发 | 发给 | 批转 | 编发 | 印送 | 刊发 | 发送 | 发至 )
    (?= 给 | 至 | 各 | 你 | 如下 | [，,。；;（(] | $ )
    """
)
_SPOKEN: Final = re.compile("讲话|发言|致辞|报告|演讲|党课")

_SURE_FOOT: Final = _form(
    rf"""
      (?: 抄送 | 抄报 | 抄致 | 分送 | 主送 | 报送 | 发送 | 主题词 | 印送 ) (?: 机关 | 单位 )? [{COLON_CLASS}] .*
    | [{HAN_CLASS}×xX*、（）()]{{0,40}} {_DATE} (?: 印发 | 印制 | 编印 | 印 ) (?: [（(]? 共? 印 \d+ 份 [)）]? )?
    | (?: 承办 (?: 单位 | 处室 | 人 )? | 印发机关 | 印发日期 | 印制 | 公开方式 | 公开属性 | 信息公开选项
        | 公开选项 ) [{COLON_CLASS}] .{{1,40}}
    | [（(]? 共印 \d+ 份 [)）]?
    """
)
"""What only the foot of a document holds: who gets copies, who printed it and when."""

_FOOT: Final = _form(
    rf"""
      (?: 报 | 送 | 发 | 打印 | 打字 | 录入 | 校对 | 校核 | 印数 | 份数 | 联系人 | 联系电话 | 拟稿 | 核稿
        | 审核 ) [{COLON_CLASS}] .{{1,120}}
    | [（(] [^（）()]{{0,30}} (?: 公开 | 翻印 | 联系人 ) [^（）()]{{0,40}} [)）]
    | 附件? \d{{0,2}} [{COLON_CLASS}] .{{0,80}}
    | {_OFFICE}
    | {_DATE}
    """
)
"""What else stands there."""

_ATTACHMENT: Final = _form(rf"附件? \d{{0,2}} [{COLON_CLASS}] .*")
_COPIES: Final = _form(
    rf"(?: 抄送 | 抄报 | 抄致 | 分送 | 主送 | 报送 | 发送 | 主题词 | 印送 | [报送发] ) (?: 机关 | 单位 )? [{COLON_CLASS}]"
)
_ITEM: Final = re.compile(r"\d{1,2}[.．、][^。；;]{2,60}")
_OFFICE_LINE: Final = _form(_OFFICE)
_DATE_LINE: Final = _form(_DATE)


def cut_frame(lines: Sequence[Line], cuts: Cuts) -> None:
    """What a document that issues a speech adds to it: above its title and below its last paragraph."""
    notice = _notice(lines[:_HEAD_LINES])
    start, title = _head(lines, notice)
    cuts.cut_lines(lines[start:title], _REASON)
    if title or (not notice and _is_speech(lines)):
        cuts.cut_lines(lines[_foot_start(lines, title) :], _REASON)


def _notice(lines: Sequence[Line]) -> Span | None:
    """From the first line of a notice that issues a speech to the one after the sentence that does so, or after its title."""
    spans = ((number, number + count) for number in range(len(lines)) for count in range(1, _TITLE_LINES))
    titled = next((span for span in spans if _is_notice_title(_joined(lines[slice(*span)]))), None)
    start = titled[1] if titled else 0
    ends = list(accumulate(len(line.bare) for line in lines))
    issue = next((match for match in _ISSUES.finditer(_joined(lines)) if titled or _SPOKEN.search(match.group())), None)
    if issue is None:
        return titled
    begin, last = (bisect_right(ends, offset) for offset in (issue.start(), issue.end() - 1))
    if titled is None and (begin > _TITLE_LINES or any(TITLE.search(line.bare) for line in lines[:begin])):
        return None  # a speech that speaks of what was issued
    return (titled[0] if titled else begin, max(start, last + 1))


def _is_notice_title(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and _NOTICE_TITLE.fullmatch(text) is not None


def _head(lines: Sequence[Line], notice: Span | None) -> Span:
    """The lines above the title that the document added, from one number to another; none where no speech follows."""
    sure = next((number for number, line in enumerate(lines[:_HEAD_LINES]) if _SURE_HEAD.fullmatch(line.bare)), None)
    starts = [number for number in (sure, notice and notice[0]) if number is not None]
    start = min(starts, default=0)
    if not starts or any(map(opens_speech, lines[:start])):
        return 0, 0
    while start > 0 and (_HEAD.fullmatch(lines[start - 1].bare) or _is_addressee(lines[start - 1])):
        start -= 1
    title = _title_after(lines, notice[1]) if notice else _title_below(lines, start)
    added = sum(len(line.bare) for line in lines[start:title])
    whole = sum(len(line.bare) for line in lines)
    return (start, title) if added <= max(_LONGEST_HEAD, _HEAD_SHARE * whole) else (0, 0)


def _is_speech(lines: Sequence[Line]) -> bool:
    """Whether lines open like a speech: the copies of some other document are its own affair."""
    return any(TITLE.search(line.bare) or is_salutation(line) for line in lines[: speech_start(lines) + 1])


def _is_head(line: Line) -> bool:
    return any(form.fullmatch(line.bare) for form in (_SURE_HEAD, _HEAD)) or is_page_line(line.bare)


def _is_addressee(line: Line) -> bool:
    """Whether a line is the row of offices that a document is sent to."""
    return line.bare[-1] in COLON_CLASS and not is_salutation(line)


def _title_below(lines: Sequence[Line], start: int) -> int:
    """Number of the line below a head without a notice: the title of a speech, or else its salutation; 0 for none."""
    title = next((number for number in range(start, len(lines)) if not _is_head(lines[number])), 0)
    if any(TITLE.search(line.bare) and line.bare != lines[title].bare for line in lines[:start]):
        return 0  # a speech has begun before
    below = lines[title : title + _TITLE_LINES]
    is_speech = any(TITLE.search(line.bare) or is_salutation(line) for line in below) and any(map(opens_speech, below))
    return title if is_speech else 0


def _title_after(lines: Sequence[Line], start: int) -> int:
    """Number of the line below a notice with which the speech begins: its title, else what follows the date; 0 for none."""
    title = 0
    for number in range(start, min(len(lines), start + _HEAD_LINES)):
        line = lines[number]
        if title and opens_speech(line):
            break
        ends_title = TITLE.search(line.bare) or TITLE.search(_joined(lines[number : number + 2]))  # a wrap may part 讲 and 话
        if ends_title and not _is_head(line) and not TERMINAL.search(line.bare):
            title = number
    if not title:
        dated = (
            number for number, line in enumerate(lines[:_HEAD_LINES]) if number >= start and _DATE_LINE.fullmatch(line.bare)
        )
        title = next(dated, -1) + 1
        return title if title and any(map(is_salutation, lines[title : title + _TITLE_LINES])) else 0
    while title > start and _may_be_title(lines[title - 1]):
        title -= 1
    return title if any(map(opens_speech, lines[title : title + _TITLE_LINES + 2])) else 0


def _may_be_title(line: Line) -> bool:
    """Whether a line can be the first part of a title that goes on in the next."""
    return (
        len(line.bare) <= SHORT and not TERMINAL.search(line.bare) and line.bare[-1] not in COLON_CLASS and not _is_head(line)
    )


def _foot_start(lines: Sequence[Line], title: int) -> int:
    """Number of the first of the last lines that the document added; all of them are of its foot."""
    last = len(lines)
    for start in range(max(title + 1, last - _FOOT_LINES), last):
        is_sure = _SURE_FOOT.fullmatch(lines[start].bare) or (title and _COPIES.match(lines[start].bare))
        if is_sure and _is_foot(lines[start:]):
            break
    else:
        return last
    while start > title + 1 and _belongs_to_foot(lines[:start]):
        start -= 1
    return start


def _is_foot(lines: Sequence[Line]) -> bool:
    """Whether all lines are of a foot; a row of offices may be wrapped."""
    is_open = False
    for line in lines:
        is_rule = re.search(r"\w", line.bare) is None
        is_form = any(form.fullmatch(line.bare) for form in (_SURE_FOOT, _FOOT)) or is_page_line(line.bare)
        if not (is_form or is_rule or is_open):
            return False
        is_open = (is_open or _COPIES.match(line.bare) is not None) and not TERMINAL.search(line.bare)
    return True


def _belongs_to_foot(lines: Sequence[Line]) -> bool:
    """Whether the last line belongs to the foot that follows it; a date does only below an office, an item below others."""
    text = lines[-1].bare
    if _DATE_LINE.fullmatch(text):
        return len(lines) > 1 and _OFFICE_LINE.fullmatch(lines[-2].bare) is not None
    if _ITEM.fullmatch(text):
        before = (line.bare for line in reversed(lines[-_FOOT_LINES:-1]))
        return _ATTACHMENT.fullmatch(next((line for line in before if not _ITEM.fullmatch(line)), "")) is not None
    return _FOOT.fullmatch(text) is not None


def _joined(lines: Sequence[Line]) -> str:
    return "".join(line.bare for line in lines)
