from __future__ import annotations

import lzma

import pytest

from jianghua.data.errors import DocumentError
from jianghua.data.paths import SHIPPED
from jianghua.data.reader import read_bytes
from jianghua.data.text.garbled import check_legible, repaired

TEXT = "在全县秋收工作会议上的讲话\n同志们：\n今年秋粮长势总体不错，各乡镇要抓紧抢收“颗粒归仓”。\n一、要抓早——抓实。\n"
UTF8 = TEXT.encode()
FORMAL = SHIPPED.parent / "shared" / "text"


def windows(content: bytes) -> str:
    """Bytes as Windows' Western code page, which passes on those that it leaves open."""
    return "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in content)


@pytest.mark.parametrize(
    "garbled",
    [
        UTF8.decode("latin-1"),
        windows(UTF8),
        windows(UTF8).replace("\xa0", " "),
        TEXT.encode("gb18030").decode("latin-1"),
        windows(windows(UTF8).encode()),
        "首页 | R&D\n" + windows(UTF8),
    ],
)
def test_what_was_garbled_without_loss_is_put_back(garbled: str) -> None:
    assert repaired(garbled).endswith(TEXT)
    speech = read_bytes(garbled.encode(), "a.txt")
    assert TEXT.split("\n")[2] in speech.texts
    assert speech.source is not None
    assert speech.source.encoding == "utf-8 (garbled before)"


@pytest.mark.parametrize(
    "garbled",
    [
        UTF8.decode("gbk", "replace"),
        UTF8.decode("gb18030", "ignore"),
        UTF8.decode("gb18030", "replace").replace("\ufffd", "?"),
        UTF8.decode("cp1252", "ignore"),
        UTF8.decode("big5", "replace"),
        UTF8.decode("cp932", "replace"),
        TEXT.encode("gbk").decode("big5", "replace"),
        TEXT.encode("gbk").decode("utf-8", "replace"),
        TEXT.encode("gbk").decode("utf-8", "replace").encode().decode("gbk", "replace"),  # 锟斤拷
        TEXT.encode("ascii", "replace").decode(),
        TEXT + UTF8.decode("gbk", "replace"),
        TEXT.replace("秋", "(cid:1201)").replace("抓", "(cid:7)"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_what_was_garbled_for_good_is_an_error(garbled: str, name: str) -> None:
    page = garbled if name == "a.txt" else "<html><body><p>" + garbled.replace("\n", "</p><p>") + "</p></body></html>"
    with pytest.raises(DocumentError, match=r"^expected a speech, got text of .* characters of which [^\n]*$|^not text"):
        read_bytes(page.encode(), name)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "𠀀𪜶𫠠𬺰鿕村的路修通了，鱻味馆开到了𰻝𰻝面旁边。",
        "銆河镇、鍦村的名字难写，羴羊、犇牛、猋犬都有人养。",
        "面积３０㎡，温度±２℃，Café与naïve、Zürich、São Paulo的客商都到了。",
        "བཀྲ་ཤིས་བདེ་ལེགས། Дорогие товарищи! こんにちは、皆さん。안녕하십니까 여러분. قەدىرلىك يولداشلار",
        "各位同仁，今年的工作很重要，請大家繼續努力，臺灣、龜山、鬱金香。",
        "群众说：“办了没有？？？”原文有\ufffd一处。",
    ],
)
def test_rare_characters_and_foreign_words_are_not_garbled(text: str) -> None:
    assert repaired(text) == text
    check_legible(text)


def test_formal_text_is_not_garbled() -> None:
    file = FORMAL / "reports.txt.xz"
    if not file.is_file():
        pytest.skip(f"needs {file.name} beside the project")
    text = lzma.decompress(file.read_bytes()).decode("utf-8")
    assert repaired(text) == text
    check_legible(text)


def test_a_glyph_number_or_two_go_and_the_rest_is_read() -> None:
    speech = read_bytes((TEXT * 3 + "秋粮(cid:33)要收好。").encode(), "a.txt")
    assert speech.texts[-1] == "秋粮要收好。"
    assert "glyph number" in {cut.reason for cut in speech.deletions}
