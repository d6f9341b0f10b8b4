"""Damage to clean speeches, of the kinds that sites and layouts do, with a record of where each character came from.

A damaged speech knows for every character the offset in the clean text that it had, or that it was added. So whatever is made
of the damaged text can be compared with the clean speech character by character, without guessing at an alignment.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, TypeAlias

from jianghua.data.cleaning.wraps import width
from jianghua.data.speech import Speech

Char: TypeAlias = tuple[str, int | None]
"""A character, and its offset in the clean text; `None` when the damage added it."""

Line: TypeAlias = list[Char]


@dataclass(frozen=True)
class Damaged:
    """A damaged speech.

    Attributes:
        text: what the file holds.
        origin: for each character of `text` its offset in `clean`, or `None`.
        clean: the clean text, sentences end to end.
        ends: half-open end of each sentence of the clean text, in order.
    """

    text: str
    origin: tuple[int | None, ...]
    clean: str
    ends: tuple[int, ...]

    @property
    def sentences(self) -> list[tuple[int, int]]:
        """Half-open offsets of the clean sentences."""
        return list(zip((0, *self.ends[:-1]), self.ends, strict=True))


def damage(speech: Speech, kind: str) -> Damaged:
    """Do the damage `kind` (a key of `KINDS`) to a speech; the same speech and kind always give the same."""
    chance = random.Random(f"{kind}/{speech.id}")
    lines = KINDS[kind](_paragraphs(speech), chance)
    chars = [char for number, line in enumerate(lines) for char in ([("\n", None)] if number else []) + line]
    ends, offset = [], 0
    for text in speech.texts:
        offset += len(text)
        ends.append(offset)
    return Damaged("".join(char for char, _ in chars), tuple(at for _, at in chars), "".join(speech.texts), tuple(ends))


def _paragraphs(speech: Speech) -> list[Line]:
    lines: list[Line] = []
    offset = 0
    for _, group in groupby(speech.sentences, key=lambda sentence: (sentence.paragraph, sentence.kind)):
        text = "".join(sentence.text for sentence in group)
        lines.append([(char, offset + number) for number, char in enumerate(text)])
        offset += len(text)
    return lines


def _added(text: str) -> Line:
    return [(char, None) for char in text]


def _plain(line: Line) -> str:
    return "".join(char for char, _ in line)


def untouched(lines: list[Line], chance: random.Random) -> list[Line]:
    """A paragraph a line."""
    return lines


_MAY_NOT_BEGIN: Final = "，。、；：？！”’）》】…,;:?!)"


def wrap(lines: list[Line], chance: random.Random) -> list[Line]:
    """Hard wraps at a fixed number of columns or of characters; paragraphs are indented in two of three files."""
    columns, indent = 2 * chance.randint(24, 42), chance.random() < 0.67
    size: Callable[[str], int] = chance.choice([width, lambda text: 2 * len(text)])
    wrapped: list[Line] = []
    for number, line in enumerate(lines):
        row: Line = _added("\u3000\u3000") if indent and number else []
        for char in line:
            if size(_plain(row)) + size(char[0]) > columns and char[0] not in _MAY_NOT_BEGIN:  # such a mark hangs over
                wrapped.append(row)
                row = []
            row.append(char)
        wrapped.append(row)
    return wrapped


def pages(lines: list[Line], chance: random.Random) -> list[Line]:
    """Hard wraps, with a running head and a page number in one of the usual forms on each page."""
    form = chance.choice(["— {} —", "- {} -", "第 {} 页", "{}", "第 {} 页 共 30 页", "·{}·", "{} / 30"])
    head = chance.choice(["", "", "领导讲话选编", "市政府办公室文件资料", "会议材料 注意保存"])
    size = chance.randint(22, 34)
    out: list[Line] = []
    for number, line in enumerate(wrap(lines, chance), start=1):
        out.append(line)
        if number % size == 0:
            out.append(_added(form.format(number // size)))
            out += [_added(head)] if head else []
    return out


def page_marks(lines: list[Line], chance: random.Random) -> list[Line]:
    """Page numbers glued into words, with a line break before them or without, title and greeting run together."""
    form = chance.choice(["\n{}、", "\n{}、", "—{}—", "第{}页"])
    size, page, count = chance.randint(350, 700), 1, 0
    out: list[Line] = [lines[0]]
    if form == "\n{}、":
        lines = [_added("1、") + [(char, None) for char, _ in lines[0]] + lines[1] + lines[2], *lines[3:]]
        page += 1
    else:
        lines = lines[1:]
    for line in lines:
        marked: Line = []
        for char in line:
            count += 1
            if count % size == 0:
                marked += _added(form.format(page))
                page += 1
            marked.append(char)
        out.append(marked)
    return out


def spaces(lines: list[Line], chance: random.Random) -> list[Line]:
    """White space between characters, as conversions leave it: around numbers, and now and then anywhere."""
    gap = chance.choice([" ", " ", "\u3000", "\u00a0", "  ", "\t"])

    def parted(before: str, after: str) -> bool:
        latin = [char.isascii() and char.isalnum() for char in (before, after)]
        return not all(latin) and (any(latin) or chance.random() < 0.03)

    return _with_gaps(lines, gap, parted)


def letterspaced(lines: list[Line], chance: random.Random) -> list[Line]:
    """A space after every character but inside numbers and Latin words."""
    return _with_gaps(lines, " ", lambda before, after: not (before + after).isascii() or before in ",.;:!?")


def _with_gaps(lines: list[Line], gap: str, parted: Callable[[str, str], bool]) -> list[Line]:
    out = []
    for line in lines:
        spaced: Line = line[:1]
        for before, after in pairwise(line):
            spaced += [*_added(gap), after] if parted(before[0], after[0]) else [after]
        out.append(spaced)
    return out


def invisible(lines: list[Line], chance: random.Random) -> list[Line]:
    """Soft hyphens, zero-width characters, byte order marks and direction marks anywhere."""
    out = []
    for line in lines:
        marked: Line = []
        for char in line:
            if chance.random() < 0.04:
                marked += _added(chance.choice(["\u00ad", "\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "\u200e"]))
            marked.append(char)
        out.append(marked)
    return out


_DO: Final = ["登录", "注册", "开通会员", "升级VIP", "付费", "扫码关注", "下载APP", "购买本文档", "微信扫码登录", "充值"]
_NOTICES: Final = [
    "{do}后可见余下内容",
    "（{do}后可查看全文）",
    "【{do}即可阅读完整内容】",
    "剩余内容请{do}后阅读",
    "{do}查看更多内容>>",
    "[{do}后继续阅读]",
    "本文由{site}整理发布",
    "更多公文请访问{site}",
    "资料来自{site}",
    "（此文档由{site}会员上传）",
    "未经许可不得转载，版权归{site}所有",
    "以上内容仅供预览，{do}下载完整版",
    "温馨提示：{do}后可复制本文",
]
_SITES: Final = ["秘书资料网", "公文大师", "笔杆子文库", "第一讲稿网", "www.jianggao.example", "材料员之家"]


def _notice(chance: random.Random, forms: Sequence[str] = _NOTICES) -> str:
    return chance.choice(forms).format(do=chance.choice(_DO), site=chance.choice(_SITES), n=chance.randint(3, 900))


def notices(lines: list[Line], chance: random.Random) -> list[Line]:
    """Notices in the middle of sentences, and on lines of their own between paragraphs."""
    out: list[Line] = []
    for number, line in enumerate(lines):
        if number > 1 and len(line) > 40 and chance.random() < 0.3:
            at = chance.randint(10, len(line) - 10)
            line = line[:at] + _added(_notice(chance)) + line[at:]
        out.append(line)
        if number > 1 and chance.random() < 0.1:
            out.append(_added(_notice(chance)))
    return out


def navigation(lines: list[Line], chance: random.Random) -> list[Line]:
    """What a site puts above and below: menus, file facts, buttons, related reading, comments, copyright."""
    title, site = _plain(lines[0]), chance.choice(_SITES)
    above = [
        f"{site} - 专业的讲话稿写作平台",
        "首页 | 领导讲话 | 工作总结 | 述职报告 | 会员中心",
        "登录 注册",
        f"当前位置：首页 > 领导讲话 > {chance.choice(['经济', '党建', '农业', '安全'])}",
        "请输入关键词 搜索",
        f"{chance.randint(8, 99)}KB",
        f"{chance.randint(3, 40)} 页",
        "举报",
    ]
    facts = [
        f"发布时间：2023-0{chance.randint(1, 9)}-1{chance.randint(0, 9)} 来源：{site} 浏览次数：{chance.randint(10, 9999)}",
        "字号：大 中 小 打印本页",
    ]
    below = [
        "上一篇：在全县秋粮收购会上的讲话",
        "下一篇：在离退休干部座谈会上的讲话",
        "相关阅读",
        "在全市国企改革推进会上的讲话",
        "在乡镇换届工作会上的讲话",
        "在春训班结业式上的讲话",
        "网友评论（3）",
        "写得真好，收藏了！",
        "楼主辛苦了，能不能发一份给我？",
        "发表评论",
        f"版权所有 © {site} 备案号：某ICP备0{chance.randint(1000, 9999)}号",
        "本站资料由用户上传，如有侵权请联系站长删除。",
    ]
    above = above[chance.randint(0, 3) :]
    facts = facts if chance.random() < 0.6 else []
    below = below[chance.choice([0, 2, 6, 10]) :]
    head = [title + chance.choice([".docx", "", "_范文大全"])] if chance.random() < 0.4 else []
    return [*map(_added, above + head), lines[0], *map(_added, facts), *lines[1:], *map(_added, below)]


def outline(lines: list[Line], chance: random.Random) -> list[Line]:
    """An outline of the headings before the text, or an abstract that repeats its beginning before or after it."""
    texts = [_plain(line) for line in lines]
    headings = [text for text in texts[1:] if len(text) < 60 and not text.endswith(("。", "：", ":"))]
    body = "".join(text for text in texts[1:])
    abstract = body[: chance.randint(90, 200)]
    choice = chance.choice(["outline", "abstract before", "abstract after"])
    if choice == "outline" and len(headings) >= 2:
        return [lines[0], _added(chance.choice(["目录", "提纲", "本文目录"])), *map(_added, headings), *lines[1:]]
    label = chance.choice(["摘要：", "内容提要：", "文档简介：", "【摘要】", "内容简介\n"])
    piece = [_added(part) for part in (label + abstract + "...").split("\n")]
    return [lines[0], *piece, *lines[1:]] if choice == "abstract before" else [*lines, *piece]


def repeated_title(lines: list[Line], chance: random.Random) -> list[Line]:
    """The title again: as a file name, on a line of its own, or glued to the first text."""
    title = _plain(lines[0])
    choice = chance.choice(["file", "line", "glued"])
    if choice == "file":
        return [_added(title + chance.choice([".docx", ".doc", ".pdf", ".wps"])), *lines]
    if choice == "line":
        return [_added(title), *lines]
    return [lines[0], _added(title) + lines[1], *lines[2:]]


def everything(lines: list[Line], chance: random.Random) -> list[Line]:
    """A repeated title, notices, stray spaces, invisible characters, navigation, wraps and page numbers in one file."""
    for step in (repeated_title, notices, pages, spaces, invisible, navigation):
        lines = step(lines, chance)
    return lines


KINDS: Final[Mapping[str, Callable[[list[Line], random.Random], list[Line]]]] = {
    "none": untouched,
    "wrap": wrap,
    "pages": pages,
    "page marks": page_marks,
    "spaces": spaces,
    "letter-spaced": letterspaced,
    "invisible": invisible,
    "notices": notices,
    "navigation": navigation,
    "outline": outline,
    "repeated title": repeated_title,
    "everything": everything,
}
"""Kinds of damage, by the names that docs/reading.md gives them."""
