"""The circumstances of a speech: who spoke, in which office, on which occasion, where and when.

They are read, in this order, from the data set's fields, the byline, the title, the opening sentences and the file's name; the
first that tells counts, and each circumstance says where it was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from jianghua.data.speech import Speech
from jianghua.tagging.extraction.intervals import resolve_day
from jianghua.tagging.extraction.records import Circumstance, Circumstances, Day, Origin

_OPENING: Final = 8  # sentences that may hold byline and date, whatever kind they were taken for
_LONGEST_BYLINE: Final = 60  # characters

_OFFICE: Final = (
    r"(?:[\w]{0,14}?(?:书记|副?[省市县区镇乡局厅部州旗院校处]长|副?主任|副?主席|董事长|总经理|秘书长|行长|司令员|政委|总理|校长)"
    r"(?:、[\w]{0,12}(?:书记|[省市县区镇乡局厅部州旗院校处]长|主任|主席|董事长|总经理|秘书长|行长))*)"
)
_SURNAME: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊"
    "金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_NAME: Final = rf"(?:[{_SURNAME}](?:[\u4e00-\u9fff]{{1,2}}|[X×xＸ*某]{{1,2}})|[X×xＸ*某]{{2,3}})"
_BYLINE: Final = re.compile(rf"(?P<office>{_OFFICE})?[\s　]*(?P<name>{_NAME})(?:同志)?")
_ONLY_OFFICE: Final = re.compile(_OFFICE)
_IN_TITLE: Final = re.compile(
    rf"^(?:(?P<name>{_NAME})(?:同志|书记|市长|县长|省长|主席|总理))?.*?在(?P<occasion>[^，。]{{2,60}}?)"
    "(?:结束时|闭幕时)?上?的(?:总结|动员|重要|点评|主持|致辞|即席)?(?:讲话|发言|致辞|报告|讲评)"
)
_LEADING: Final = re.compile(rf"^(?P<name>{_NAME})(?:同志)?[：:在]")
_PLACE: Final = re.compile(
    r"(?:[（(]|^|[，,\s])(?:于|在)?"
    r"(?P<place>[\u4e00-\u9fffX×]{2,16}(?:会议室|会堂|会场|礼堂|报告厅|会议中心|党校|人民大会堂|演播厅|指挥中心))"
)
_REGION: Final = re.compile(
    r"(?:中共)?(?P<place>[\u4e00-\u9fffX×*某]{1,6}?(?:自治区|自治州|自治县|[省市州县区旗镇乡]))"
    r"(?=委|政府|人大|政协|第|[\u4e00-\u9fff]*(?:工作|大会|会议))"
)
_GENERIC: Final = re.compile("^(?:[全各该我本某每]|[省市州县区旗镇乡])")
_ORDINAL: Final = "[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_DATE: Final = re.compile(
    rf"""
      (?P<year> (?:19|20)[0-9]{{2}} | 二[〇零○]?[〇零○一二三四五六七八九]{{3}} ) \s*
      (?: 年 (?!度) | [./-] ) \s*                                        # 2020年度 is what is reported on, often a year later
      (?: (?P<month> {_ORDINAL} ) \s* (?: [月./-] \s* (?: (?P<day> {_ORDINAL} ) \s* [日号]? )? )? )?
    | (?<![0-9]) (?P<compact> 20[0-9]{{2}} (?:0[1-9]|1[0-2]) (?:0[1-9]|[12][0-9]|3[01]) ) (?![0-9])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that may tell circumstances, and where it stands."""

    text: str
    origin: Origin


def read_circumstances(speech: Speech) -> Circumstances:
    """What the data set's fields, the speech and its file's name tell of its circumstances."""
    texts = list(_texts(speech))
    name, office = _speaker(speech, texts)
    occasion = _occasion(speech, texts)
    return Circumstances(name, office, occasion, _place(speech, texts, occasion, office), read_day(speech))


def read_day(speech: Speech) -> Day | None:
    """When a speech was held: a day, or the month or year that is all that is known; `None` when nothing tells."""
    fields = (_field(speech, "date"), _field(speech, "occasion"), _field(speech, "setting"))
    days = [_day(one) for one in (*filter(None, fields), *_texts(speech))]
    return min((day for day in days if day), key=lambda day: day.last - day.first, default=None)


def _day(source: _Text) -> Day | None:
    """The first complete date of a text, else its first month or year."""
    found = []
    for match in _DATE.finditer(source.text):
        interval = resolve_day(match["year"], match["month"], match["day"], match["compact"])
        if interval:
            found.append(Day(match.group().strip(" ./-"), source.origin, *interval))
    return min(found, key=lambda day: day.last - day.first, default=None)


def _texts(speech: Speech) -> Iterator[_Text]:
    """The byline, the title, short lines of the opening and the file's name."""
    yield from (_Text(sentence.text, "byline") for sentence in speech.sentences if sentence.kind == "byline")
    yield _Text(speech.title, "title")
    for sentence in speech.sentences[:_OPENING]:
        if sentence.kind in ("title", "salutation") or len(sentence.text) > _LONGEST_BYLINE or sentence.text.endswith("。"):
            continue
        yield _Text(sentence.text, "opening")
    yield from (_Text(sentence.text, "title") for sentence in speech.sentences if sentence.kind == "title")
    if speech.source is not None:
        yield _Text(PurePosixPath(speech.source.path.replace("\\", "/").split("!")[-1]).stem, "file")


