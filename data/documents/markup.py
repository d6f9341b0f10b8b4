"""Markup that a reader would see: entities and tags of a web page that was escaped twice, or saved as text."""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import Final

_ROUNDS: Final = 3  # how often text may have been escaped
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31})[;；]|&nbsp(?![A-Za-z0-9=;；])")
_ATTRIBUTES: Final = r"(?:\s[^<>]{0,2000})?/?"
_UNSEEN: Final = re.compile(r"<!--[^<]{0,20000}-->|<(script|style)\b[^<>]{0,2000}>[^<]{0,100000}</\1\s*>", re.IGNORECASE)
_BREAK: Final = re.compile(
    "</?(?:br|p|div|h[1-6]|li|ul|ol|dl|dt|dd|table|thead|tbody|tr|td|th|hr|pre|section|article|blockquote|center|title|head|body"
    rf"|html){_ATTRIBUTES}>",
    re.IGNORECASE,
)
_INLINE: Final = re.compile(
    "</?(?:span|b|strong|i|em|u|s|strike|del|ins|font|a|sup|sub|small|big|label|img|input|code|mark|nobr|wbr|section|ruby|rt|rp"
    rf"|[ovw]:\w+|st1:\w+|\?xml:namespace|v|c(?:\.[\w.]+)?){_ATTRIBUTES}>"
    r"|<\d\d:\d\d(?::\d\d)?\.\d{3}>|\{\\an?\d{1,2}\}",  # marks of subtitles
    re.IGNORECASE,
)


def visible_parts(text: str) -> list[str]:
    """The text as the page was meant to show it, parted where tags begin a new line.

    Entities are the characters that they stand for. An ampersand or angle bracket that belongs to neither an entity nor a tag
    is itself: R&D经费, <35微克.
    """
    for _ in range(_ROUNDS):
        if "&" not in text or (unescaped := _ENTITY.sub(_character, text)) == text:
            break
        text = unescaped
    if "<" not in text and "{\\" not in text:
        return [text]
    return _BREAK.split(_INLINE.sub("", _UNSEEN.sub("", text)))


def _character(match: re.Match[str]) -> str:
    """The character of an entity; the entity itself where there is none of that name."""
    name = match.group()[1:].rstrip(";；") + ";"
    if name.startswith("#"):
        return html.unescape(f"&{name}")
    return html5.get(name) or html5.get(name.lower()) or match.group()
