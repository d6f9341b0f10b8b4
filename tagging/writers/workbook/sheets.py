"""The tables of the workbook: which columns each has, and how a tagged speech becomes rows of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from jianghua.data.scheme import Label, LabelScheme
from jianghua.data.speech import Kind
from jianghua.tagging.extraction import Circumstance, Day, Extraction, Mention, Target
from jianghua.tagging.extraction.records import Concern, Date
from jianghua.tagging.records import TaggedSpeech
from jianghua.tagging.writers.columns import header, records
from jianghua.tagging.writers.workbook.table import Column

KINDS: Final[dict[Kind, str]] = {
    "title": "标题",
    "byline": "署名",
    "salutation": "称呼",
    "heading": "小标题",
    "body": "正文",
    "closing": "结尾",
}
"""What people call the kinds of sentences."""

_UNITS: Final = {
    "CNY": "元",
    "USD": "美元",
    "EUR": "欧元",
    "HKD": "港元",
    "percentage point": "百分点",
    "times": "倍",
    "rank": "名次",
    "mu": "亩",
    "km2": "平方公里",
    "m2": "平方米",
    "m3": "立方米",
    "t": "吨",
    "L": "升",
    "km": "公里",
    "m": "米",
    "mm": "毫米",
    "kWh": "千瓦时",
    "kW": "千瓦",
    "min": "分钟",
    "h": "小时",
    "s": "秒",
    "day": "天",
    "working day": "工作日",
    "month": "个月",
    "year": "年",
}
"""What people call the units that values were brought to."""

_SENTENCE: Final = {
    "file": Column("文件", 26, "line"),
    "title": Column("标题", 26, "line"),
    "paragraph": Column("段", 6, "whole"),
    "sentence": Column("句", 6, "whole"),
    "page": Column("页", 6, "whole"),
    "kind": Column("位置", 8),
    "text": Column("句子", 70),
    "labels": Column("类别", 14),
    "id": Column("句子编号", 30, "line"),
    "speech": Column("讲话编号", 26, "line"),
    "start": Column("起", 8, "whole"),
    "end": Column("止", 8, "whole"),
}
_PLACE: Final = (
    Column("句子", 60),
    Column("概率", 8, "share"),
    Column("标题", 26, "line"),
    Column("讲话日期", 12, "day"),
    Column("段", 6, "whole"),
    Column("页", 6, "whole"),
    Column("文件", 26, "line"),
    Column("句子编号", 30, "line"),
)
"""Where something was found."""
_WHEN: Final = (Column("何时", 16), Column("起", 12, "day"), Column("止", 12, "day"))
TASKS: Final = (Column("谁", 20), Column("做什么", 50), *_WHEN, *_PLACE)
"""Columns of the tasks."""
TARGETS: Final = (
    Column("指标", 26),
    Column("比较", 12),
    Column("目标值", 14),
    Column("最小", 16, "number"),
    Column("最大", 16, "number"),
    Column("单位", 10),
    Column("要达到的状态", 30),
    *_WHEN,
    *_PLACE,
)
"""Columns of the targets."""
CONCERNS: Final = (Column("领域", 12), Column("原文用词", 20), Column("涉及谁", 20), *_PLACE)
"""Columns of the risks and of the criticisms."""
FAILURES: Final = (Column("文件", 60), Column("原因", 90))
"""Columns of the files that could not be read."""


def sentence_columns(scheme: LabelScheme) -> list[Column]:
    """Columns of the sentences, see `jianghua.tagging.writers.columns.header`."""
    by_label = {label.key: Column(label.name, 10, "flag", label.colour) for label in scheme.labels}
    by_label |= {f"p_{label.key}": Column(f"{label.name} 概率", 12, "share", label.colour) for label in scheme.labels}
    by_label |= {f"e_{label.key}": Column(f"{label.name} 依据", 26, "text", label.colour) for label in scheme.labels}
    return [(_SENTENCE | by_label)[name] for name in header(scheme.keys)]


def sentence_rows(tagged: TaggedSpeech, scheme: LabelScheme) -> Iterator[tuple[list[Any], dict[int, str]]]:
    """A row a sentence, and the colours of its cells. People count from 1."""
    names = header(scheme.keys)
    place = names.index("labels")
    for record in records(tagged, scheme.keys):
        labels = [scheme[key] for key in record["labels"]]
        shown = record | {
            "paragraph": record["paragraph"] + 1,
            "sentence": record["sentence"] + 1,
            "kind": KINDS[record["kind"]],
            "labels": "、".join(label.name for label in labels),
        }
        colours = {names.index(label.key): label.colour for label in labels}
        if labels:
            colours[place] = labels[0].colour
        yield [shown[name] or None if isinstance(shown[name], str) else shown[name] for name in names], colours


def speech_columns(labels: Sequence[Label]) -> list[Column]:
    """Columns of the speeches."""
    return [
        Column("标题", 40),
        Column("日期", 12, "day"),
        Column("讲话人", 12),
        Column("职务", 20),
        Column("场合", 26),
        Column("地点", 14),
        Column("句数", 8, "whole"),
        *(Column(label.name, 10, "whole", label.colour) for label in labels),
        Column("无类别", 10, "whole"),
        Column("文件", 40, "line"),
        Column("讲话编号", 26, "line"),
        Column("未能读出", 40),
    ]


def speech_row(tagged: TaggedSpeech, extraction: Extraction, keys: Sequence[str]) -> list[Any]:
    """A speech's row."""
    speech, counts, known = tagged.speech, tagged.label_counts(), extraction.circumstances
    return [
        speech.title,
        _day(known.date),
        *(_told(one) for one in (known.speaker, known.office, known.occasion, known.place)),
        len(tagged.tags),
        *(counts[key] for key in (*keys, "none")),
        speech.source.path if speech.source else None,
        speech.id,
        "；".join(speech.source.notes) or None if speech.source else None,
    ]


