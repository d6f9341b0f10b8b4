from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from jianghua.data.pages.environment import environment, write_page
from jianghua.data.pages.explanation import write_explanation_page
from jianghua.data.pages.figures import figure, interval, percent
from jianghua.data.paths import SHIPPED
from jianghua.data.reader import read_text
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.labels.pages import write_page as write_label_page
from jianghua.tagging.records import RunSummary, Tag, TaggedSpeech
from jianghua.tagging.writers.html import write_html

ROOMS = ("data", "labels", "tagging", "training")
TEMPLATES = sorted(str(path.relative_to(SHIPPED)) for room in ROOMS for path in (SHIPPED / room).rglob("*.html.j2"))
CHROMIUM = Path("/usr/bin/chromium")
AUDIT = "labels/templates/audit.html.j2"


def audit_values(scheme: LabelScheme) -> dict[str, object]:
    case = {"uid": "s#0001", "title": "<题>", "prev": "", "text": "\ud800<script>x</script>", "next": "", "score": 0.125}
    case |= {"labels": ("risk",), "suggested": (), "missing": {}, "extra": {"risk": 0.03}}
    counts = {(kind, key): 0 for kind in ("missing", "extra") for key in scheme.keys}
    return {"suspects": [case], "total": 1, "sentences": 9, "folds": 5, "model": "m", "counts": counts}


def test_every_template_is_found_under_its_path_and_every_page_extends_the_base() -> None:
    assert {"data/pages/base.html.j2", AUDIT, "tagging/writers/templates/report.html.j2"} <= set(TEMPLATES)
    for name in TEMPLATES:
        source, file, _ = environment().loader.get_source(environment(), name)  # type: ignore[union-attr]
        assert Path(str(file)) == SHIPPED / name
        assert environment().get_template(name)
        if "<html" in source:
            assert name == "data/pages/base.html.j2"


def test_text_is_escaped_and_what_utf8_cannot_carry_is_a_question_mark(tmp_path: Path, scheme: LabelScheme) -> None:
    write_label_page(tmp_path / "a.html", "audit", scheme, **audit_values(scheme))
    page = (tmp_path / "a.html").read_text("utf-8")
    assert "?&lt;script&gt;x&lt;/script&gt;" in page
    assert ".l-risk { --c: " + scheme["risk"].colour in page


def test_a_value_that_is_missing_is_an_error_and_leaves_no_page(tmp_path: Path, scheme: LabelScheme) -> None:
    values = audit_values(scheme)
    del values["folds"]
    with pytest.raises(UndefinedError, match="folds"):
        write_label_page(tmp_path / "a.html", "audit", scheme, **values)
    assert list(tmp_path.iterdir()) == []


def test_a_page_is_written_while_its_values_are_still_coming(tmp_path: Path) -> None:
    most = 0

    def files() -> Iterator[dict[str, object]]:
        nonlocal most
        for number in range(300):
            written = sum(path.stat().st_size for path in tmp_path.iterdir())
            most = max(most, number * 10_000 - written)
            yield {"name": str(number), "title": "x" * 10_000, "sentences": 0, "reasons": [], "passages": ()}

    write_page(tmp_path / "e.html", "data/pages/explanation.html.j2", files=files())
    assert (tmp_path / "e.html").stat().st_size > 3_000_000
    assert most < 1_000_000  # characters rendered, but not yet written


def test_figures() -> None:
    assert (figure(-0.125, 3), figure(0.5), figure(None)) == ("−0.125", "0.50", "–")
    assert (percent(0.256), percent(None)) == ("25.6%", "–")
    assert (interval((0.1, 0.25)), interval((0.1, 0.25), 3, "–"), interval(None)) == ("0.10 至 0.25", "0.100–0.250", "–")


@pytest.mark.browser
def test_pages_follow_light_and_dark_and_load_nothing(tmp_path: Path, scheme: LabelScheme) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.is_file():
        pytest.skip("Chromium is not installed")
    source = "在全县秋收会上的讲话\n同志们：\n要抓紧抢收。\n"
    speech: Speech = read_text(source)
    tag = Tag((), dict.fromkeys(scheme.keys, 0.0))
    write_label_page(tmp_path / "audit.html", "audit", scheme, **audit_values(scheme))
    write_explanation_page(tmp_path / "explanation.html", [("a.txt", source, speech)])
    tagged = TaggedSpeech(speech, (tag,) * len(speech.sentences))
    write_html(tmp_path / "report.html", lambda: [tagged], RunSummary("m", "0" * 64, scheme, {}))
    problems: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.append(request.url) if not request.url.startswith("file:") else None)
        for path in sorted(tmp_path.glob("*.html")):
            page.goto(path.as_uri())
            for colours, paper in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(22, 24, 27)")):
                page.emulate_media(color_scheme=colours)
                assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper, path.name
        page.goto((tmp_path / "audit.html").as_uri())
        page.click("[data-show=missing-risk]")
        assert not page.locator("article").is_visible()
        page.click("[data-show=extra-risk]")
        assert page.locator("article").is_visible()
        browser.close()
    assert problems == []
