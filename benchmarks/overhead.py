"""What the sandbox costs: `python -m benchmarks.overhead`.

Reads the raw sample files many times over, in the sandbox and in this process, and prints milliseconds a file.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from benchmarks.make_samples import SAMPLES
from jianghua.data.bounds import DEFAULT
from jianghua.data.intake import sandbox, tasks
from jianghua.data.reader import read_bytes
from jianghua.data.reading import build_speech, extract

_TIMES = 25


def extract_here(content: bytes, name: str) -> Any:
    """The extracted text, in this process."""
    return extract(content, name, DEFAULT, ocr=False)


def extract_there(content: bytes, name: str) -> Any:
    """The extracted text, in the sandbox."""
    arguments = {"name": name, "bounds": DEFAULT.to_dict(), "ocr": False}
    return sandbox.call(tasks.read_source, content, arguments, DEFAULT.limits())


def read_here(content: bytes, name: str) -> Any:
    """The speech, in this process."""
    return build_speech(extract(content, name, DEFAULT, ocr=False), content, name)


def read_there(content: bytes, name: str) -> Any:
    """The speech, in the sandbox, as in use."""
    return read_bytes(content, name, ocr=False)


def timed(read: Callable[[bytes, str], Any], suffix: str) -> float:
    """Milliseconds a file of this suffix."""
    files = [(path.read_bytes(), path.name) for path in sorted((SAMPLES / "raw").glob(f"*{suffix}"))]
    read(*files[0])
    begin = time.perf_counter()
    for _ in range(_TIMES):
        for content, name in files:
            read(content, name)
    return (time.perf_counter() - begin) * 1000 / _TIMES / len(files)


def main() -> None:
    """Measure each format."""
    ways = {
        "text, in this process": extract_here,
        "text, in the sandbox": extract_there,
        "speech, in this process": read_here,
        "speech, in the sandbox": read_there,
    }
    print("| files | " + " | ".join(f"{way}, ms" for way in ways) + " |\n| --- |" + " --- |" * len(ways))
    for suffix in (".docx", ".pdf", ".html"):
        print(f"| {suffix} | " + " | ".join(f"{timed(read, suffix):.1f}" for read in ways.values()) + " |", flush=True)
    begin = time.perf_counter()
    sandbox.close()
    extract_there("<p>路要走好。".encode(), "a.html")
    print(f"\nStarting the process: {(time.perf_counter() - begin) * 1000:.0f} ms.")


if __name__ == "__main__":
    main()
