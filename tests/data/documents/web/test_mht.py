from __future__ import annotations

from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP

import pytest

from jianghua.data.documents.web.mht import read_mht
from jianghua.data.errors import DocumentError

HTML = "<html><head><meta charset={}></head><body><p>今年任务很重，要抓紧干。</p><p>谁来干？</p></body></html>"
TEXT = "今年任务很重，要抓紧干。\n谁来干？"


def part(html: str, encoding: str, transfer: str, id: str = "") -> MIMEBase:
    from email import encoders

    result = MIMEBase("text", "html", charset=encoding)
    result.set_payload(html.encode(encoding))
    (encoders.encode_base64 if transfer == "base64" else encoders.encode_quopri)(result)
    if id:
        result["Content-ID"] = f"<{id}>"
    return result


def archive(*parts: MIMEBase, **params: str) -> bytes:
    message = MIMEMultipart("related", **params)
    message["From"] = "<Saved by Blink>"
    message["Subject"] = "=?utf-8?B?6K6y6K+d?="
    for one in parts:
        message.attach(one)
    return message.as_bytes(policy=SMTP)


@pytest.mark.parametrize("transfer", ["base64", "quoted-printable"])
@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8", "utf-8"), ("gb18030", "utf-8"), ("gb2312", "gb2312"), ("utf-16", "unicode")]
)
def test_the_page_is_read_in_its_encoding(encoding: str, said: str, transfer: str) -> None:
    picture = MIMEBase("image", "png")
    picture.set_payload(b"\x89PNG")
    document = read_mht(archive(part(HTML.format(said), encoding, transfer), picture))
    assert document.text == TEXT
    assert document.format == "mht"


def test_the_root_part_is_taken_wherever_it_stands() -> None:
    other, root = part("<p>页眉</p>", "utf-8", "base64", "head@x"), part(HTML, "utf-8", "base64", "root@x")
    assert read_mht(archive(other, root, start="<root@x>")).text == TEXT
    assert read_mht(archive(other, root)).text == "页眉"


def test_a_frameset_gives_the_first_frame_with_text() -> None:
    frames = part("<frameset><frame src=a></frameset>", "utf-8", "base64")
    assert read_mht(archive(frames, part(HTML, "gb18030", "quoted-printable"))).text == TEXT


def test_a_message_of_one_part_and_a_byte_order_mark() -> None:
    single = part(HTML, "gb18030", "quoted-printable").as_bytes(policy=SMTP)
    assert read_mht(b"\xef\xbb\xbf\r\n" + single).text == TEXT


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"just text", "the bytes are not one"),
        (archive(), "no HTML part"),
        (archive(MIMEText("plain")), "no HTML part"),
        (archive(part("<img>", "utf-8", "base64")), "holds no text"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n", "no HTML part"),
        (b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)), "archive"),
    ],
    ids=["text", "empty", "plain", "picture", "cut", "deep"],
)
def test_bad_archives_give_their_reason(content: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read_mht(content)
