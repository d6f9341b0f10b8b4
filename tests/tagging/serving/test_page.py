from __future__ import annotations

import json
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from quick_tagger import QuickTagger

from jianghua.data.paths import SHIPPED
from jianghua.data.serving.server import Server
from jianghua.tagging.tagger import Tagger

CHROMIUM = Path("/usr/bin/chromium")
RAW = SHIPPED / "data" / "samples" / "raw"
TEXT = "在全县秋收会上的讲话\n同志们：\n要抓紧抢收。<img src=x onerror=alert(1)>去年单产下降。\n"
DROP = """([name, text]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name));
  for (const kind of ["dragover", "drop"]) {
    const options = { dataTransfer: transfer, bubbles: true, cancelable: true };
    document.getElementById("drop").dispatchEvent(new DragEvent(kind, options));
  }
}"""
OWN = re.compile("(blob:)?http://127.0.0.1:")
Start = Callable[..., Server]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.is_file():
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that must raise no error and ask no other host."""
    problems: list[str] = []
    made = browser.new_page(viewport={"width": 1280, "height": 900})
    made.on("pageerror", lambda error: problems.append(str(error)))
    made.on("dialog", lambda dialog: problems.append(f"a dialog: {dialog.message}"))
    made.on("request", lambda request: None if OWN.match(request.url) else problems.append(request.url))
    made.on("console", lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None)
    yield made
    made.close()
    assert problems == []


def opened(page: Any, server: Server, path: str = "") -> Any:
    page.goto(f"http://127.0.0.1:{server.address[1]}/{path}")
    return page


def test_real_files_are_dropped_shown_and_downloaded(page: Any, start: Start, tmp_path: Path) -> None:
    names = [
        "县委农村工作会议讲话.docx",
        "开发区高质量发展推进大会讲话.pdf",
        "集团公司上半年经营工作会议讲话.html",
        "全县作风建设警示教育大会讲话.txt",
    ]
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-nonsense")
    opened(page, start(Tagger.load()))
    page.set_input_files("#choose", [*(str(RAW / name) for name in names), str(tmp_path / "坏.pdf")])
    page.wait_for_selector('#progress:has-text("完成 4，进行中 0，未能处理 1")', timeout=120_000)
    assert "坏.pdf" in page.locator("#jobs li").first.inner_text()
    assert page.locator("#jobs .bad").inner_text().startswith("未能读取：")
    page.click('#jobs .open:has-text("县委农村工作会议")')
    assert page.inner_text("#title") == "在县委农村工作会议上的讲话"
    sentences = page.locator("#text .s")
    assert sentences.count() == int(page.inner_text("#source").split("· ")[1].split(" ")[0]) > 40
    directives = int(page.inner_text("[data-label=directive] span"))
    page.click("[data-label=directive]")
    assert page.locator("#text .s.hit").count() == directives > 10
    assert page.locator("#text .clause.shown").count() > 0
    page.click("[data-view=table]")
    assert page.locator("#rows tr:visible").count() == directives
    page.select_option("#scope", "all")
    with page.expect_download() as download:
        page.click("[data-format=jsonl]")
    assert download.value.suggested_filename.endswith("等4篇.jsonl")
    rows = [json.loads(line) for line in download.value.path().read_text("utf-8").splitlines()]
    assert {row["file"] for row in rows} == set(names)
    page.select_option("#scope", "one")
    with page.expect_download() as download:
        page.click("[data-format=xlsx]")
    assert zipfile.is_zipfile(download.value.path())


def test_a_file_is_dropped_and_a_text_is_pasted_and_neither_is_markup(page: Any, start: Start) -> None:
    opened(page, start())
    page.evaluate(DROP, ["<b>讲话</b>.txt", TEXT])
    page.wait_for_selector("#view:visible")
    assert page.locator("#jobs .name").inner_text() == "<b>讲话</b>.txt"
    page.fill("#words", TEXT.replace("秋收", "春耕"))
    page.focus("#words")
    page.keyboard.press("Control+Enter")
    page.click('.open:has-text("春耕")')
    assert page.inner_text("#title") == "在全县春耕会上的讲话"
    assert "<img src=x onerror=alert(1)>" in page.inner_text("#text")
    page.click("#jobs li:last-child .remove")
    assert page.inner_text("#title") == "在全县秋收会上的讲话"
    page.click("#clear")
    assert not page.locator("#files").is_visible()
    assert not page.locator("#view").is_visible()


def test_evidence_is_underlined_by_code_points_and_the_keyboard_goes_from_sentence_to_sentence(page: Any, start: Start) -> None:
    opened(page, start())
    page.fill("#words", "题目\n𠮷要抓紧抢收。去年单产下降。\n")
    page.click("#paste button")
    page.wait_for_selector("#view:visible")
    assert page.locator(".clause").all_inner_texts() == ["𠮷"]
    page.locator("#text .s[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    assert "抢收" in page.inner_text(".s.current")
    assert page.inner_text("#bars .yes").split() == ["工作部署", "1.00"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert "单产" in page.inner_text(".s.current")
    page.keyboard.press("Escape")
    assert not page.locator("#detail").is_visible()
    page.fill("#search", "单产 去年")
    assert page.locator(".s.hit").all_inner_texts() == ["去年单产下降。"]


def test_what_is_missing_from_a_file_stands_above_its_speech(page: Any, start: Start) -> None:
    def answer(route: Any) -> None:
        response = route.fetch()
        result = response.json()
        result["speeches"][0]["notes"] = ["3 of 10 pages were not recognised"]
        route.fulfill(response=response, json=result)

    opened(page, start())
    page.route("**/result", answer)
    page.evaluate(DROP, ["甲.txt", TEXT])
    page.wait_for_selector("#view:visible")
    assert page.inner_text("#notes") == "提示：3 of 10 pages were not recognised"


def test_progress_and_a_full_queue_are_seen_and_end_well(page: Any, start: Start) -> None:
    go = threading.Event()
    opened(page, start(QuickTagger(lambda: go.wait(30)), jobs=3))
    files = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": f"{TEXT}第{n}条要办好。".encode()} for n in range(4)]
    page.set_input_files("#choose", files)
    page.wait_for_selector("text=前面还有 2 个")
    page.wait_for_selector("text=标注中")
    page.wait_for_selector("text=上传中")
    go.set()
    page.wait_for_selector('#progress:has-text("完成 4，进行中 0")')


def test_several_browsers_do_not_see_one_another(browser: Any, page: Any, start: Start) -> None:
    server = start()
    other = opened(browser.new_page(), server)
    opened(page, server)
    for one, name in ((page, "甲"), (other, "乙")):
        one.evaluate(DROP, [f"{name}.txt", TEXT])
        one.wait_for_selector("#view:visible")
        assert one.locator("#jobs .name").all_inner_texts() == [f"{name}.txt"]
    other.close()


def test_another_site_cannot_read(page: Any, start: Start) -> None:
    server = start()
    asked = f"fetch('http://127.0.0.1:{server.address[1]}/health').then(() => 'read', () => 'refused')"
    assert page.evaluate(asked) == "refused"  # by the browser: nothing allows it
    assert opened(page, server).evaluate(asked) == "read"


def test_it_fits_a_phone_and_works_under_a_token_in_the_path(page: Any, start: Start) -> None:
    token = "a-token-of-24-characters"
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, start(token=token), f"{token}/")
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("一.txt", TEXT)
        file.writestr("二.txt", "在另一个会上的讲话\n要快。" + "很长" * 500)
        file.writestr("坏.pdf", b"%PDF-nonsense")
    page.set_input_files("#choose", [{"name": "会" * 60 + ".zip", "mimeType": "application/zip", "buffer": archive.getvalue()}])
    page.wait_for_selector("#view:visible")
    assert page.locator(".open").count() == 2
    assert "坏.pdf" in page.inner_text("#jobs .bad")
    for view in ("text", "table", "legend"):
        page.click(f"[data-view={view}]")
        assert page.locator(f"#{view}").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, view
    page.locator("#search").scroll_into_view_if_needed()
    box = page.locator("#search").bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
    page.click("text=接口说明")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("text=返回标注页")
    assert page.locator("#drop").is_visible()
