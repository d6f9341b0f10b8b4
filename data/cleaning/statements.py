"""Statements of a site about itself, the text that it shows, the one who put it up, and rights in it."""

from __future__ import annotations

import re
from typing import Final

from jianghua.data.text.patterns import COLON_CLASS, HAN_CLASS, any_word

_FEWEST_WORDS: Final = 3  # of a statement, one of them telling
_FEWEST_ENGLISH: Final = 3
_WORD_EVERY: Final = 25  # characters


_DECLARED: Final = re.compile(
    rf"""
    [^\w（(【\[]* [（(【\[]? [{HAN_CLASS}]{{0,8}}
    (?: 声明 | 启事 | 敬告 | 告示 | 告知 | 免责 | 免责条款 | 版权信息 | 版权说明 ) [）)】\]]? [{COLON_CLASS}]
    """,
    re.VERBOSE,
)
"""The label of a statement: 平台声明："""

_LABEL_LINE: Final = re.compile(
    r"""
    [（(【\[]? (?: (?: 免责 | 版权 | 特别 | 郑重 | 平台 | 网站 | 本站 | 重要 | 转载 | 法律 )? 声明
      | 版权(?:说明|信息) | 免责条款 ) [）)】\]]? [：:]?
    """,
    re.VERBOSE,
)
"""The same on a line of its own."""

_ITSELF: Final = re.compile(
    any_word(
        r"""
        本站 本网(?!络)站? 本平台 该平台 平台(?:仅|只(?!要|有)) 本号 本公众号 本账号 本社区 本客户端 本页 文责自负
        [“"][^”"。，]{1,10}号[”"] 本文 上文 此文 该文 原文 文中 此稿 本稿
        (?:以上|上述|文章)(?:的)?(?:所有|全部|部分)?(?:内容|文字|图文|文章|信息|图片|资料|稿件|观点|版权)
        (?:图片|图文|素材|稿件|文字|文章|内容)(?:和文字|及图片|、图片)?(?:均|全部|部分|大多)?(?:来源|来自|转自|转载自|摘自|源自|系)
        凡(?:注明|本网|本站|未注明|转载)
        """
    )
)
"""What a site calls itself and the text that it shows."""

_TELLING: Final = re.compile(
    any_word(
        """
        上传 转载 转自 摘自 摘编 存放 存储 寄存 网友 用户 作者 号主 账号 帐号 发布者 投稿者 版权 著作权 知识产权 侵权 侵犯
        侵害 删除 删稿 撤下 撤稿 下架 立场 真实性 原创性 商用 授权 署名 互联网 网络 文责自负 盗用 站长 洗稿 搬运
        """
    )
)
"""What such statements speak of; a speech hardly says it of a text."""

_COMMON: Final = re.compile(
    any_word(
        """
        发表 发布 提供 收集 搜集 整理 刊载 刊登 观点 看法 代表 参考 借鉴 交流 学习 责任 负责 承担 核实 证实 无关 联系 来源
        出处 用途 商业 图片 视频 音频 邮箱 电话 平台 网站
        """
    )
)
_ENGLISH: Final = re.compile(
    r"""
    \b (?: platform | account | upload\w* | posted | copyright\w* | rights? | views? | opinions? | (?:web)?site
      | author | users? | holder
        | content | text | stor(?:e|es|ed|age) | provid\w+ | disclaimer | notice | note | articles?
            | reproduc\w+ | reprint\w*
        | permission | contact | delete\w* | publish\w* | responsib\w+ | above | source | editor ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HAN: Final = re.compile(f"[{HAN_CLASS}]")
_LATIN: Final = re.compile("[A-Za-z]")


def is_statement(text: str) -> bool:
    """Whether a paragraph is a statement of a site.

    It names the site or the text, or says that it is a statement, and speaks of what such statements speak of. Speeches end in
    sentences with some of these words, too, but hardly with three of them that are said of a text.

    Args:
        text: the paragraph as it was laid out, with the spaces between its Latin words.
    """
    if not _HAN.search(text):
        return len({match.group().lower() for match in _ENGLISH.finditer(text)}) >= _FEWEST_ENGLISH
    bare = "".join(text.split())
    if _LABEL_LINE.fullmatch(bare):
        return True
    telling = {match.group() for match in _TELLING.finditer(bare)}
    is_declared = _DECLARED.match(bare) is not None
    if not telling or not (is_declared or _ITSELF.search(bare)):
        return False
    words = telling | {match.group() for match in (*_COMMON.finditer(bare), *_ITSELF.finditer(bare))}
    return len(words) + is_declared >= max(_FEWEST_WORDS, len(bare) / _WORD_EVERY)
