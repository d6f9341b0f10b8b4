from __future__ import annotations

from datetime import date

import pytest

from jianghua.data.speech import Sentence, Source, Speech
from jianghua.tagging.extraction import Circumstance
from jianghua.tagging.extraction.circumstances import read_circumstances, read_day


def speech(title: str, *bylines: str, path: str = "a.txt", **meta: str) -> Speech:
    sentences = (Sentence(title, 0, "title"), *(Sentence(text, n, "byline") for n, text in enumerate(bylines, 1)))
    return Speech("a", title, sentences, Source(path, "txt", "0", 1), meta=meta)


def test_title_and_byline() -> None:
    found = read_circumstances(speech("在清河县安全生产工作会议上的讲话", "（2023年9月12日）", "县委副书记、县长 赵建明"))
    assert found.speaker == Circumstance("赵建明", "byline")
    assert found.office == Circumstance("县委副书记、县长", "byline")
    assert found.occasion == Circumstance("清河县安全生产工作会议", "title")
    assert found.place == Circumstance("清河县", "title")
    assert found.date is not None
    assert (found.date.first, found.date.last, found.date.origin) == (date(2023, 9, 12), date(2023, 9, 12), "byline")


def test_fields_of_the_data_set_go_first() -> None:
    found = read_circumstances(speech("在会上的讲话", speaker="市长", occasion="半年经济形势分析会", setting="X市(2014年7月)"))
    assert found.office == Circumstance("市长", "dataset")
    assert found.occasion == Circumstance("半年经济形势分析会", "dataset")
    assert found.date is not None
    assert (found.date.first, found.date.last) == (date(2014, 7, 1), date(2014, 7, 31))


def test_the_file_name_tells_what_the_speech_does_not() -> None:
    found = read_circumstances(speech("讲话", path="收文/20240518王志刚在青川市人大工作会议上的讲话.docx"))
    assert found.date is not None
    assert (found.date.first, found.date.origin) == (date(2024, 5, 18), "file")
    assert found.occasion == Circumstance("青川市人大工作会议", "file")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("（二〇二四年十二月三日）", date(2024, 12, 3), date(2024, 12, 3)),
        ("（2019年6月X日）", date(2019, 6, 1), date(2019, 6, 30)),
        ("2022.3.5", date(2022, 3, 5), date(2022, 3, 5)),
    ],
)
def test_dates_as_exact_as_they_are(text: str, first: date, last: date) -> None:
    day = read_day(speech("在会上的讲话", text))
    assert day is not None
    assert (day.first, day.last) == (first, last)


@pytest.mark.parametrize("title", ["在2020年度述职评议会上的讲话", "在20XX年工作会议上的讲话", "在全县会议上的讲话"])
def test_no_date_is_made_up(title: str) -> None:
    assert read_day(speech(title)) is None


@pytest.mark.parametrize("title", ["在全市工作会议上的讲话", "在县委全面依法治县工作会议上的讲话", "在我市旅游大会上的讲话"])
def test_no_place_is_made_up(title: str) -> None:
    assert read_circumstances(speech(title)).place is None
