from __future__ import annotations

import io
import threading
import time
import zipfile
from pathlib import Path

import pytest
from quick_tagger import QuickTagger

from jianghua.data.paths import SHIPPED
from jianghua.tagging.serving.allowance import Allowance
from jianghua.tagging.serving.desk import BusyError, Desk
from jianghua.tagging.serving.downloads import formats, make_download
from jianghua.tagging.serving.job import Result
from jianghua.tagging.serving.upload import Upload, clean_name

RAW = SHIPPED / "data" / "samples" / "raw"
SPEECH = "在全县秋收会上的讲话\n同志们：\n要抓紧抢收。去年单产下降。\n"
TEXT = Upload("秋收会", SPEECH.encode(), text=True)


def packed(**files: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in files.items():
            file.writestr(name.replace("__", "."), content)
    return archive.getvalue()


def test_a_text_is_tagged() -> None:
    with Desk(QuickTagger()) as desk:
        job = desk.submit(TEXT)
        result = job.outcome.result(20)
        assert isinstance(result, Result)
        assert result is job.result
        (tagged,) = result.speeches
        assert tagged.speech.title == "在全县秋收会上的讲话"
        assert tagged.speech.source is not None
        assert tagged.speech.source.path == "秋收会"
        assert [tag.labels for tag in tagged.tags][-2:] == [("directive",), ()]
        assert (job.upload, desk.find(job.id)) == (None, job)
        assert desk.forget(job.id)
        assert desk.find(job.id) is None


def test_an_archive_gives_its_speeches_and_what_could_not_be_read_and_leaves_nothing_on_disk() -> None:
    content = packed(一__txt=SPEECH.encode(), 二__txt=SPEECH.encode("gb18030"), 坏__pdf=b"%PDF-nonsense")
    with Desk(QuickTagger()) as desk:
        result = desk.submit(Upload("三.zip", content)).outcome.result(60)
        assert isinstance(result, Result)
        assert [tagged.speech.source and tagged.speech.source.path for tagged in result.speeches] == [
            "三.zip!一.txt",
            "三.zip!二.txt",
        ]
        assert [failure.path for failure in result.failures] == ["三.zip!坏.pdf"]
        assert list(desk.folder.iterdir()) == []
    assert not desk.folder.exists()


def test_what_has_no_speech_is_refused_in_one_line() -> None:
    with Desk(QuickTagger()) as desk:
        for upload, reason in (
            (Upload("坏.pdf", b"%PDF-nonsense"), "PDF"),
            (Upload("空.txt", b" "), "the file is empty"),
            (Upload("x.zip", packed(a__exe=b"MZ")), "no speech file"),
            (Upload("x.zip", packed(a__txt=b" ", b__txt=b" ")), "none of 2 files could be read; x.zip!a.txt"),
        ):
            job = desk.submit(upload)
            job.outcome.result(60)
            assert job.refused is not None
            assert reason in job.refused.reason
            assert "\n" not in job.refused.reason
            assert (job.state, job.refused.fault) == ("failed", False)
        job = desk.submit(Upload("t", "要boom。".encode(), text=True))
        job.outcome.result(20)
        assert job.refused is not None
        assert (job.refused.reason, job.refused.fault) == ("the server failed: ValueError", True)


def test_more_than_there_is_room_for_is_told_to_come_back() -> None:
    go = threading.Event()
    with Desk(QuickTagger(go.wait), allowance=Allowance(jobs=3, bytes=1_000)) as desk:
        jobs = []
        for _ in range(3):
            with desk.room(10):
                jobs.append(desk.submit(TEXT))
        with pytest.raises(BusyError, match="3 files are waiting"), desk.room(10):
            pass
        assert desk.ahead(jobs[2]) == 2
        go.set()
        assert all(isinstance(job.outcome.result(20), Result) for job in jobs)
        with desk.room(600), pytest.raises(BusyError, match="600 bytes are waiting"), desk.room(600):
            pass
        with desk.room(600):  # what has arrived, or broke off, holds nothing any more
            pass


def test_results_go_after_a_while_and_the_oldest_when_there_are_too_many() -> None:
    with Desk(QuickTagger(), allowance=Allowance(kept_sentences=9)) as desk:
        jobs = []
        for _ in range(3):
            jobs.append(desk.submit(TEXT))
            assert isinstance(jobs[-1].outcome.result(20), Result)
        assert jobs[0].result is not None
        assert jobs[0].result.sentences == 4
        assert [desk.find(job.id) is not None for job in jobs] == [False, True, True]
    with Desk(QuickTagger(), allowance=Allowance(kept_seconds=0.2)) as desk:
        job = desk.submit(TEXT)
        job.outcome.result(20)
        time.sleep(0.3)
        assert desk.find(job.id) is None


def test_an_archive_of_more_sentences_than_allowed_gives_what_is_allowed() -> None:
    content = packed(a__txt=SPEECH.encode(), b__txt=SPEECH.encode())
    with Desk(QuickTagger(), allowance=Allowance(job_sentences=6)) as desk:
        result = desk.submit(Upload("x.zip", content)).outcome.result(20)
        assert isinstance(result, Result)
        assert len(result.speeches) == 1
        assert "at most 6 sentences" in result.failures[0].reason


def test_a_stop_ends_what_waits_and_finishes_what_is_tagged() -> None:
    go, begun = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        go.wait(20)

    desk = Desk(QuickTagger(wait))
    jobs = [desk.submit(TEXT) for _ in range(4)]
    begun.wait(20)
    stop = threading.Thread(target=desk.__exit__)
    stop.start()
    time.sleep(0.2)
    go.set()
    stop.join(20)
    assert not stop.is_alive()
    assert [job.outcome.done() for job in jobs] == [True] * 4
    assert jobs[3].refused is not None
    assert jobs[3].refused.reason == "the server is stopping"


@pytest.mark.parametrize("format", formats())
def test_every_format_is_one_file(format: str, tmp_path: Path) -> None:
    with Desk(QuickTagger()) as desk:
        result = desk.submit(Upload("县委.docx", (RAW / "县委农村工作会议讲话.docx").read_bytes())).outcome.result(60)
        assert isinstance(result, Result)
        made = make_download(format, [result, result], desk.summary, desk.folder)
        assert made.name.startswith("在县委农村工作会议上的讲话.")
        assert len(made.content) > 1_000
        assert str(desk.folder).encode() not in made.content
        assert list(desk.folder.iterdir()) == []
        if format == "jsonl":
            assert len(made.content.splitlines()) == result.sentences


def test_names_are_made_harmless() -> None:
    assert clean_name("..\\..\\秘密/讲话.docx") == "讲话.docx"
    assert clean_name("a\u202e\x00\ud800b.txt") == "ab.txt"
    assert clean_name("../") == ".."
    assert len(clean_name("长" * 500 + ".pdf")) == 120
    assert clean_name("长" * 500 + ".pdf").endswith(".pdf")
