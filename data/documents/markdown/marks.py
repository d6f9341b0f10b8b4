"""Marks inside the lines of Markdown: emphasis as Chinese authors write it, tags, and what of a parsed line is seen.

CommonMark opens no emphasis between a Chinese character and a quotation mark (`全区**“平安”**建设`) and takes masked figures
(`投资**亿元，增长**%`) for emphasis. So a rule of our own decides about emphasis; all else is the library's.
"""

from __future__ import annotations

import re
from typing import Final

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from jianghua.data.text.patterns import PAUSE_CLASS, STOP_CLASS

_LONGEST_EMPHASIS: Final = 1000  # characters
_MARK: Final = re.compile(r"\*+|_+|~+|=+")
_EMPHASIS: Final = re.compile(
    rf"""
      (?P<mark> \*{{1,3}} (?!\*) | (?<! [0-9A-Za-z] ) _{{1,3}} (?!_) | ~~ (?!~) | == (?!=) )
      (?! [\s，、。；：！？）”] ) (?P<inside> .{{1,{_LONGEST_EMPHASIS}}}? ) (?<! [\s\\*_~=（“《] )
      (?P=mark) (?! [*_~=] )
    """,
    re.VERBOSE,
)
_MASKED: Final = re.compile(
    r"""
      [%％‰℃] | [百千万亿多余几]* (?: [元吨亩户件起次倍页项届辆公平立米] | 人(?!民) | 个(?!别) ) | [万亿]
    | [年月日时] | [省市县区镇乡村州盟旗局厅部委组]
    | 同志 | 书记 | 主任 | 先生 | 女士 | 公司 | 单位 | 集团 | 指出 | 强调 | 表示 | 介绍 | 要求 | 说 | 主持
    """,
    re.VERBOSE,
)
"""What follows a figure or a name; where marks stand in its place, they mask it."""

_PAUSE: Final = re.compile(f"[{PAUSE_CLASS}{STOP_CLASS}]")
_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤某"
)
"""The commonest surnames, after which marks mask a given name."""

_REMOVED: Final = ("s", "del", "strike", "rt", "rp", "script", "style", "title")
_REMOVED_ELEMENT: Final = re.compile(rf"<({'|'.join(_REMOVED)})\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_LINE_TAG: Final = re.compile(
    r"</?(?:br|p|div|li|tr|td|th|h[1-6]|center|section|table|[uod]l|blockquote|hr)\b[^>]*>", re.IGNORECASE
)
_TAG: Final = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>]*>", re.DOTALL)
_TAG_NAME: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")


def emphasis(state: StateInline, silent: bool) -> bool:
    """A rule for the library's parser: takes the marks of emphasis off, and drops what is crossed out.

    Marks without a partner, and those that mask figures and names, stay.
    """
    if silent:
        return False
    mark = _MARK.match(state.src, state.pos, state.posMax)
    if mark is None:
        return False
    found = _EMPHASIS.match(state.src, state.pos, state.posMax)
    if found is None or _masks(state.src, found):
        end = mark.end() if found is None else found.end()
        state.append_pending(state.src[state.pos : end])
        state.pos = end
        return True
    if found["mark"] != "~~":
        whole = state.posMax
        state.push("strong_open", "strong", 1)
        state.pos, state.posMax = found.span("inside")
        state.md.inline.tokenize(state)
        state.push("strong_close", "strong", -1)
        state.posMax = whole
    state.pos = found.end()
    return True


def _masks(text: str, found: re.Match[str]) -> bool:
    """Whether two runs of marks stand for figures or names, or are signs of multiplication."""
    first, second = found.start("inside"), found.end()
    before, last = text[max(0, found.start() - 1) : found.start()], text[found.end("inside") - 1]
    if (before.isdigit() and text[first].isdigit()) or (last.isdigit() and text[second : second + 1].isdigit()):
        return True
    if (before in _SURNAMES and last in _SURNAMES) or (found["mark"] == "*" and _PAUSE.search(found["inside"])):
        return True
    return _MASKED.match(text, first) is not None and _MASKED.match(text, second) is not None


def seen_lines(inline: Token) -> list[str]:
    """The lines of a parsed piece of text, without marks, pictures, addresses and tags."""
    parts: list[str] = []
    removed = 0  # open elements whose content is not seen
    for token in inline.children or ():
        tag = _TAG_NAME.match(token.content) if token.type == "html_inline" else None
        if tag and tag.group(2).lower() in _REMOVED:
            removed = max(0, removed - 1) if tag.group(1) else removed + 1
        elif token.type in ("softbreak", "hardbreak") or (tag and _LINE_TAG.match(token.content)):
            parts.append("\n")
        elif token.type not in ("image", "html_inline") and not removed:
            parts.append(token.content)
    return "".join(parts).split("\n")


def is_all_emphasis(inline: Token) -> bool:
    """Whether a parsed piece of text is emphasised from its first character to its last."""
    depth = 0
    for token in inline.children or ():
        depth += token.nesting if token.type.startswith("strong") else 0
        if depth == 0 and token.type != "strong_close" and token.content.strip():
            return False
    return any(token.type == "strong_open" for token in inline.children or ())


def untagged(html: str) -> list[str]:
    """The lines of HTML without its tags, comments and the elements that nobody sees."""
    return _TAG.sub("", _LINE_TAG.sub("\n", _REMOVED_ELEMENT.sub("", html))).split("\n")
