"""Characters as recognition sees them: look-alikes and other forms of the marks of Chinese text fold into the usual ones.

Text that was copied out of a PDF holds radicals in place of hanzi, vertical text has stops of its own, old programs write
half-width ones. The text keeps them all; whoever looks for stops, numbers, headings or words looks at the folded text, which
has the same length, so that offsets into one are offsets into the other.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from jianghua.data.text.patterns import HAN_CLASS, NUMERAL_CLASS

# Unicode's EquivalentUnifiedIdeograph.txt for the CJK Radicals Supplement, each followed by its ideograph; the Kangxi radicals
# and the compatibility ideographs are decomposed by the standard library.
_RADICALS: Final = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛"
    "⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶"
    "⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
    "⻳龟"
)
_DECOMPOSED: Final = ((0x2F00, 0x2FD6), (0xF900, 0xFB00), (0x2F800, 0x2FA20))
_MARKS: Final = (
    # Vertical forms, and their codes in GB18030 before its edition of 2022, which Python decodes to private use.
    ("︐︑︒︓︔︕︖︗︘︙", "，、。：；！？〖〗…"),
    ("\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796", "，。、：；！？〖〗…"),
    ("︰︱︲︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈", "：—–（）｛｝〔〕【】《》〈〉「」『』［］"),
    ("﹐﹑﹒﹔﹕﹖﹗﹘﹙﹚﹛﹜﹝﹞﹣", "，、．；：？！—（）｛｝〔〕-"),  # small forms
    ("｡､｢｣･＂＇", "。、「」·\"'"),
    ("〝〞〟〈〉⟨⟩⋯⁇⁈⁉‼", "“””〈〉〈〉…？？！！"),
)
_SPACES: Final = (
    ("\ue5e5\u2003", "\u3000"),  # bytes A3 A0 of GB18030, the full-width space of old programs; an em space
    ("\uf020\uf0a0\u115f\u1160\u3164\uffa0\u2800\xa0\u2002", " "),  # spaces of symbol fonts, fillers, the empty Braille cell
)
# Hanzi that GB18030 had in private use before its editions of 2005 and 2022.
_PRIVATE_HANZI: Final = (
    "\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue864",
    "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7\u9fb8\U0002298f\u9fb9\u9fba\U000241fe\u9fbb",
)


def _table() -> dict[str, str]:
    """The usual form of each character that has one."""
    table = dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True))
    for start, stop in _DECOMPOSED:
        table.update((char, unicodedata.normalize("NFKC", char)) for char in map(chr, range(start, stop)))
    for forms, usual in (*_MARKS, _PRIVATE_HANZI):
        table.update(zip(forms, usual, strict=True))
    for forms, space in _SPACES:
        table.update(dict.fromkeys(forms, space))
    return table


_TABLE: Final = _table()
_SINGLE: Final = "".join(char for char in _TABLE if not any(first <= ord(char) < stop for first, stop in _DECOMPOSED))
_FOLDABLE: Final = re.compile(f"[{re.escape(_SINGLE)}{''.join(f'{chr(a)}-{chr(b - 1)}' for a, b in _DECOMPOSED)}]")

_DOTS: Final = re.compile(
    rf"""
      ．{{2,}}                                              # an ellipsis of dots
    | (?<= [{HAN_CLASS}％%”’）)》」』] ) ．(?! [0-9０-９a-z] )   # after a Chinese character; not in １２．５ and 报告．docx
    | (?<= \w\w\w ) ． (?= \s* $ )                           # at the end of a line, after a number
    """,
    re.VERBOSE | re.MULTILINE,
)
"""Full-width dots that may be stops."""

_NUMBER_BEFORE_DOT: Final = re.compile(
    rf"(?: ^ | (?<= [\s，。；：！？．] ) ) [（(]? 第? [{NUMERAL_CLASS}]{{1,3}} $", re.VERBOSE | re.MULTILINE
)
"""The number of a heading, up to its full-width dot: 一．压实责任"""

_TRANSCRIBING: Final = frozenset(
    "阿埃艾安奥巴贝比伯勃布查达丹德登迪蒂顿多尔恩尔法菲费弗福夫盖格根古哈海翰赫亨霍基吉加杰卡凯坎科克肯库拉莱兰劳勒雷里利列林琳卢鲁伦罗洛马玛"
    "麦曼梅蒙米密莫姆穆娜纳尼诺帕佩皮普奇乔切琼瑞萨塞桑森莎沙舍什史施斯丝思苏索塔泰汤特托瓦威维温沃伍西希锡夏辛雅亚扬耶伊因英约泽詹茨兹佐"
)
"""Characters that foreign names are written with: between two of them a dot joins the parts of a name, 列夫．托尔斯泰."""


def fold(text: str) -> str:
    """The text with the usual form in place of each other form of a character; of the same length.

    A full-width dot becomes a full stop where it serves as one.
    """
    folded = _FOLDABLE.sub(lambda match: _TABLE.get(match.group(), match.group()), text)
    return _DOTS.sub(_dot, folded) if "．" in folded else folded


def _dot(match: re.Match[str]) -> str:
    """What a full-width dot, or several, stands for."""
    text, start, end = match.string, match.start(), match.end()
    if end - start > 1:
        return "…" * (end - start)
    if _NUMBER_BEFORE_DOT.search(text, max(0, start - 5), start):
        return "、"
    before, after = text[start - 1 : start], text[end : end + 1]
    is_name = before in _TRANSCRIBING and after in _TRANSCRIBING
    return "．" if is_name or before == after == "某" else "。"  # 某．某亿元 is a number that was masked
