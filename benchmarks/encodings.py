"""How often the encoding of Chinese text is told right.

    python -m benchmarks.encodings [--every 1] [--json]

Every speech of the sample corpus, every run of three sentences and every sentence is written in each encoding and read back.
A text counts as right when it comes back character for character. Big5 gets the text in traditional characters, by the
one-to-one pairs of `data/text/hanzi.txt`; texts with characters that an encoding does not have are left out there.
charset-normalizer, the library that most Python programs use for this, reads the same bytes.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from jianghua.data.errors import DocumentError
from jianghua.data.paths import SHIPPED
from jianghua.data.speech import Speech
from jianghua.data.store import dump_json, read_speeches
from jianghua.data.text.encoding import decode
from jianghua.data.text.likelihood import traditional

ENCODINGS: Final = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030", "cp950", "big5hkscs")
LENGTHS: Final = ("speech", "three sentences", "sentence")
_DAMAGES: Final = ("changed", "lost", "added", "cut off")


def texts(speeches: Sequence[Speech], every: int) -> Iterator[tuple[str, str]]:
    """Length and text of each sample; of the short ones every so many."""
    for speech in speeches:
        sentences = speech.texts
        yield "speech", "\n".join(sentences) + "\n"
        for number in range(0, len(sentences), every):
            yield "sentence", sentences[number]
            yield "three sentences", "".join(sentences[number : number + 3])


def written(text: str, encoding: str) -> tuple[str, bytes] | None:
    """The text, traditional for Big5, and its bytes; None where the encoding lacks a character of it."""
    if encoding in ("cp950", "big5hkscs"):
        text = "".join(traditional().get(char, char) for char in text)
    try:
        return text, text.encode(encoding)
    except UnicodeEncodeError:
        return None


def ours(content: bytes) -> str | None:
    """The text by the project's reader."""
    try:
        return decode(content)[0]
    except DocumentError:
        return None


def normalizer(content: bytes) -> str | None:
    """The text by charset-normalizer, with what is known to come: Chinese encodings only."""
    from charset_normalizer import from_bytes

    names = ["utf_8", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "gb18030", "big5", "big5hkscs", "cp950"]
    best = from_bytes(content, cp_isolation=names).best()
    return None if best is None else str(best)


def accuracy(
    speeches: Sequence[Speech], every: int, reader: Callable[[bytes], str | None]
) -> dict[str, dict[str, tuple[int, int]]]:
    """Right and all samples, by encoding and length."""
    result: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for length, text in texts(speeches, every):
        for encoding in ENCODINGS:
            sample = written(text, encoding)
            if sample is not None:
                right, total = result[encoding].get(length, (0, 0))
                result[encoding][length] = (right + (reader(sample[1]) == sample[0]), total + 1)
    return result


def damage(content: bytes, kind: str, chance: random.Random) -> bytes:
    """The bytes with one of them changed, lost or added, or cut off behind it."""
    place = chance.randrange(len(content))
    high = bytes([chance.randrange(0x80, 0x100)])
    rest = {
        "changed": high + content[place + 1 :],
        "lost": content[place + 1 :],
        "added": high + content[place:],
        "cut off": b"",
    }
    return content[:place] + rest[kind]


def damaged(speeches: Sequence[Speech]) -> dict[str, dict[str, tuple[int, int]]]:
    """By encoding and damage to one byte: samples in which at most four characters in one place changed, and all samples."""
    chance = random.Random(13)
    result: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for speech in speeches:
        for encoding in ENCODINGS:
            sample = written("\n".join(speech.texts) + "\n", encoding)
            for kind in _DAMAGES if sample is not None else ():
                text, content = sample or ("", b"")
                bad = damage(content, kind, chance)
                if kind == "cut off":
                    text = bad.decode(encoding, "ignore")
                right, total = result[encoding].get(kind, (0, 0))
                result[encoding][kind] = (right + (_changed(text, ours(bad)) <= 4), total + 1)
    return result


def _changed(text: str, read: str | None) -> int:
    """Characters between the first and the last place where two texts differ."""
    if read is None:
        return len(text)
    shorter = min(len(text), len(read))
    start = next((place for place in range(shorter) if text[place] != read[place]), shorter)
    end = next((place for place in range(shorter - start) if text[-1 - place] != read[-1 - place]), shorter - start)
    return max(len(text), len(read)) - start - end


def _table(title: str, rows: dict[str, dict[str, tuple[int, int]]], columns: Sequence[str]) -> None:
    print(f"\n| {title} | " + " | ".join(columns) + " |\n| --- |" + " --- |" * len(columns))
    for name, cells in rows.items():
        shares = (f"{right / total:.2%} of {total:,}" for right, total in (cells[column] for column in columns))
        print(f"| {name} | " + " | ".join(shares) + " |")


def main() -> None:
    """Measure and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="take every so many of the short samples (default: all)")
    parser.add_argument("--speeches", type=int, default=None, help="take so many speeches (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    arguments = parser.parse_args()
    speeches = read_speeches(SHIPPED / "data" / "samples" / "speeches.jsonl")[: arguments.speeches]
    results, seconds = {}, {}
    for name, reader in (("jianghua", ours), ("charset-normalizer", normalizer)):
        begun = time.perf_counter()
        results[name] = accuracy(speeches, arguments.every, reader)
        seconds[name] = time.perf_counter() - begun
    broken = damaged(speeches)
    if arguments.json:
        print(dump_json({"right": results, "damaged": broken, "seconds": seconds}))
        return
    for name, rows in results.items():
        _table(f"{name}, {seconds[name]:.0f} s", rows, LENGTHS)
    _table("one byte", broken, _DAMAGES)


if __name__ == "__main__":
    main()
