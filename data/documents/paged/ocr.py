"""OCR: images, and pages of scanned PDF files, by RapidOCR on ONNX Runtime. Its wheel ships its models: no network."""

from __future__ import annotations

import io
import math
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from jianghua.data.bounds import Bounds, Step
from jianghua.data.documents import Document
from jianghua.data.documents.paged.columns import Piece, read_lines
from jianghua.data.documents.paged.pages import page_blocks
from jianghua.data.errors import DocumentError, MissingExtraError
from jianghua.data.extras import require

_DPI: Final = 200
_POINTS: Final = 72  # an inch
_LEGIBLE: Final = 0.3  # confidence below which text is noise of the paper
_CLEAR: Final = 0.5  # squared confidence below which a page may stand on its head
_LONGEST: Final = 1536  # pixels of an image's longer side when its lines are looked for
_MANY: Final = 6  # full characters by which a line's length tells their size
_CHARACTER: Final = 0.78  # of the height of RapidOCR's boxes is a character's
_FULL_CHARACTER: Final = re.compile("[\u3400-\u9fff、。，；：！？]")
_HALF_WIDTH: Final = re.compile(r"(?<=[\u3400-\u9fff”》）])[,;:!?()]|[,;:!?()](?=[\u3400-\u9fff“《（])")
_FULL_WIDTH: Final = str.maketrans(",;:!?()", "，；：！？（）")


class Recogniser:
    """A text recogniser; loading its models takes some seconds, so one is made for all pages of a file.

    Raises:
        MissingExtraError: the OCR package is not installed, or cannot be loaded.
    """

    def __init__(self) -> None:
        try:
            module = require("rapidocr_onnxruntime", extra="ocr")
        except ImportError as error:  # OpenCV's wheel needs libraries of the system
            remedy = "on a server without a screen run  apt install libgl1 libglib2.0-0"
            raise MissingExtraError(f"the OCR package cannot be loaded ({error}): {remedy}") from error
        # Not its classifier of lines upside down: it turns lines that stand upright, and they are lost.
        self._engine = module.RapidOCR(
            text_score=0.0,
            use_cls=False,
            print_verbose=False,
            det_limit_type="max",  # small images are not blown up
            det_limit_side_len=_LONGEST,
            intra_op_num_threads=int(os.environ.get("OMP_NUM_THREADS", "-1")),
        )

    def pieces(self, image: Any) -> list[Piece]:
        """The lines of an image, shape (height, width, 3), in pixels. An image that lies on its side or its head is turned."""
        import numpy as np

        pieces, sideways = self._recognise(image)
        unclear = _confidence(pieces) < _CLEAR * sum(len(piece.text) for piece in pieces)
        if len(pieces) >= 3 and (sideways or unclear):
            turns = (1, 3) if sideways else (0, 2)
            turned = (self._recognise(np.ascontiguousarray(np.rot90(image, turn)))[0] for turn in turns)
            pieces = max(turned, key=_confidence)
        return [piece for piece in pieces if (piece.confidence or 0) >= _LEGIBLE]

    def _recognise(self, image: Any) -> tuple[list[Piece], bool]:
        """Lines of an image, and whether most of them stand on their side."""
        result, _ = self._engine(image)
        pieces = []
        tall = 0
        for box, text, score in result or []:
            across, down = [point[0] for point in box], [point[1] for point in box]
            tall += max(down) - min(down) > 1.5 * (max(across) - min(across))
            size = _size(box, text)
            middle = (min(down) + max(down)) / 2
            # The box of a line askew is higher by its slope: the line is taken as high as its characters.
            top, bottom = middle - size / 2, middle + size / 2
            pieces.append(Piece(_full_width(text), min(across), top, max(across), bottom, size, float(score)))
        return pieces, tall > 0.6 * len(pieces)


def _size(box: Sequence[Sequence[float]], text: str) -> float:
    """Height of a full character: by the length of a line that has many, else by the height of its box."""
    length, height = math.dist(box[0], box[1]), math.dist(box[0], box[3])
    full = len(_FULL_CHARACTER.findall(text))
    return max(length / len(text) if full == len(text) >= _MANY else height * _CHARACTER, 1.0)


def _confidence(pieces: list[Piece]) -> float:
    """Squared confidence, summed over the characters."""
    return sum(len(piece.text) * (piece.confidence or 0) ** 2 for piece in pieces)


def _full_width(text: str) -> str:
    """Recognised text with the punctuation beside Chinese characters in full width: the models mix the two."""
    return _HALF_WIDTH.sub(lambda match: match.group().translate(_FULL_WIDTH), text)


def read_image(content: bytes, bounds: Bounds, ocr: bool, step: Step) -> Document:
    """Read an image file of a text; the frames of a .tif file are its pages.

    Args:
        content: the file.
        bounds: bounds on frames and pixels.
        ocr: whether images are recognised at all.
        step: called before each frame that is recognised.

    Raises:
        DocumentError: the image is damaged or too large, or holds no text; or `ocr` is off.
        MissingExtraError: the OCR package is not installed.
    """
    if not ocr:
        raise DocumentError("an image is read by OCR, which is off")
    step(1, 1)
    try:
        recogniser = Recogniser()
    except MissingExtraError as error:
        raise MissingExtraError(f"an image is read by OCR: {error}") from error
    pages = [read_lines(recogniser.pieces(frame)) for frame in _frames(content, bounds, step)]
    if not any(pages):
        raise DocumentError("no text was recognised in the image")
    return Document.build(page_blocks(pages), "image")


def _frames(content: bytes, bounds: Bounds, step: Step) -> Iterator[Any]:
    """The frames of an image file as arrays, shape (height, width, 3)."""
    image_module = require("PIL.Image", extra="ocr")
    ops = require("PIL.ImageOps", extra="ocr")
    import numpy as np

    vars(image_module)["MAX_IMAGE_PIXELS"] = None  # its own bound only warns; this one is checked before anything is decoded
    try:
        with image_module.open(io.BytesIO(content)) as image:
            frames = getattr(image, "n_frames", 1)
            bounds.check("ocr_pages", frames, "frames")
            for number in range(frames):
                step(number + 1, frames)
                image.seek(number)
                width, height = image.size
                if width * height > bounds.pixels:
                    raise DocumentError(f"expected at most {bounds.pixels:,} pixels, got {width} × {height}")
                upright = ops.exif_transpose(image)
                if upright.mode in ("RGBA", "LA", "PA", "P"):  # transparent is white
                    upright = upright.convert("RGBA")
                    upright = image_module.alpha_composite(image_module.new("RGBA", upright.size, "white"), upright)
                yield np.ascontiguousarray(np.asarray(upright.convert("RGB"))[:, :, ::-1])
    except DocumentError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError, image_module.DecompressionBombError) as error:
        raise DocumentError(f"damaged image ({type(error).__name__}: {str(error)[:100]})") from error


def render(page: Any, bounds: Bounds) -> tuple[Any, float]:
    """A PDF page as an image for recognition, shape (height, width, 3), within the bound on pixels; and its pixels a point."""
    width, height = page.get_size()
    scale = _DPI / _POINTS
    scale = min(scale, (bounds.pixels / max(width * height, 1)) ** 0.5)
    return page.render(scale=scale, rev_byteorder=False).to_numpy()[:, :, :3], scale
