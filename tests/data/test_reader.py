from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import REAL

from benchmarks.make_samples import FILES, SAMPLES, paragraphs
from jianghua.data.cleaning.rules import clean
from jianghua.data.documents.plain import plain_document
from jianghua.data.errors import DocumentError, SettingsError
from jianghua.data.reader import read_bytes, read_source, read_speech, read_text
from jianghua.data.speech import Speech
from jianghua.data.structure import build_sentences

LINES = st.lists(st.text("讲话工作要。！，：“”（）一二三、1 2.aB\u3000\u200b\xad页会员下载登录", max_size=60), max_size=30)


@settings(deadline=None)
@given(LINES)
def test_cleaning_only_deletes_and_offsets_reproduce_each_sentence(lines: list[str]) -> None:
    document = plain_document("\n".join(lines))
    cleaned = clean(document)
    _, sentences = build_sentences(cleaned, document)
    for sentence in sentences:
        assert sentence.text == "".join(document.text[start:end] for start, end in sentence.spans)
    kept = [span for sentence in sentences for span in sentence.spans]
    assert kept == sorted(kept)
    deleted = sum(cut.end - cut.start for cut in cleaned.deletions)
    assert sum(end - start for start, end in kept) + deleted == len(document.text)


@pytest.mark.parametrize(("id", "name"), [(id, name) for id, name, _ in FILES])
def test_raw_samples_give_back_the_speech_exactly(id: str, name: str, corpus: list[Speech]) -> None:
    original = next(speech for speech in corpus if speech.id == id)
    speech = read_speech(SAMPLES / "raw" / name)
    assert speech.texts == original.texts
    assert speech.title == original.title
    source = read_source(SAMPLES / "raw" / name)
    for sentence in speech.sentences:
        assert sentence.text == "".join(source[start:end] for start, end in sentence.spans)


def test_undamaged_speeches_come_back_whole(corpus: list[Speech]) -> None:
    for original in corpus:
        speech = read_text("\n".join(text for _, text in paragraphs(original)))
        assert speech.texts == original.texts, original.id


# Sentences that the captures' README calls doubtful: not to be judged on.
DOUBTFUL = {"a": {5, 6}, "b": {0, 6, 14, 20, 26, 27, 30, 32, 43, 45}}


@pytest.mark.parametrize("capture", ["a", "b"])
def test_real_captures(capture: str) -> None:
    file = REAL / f"capture-{capture}.txt"
    if not file.is_file():
        pytest.skip("the real captures are not part of the project")
    gold = [json.loads(line) for line in file.with_suffix(".gold.jsonl").read_text("utf-8").splitlines()]
    texts = read_speech(file).texts
    judged = [row["text"] for row in gold if row["i"] not in DOUBTFUL[capture]]
    assert [text for text in judged if text not in texts] == []
    extra = set(texts) - {row["text"] for row in gold}
    assert len(extra) <= len(DOUBTFUL[capture])


def test_notices_navigation_and_page_markers_are_deleted_with_a_reason() -> None:
    text = (
        "秘书资料网\n首页 登录 注册\n在全县林业工作会议上的讲话\n同志们:\n"
        "今年造林任务比去年多三成(登录后可查看全部内容),各乡镇要抓紧整地。\n"
        "相关阅读:\n版权归作者所有,侵权请联系站长删除\n"
    )
    speech = read_text(text)
    assert speech.texts == ["在全县林业工作会议上的讲话", "同志们:", "今年造林任务比去年多三成,各乡镇要抓紧整地。"]
    assert {"notice", "before the title", "after the speech"} <= {cut.reason for cut in speech.deletions}


def test_a_speech_that_mentions_downloads_keeps_its_sentences() -> None:
    text = "在数字乡村推进会上的讲话\n同志们:\n下载量上去了。\n要让群众愿意用这个小程序,少跑腿。\n谢谢大家!\n"
    assert read_text(text).texts[2:] == ["下载量上去了。", "要让群众愿意用这个小程序,少跑腿。", "谢谢大家!"]


