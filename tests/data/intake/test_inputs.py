from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from packages import packed

from jianghua.data.bounds import Bounds
from jianghua.data.errors import DocumentError
from jianghua.data.intake.inputs import Input, inputs
from jianghua.data.intake.walking import walk
from jianghua.data.reader import read_bytes, read_speech

TEXT = "在务虚会上的讲话\n同志们：\n路要走好。\n".encode()


def unpacked(content: bytes, tmp_path: Path, name: str = "a.zip", **bounds: int) -> dict[str, str]:
    """What each input of an archive is: its text's length, or why it is not read."""
    (tmp_path / name).write_bytes(content)
    found = {}
    for item in inputs([tmp_path / name], bounds=Bounds(**bounds)):
        label = item.name.removeprefix(str(tmp_path) + "/")
        try:
            found[label] = str(len(item.read()))
        except DocumentError as error:
            found[label] = str(error)
    return found


def test_directories_are_walked_in_order_without_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    for name in ("b.txt", "a.docx", ".hidden.txt", "x.exe", "c/d.ZIP"):
        (tmp_path / name).write_bytes(b"1")
    (tmp_path / "c" / "loop").symlink_to(tmp_path)
    assert [path.name for path in walk([tmp_path])] == ["a.docx", "b.txt", "d.ZIP"]
    assert list(walk([tmp_path / "missing.pdf"])) == [tmp_path / "missing.pdf"]


def test_what_cannot_be_read_is_told_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "好.txt").write_bytes(TEXT)
    missing, endless, good = inputs(
        [tmp_path / "无.pdf", Path("/dev/zero"), tmp_path / "好.txt"], bounds=Bounds(file_bytes=1000)
    )
    with pytest.raises(DocumentError, match="No such file"):
        missing.read()
    with pytest.raises(DocumentError, match="at most 1,000 bytes, got more"):
        endless.read()
    assert good.read() == TEXT


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe:
        def __init__(self, content: bytes) -> None:
            self.buffer = io.BytesIO(content)

    monkeypatch.setattr("sys.stdin", Pipe(TEXT))
    (item,) = inputs([Path("-")])
    speech = read_bytes(item.read(), item.name)
    assert (item.name, speech.id.split("-")[0], speech.texts[-1]) == ("-", "stdin", "路要走好。")
    monkeypatch.setattr("sys.stdin", Pipe(packed({"讲话.txt": TEXT})))
    assert list(inputs([Path("-")], "投稿.zip")) == [Input("投稿.zip!讲话.txt", TEXT)]


def test_members_of_archives_in_archives_are_read_in_order(tmp_path: Path) -> None:
    inner = packed({"c.txt": TEXT, "图.exe": b"MZ"})
    content = packed(
        {"目录/b.txt": TEXT, "a.md": TEXT, "内.zip": inner, "__MACOSX/._a.txt": b"1", ".DS_Store": b"1", "空/": b""}
    )
    assert list(unpacked(content, tmp_path)) == ["a.zip!a.md", "a.zip!内.zip!c.txt", "a.zip!目录/b.txt"]
    (speech,) = [read_bytes(item.read(), item.name) for item in inputs([tmp_path / "a.zip"]) if item.name.endswith("b.txt")]
    assert speech.source is not None
    assert speech.source.path == f"{tmp_path}/a.zip!目录/b.txt"
    assert speech.id.startswith("b-")


def test_a_speech_alone_in_an_archive_is_read_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "一.zip").write_bytes(packed({"讲话.txt": TEXT}))
    assert read_speech(tmp_path / "一.zip").id.startswith("讲话-")
    (tmp_path / "二.zip").write_bytes(packed({"讲话.txt": TEXT, "再讲话.txt": TEXT}))
    with pytest.raises(DocumentError, match="expected one speech file, got several"):
        read_speech(tmp_path / "二.zip")


def renamed(name: bytes, flags: int = 0) -> bytes:
    """An archive with one member whose name is these bytes."""
    content = packed({"x" * (len(name) - 4) + ".txt": TEXT}).replace(b"x" * (len(name) - 4) + b".txt", name)
    return content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00" + struct.pack("<H", flags))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("干部大会讲话.txt".encode("gbk"), "干部大会讲话.txt"),
        ("乗法.txt".encode("gbk"), "乗法.txt"),  # its second byte is a backslash
        ("干部大会讲话.txt".encode(), "干部大会讲话.txt"),
        (b"../../etc/cron.d/x.txt", "etc/cron.d/x.txt"),
        (b"/etc/passwd.txt", "etc/passwd.txt"),
        (b"C:\\Windows\\..\\x.txt", "Windows/x.txt"),
        (b"a\x00b\x1b[2J.txt", "a\ufffdb\ufffd[2J.txt"),
        ("甲\u202etxt.exe.txt".encode(), "甲txt.exe.txt"),
    ],
)
def test_names_of_members_are_decoded_and_harmless(name: bytes, shown: str, tmp_path: Path) -> None:
    assert unpacked(renamed(name), tmp_path) == {f"a.zip!{shown}": str(len(TEXT))}
    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]


