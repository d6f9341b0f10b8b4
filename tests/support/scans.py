"""PDF files some of whose pages are pictures."""

from __future__ import annotations

import io
from typing import Any

FONT = "STSong-Light"


def pdf(*pages: Any) -> bytes:
    """A PDF file; a page is a line of text, or a picture that covers it."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(400, 160))
    for page in pages:
        if isinstance(page, str):
            canvas.setFont(FONT, 12)
            canvas.drawString(30, 100, page)
        else:
            canvas.drawImage(ImageReader(page), 0, 0, 400, 160)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
