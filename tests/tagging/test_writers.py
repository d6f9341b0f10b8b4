from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from benchmarks.kills import StandIn, run
from benchmarks.make_samples import SAMPLES
from jianghua.data.errors import SettingsError
from jianghua.data.speech import Sentence, Speech
from jianghua.tagging import Tag, TaggedSpeech, Tagger
from jianghua.tagging.records import Failure, RunSummary
from jianghua.tagging.writers import write

HOSTILE = "=1+1<script>alert(1)</script>&\"'</p>"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return StandIn()


@pytest.fixture
def hostile(tagger: Tagger) -> tuple[TaggedSpeech, RunSummary]:
    probabilities = dict.fromkeys(tagger.scheme.keys, 0.25)
    speech = Speech("id", HOSTILE, (Sentence(HOSTILE, 0, "title"), Sentence("路\x00要\ud800修。", 1)))
    tags = (Tag(("risk", "target"), probabilities), Tag((), probabilities))
    thresholds = tagger.bundle.calibration.thresholds
    return TaggedSpeech(speech, tags), RunSummary("m", "0" * 64, tagger.scheme, thresholds, (Failure("<b>", "<i>"),))


def test_hostile_text_is_carried_and_does_nothing(tmp_path: Path, hostile: tuple[TaggedSpeech, RunSummary]) -> None:
    tagged, summary = hostile
    write(["csv", "xlsx", "html"], lambda: [tagged], summary, tmp_path)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<b>" not in page.split("未能读取的文件")[1].split("</table>")[0]
    with (tmp_path / "sentences.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["text"] == "'" + HOSTILE
    assert (rows[0]["risk"], rows[0]["situation"], rows[1]["labels"]) == ("1", "0", "")
    import openpyxl

    book = openpyxl.load_workbook(tmp_path / "sentences.xlsx")
    assert (book["句子"]["G2"].value, book["句子"]["G2"].data_type) == (HOSTILE, "s")
    assert book["句子"]["G3"].value == "路要修。"
    assert [cell.value for cell in book["失败"][2]] == ["<b>", "<i>"]


def test_formats_are_checked(tmp_path: Path, hostile: tuple[TaggedSpeech, RunSummary]) -> None:
    with pytest.raises(SettingsError, match=r"unknown format 'jsn'.*did you mean 'json"):
        write(["jsn"], list, hostile[1], tmp_path)


def test_parquet_holds_every_sentence(tmp_path: Path, tagger: Tagger, corpus: list[Speech]) -> None:
    import pyarrow.parquet as pq

    tagged = [tagger.tag_speech(speech) for speech in corpus[:2]]
    summary = RunSummary("m", "0" * 64, tagger.scheme, {})
    write(["parquet", "jsonl"], lambda: tagged, summary, tmp_path)
    table = pq.read_table(tmp_path / "sentences.parquet").to_pylist()
    lines = [json.loads(line) for line in (tmp_path / "sentences.jsonl").read_text("utf-8").splitlines()]
    assert [row["text"] for row in table] == [text for speech in corpus[:2] for text in speech.texts]
    assert [row["labels"] for row in table] == [line["labels"] for line in lines]


@pytest.mark.browser
def test_the_report_filters_searches_and_shows_probabilities(tmp_path: Path, tagger: Tagger) -> None:
    chromium = Path("/usr/bin/chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    if not chromium.is_file():
        pytest.skip("Chromium is not installed")
    run(SAMPLES / "raw", tmp_path, tagger, ["html", "jsonl"])
    report = tmp_path / "report.html"
    predicted = [json.loads(line)["labels"] for line in (tmp_path / "sentences.jsonl").read_text("utf-8").splitlines()]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.append(request.url) if not request.url.startswith("file:") else None)
        page.goto(report.as_uri())
        page.click("[data-label=directive]")
        assert page.locator(".s.hit").count() == sum("directive" in labels for labels in predicted)
        page.click("[data-label=directive]")
        page.fill("#search", "同志")
        assert page.locator(".s.hit").count() >= 1
        page.locator(".s").nth(3).hover()
        assert page.locator("#pop div").count() == 5
        browser.close()
    assert problems == []
