"""Accuracy of OCR on sample speeches that are rendered to pages: `python -m benchmarks.ocr --font FONT.ttc`.

Prints the share of characters that are right: 1 less the edit distance by the number of characters, white space aside.
Full-width and half-width punctuation count as the same: beside Chinese characters they look the same.
"""

from __future__ import annotations

import argparse
import io
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.make_samples import SAMPLES, wrapped
from jianghua.data.bounds import Bounds
from jianghua.data.documents.paged.ocr import read_image
from jianghua.data.store import read_speeches

_LINES: Final = 34  # lines of a page
_DPI_SIZES: Final = {"200 dpi, 12 pt": 33, "200 dpi, 10.5 pt": 29, "120 dpi, 12 pt": 20}
_FOLD: Final = str.maketrans(",;:!?()", "，；：！？（）")


def page(lines: list[str], font: Path, index: int, size: int) -> Any:
    """A page of lines as an image."""
    from PIL import Image, ImageDraw, ImageFont

    type = ImageFont.truetype(str(font), size, index=index)
    image = Image.new("L", (size * 42, int(size * 1.7) * (len(lines) + 5)), 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((size * 5, size * 3 + number * int(size * 1.7)), line, font=type, fill=0)
    return image


def worn(image: Any, random: np.random.Generator, skew: float) -> Any:
    """The page as a scanner gives it: askew by `skew` degrees, grey, with noise and specks."""
    from PIL import Image, ImageFilter

    turned = image.rotate(skew, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    values = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.8)), np.float32) * 0.82 + 28
    values += random.normal(0, 14, values.shape)
    values[random.random(values.shape) < 0.001] = 40
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def distance(truth: str, got: str) -> int:
    """Edit distance, by rows of numbers."""
    row = np.arange(len(got) + 1)
    codes = np.array([ord(char) for char in got] or [0])[: len(got)]
    for number, char in enumerate(truth, start=1):
        above = row
        row = np.minimum(above[1:] + 1, above[:-1] + (codes != ord(char)))
        row = np.concatenate([[number], row])
        row = np.minimum.accumulate(row - np.arange(len(row))) + np.arange(len(row))  # insertions
    return int(row[-1])


def main() -> None:
    """Render, recognise and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--font", type=Path, required=True, help="a Chinese TrueType font or collection")
    parser.add_argument("--index", type=int, default=2, help="number of the font in its collection")
    parser.add_argument("--speeches", type=int, default=5)
    options = parser.parse_args()
    speeches = read_speeches(SAMPLES / "speeches.jsonl")[:: 108 // options.speeches][: options.speeches]
    print("| page | characters | right | seconds a page |\n| --- | --- | --- | --- |")
    for name, size in _DPI_SIZES.items():
        for damage in ("clean", "noise, 0.7° askew", "noise, 2° askew"):
            if damage.endswith("2° askew") and size != max(_DPI_SIZES.values()):
                continue
            wrong = total = 0
            seconds = 0.0
            for number, speech in enumerate(speeches):
                lines = wrapped(speech)[:_LINES]
                image = page(lines, options.font, options.index, size)
                if damage != "clean":
                    image = worn(image, np.random.default_rng(number), 2.0 if "2°" in damage else 0.7)
                buffer = io.BytesIO()
                image.save(buffer, "PNG")
                begin = time.monotonic()
                document = read_image(buffer.getvalue(), Bounds(), True, lambda page, pages: None)
                seconds += time.monotonic() - begin
                truth, got = ("".join(text.split()).translate(_FOLD) for text in ("".join(lines), document.text))
                wrong += distance(truth, got)
                total += len(truth)
            print(f"| {name}, {damage} | {total} | {1 - wrong / total:.4f} | {seconds / len(speeches):.1f} |", flush=True)


if __name__ == "__main__":
    main()