def test_a_broken_off_last_sentence_is_kept_and_flagged() -> None:
    speech = read_text("在防汛会上的讲话\n同志们:\n水位还在涨。要把沙袋\n")
    assert speech.sentences[-1].text == "要把沙袋"
    assert speech.sentences[-1].truncated


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(encoding: str) -> None:
    text = "在全市务虚会上的讲话\n同志们:\n路要一步一步走。\n"
    assert read_bytes(text.encode(encoding), "务虚会.txt").texts[-1] == "路要一步一步走。"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("空.txt", b"", "empty"),
        ("空.docx", b"\0" * 50, "empty"),
        ("坏.docx", b"PK\x03\x04garbage", "damaged"),
        ("坏.zip", b"PK\x03\x04garbage", "archive"),
        ("假.docx", bytes([0x81, 0xFF, 0xFE, 0x80]) * 9, r"expected a \.docx"),
        ("密.docx", OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"), "encrypted with a password"),
        ("表.docx", OLE + b"\0" * 504 + "Workbook".encode("utf-16-le"), "got a spreadsheet"),
        ("乱.doc", OLE + bytes(range(256)) * 20, "expected a Word file inside"),
        ("页.html", b"<p>" * 600_000, "at most 100,000 lines"),
        ("坏.pdf", b"%PDF-1.4\ngarbage", "damaged"),
        ("包.rar", b"Rar!\x1a\x07\x00", "RAR archive is not read"),
        ("程序.exe", b"MZ\x90\x00\x03\xff\xff\x80\xff", "unknown file type"),
        ("二进制.txt", bytes([0x81, 0xFF, 0xFE, 0x80]) * 9, "not text"),
    ],
)
def test_bad_files_give_their_reason(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read_bytes(content, name)


RAW = {file.suffix: file for file in sorted((SAMPLES / "raw").iterdir())}


@pytest.mark.parametrize("name", ["讲话", "讲话.doc", "讲话.pdf", "讲话.docx", "讲话.html", "讲话.txt", "讲话.mht", "-"])
@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".html"])
def test_the_bytes_decide_the_format_not_the_suffix(suffix: str, name: str) -> None:
    content = RAW[suffix].read_bytes()
    assert read_bytes(content, name).source.format == suffix[1:]  # type: ignore[union-attr]
    assert read_bytes(content, name).texts == read_speech(RAW[suffix]).texts


@pytest.mark.parametrize("name", ["讲话.doc", "讲话.pdf", "讲话.docx", "讲话", "讲话.png"])
def test_text_under_any_suffix_is_text(name: str) -> None:
    assert read_bytes("在务虚会上的讲话\n同志们：\n路要走好。\n".encode("gb18030"), name).texts[-1] == "路要走好。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_web_page_under_the_suffix_of_word_is_a_web_page(encoding: str) -> None:
    page = "<html><body><p>在务虚会上的讲话</p><p>同志们：</p><p>路要走好。</p></body></html>"
    assert read_bytes(page.encode(encoding), "讲话.doc").texts == ["在务虚会上的讲话", "同志们：", "路要走好。"]


def test_bounds_are_changed_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "在务虚会上的讲话\n同志们：\n路要走好。\n"
    monkeypatch.setenv("JIANGHUA_CHARACTERS", "10")
    with pytest.raises(DocumentError, match="at most 10 characters of text, got 20"):
        read_text(text)
    monkeypatch.setenv("JIANGHUA_CHARACTERS", "20")
    assert len(read_text(text).texts) == 3
    monkeypatch.setenv("JIANGHUA_LINES", "2")
    with pytest.raises(DocumentError, match="at most 2 lines"):
        read_bytes(text.encode(), "讲话.txt")
    monkeypatch.setenv("JIANGHUA_LINES", "viele")
    with pytest.raises(SettingsError, match="JIANGHUA_LINES: expected a whole number above 0, got 'viele'"):
        read_text(text)
