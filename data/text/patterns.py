"""The marks of official Chinese text as regular expressions: stops, numbering, page numbers and salutations.

They look at a line or a paragraph without white space. Names in capitals that end in `_CLASS` are the inside of a character
class, for other patterns to build on.
"""

from __future__ import annotations

import re
from typing import Final

HAN_CLASS: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Chinese characters."""

NUMERAL_CLASS: Final = "〇零一二三四五六七八九十百千"
"""The characters of Chinese numbers, as far as headings, articles and pages are counted."""


def any_word(words: str) -> str:
    """A regular expression that finds any one of several words, or expressions without spaces, with spaces between them."""
    return f"(?:{'|'.join(words.split())})"


# Stops

SENTENCE_STOP_CLASS: Final = "。！？!?"
"""What ends a sentence wherever it stands outside of quotes; an ellipsis and a half-width full stop do so only at times."""

STOP_CLASS: Final = f"{SENTENCE_STOP_CLASS}；;"
"""What ends a sentence or a clause that could be one."""

PAUSE_CLASS: Final = "，,、"
COLON_CLASS: Final = "：:"
CLOSER_CLASS: Final = r"”’」』）)】》〉〕］\]"
"""Closing quotes and brackets, which stay with the stop before them; straight quotes close only at times."""

SENTENCE_STOP: Final = re.compile(f"[{SENTENCE_STOP_CLASS}]")
STOP: Final = re.compile(f"[{STOP_CLASS}]")

TERMINAL: Final = re.compile(
    rf"""
      [{SENTENCE_STOP_CLASS}…] [{CLOSER_CLASS}"']* $
    | (?<= [^\x00-\x7f] ) \. [{CLOSER_CLASS}"']* $      # a half-width full stop after a Chinese character
    """,
    re.VERBOSE,
)
"""The end of a line that ends a sentence."""

# Numbering

_NUMBER: Final = f"[{NUMERAL_CLASS}]{{1,7}}"
_SMALL: Final = "[一二三四五六七八九十]{1,2}"

ORDINAL: Final = re.compile(
    rf"""
      第 {_NUMBER} [{PAUSE_CLASS}是]      # 第一，
    | {_SMALL} [是要]                     # 一是
    """,
    re.VERBOSE,
)
"""What the points of a speech are counted with in running text."""

_LEVEL_1: Final = rf"{_NUMBER} 、 | 第 {_NUMBER} (?: 章 | 部分 | 个(?:问题|方面) )"
_LEVEL_2: Final = rf"[(（] {_NUMBER} [)）] | 第 {_NUMBER} 节 | [㈠-㈩]"
_LEVEL_3: Final = rf"\d{{1,2}} [.．、] (?!\d) | [⒈-⒛] | {ORDINAL.pattern}"
_LEVEL_4: Final = r"[(（] \d{1,2} [)）] | [①-⑳⑴-⒇]"

NUMBERING: Final = tuple(
    (level, re.compile(numbering, re.VERBOSE)) for level, numbering in enumerate((_LEVEL_1, _LEVEL_2, _LEVEL_3, _LEVEL_4), 1)
)
"""What headings and points begin with, and the level of a heading of that kind: 一、 （一） 1. （1）"""

HEADING_NUMBER: Final = re.compile(f"{_LEVEL_1} | {_LEVEL_2}", re.VERBOSE)
"""The number of a heading that has text of its own below it: 一、 第一章 （一）"""

ARTICLE_NUMBER: Final = re.compile(f"第 {_NUMBER} 条", re.VERBOSE)
"""The number of an article of a law."""

PARAGRAPH_START: Final = re.compile(
    rf"""
      {HEADING_NUMBER.pattern} | {_LEVEL_3} | {_LEVEL_4} | {ARTICLE_NUMBER.pattern}
    | (?: 首先 | 其次 | 最后 ) [，,]
    | 同志们 [：:，,]
    """,
    re.VERBOSE,
)
"""What a paragraph of a speech likes to begin with: a number, a first or a last point, an address."""

# Page numbers

PAGE_NUMBER: Final = re.compile(
    r"""
      [\-—–·_~]*
      (?: 第 | [Pp]age | [Pp]\.? )? \d{1,4} 页?
      (?: (?: [/／,，|] 共? | [Oo]f | 共 ) \d{1,4} 页? )?        # 3/12, 第3页共12页, Page3of12
      [\-—–·_~]*
    | [\-—–] [ivxlcIVXLC]{1,6} [\-—–]                           # —iv—
    """,
    re.VERBOSE,
)
"""A line that is nothing but a page number."""

EDGE_PAGE_NUMBER: Final = re.compile(
    rf"""
      {PAGE_NUMBER.pattern}
    | [ivxlIVXL]{{1,6}}
    | [\-—–·]* 第 {_NUMBER} 页 [\-—–·]*
    """,
    re.VERBOSE,
)
"""The same at the top or bottom of a page, where Roman and Chinese numerals are page numbers, too."""

PAGE_MARKER: Final = re.compile(
    r"""
      [\-—–]{1,2} \s? (\d{1,4}) \s? [\-—–]{1,2}                       # —2—
    | 第 \s? (\d{1,4}) \s? 页 (?: \s? [,，/]? \s? 共 \s? \d{1,4} \s? 页 )?   # 第2页 共30页
    """,
    re.VERBOSE,
)
"""A page number in the middle of the text, with white space or without; one of its groups is the number."""

# Salutations

SALUTATION_MARK_CLASS: Final = f"{COLON_CLASS}！!"
"""What a salutation ends with."""

_CHAR: Final = f"[^{STOP_CLASS}{COLON_CLASS}{PAUSE_CLASS}]"
_END: Final = f"(?= [{PAUSE_CLASS}{SALUTATION_MARK_CLASS}] | $ )"
_BODY: Final = rf"(?: 各(?!位){_CHAR}{{1,12}} | {_CHAR}{{0,6}}主席团 )"  # 各乡镇
_ROLE: Final = """
    (?:
        (?<! [我你您他她它咱] ) 们
      | 同志 | 朋友 | 女士 | 先生 | 同学 | 老师 | 代表 | 委员 | 乡亲 | 战友 | 同事 | 来宾 | 嘉宾 | 大家伙儿?
      | 书记 | 主任 | 经理 | 主席 | 秘书长
      | [省市州县区旗镇乡村局厅部处科股院校园厂矿行河林湖所站队组会团营连排班]长
    )
"""
_OTHER_ROLE: Final = "(?: 员 | 人 | 领导 | 文书 | 师傅 | 老板 )"  # 加强领导： and 参加人员： address nobody
_NOT_NAMED: Final = "感?谢 | 希望 | 要求 | 告诉 | 提醒 | 是 | 有(?!关) | 包括 | 分别"  # 谢谢同志们！ thanks, and does not greet
_NAMED: Final = f"(?: (?! {_NOT_NAMED} ) {_CHAR} ){{0,20}}?"
_ADDRESSEE: Final = rf"""
    (?:
        (?: 尊敬 | 敬爱 | 亲爱 )的 {_CHAR}{{1,16}}
      | (?: 在座的 )? 各位 (?: (?! [要请把务必须应看想听说提讲] | 建议 | 反映 | 意见 | 问题 ) {_CHAR} ){{0,8}}
      | {_NAMED} {_ROLE}
    )
"""

_ADDRESSEES: Final = rf"""
    (?: (?> {_BODY} {_END} ) [{PAUSE_CLASS}] )*
    (?> {_ADDRESSEE} {_END} )
    (?: [{PAUSE_CLASS}] (?> (?: {_BODY} | {_ADDRESSEE} | {_NAMED} {_OTHER_ROLE} ) {_END} ) )*
"""

SALUTATION: Final = re.compile(f"{_ADDRESSEES} [{SALUTATION_MARK_CLASS}]", re.VERBOSE)
"""Whom a speech addresses: persons and bodies in a row, such as 各位领导、各乡镇的同志们："""

SALUTATION_END: Final = re.compile(f"{_ADDRESSEES} [{SALUTATION_MARK_CLASS}] $", re.VERBOSE)
"""The end of a line that greets, whatever is glued to its front."""

SALUTATION_START: Final = re.compile(f"{_BODY} {_END} | {_ADDRESSEES}", re.VERBOSE)
"""The first part of a salutation that a wrap has parted."""