def test_the_unicode_name_of_a_member_counts(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("jia.txt")
    name = "甲.txt".encode()
    field = b"\x01" + zlib.crc32(b"jia.txt").to_bytes(4, "little") + name
    info.extra = struct.pack("<HH", 0x7075, len(field)) + field
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, TEXT)
    assert list(unpacked(buffer.getvalue(), tmp_path)) == ["a.zip!甲.txt"]


def test_a_link_in_an_archive_is_left_out(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.txt", TEXT)
    assert list(unpacked(buffer.getvalue(), tmp_path)) == ["a.zip!a.txt"]


def test_an_encrypted_or_damaged_member_stops_nothing(tmp_path: Path) -> None:
    content = packed({"a.txt": TEXT, "b.txt": TEXT * 2, "c.txt": TEXT}, zipfile.ZIP_STORED)
    damaged = content.replace(TEXT * 2, b"?" + (TEXT * 2)[1:])
    found = unpacked(damaged, tmp_path)
    assert (found["a.zip!a.txt"], found["a.zip!c.txt"]) == (str(len(TEXT)), str(len(TEXT)))
    assert "damaged in its archive" in found["a.zip!b.txt"]
    encrypted = bytearray(content)
    encrypted[content.index(b"PK\x01\x02") + 8] |= 1
    assert unpacked(bytes(encrypted), tmp_path)["a.zip!a.txt"] == "encrypted with a password"
    assert unpacked(packed({"a.txt": TEXT}, zipfile.ZIP_LZMA), tmp_path)["a.zip!a.txt"].startswith("packed by a method")


def test_bombs_are_refused(tmp_path: Path) -> None:
    bomb = packed({"a.txt": TEXT, "b.txt": bytes(3_000_000)})
    found = unpacked(bomb, tmp_path)
    assert found["a.zip!a.txt"] == str(len(TEXT))
    assert "probably a zip bomb" in found["a.zip!b.txt"]
    big = packed({f"{n}.txt": os.urandom(1000) for n in range(5)})
    assert (
        list(unpacked(big, tmp_path, unpacked_bytes=3500).values())[3:] == ["the archive unpacks to more than 3,500 bytes"] * 2
    )
    nested = packed({f"{n}.zip": big for n in range(5)})
    assert sum(value == "1000" for value in unpacked(nested, tmp_path, unpacked_bytes=14_000).values()) < 10
    assert "at most 4 members" in unpacked(big, tmp_path, members=4)["a.zip"]
    assert "at most 1,000 bytes" in unpacked(packed({"a.txt": os.urandom(1001)}), tmp_path, file_bytes=1000)["a.zip"]


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    content = packed({"a.txt": TEXT, "b.txt": TEXT}, zipfile.ZIP_STORED)
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    both = content[: second + 42] + bytes(4) + content[second + 46 :]  # the second entry points to the first member's bytes
    assert "shares its bytes with another member" in unpacked(both, tmp_path).values()


def test_archives_lie_in_each_other_only_so_deep(tmp_path: Path) -> None:
    content = packed({"x.txt": TEXT})
    for _ in range(5):
        content = packed({"x.zip": content})
    assert unpacked(content, tmp_path) == {"a.zip!x.zip!x.zip!x.zip": "expected archives at most 3 deep, got more"}


@pytest.mark.parametrize("cut", [10, 60, -10, -40])
def test_a_truncated_archive_is_called_damaged(cut: int, tmp_path: Path) -> None:
    (reason,) = unpacked(packed({"a.txt": TEXT})[:cut], tmp_path).values()
    assert reason.startswith("damaged archive")


def test_an_archive_without_speeches_says_so(tmp_path: Path) -> None:
    assert unpacked(packed({"a.exe": b"1"}), tmp_path) == {"a.zip": "the archive holds no speech file"}
    assert unpacked(packed({}), tmp_path) == {"a.zip": "the archive holds no speech file"}


@pytest.mark.skipif(os.name != "posix", reason="names are bytes only on POSIX")
def test_a_name_in_gb18030_on_disk_is_shown(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), "讲话.txt".encode("gb18030"))  # noqa: PTH118
    try:
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(TEXT)
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    (item,) = inputs([tmp_path])
    assert item.name.endswith("讲话.txt")
