"""Lists of other articles that a page shows around a text: what their headings and their entries look like."""

from __future__ import annotations

import re
from typing import Final

from jianghua.data.text.patterns import COLON_CLASS, HAN_CLASS, any_word

_WHICH: Final = any_word(
    """
    往期 近期 早前 此前 前期 相关 推荐 热点 热门 热搜 延伸 拓展 扩展 更多 精彩 最新 最热 今日 本周 本月 本日 编辑 编辑部
    编者 小编 为您 为你 猜你 猜您 大家 大家都 大家还 你 您 你可能 您可能 你也许 您也许 也许你 或许你 你还 您还 其他 其它
    同类 同栏目 近日 头条 网友 读者 本网 本站 站内 精选 优质 随机 点击 专题 图片 视频 要闻 新闻 关联 相似 人气 一周 今天
    昨日 上期 下期 本栏 本类 继续 接着 看完 看过 读完 看了 还想 也想 随手 顺便 别错过 不容错过
    """
)
_WHAT: Final = any_word(
    """
    看点 回顾 推荐 荐读 阅读 新闻 文章 内容 资讯 信息 链接 要闻 热点 热文 好文 美文 精选 精彩 视频 专题 报道 动态 话题 导读
    稿件 资料 文档 讲话 材料 范文 公文 图集 图片 图文 速览 速递 快讯 直播 集锦 必读 必看 悦读 关注 喜欢 感兴趣 爱看 在看
    在读 在搜 想看 想读 都在看 也在看 还在看 都在读 还在读 都在搜 还看 还看了 也看了 看了又看 又看了 这些 这篇 本文 的人 还
    也 可能 会 想 看 读 看看 排行 排行榜 点击榜 榜单 头条 继续 一篇 更多 错过
    """
)
_HEADING: Final = re.compile(
    rf"""
    [^\w（(【\[]* [（(【\[]? (?: {_WHICH} {{1,3}} {_WHAT} {{1,4}} | 看点 | 荐读 | 热文 ) [）)】\]]?
    (?: [{COLON_CLASS}>»＞…] | more )* [^\w]*
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Which articles, and what they are: 往期看点, 【相关阅读】, 大家还在读"""

_ENTRY: Final = re.compile(
    rf"""
    (?= .* [{HAN_CLASS}]{{4}} )
    [^。；;{COLON_CLASS}（(【\[①-⑳] [^。；;]{{4,44}}
    """,
    re.VERBOSE,
)
_SIGNATURE: Final = re.compile(
    rf"""
      [（(] .* [)）]
    | [{HAN_CLASS}]{{0,16}} (?: 书记 | [省市县区镇乡局部厅处校院]长 | 主任 | 主席 | 董事长 | 总经理 | 代表 )
        [{HAN_CLASS}×xX*]{{2,4}}
    | .{{0,30}} [\d〇零一二三四五六七八九×xX*○]{{2,4}}年 .{{1,6}}月 .{{1,6}}日 .{{0,8}}
    """,
    re.VERBOSE,
)
"""Who spoke, when, and how the text came about."""

_NOTE: Final = re.compile(
    r"""
      (?: 附 | 注 | 作者 | 备注 | 参会 | 出席 | 列席 | 主持 | 记录 | 地点 | 时间 | 同志们 ) .*
    | [（(【\[①-⑳] .*
    | [一二三四五六七八九十]{1,2}、.* | 第[一二三四五六七八九十]+[章节条部、，].* | \d{1,2}[.．、)）].*
    """,
    re.VERBOSE,
)
"""The beginning of what a speaker adds: notes, an annex, a point."""


def heads_list(text: str) -> bool:
    """Whether a line, white space removed, is the heading of a list of other articles."""
    return len(text) <= 20 and _HEADING.fullmatch(text) is not None


def is_entry(text: str) -> bool:
    """Whether a line, white space removed, can be the title of another article: short, and nothing that speeches end with."""
    return _ENTRY.fullmatch(text) is not None and not _NOTE.fullmatch(text) and not is_signature(text)


def is_signature(text: str) -> bool:
    """Whether a line, white space removed, says who spoke, when, or how the text came about, as speeches do at their end."""
    return _SIGNATURE.fullmatch(text) is not None
