"""`python -m benchmarks.reading [CAPTURES ...] [--formal FILE ...]`: how much of damaged speeches comes back.

Other tools stand beside it; they are in the `bench` extra, and those that are not installed are left out. CAPTURES is a
directory of raw captures `*.txt` with gold sentences in `*.gold.jsonl` (fields `i`, `text`), FILE a `*.txt.xz` of formal text
in which cleaning has nothing to delete, with an empty line between documents. Prints the tables of docs/reading.md.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

from benchmarks.damage import KINDS, Damaged, damage
from benchmarks.make_samples import SAMPLES, web_page
from benchmarks.scores import Score, score
from jianghua.data.cleaning.rules import clean
from jianghua.data.documents.plain import plain_document
from jianghua.data.reader import read_bytes, read_text
from jianghua.data.sentences import split
from jianghua.data.speech import Speech
from jianghua.data.store import read_jsonl, read_speeches

Splitter: TypeAlias = Callable[[str], Iterable[str]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description="How much of damaged speeches comes back.")
    parser.add_argument("captures", nargs="*", type=Path, help="directories of real captures with gold sentences")
    parser.add_argument("--formal", nargs="*", type=Path, default=[], help="*.txt.xz files in which nothing is to be deleted")
    options = parser.parse_args(arguments)
    speeches = read_speeches(SAMPLES / "speeches.jsonl")
    splitters = _splitters()
    _damage_table(speeches)
    _splitter_table(speeches, splitters)
    _case_table(splitters)
    _notice_table()
    _speed_table(speeches, splitters)
    _page_table(speeches)
    for directory in options.captures:
        _capture_table(directory, splitters)
    if options.formal:
        _formal_table(options.formal)


def _damage_table(speeches: Sequence[Speech]) -> None:
    print(f"\n{len(speeches)} speeches, read after damage\n")
    print("| damage | boundary F1 | exact sentences | characters kept that are not the speech's | characters lost |")
    print("| --- | --- | --- | --- | --- |")
    scores = {kind: sum((_read_score(damage(speech, kind)) for speech in speeches), Score()) for kind in KINDS}
    for kind, total in scores.items():
        print(f"| {kind} | {total.boundary_f1:.4f} | {total.exact_recall:.4f} | {total.foreign} | {total.lost} |")
    mean = sum(total.boundary_f1 for total in scores.values()) / len(scores)
    print(f"| **mean** | **{mean:.4f}** | {sum(total.exact_recall for total in scores.values()) / len(scores):.4f} | | |")


def _read_score(damaged: Damaged) -> Score:
    sentences = read_text(damaged.text).sentences
    return score(damaged, [[at for start, end in one.spans for at in range(start, end)] for one in sentences])


def _splitter_table(speeches: Sequence[Speech], splitters: dict[str, Splitter]) -> None:
    print("\nBoundary F1 beside sentence splitters, which get each line of the damaged text\n")
    print(f"| damage | jianghua read | {' | '.join(splitters)} |")
    print("| --- | --- |" + " --- |" * len(splitters))
    for kind in KINDS:
        damaged = [damage(speech, kind) for speech in speeches]
        figures = [sum(map(_read_score, damaged), Score()).boundary_f1]
        for splitter in splitters.values():
            totals = (score(one, locate(_lines(one.text, splitter), one.text)) for one in damaged)
            figures.append(sum(totals, Score()).boundary_f1)
        print(f"| {kind} | {' | '.join(f'{figure:.4f}' for figure in figures)} |")


def _lines(text: str, splitter: Splitter) -> list[str]:
    return [sentence for line in text.split("\n") if line.strip() for sentence in splitter(line)]


def locate(sentences: Iterable[str], text: str) -> list[list[int]]:
    """Offsets of the characters of each sentence in the text that it was found in, white space aside; in order."""
    places = [at for at, char in enumerate(text) if not char.isspace()]
    bare = "".join(text[at] for at in places)
    found, start = [], 0
    for sentence in sentences:
        wanted = "".join(sentence.split())
        at = bare.find(wanted, start)
        if wanted and at >= 0:
            start = at + len(wanted)
            found.append(places[at:start])
    return found


def _case_table(splitters: dict[str, Splitter]) -> None:
    cases = _load("splitting_cases.json")
    print(f"\n{len(cases)} paragraphs with quotations, brackets, numbers, Latin text: split without an error\n")
    print(f"| {' | '.join(splitters)} |\n|{' --- |' * len(splitters)}")
    right = [
        sum([part.strip() for part in splitter(case["text"])] == [part.strip() for part in case["sentences"]] for case in cases)
        for splitter in splitters.values()
    ]
    print(f"| {' | '.join(map(str, right))} |")


_BEFORE: Final = "今年秋粮长势总体不错，各乡镇要抓紧抢收。"
_AFTER: Final = "收下来的粮食要及时晾晒入库，不能出现霉变。"


def _notice_table() -> None:
    notices = [row["text"] for row in _load("notices.json")]
    print(f"\n{len(notices)} notices in the words of sites: cut out exactly\n")
    print("| on a line of their own | in the middle of a word |\n| --- | --- |")
    head = "在全县秋收工作会上的讲话\n同志们：\n"
    alone = sum(read_text(f"{head}{_BEFORE}\n{one}\n{_AFTER}").texts[2:] == [_BEFORE, _AFTER] for one in notices)
    glued = sum(
        "".join(read_text(f"{head}{_BEFORE[:11]}{one}{_BEFORE[11:]}\n{_AFTER}").texts[2:]) == _BEFORE + _AFTER
        for one in notices
    )
    print(f"| {alone} | {glued} |")


def _speed_table(speeches: Sequence[Speech], splitters: dict[str, Splitter]) -> None:
    paragraphs = [line for speech in speeches for line in damage(speech, "none").text.split("\n")]
    size = sum(len(paragraph.encode()) for paragraph in paragraphs) / 1e6
    bare = re.compile("[^。！？!?…]*[。！？!?…]+[”’」』）)】》]*|[^。！？!?…]+")
    print(f"\nSpeed of splitting {size:.1f} MB of UTF-8 text, one thread, median of 5\n")
    print("| | MB/s |\n| --- | --- |")
    timed: dict[str, Splitter] = {"a bare regular expression": lambda text: bare.findall(text), **splitters}
    for name, splitter in timed.items():
        seconds = sorted(_seconds(splitter, paragraphs) for _ in range(5))[2]
        print(f"| {name} | {size / seconds:.1f} |")


def _seconds(splitter: Splitter, paragraphs: Sequence[str]) -> float:
    start = time.perf_counter()
    for paragraph in paragraphs:
        list(splitter(paragraph))
    return time.perf_counter() - start


def _load(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(Path(__file__).with_name(name).read_text("utf-8"))
    return rows


def _page_table(speeches: Sequence[Speech]) -> None:
    print(f"\n{len(speeches)} web pages with navigation, advertising, related reading and comments: exact sentences\n")
    print("| | recall | precision |\n| --- | --- | --- |")
    pages = [(speech.texts, web_page(speech)) for speech in speeches]
    readers: dict[str, Callable[[bytes], list[str]]] = {"jianghua read": lambda page: read_bytes(page, "page.html").texts}
    with _left_out_if_missing("trafilatura"):
        from trafilatura import extract

        readers["trafilatura, then jianghua's splitter"] = lambda page: _lines(
            extract(page.decode(), favor_recall=True) or "", _split_text
        )
    for name, read in readers.items():
        pairs = [(gold, read(page)) for gold, page in pages]
        hits = sum((Counter(gold) & Counter(got)).total() for gold, got in pairs)
        wanted, got = (sum(len(pair[side]) for pair in pairs) for side in (0, 1))
        print(f"| {name} | {hits / wanted:.4f} | {hits / got:.4f} |")


def _capture_table(directory: Path, splitters: dict[str, Splitter]) -> None:
    print("\nReal captures: gold sentences that come back exactly\n")
    print(f"| capture | gold | jianghua read | {' | '.join(splitters)} |")
    print("| --- | --- | --- |" + " --- |" * len(splitters))
    for file in sorted(directory.glob("*.txt")):
        gold = [row["text"] for _, row in read_jsonl(file.with_suffix(".gold.jsonl"))]
        raw = file.read_text("utf-8")
        outputs = [read_text(raw).texts, *([s.strip() for s in _lines(raw, splitter)] for splitter in splitters.values())]
        exact = [sum(text in output for text in gold) for output in map(set, outputs)]
        print(f"| {file.stem} | {len(gold)} | {' | '.join(map(str, exact))} |")


def _split_text(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


def _formal_table(files: Sequence[Path]) -> None:
    print("\nFormal text: what cleaning deletes beside white space\n")
    print("| text | documents | characters | deletions |\n| --- | --- | --- | --- |")
    for file in files:
        texts = [text for text in lzma.decompress(file.read_bytes()).decode("utf-8").split("\n\n") if text.strip()]
        cuts = [cut for text in texts for cut in clean(plain_document(text)).deletions if cut.reason != "white space"]
        reasons = ", ".join(f"{count} {reason}" for reason, count in Counter(cut.reason for cut in cuts).most_common())
        print(f"| {file.name} | {len(texts):,} | {sum(map(len, texts)):,} | {reasons or 'none'} |")


def _splitters() -> dict[str, Splitter]:
    """Our splitter, and the rules of those of three well-known libraries that are installed."""
    splitters: dict[str, Splitter] = {"jianghua's splitter": _split_text}
    with _left_out_if_missing("pysbd"):
        import pysbd

        splitters["pysbd"] = pysbd.Segmenter(language="zh", clean=False).segment
    with _left_out_if_missing("HanLP rules"):
        from hanlp.utils.rules import split_sentence

        splitters["HanLP rules"] = split_sentence
    with _left_out_if_missing("LTP rules"):
        from ltp_extension.algorithms import StnSplit

        splitters["LTP rules"] = StnSplit().split
    return splitters


@contextmanager
def _left_out_if_missing(tool: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        print(f"{tool}: left out, {error.name} is not installed", file=sys.stderr)


if __name__ == "__main__":
    main()
