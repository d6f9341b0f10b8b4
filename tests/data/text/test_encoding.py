from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jianghua.data.errors import DocumentError
from jianghua.data.paths import SHIPPED
from jianghua.data.speech import Speech
from jianghua.data.text.encoding import decode
from jianghua.data.text.likelihood import hanzi, traditional

UTF = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
BARE = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030")
NAMES = {"big5": "big5hkscs", "cp950": "big5hkscs", "gb2312": "gb18030", "gbk": "gb18030"}
ANY = st.characters(exclude_categories=["Cs", "Cc"])
# Running text in which anything may be strewn, such as a rare character of a name or a letter.
RARE = st.characters(min_codepoint=0x3400, max_codepoint=0x323AF, exclude_categories=["Cs"])
RUNNING = st.lists(st.sampled_from(hanzi("frequent")), min_size=12, max_size=60)
STREWN = st.lists(st.one_of(st.sampled_from("，。！？“”（）—…\n aB3０\u3000①"), RARE))


@settings(deadline=None)
@given(st.text(ANY), st.sampled_from(UTF))
def test_any_text_with_a_mark_or_in_utf8_round_trips(text: str, encoding: str) -> None:
    text = f"同志们，{text}一件一件抓好，这是最要紧的。要把工作做到群众心里去。大家说好，才是真的好。"
    assert decode(text.encode(encoding)) == (text, encoding)


@settings(deadline=None)
@given(st.data(), RUNNING, STREWN.map(lambda strewn: strewn[:4]))
def test_running_text_round_trips_in_every_encoding(data: st.DataObject, running: list[str], strewn: list[str]) -> None:
    for char in strewn:
        running.insert(data.draw(st.integers(0, len(running))), char)
    text = "".join(running)
    for encoding in BARE:
        assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize("encoding", [*BARE, "gbk", "big5", "cp950", "big5hkscs"])
def test_speeches_and_single_sentences_round_trip(encoding: str, corpus: list[Speech]) -> None:
    tried = 0
    for speech in corpus[::20]:
        for text in ("\r\n".join(speech.texts), *speech.texts[::7]):
            if "big5" in encoding or encoding == "cp950":
                text = "".join(traditional().get(char, char) for char in text)
            try:
                content = text.encode(encoding)
            except UnicodeEncodeError:
                continue
            assert decode(content) == (text, NAMES.get(encoding, encoding))
            tried += 1
    assert tried > 20


def test_characters_of_both_forms_of_big5() -> None:
    signs = "各位同仁：約４０％～５０％，共￥３億‧元¯﹑。其它：①②③④⑤々の嘅咗喺啲"
    assert decode(signs.encode("big5hkscs", "ignore") + "￥‧﹑～".encode("cp950"))[0].endswith("￥‧﹑～")
    euro = "這是最重要的工作，大家要一起把它做好，共３２€。".encode("cp950")
    assert decode(euro) == ("這是最重要的工作，大家要一起把它做好，共３２€。", "big5hkscs")


TEXT = "今年的任务很重，大家要把工作做好。\n要抓紧干，不要等。\n"


@pytest.mark.parametrize(
    ("content", "text", "name"),
    [
        (b"\xef\xbb\xbf" + TEXT.encode("gb18030"), TEXT, "gb18030"),
        (b"\xff\xfe" + TEXT.encode("utf-8"), TEXT, "utf-8"),
        (b"\xfe\xff" + TEXT.encode("utf-16-le"), TEXT, "utf-16-le"),
        ("第三十九".encode("utf-16"), "第三十九", "utf-16"),  # all its bytes are ASCII
        (b"plain ASCII\r\n", "plain ASCII\r\n", "utf-8"),
        (TEXT.encode("hz"), TEXT, "hz"),
        (b"", "", "utf-8"),
        ("Дорогие товарищи! Сегодня мы начинаем.".encode(), "Дорогие товарищи! Сегодня мы начинаем.", "utf-8"),
        ("原文有\ufffd一处。".encode(), "原文有\ufffd一处。", "utf-8"),
    ],
)
def test_marks_that_lie_and_odd_texts(content: bytes, text: str, name: str) -> None:
    assert decode(content) == (text, name)


def test_a_declaration_decides_only_what_is_in_doubt() -> None:
    assert decode("大安".encode("big5"), "big5") == ("大安", "big5hkscs")
    assert decode("大安".encode("gbk"), "gb2312") == ("大安", "gb18030")
    assert decode(TEXT.encode("gbk"), "utf-8") == (TEXT, "gb18030")
    assert decode(TEXT.encode("gbk"), "no such encoding") == (TEXT, "gb18030")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16"])
def test_broken_bytes_stay_visible_and_harm_only_their_neighbours(encoding: str) -> None:
    text = TEXT * 3
    content = text.encode(encoding)
    place = text.index("做")
    cut = len(text[:place].encode(encoding))
    width = len("做".encode(encoding)) - (2 if encoding == "utf-16" else 0)
    lost, name = decode(content[:cut] + content[cut + 1 :])
    assert name.endswith(" broken)")
    assert "\ufffd" in lost
    assert lost[: place - 1] == text[: place - 1]
    assert lost[-(len(text) - place - 3) :] == text[place + 3 :]
    ended, name = decode(content[: cut + width - 1])
    assert (ended.rstrip("\ufffd"), name.partition(" ")[2]) == (text[:place], f"({ended.count(chr(0xFFFD))} broken)")


def test_a_byte_too_many_does_not_turn_the_rest_of_its_line_into_other_characters() -> None:
    content = TEXT.encode("gb18030")
    assert content[:4].decode("gb18030") == "今年"
    damaged = content[:4] + b"\xb0" + content[4:]
    text, name = decode(damaged)
    assert text.replace("\ufffd", "")[-len(TEXT) + 4 :] == TEXT[4:]
    assert name == "gb18030 (1 broken)"


def test_a_file_put_together_from_two_encodings() -> None:
    one, two = "大家要把工作做好，不要等。\n", "谁来干？大家一起干。\n"
    for first, second in (("gb18030", "utf-8"), ("utf-8", "gb18030")):
        content = (one * 3).encode(first) + two.encode(second) + one.encode(first)
        assert decode(content) == (one * 3 + two + one, f"{first} and {second}")


def files() -> list[bytes]:
    samples = SHIPPED / "data" / "samples" / "raw"
    python = Path(os.__file__).with_name("__pycache__")
    return [
        *(path.read_bytes() for path in sorted(samples.glob("*.docx"))),
        *(path.read_bytes() for path in sorted(python.glob("o*.pyc"))[:2]),
        zlib.compress("讲话".encode() * 50_000 + bytes(range(256)) * 300),
    ]


@pytest.mark.parametrize("number", range(5))
def test_files_that_are_no_text_are_refused(number: int) -> None:
    with pytest.raises(DocumentError, match="not text"):
        decode(files()[number])


@settings(deadline=None)
@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"\x00")
@example(b"\xd8\x00" * 20)
@example(b"~{!!~}~{")
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    try:
        text, name = decode(content)
    except DocumentError:
        return
    text.encode("utf-8")  # no lone surrogate
    broken = int(name.partition("(")[2].partition(" ")[0] or 0)
    assert text.count("\ufffd") >= broken
