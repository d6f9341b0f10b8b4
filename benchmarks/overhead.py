"""What the sandbox costs: `python -m benchmarks.overhead`.

Reads the raw sample files many times over, in the sandbox and in this process, and prints milliseconds a file.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks.make_samples import SAMPLES
from jianghua.data.bounds import Bounds
from jianghua.data.documents import Document, formats
from jianghua.data.intake import sandbox
from jianghua.data.reader import build_speech

_TIMES = 25


def timed(parse: Callable[..., Document], names: list[str], whole: bool) -> float:
    """Milliseconds a file to extract its text, and if `whole` also to clean and split it."""
    files = [(name, content) for name in names for content in [(SAMPLES / "raw" / name).read_bytes()]]
    begin = time.perf_counter()
    for _ in range(_TIMES):
        for name, content in files:
            document = parse(formats.recognise(content, name), content, Bounds(), ocr=False)
            if whole:
                build_speech(document, content, name)
    return (time.perf_counter() - begin) * 1000 / _TIMES / len(files)


def main() -> None:
    """Measure each format."""
    print("| files | in this process, ms | in the sandbox, ms | whole reading in the sandbox, ms |\n| --- | --- | --- | --- |")
    for suffix in (".docx", ".pdf", ".html"):
        names = sorted(file.name for file in (SAMPLES / "raw").iterdir() if file.suffix == suffix)
        timed(sandbox.parse, names[:1], whole=False), timed(formats.parse, names[:1], whole=False)
        here, there = timed(formats.parse, names, whole=False), timed(sandbox.parse, names, whole=False)
        print(f"| {suffix} | {here:.1f} | {there:.1f} | {timed(sandbox.parse, names, whole=True):.1f} |")
    begin = time.perf_counter()
    sandbox.close()
    sandbox.parse(formats.HTML, "<p>路要走好。".encode(), Bounds())
    print(f"\nStarting the process: {(time.perf_counter() - begin) * 1000:.0f} ms.")


if __name__ == "__main__":
    main()
