"""OCR: images, and pages of scanned PDF files, by RapidOCR on ONNX Runtime. Its wheel ships its models: no network."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from data.bounds import Bounds, Step
from data.documents import Document
from data.documents.columns import Piece, read_lines
from data.documents.pages import page_blocks
from data.errors import DocumentError, MissingExtraError
from data.extras import require

_DPI: Final = 200
_POINTS: Final = 72  # an inch
_SURE: Final = 0.5  # confidence below which RapidOCR's text is noise of the paper


class Recogniser:
    """A text recogniser; loading its models takes some seconds, so one is made for all pages of a file.

    Raises:
        MissingExtraError: the OCR package is not installed; the message begins with `why` it is needed.
    """

    def __init__(self, why: str) -> None:
        try:
            module = require("rapidocr_onnxruntime", extra="ocr")
        except MissingExtraError as error:
            raise MissingExtraError(f"{why}: {error}") from error
        self._engine = module.RapidOCR(text_score=_SURE, print_verbose=False)

    def pieces(self, image: Any) -> list[Piece]:
        """The lines of an image, shape (height, width, 3), in pixels. An image that lies on its side is turned."""
        import numpy as np

        found = self._found(image)
        tall = sum(piece.bottom - piece.top > 1.5 * (piece.right - piece.left) for piece in found)
        if len(found) < 3 or tall < 0.6 * len(found):
            return found
        turned = [self._found(np.ascontiguousarray(np.rot90(image, turns))) for turns in (1, 3)]
        return max([found, *turned], key=_weight)

    def _found(self, image: Any) -> list[Piece]:
        result, _ = self._engine(image)
        pieces = []
        for box, text, score in result or []:
            across, down = [point[0] for point in box], [point[1] for point in box]
            top, bottom = min(down), max(down)
            # Its boxes are a little higher than the characters; of a line askew the box is higher by its slope.
            height = min(bottom - top, ((box[3][0] - box[0][0]) ** 2 + (box[3][1] - box[0][1]) ** 2) ** 0.5)
            middle = (top + bottom) / 2
            size = max(height * 0.8, 1.0)
            pieces.append(Piece(text, min(across), middle - size / 2, max(across), middle + size / 2, size, float(score)))
        return pieces


def _weight(pieces: list[Piece]) -> float:
    return sum(len(piece.text) * (piece.confidence or 0) ** 2 for piece in pieces)


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
    recogniser = Recogniser("an image is read by OCR")
    pages = [read_lines(recogniser.pieces(frame)) for frame in _frames(content, bounds, step)]
    if not any(pages):
        raise DocumentError("no text was recognised in the image")
    return Document.build(page_blocks(pages), "image")


def _frames(content: bytes, bounds: Bounds, step: Step) -> Iterator[Any]:
    """The frames of an image file as arrays, shape (height, width, 3)."""
    image_module = require("PIL.Image", extra="ocr")
    ops = require("PIL.ImageOps", extra="ocr")
    import numpy as np

    image_module.MAX_IMAGE_PIXELS = None  # its own bound only warns; this one is checked before anything is decoded
    try:
        with image_module.open(io.BytesIO(content)) as image:
            frames = getattr(image, "n_frames", 1)
            if frames > bounds.ocr_pages:
                raise DocumentError(f"expected at most {bounds.ocr_pages} frames, got {frames}")
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


def render(page: Any, bounds: Bounds) -> Any:
    """A PDF page as an image for recognition, shape (height, width, 3), within the bound on pixels."""
    width, height = page.get_size()
    scale = _DPI / _POINTS
    scale = min(scale, (bounds.pixels / max(width * height, 1)) ** 0.5)
    return page.render(scale=scale, rev_byteorder=False).to_numpy()[:, :, :3]