def _field(speech: Speech, name: str) -> _Text | None:
    """A field of the data set, when it is there and is text."""
    value = speech.meta.get(name)
    return _Text(value.strip(), "dataset") if isinstance(value, str) and value.strip() else None


def _speaker(speech: Speech, texts: list[_Text]) -> tuple[Circumstance | None, Circumstance | None]:
    """Name and office of the speaker."""
    name: Circumstance | None = None
    office: Circumstance | None = None
    for source in filter(None, (_field(speech, "speaker"), *texts)):
        words = source.text.strip("（）() 　")
        if source.origin in ("title", "file"):
            match = _LEADING.match(words) or _IN_TITLE.match(words)
            name = name or (Circumstance(match["name"], source.origin) if match and match["name"] else None)
            continue
        words = _DATE.split(words)[0].strip("（）() 　，,") if _DATE.search(words) and source.origin != "dataset" else words
        match = _BYLINE.fullmatch(words)
        if match and not _ONLY_OFFICE.fullmatch(words):
            name = name or Circumstance(match["name"], source.origin)
            office = office or (Circumstance(match["office"], source.origin) if match["office"] else None)
        elif _ONLY_OFFICE.fullmatch(words) or source.origin == "dataset":
            office = office or Circumstance(words, source.origin)
    return name, office


def _occasion(speech: Speech, texts: list[_Text]) -> Circumstance | None:
    """The meeting: what stands between 在 and 上的讲话."""
    if known := _field(speech, "occasion"):
        return Circumstance(known.text, known.origin)
    for source in texts:
        if source.origin in ("title", "file") and (match := _IN_TITLE.search(source.text)):
            return Circumstance(match["occasion"], source.origin)
    return None


def _place(
    speech: Speech, texts: list[_Text], occasion: Circumstance | None, office: Circumstance | None
) -> Circumstance | None:
    """The room where the byline or the data set names one, else the place whose meeting or office it is; never 全市 or 我县."""
    if known := _field(speech, "place"):
        return Circumstance(known.text, known.origin)
    setting = _field(speech, "setting")
    for source in ([setting] if setting else []) + [one for one in texts if one.origin in ("byline", "opening")]:
        if match := _PLACE.search(source.text):
            return Circumstance(match["place"], source.origin)
    for named in filter(None, (occasion, office)):
        if (match := _REGION.match(named.text)) and not _GENERIC.match(match["place"]):
            return Circumstance(match["place"], named.origin)
    return None
