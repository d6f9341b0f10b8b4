"""The rules over whole sentences, written for these tests, and what must hold of any text."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.data.speech import Sentence, Speech
from jianghua.tagging import Tag, TaggedSpeech
from jianghua.tagging.extraction import Day, Extraction, Mention, extract
from jianghua.tagging.extraction.extract import read_sentence

LABELS = ("directive", "target", "risk", "criticism")


def tasks(text: str) -> list[tuple[list[str], str, list[str]]]:
    found = read_sentence(text, ("directive",)).tasks
    return [([one.text for one in task.who], task.what.text, [one.text for one in task.when]) for task in found]


def targets(text: str) -> list[tuple[str | None, str | None, list[str], list[str]]]:
    return [
        (
            target.indicator.text if target.indicator else None,
            (target.value or target.state or Mention("", 0, 0)).text or None,
            [one.text for one in target.comparison],
            [one.text for one in target.when],
        )
        for target in read_sentence(text, ("target",)).targets
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "各县区要在八月底前把欠账还清，对还不上的，逐户说明原因。",
            [(["各县区"], "把欠账还清，对还不上的，逐户说明原因", ["八月底前"])],
        ),
        (
            "入汛以来雨情偏多，水利局要逐库巡查，应急局每周会商一次；谁误了事，追究谁的责任。",
            [(["水利局"], "逐库巡查", []), (["应急局"], "会商一次", ["每周"]), ([], "谁误了事，追究谁的责任", [])],
        ),
        (
            "市住建局会同燃气公司逐户入户，十月底前换完软管，年底前装上报警器。",
            [
                (["市住建局", "燃气公司"], "逐户入户，十月底前换完软管", ["十月底前"]),
                (["市住建局", "燃气公司"], "装上报警器", ["年底前"]),
            ],
        ),
        ("水务局要会同各县区，九月底前把漏损降下来。", [(["水务局", "各县区"], "把漏损降下来", ["九月底前"])]),
        ("住建局年内牵头，把井盖换一遍。", [(["住建局"], "把井盖换一遍", ["年内"])]),
        ("请大家会后抓紧传达。", [(["大家"], "抓紧传达", ["会后"])]),
        ("三是把堤防守住。", [([], "把堤防守住", [])]),
        ("对到期的贷款，要提前对接银行。", [([], "对到期的贷款，要提前对接银行", [])]),
        ("发改、财政两家牵头，月底前拿出办法。", [(["发改、财政两家"], "拿出办法", ["月底前"])]),
        ("检查结果由督查室汇总上报。", [(["督查室"], "汇总上报", [])]),
    ],
)
def test_who_must_do_what_by_when(text: str, expected: list[Any]) -> None:
    assert tasks(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "到明年底，全市高新技术企业突破300家，研发投入强度同比提高0.5个百分点。",
            [
                ("全市高新技术企业", "300家", ["突破"], ["明年底"]),
                ("研发投入强度", "0.5个百分点", ["同比", "提高"], ["明年底"]),
            ],
        ),
        (
            "今年新建充电桩800个、公交站台60座。",
            [("充电桩", "800个", [], ["今年"]), ("公交站台", "60座", [], ["今年"])],
        ),
        (
            "农业、工业、服务业增加值分别增长4%、7%、6%。",
            [
                ("农业", "4%", ["增长"], []),
                ("工业", "7%", ["增长"], []),
                ("服务业增加值", "6%", ["增长"], []),
            ],
        ),
        ("十月底前，积压案件全部办结。", [("积压案件", "全部办结", [], ["十月底前"])]),
        ("目前全市还有30个村没有通上水，年底前全部通水。", [(None, "全部通水", [], ["年底前"])]),
        ("力争经济总量翻一番。", [("经济总量", None, ["翻一番"], [])]),
    ],
)
def test_indicator_value_comparison_and_date(text: str, expected: list[Any]) -> None:
    assert targets(text) == expected


@pytest.mark.parametrize(
    ("text", "area", "who"),
    [
        ("各矿要查清瓦斯抽放系统，严防瓦斯爆炸。", "安全生产", []),
        ("个别县还在变相举债，一旦断了现金流，就会引发债务违约。", "财政金融", ["个别县"]),
        ("人心散了，什么都没有了。", "其他", []),
    ],
)
def test_risks(text: str, area: str, who: list[str]) -> None:
    (risk,) = read_sentence(text, ("risk",)).risks
    assert (risk.area, [one.text for one in risk.who]) == (area, who)


@pytest.mark.parametrize(
    ("text", "area", "who"),
    [
        ("有的部门报上来的统计数据前后打架。", "数据信息", ["有的部门"]),
        ("少数村干部对秸秆焚烧视而不见。", "生态环境", ["少数村干部"]),
        ("一拖再拖，谁都不肯先动。", "作风", []),
    ],
)
def test_criticisms(text: str, area: str, who: list[str]) -> None:
    (criticism,) = read_sentence(text, ("criticism",)).criticisms
    assert (criticism.area, [one.text for one in criticism.who]) == (area, who)


def tagged(*sentences: tuple[str, tuple[str, ...]], **meta: str) -> TaggedSpeech:
    speech = Speech("a", "在会议上的讲话", tuple(Sentence(text) for text, _ in sentences), meta=meta)
    return TaggedSpeech(speech, tuple(Tag(labels, {}) for _, labels in sentences))


def test_a_speech_is_read_by_its_labels() -> None:
    found = extract(
        tagged(
            ("上半年增长6%。", ("situation",)),
            ("各地要在年底前完成整改。", ("directive", "target")),
            ("有的单位不作为。", ("criticism",)),
            date="2024年5月6日",
        )
    )
    assert [task.sentence for task in found.tasks] == [1]
    assert found.tasks[0].when[0].last == found.targets[0].when[0].last == date(2024, 12, 31)
    assert [one.sentence for one in found.criticisms] == [2]
    assert found.circumstances.date == Day("2024年5月6日", "dataset", date(2024, 5, 6), date(2024, 5, 6))


def test_labels_of_another_scheme_have_no_rules() -> None:
    found = extract(tagged(("各地要完成整改。", ("positive",))))
    assert found == Extraction(found.circumstances)


def test_the_json_form_holds_words_offsets_and_intervals() -> None:
    found = read_sentence(
        "县财政局要在月底前拨付。", ("directive",), day=Day("2024年5月", "byline", date(2024, 5, 1), date(2024, 5, 31))
    )
    assert json.loads(json.dumps(found.to_dict()))["tasks"] == [
        {
            "sentence": 0,
            "what": {"text": "拨付", "start": 9, "end": 11},
            "who": [{"text": "县财政局", "start": 0, "end": 4}],
            "when": [
                {
                    "text": "月底前",
                    "start": 6,
                    "end": 9,
                    "first": None,
                    "last": "2024-05-31",
                    "bound": "by",
                    "iso": "../2024-05-31",
                }
            ],
        }
    ]


PIECES = st.lists(
    st.sampled_from(
        [
            "各县区",
            "要",
            "，",
            "；",
            "月底前",
            "2月30日",
            "完成",
            "5",
            "%",
            "一",
            "个",
            "“",
            "”",
            "X",
            "的",
            "全部",
            "有的",
            "对",
            "以",
            "为",
            "由",
            "至",
            "、",
            "\n",
            "亿",
            "分别",
            "𠮷",
        ]
    ),
    max_size=30,
).map("".join)


@given(PIECES | st.text(max_size=40))
def test_offsets_are_those_of_the_words(text: str) -> None:
    for mention in mentions(read_sentence(text, LABELS)):
        assert text[mention.start : mention.end] == mention.text != ""


def mentions(record: Any) -> Iterator[Mention]:
    if isinstance(record, Mention):
        yield record
    elif isinstance(record, tuple):
        for one in record:
            yield from mentions(one)
    elif dataclasses.is_dataclass(record):
        for one in dataclasses.fields(record):
            yield from mentions(getattr(record, one.name))


@pytest.mark.parametrize(
    "piece", ["一", "1", "一个", "X", "各级、", "要，", "局和", "增长5%、", "3月5日前完成5个，", "“", "有的"]
)
def test_a_sentence_without_end_is_read_in_good_time(piece: str) -> None:
    text = piece * (6000 // len(piece))
    start = time.process_time()
    read_sentence(text, LABELS)
    assert time.process_time() - start < 5
