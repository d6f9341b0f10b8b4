"""The clauses that carried labels, on the pages that show them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.tagging.records import RunSummary, Tag, TaggedSpeech
from jianghua.tagging.writers.html import write_html
from jianghua.tagging.writers.underlines import underlined

CHROMIUM = Path("/usr/bin/chromium")
TEXT = "𠮷县<b>投入不足，修路进展太慢；大家要抓紧整改。"
CLAUSES = {"criticism": (10, 17), "directive": (17, 25), "risk": (10, 17)}


def test_offsets_are_code_points_and_text_is_escaped() -> None:
    assert underlined(TEXT, CLAUSES) == (
        "𠮷县&lt;b&gt;投入不足，"
        '<u class="clause l-criticism"><u class="clause l-risk">修路进展太慢；</u></u>'
        '<u class="clause l-directive">大家要抓紧整改。</u>'
    )
    assert underlined("a\ud800<", {}) == "a\ud800&lt;"


@pytest.fixture
def report(tmp_path: Path, scheme: LabelScheme) -> Path:
    probabilities = dict.fromkeys(scheme.keys, 0.75)
    tags = (Tag(("directive", "criticism", "risk"), probabilities, CLAUSES), Tag(("risk",), probabilities))
    tagged = TaggedSpeech(Speech("s", "题", (Sentence(TEXT), Sentence("有风险。"))), tags)
    write_html(tmp_path / "r.html", lambda: [tagged], RunSummary("m", "0" * 64, scheme, dict.fromkeys(scheme.keys, 0.5)))
    return tmp_path / "r.html"


def test_the_report_holds_the_sentences_as_they_are(report: Path) -> None:
    (sentence,) = re.findall(r"</sup>(𠮷.*?)</span>", report.read_text("utf-8"))
    assert re.sub("</?u[^>]*>", "", sentence) == TEXT.replace("<b>", "&lt;b&gt;")


@pytest.mark.browser
def test_a_clause_is_underlined_where_its_label_is_asked_for(report: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.is_file():
        pytest.skip("Chromium is not installed")
    lit = """() => [...document.querySelectorAll(".clause")]
        .filter((one) => getComputedStyle(one).textDecorationLine === "underline")
        .map((one) => [one.className.split("l-")[1], one.textContent])"""
    slow, hurry = "修路进展太慢；", "大家要抓紧整改。"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(report.as_uri())
        assert page.evaluate(lit) == []
        page.click("[data-label=risk]")
        assert page.evaluate(lit) == [["risk", slow]]
        page.click("[data-label=directive]")
        assert page.evaluate(lit) == [["risk", slow], ["directive", hurry]]
        page.click("[data-label=risk]")
        page.click("[data-label=directive]")
        page.hover("sup.l-risk >> nth=0")
        assert page.evaluate(lit) == [["risk", slow]]
        page.focus("sup.l-criticism")
        page.mouse.move(0, 0)
        assert page.evaluate(lit) == [["criticism", slow]]
        page.emulate_media(media="print")
        assert [label for label, _ in page.evaluate(lit)] == ["criticism", "risk", "directive"]
        browser.close()
