"""Pages whose text a script would draw, and that were saved before it did, or by a program that runs none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from jianghua.data.documents import Block
from jianghua.data.text.patterns import HAN_CLASS

_SCRIPTS: Final = r"java\s*script|\bjs\b|脚本|活动脚本"
_REQUEST: Final = re.compile(
    rf"""
      (?: 开启 | 启用 | 打开 | 允许 | 支持 | 禁用 | 关闭 | 需要 | enabled? | requires? | turn\ on )
      [^。！!]{{0,12}} (?: {_SCRIPTS} )
    | (?: {_SCRIPTS} ) [^。！!]{{0,12}} (?: 开启 | 启用 | 打开 | 被禁 | 禁用 | 关闭 | 支持 | enabled? | disabled | required )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What asks to turn scripts on."""

_WAITING: Final = re.compile(
    r"(?:加载|载入|读取|跳转|检查|验证)中|(?:正在|努力|拼命|数据)(?:加载|载入|读取|跳转|打开|检查|验证)|请稍[候后等]|请等待"
    r"|人机验证|安全验证|完成验证|^loading\b|just a moment|checking your browser|please wait",
    re.IGNORECASE,
)
"""What stands where the text will be drawn."""

_FRAME: Final = re.compile(
    r"主办|承办|版权|备案|ICP|标识码|公网安备|技术支持|浏览器|分辨率|Copyright|All rights", re.IGNORECASE
)
_SENTENCE: Final = re.compile(rf"[{HAN_CLASS}][^。！？!?]{{2,}}[。！？!?]")
_ROOTS: Final = frozenset({"app", "root", "main-app", "__next", "__nuxt", "q-app", "vue-app", "react-root", "app-root"})
_LONGEST: Final = 80  # characters of a request, or of a line of a site's frame


def is_unfilled(root: Any, pieces: Iterable[tuple[str, Block]]) -> bool:
    """Whether a page holds no sentence but such as wait for a script or ask for one.

    Args:
        root: root element of the page.
        pieces: its text, block by block.
    """
    texts = [text for text, block in pieces if block.furniture is None and text.strip()]
    waiting = [text for text in texts if len(text) <= _LONGEST and (_REQUEST.search(text) or _WAITING.search(text))]
    if not waiting and not _has_empty_root(root):
        return False
    left = (text for text in texts if text not in waiting and not (len(text) <= _LONGEST and _FRAME.search(text)))
    return not any(_SENTENCE.search(text) for text in left)


def _has_empty_root(root: Any) -> bool:
    """Whether the page has scripts, and an empty element of the kind that they fill."""
    if next(root.iter("script"), None) is None:
        return False
    candidates = (element for element in root.iter("div", "app-root") if element.get("id") in _ROOTS or element.tag != "div")
    return any(not "".join(element.itertext()).strip() for element in candidates)