def task_rows(tagged: TaggedSpeech, extraction: Extraction) -> Iterator[list[Any]]:
    """A row a task."""
    for task in extraction.tasks:
        yield [_joined(task.who), task.what.text, *_when(task.when), *_place(tagged, extraction, task.sentence, "directive")]


def target_rows(tagged: TaggedSpeech, extraction: Extraction) -> Iterator[list[Any]]:
    """A row a target."""
    for target in extraction.targets:
        yield [*_measured(target), *_when(target.when), *_place(tagged, extraction, target.sentence, "target")]


def concern_rows(tagged: TaggedSpeech, extraction: Extraction, concerns: Iterable[Concern], key: str) -> Iterator[list[Any]]:
    """A row a risk, or a criticism.

    Args:
        tagged: the speech.
        extraction: what was extracted from it.
        concerns: those of its risks or of its criticisms.
        key: the label that they were found under.
    """
    for one in concerns:
        field = one.field.text if one.field else None
        yield [one.area, field, _joined(one.who), *_place(tagged, extraction, one.sentence, key)]


def _measured(target: Target) -> list[Any]:
    value = target.value
    return [
        target.indicator.text if target.indicator else None,
        _joined(target.comparison),
        *((value.text, _number(value.low), _number(value.high), _unit(value.unit)) if value else (None,) * 4),
        target.state.text if target.state else None,
    ]


def _number(value: float | None) -> float | None:
    """A number without the digits that nobody said, as of two thirds."""
    return None if value is None else round(value, 4)


def _unit(unit: str | None) -> str | None:
    """A unit in Chinese."""
    return None if unit is None else _UNITS.get(unit, unit)


def _when(dates: Sequence[Date]) -> list[Any]:
    """The words of all dates, and the interval of the first one that is known."""
    known = next((one for one in dates if one.iso is not None), None)
    return [_joined(dates), known and known.first, known and known.last]


def _place(tagged: TaggedSpeech, extraction: Extraction, number: int, key: str) -> list[Any]:
    speech, sentence = tagged.speech, tagged.speech.sentences[number]
    return [
        sentence.text,
        tagged.tags[number].probabilities[key],
        speech.title,
        _day(extraction.circumstances.date),
        sentence.paragraph + 1,
        sentence.page,
        speech.source.path if speech.source else None,
        speech.sentence_id(number),
    ]


def _joined(mentions: Sequence[Mention]) -> str | None:
    return "、".join(mention.text for mention in mentions) or None


def _told(circumstance: Circumstance | None) -> str | None:
    return circumstance.text if circumstance else None


def _day(day: Day | None) -> date | str | None:
    """A day; the words where only the month or the year is known, which no date can say."""
    return None if day is None else day.first if day.first == day.last else day.text
