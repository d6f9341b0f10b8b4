from __future__ import annotations

import csv
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from benchmarks.make_samples import SAMPLES
from jianghua.data.errors import DocumentError, SettingsError
from jianghua.data.intake.inputs import inputs
from jianghua.data.reader import read_bytes
from jianghua.data.speech import Sentence, Speech
from jianghua.tagging import Tag, TaggedSpeech, Tagger
from jianghua.tagging.engine import PACKAGES, load_shard, save_shard, tag_files
from jianghua.tagging.records import Failure, RunSummary
from jianghua.tagging.writers import WRITERS, write

HOSTILE = "=1+1<script>alert(1)</script>&\"'</p>"


@pytest.fixture(scope="module")
def tagger(tiny_run: Path) -> Tagger:
    return Tagger.load(tiny_run)


def test_a_killed_run_ends_with_the_same_bytes(tmp_path: Path, tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = list(inputs([SAMPLES / "raw"]))[:4]
    whole = tag_files(tagger, paths, tmp_path / "whole")
    write(list(WRITERS), whole.speeches, whole.summary, tmp_path / "whole")

    tagged = 0
    original = Tagger.tag_speech

    def dies_at_the_third(self: Tagger, speech: Speech) -> TaggedSpeech:
        nonlocal tagged
        tagged += 1
        if tagged == 3:
            raise KeyboardInterrupt
        return original(self, speech)

    monkeypatch.setattr(Tagger, "tag_speech", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        tag_files(tagger, paths, tmp_path / "killed")
    resumed = tag_files(tagger, paths, tmp_path / "killed")
    assert tagged == 5  # two before the kill, the one that was killed, and only the two that were missing
    write(list(WRITERS), resumed.speeches, resumed.summary, tmp_path / "killed")
    names = sorted(path.relative_to(tmp_path / "whole") for path in (tmp_path / "whole").rglob("*") if path.is_file())
    assert len(names) == len(paths) + 1 + len(WRITERS)
    for name in names:
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "killed" / name).read_bytes(), name


def test_a_bad_file_is_reported_and_stops_nothing(tmp_path: Path, tagger: Tagger) -> None:
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "好.txt").write_text("在会上的讲话\n同志们:\n路要修好。\n", "utf-8")
    seen = []
    paths = [tmp_path / "空.txt", tmp_path / "好.txt", tmp_path / "没有.pdf"]
    run = tag_files(tagger, inputs(paths), tmp_path / "out", lambda name, error: seen.append((Path(name).name, error)))
    assert [failure.reason for failure in run.summary.failures] == ["the file is empty", "No such file or directory"]
    assert [tagged.speech.title for tagged in run.speeches()] == ["在会上的讲话"]
    assert [name for name, error in seen if error is None] == ["好.txt"]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert len(manifest["failures"]) == 2


SPEECH = "在会上的讲话\n同志们:\n路要修好。\n"


def test_a_run_with_other_settings_tags_anew(tmp_path: Path, tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(SPEECH, "utf-8")

    def shards(ocr: bool = True) -> set[str]:
        run = tag_files(tagger, inputs([tmp_path / "a.txt"]), tmp_path / "out", ocr=ocr)
        return {shard.name for shard in run.shards}

    first = shards()
    assert shards() == first
    others = [shards(ocr=False)]
    monkeypatch.setenv("JIANGHUA_SECONDS", "59")
    others.append(shards())
    monkeypatch.delenv("JIANGHUA_SECONDS")
    versions = dict.fromkeys(PACKAGES, "1")

    def installed(name: str) -> str:
        if name not in versions:
            raise PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr("jianghua.tagging.engine.version", installed)
    for name in PACKAGES:
        versions[name] = "2"
        others.append(shards())
    del versions["rapidocr-onnxruntime"]  # scanned pages are not recognised where it is missing
    others.append(shards())
    assert len({*first, *set().union(*others)}) == 1 + len(others)


def test_a_bound_that_a_file_exceeds_is_not_passed_by_an_old_shard(
    tmp_path: Path, tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(SPEECH, "utf-8")
    before = tag_files(tagger, inputs([tmp_path / "a.txt"]), tmp_path / "out")
    assert len(before.shards) == 1
    monkeypatch.setenv("JIANGHUA_CHARACTERS", "10")
    after = tag_files(tagger, inputs([tmp_path / "a.txt"]), tmp_path / "out")
    assert after.shards == ()
    assert [failure.reason for failure in after.summary.failures] == ["expected at most 10 characters of text, got 18"]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert (manifest["ocr"], manifest["bounds"]["characters"], manifest["packages"]["torch"]) == (True, 10, version("torch"))


def test_ocr_that_is_off_uses_no_shard_that_was_recognised(
    tmp_path: Path, tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(content: bytes, name: str, ocr: bool) -> Speech:
        if not ocr:
            raise DocumentError("an image is read by OCR, which is off")
        return read_bytes(SPEECH.encode(), name)

    monkeypatch.setattr("jianghua.tagging.engine.read_bytes", read)
    (tmp_path / "a.png").write_bytes(b"an image")
    assert len(tag_files(tagger, inputs([tmp_path / "a.png"]), tmp_path / "out", ocr=True).shards) == 1
    assert tag_files(tagger, inputs([tmp_path / "a.png"]), tmp_path / "out", ocr=False).shards == ()


def test_shards_survive_the_disk(tmp_path: Path, tagger: Tagger, corpus: list[Speech]) -> None:
    tagged = tagger.tag_speech(corpus[0])
    save_shard(tmp_path / "x.json", tagged)
    assert load_shard(tmp_path / "x.json") == TaggedSpeech(Speech.from_dict(corpus[0].to_dict()), tagged.tags)


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
    assert (book["句子"]["K2"].value, book["句子"]["K2"].data_type) == (HOSTILE, "s")
    assert book["句子"]["K3"].value == "路要修。"
    assert [cell.value for cell in book["未能读取"][2]] == ["<b>", "<i>"]


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
    run = tag_files(tagger, list(inputs([SAMPLES / "raw"]))[:2], tmp_path)
    (report,) = write(["html"], run.speeches, run.summary, tmp_path)
    predicted = [tag.labels for tagged in run.speeches() for tag in tagged.tags]
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
