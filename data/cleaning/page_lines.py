"""Lines that a page adds around a text, told by their form: credits, dates and counts, buttons, pagers, the way to the page.

Each form is a whole line without white space. A form says what a line can be; where the line stands decides whether it goes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from jianghua.data.text.patterns import COLON_CLASS, HAN_CLASS, SENTENCE_STOP, SENTENCE_STOP_CLASS, any_word

_LONGEST: Final = 120  # characters


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.VERBOSE | re.IGNORECASE)


_ORNAMENT: Final = r"[^\w（）()【】\[\]“”《》]*"  # ▼ ◆ -- >>
_OPEN: Final = r"[（(【\[]?"
_CLOSE: Final = r"[）)】\]]?"
_LINK: Final = rf"[{COLON_CLASS}|｜丨∣│/／▏]"  # between a role and a name
_NAMES: Final = f"[^{SENTENCE_STOP_CLASS}；;]{{1,60}}"

# Credits

_ROLE: Final = any_word(
    """
    来源 稿源 文章来源 信息来源 内容来源 素材来源 资料来源 图片来源 原标题 转自 综合自 作者 文 图 图文 文字 文图 图片 摄影
    摄像 供图 记者 通讯员 供稿 供稿单位 撰文 撰稿 采写 整理 编辑 责编 责任编辑 本期编辑 本期责编 本文责编 本文编辑 值班编辑
    新媒体编辑 执行编辑 网络编辑 美编 编审 编校 初审 复审 终审 一审 二审 三审 一校 二校 三校 审核 审校 审签 审定 校对 校审
    校核 排版 制作 制图 设计 监制 总监制 监审 主编 副主编 执行主编 总编 总编辑 值班主任 值班总编 值班编委 策划 统筹 出品
    出品人 签发 录入 录入员 发布 发布者 发布人 上传者 投稿 投稿邮箱 新媒体 视频 音频 编辑整理
    """
)
_EDITOR: Final = any_word("责任编辑 责编 本文责编 本文编辑 本期责编 本期编辑 值班编辑 网络编辑 编辑 编审")
_CREDIT: Final = _form(rf"{_ORNAMENT} {_OPEN} {_ROLE} (?: [、/及和与&] {_ROLE} )* {_LINK} {_NAMES} {_ORNAMENT}")
_SPACED_CREDIT: Final = _form(rf"\s* {_ROLE} \s+ \S{{2,20}} (?: \s+ {_ROLE} \s+ \S{{2,20}} )* \s*")
_EDITORS: Final = _form(rf"{_ORNAMENT} {_OPEN} {_EDITOR} {_LINK} [^{SENTENCE_STOP_CLASS}；;（）()]{{1,40}} {_CLOSE}")
_EDITORS_AT_END: Final = _form(
    rf"""
    [（(【\[] (?: {_EDITOR} | 记者 | 通讯员 | 作者 | 来源 | 稿源 | 审核 | 校对 ) {_LINK}
    [^{SENTENCE_STOP_CLASS}；;（）()【】]{{1,50}} [）)】\]] $
    """
)
_END: Final = _form(
    r"""
      [\W_]* (?: (?:the)?end | fin | 全文完 | 正文完 | 正文结束 | 全文结束 | 文章结束 | 本文完 | 本篇完 ) [\W_]*
    | [^\w“”《》]+ (?: 完 | 结束 ) [^\w“”《》]+
    """
)

# Facts about the page

_ISO_DATE: Final = r"(?: 19 | 20 ) \d\d [-/.] \d{1,2} [-/.] \d{1,2}"
_DATE_IN_WORDS: Final = r"(?: 19 | 20 ) \d\d 年 \d{1,2} 月 \d{1,2} 日"
_DATE: Final = _form(rf"{_ISO_DATE} | {_DATE_IN_WORDS}")
_CLOCK: Final = rf"\d{{1,2}} [{COLON_CLASS}] \d{{2}}"
_STAMP: Final = _form(
    rf"""
      (?: 19 | 20 ) \d\d [-/.] \d{{1,2}} [-/.] \d{{2}} T? {_CLOCK}
    | ^ {_DATE_IN_WORDS} {_CLOCK} (?: [{COLON_CLASS}] \d{{2}} )? $
    """
)
_FACT: Final = _form(
    rf"""
      (?: 来源 | 稿源 | 作者 | 编辑 | 责编 | 记者 | 通讯员 | (?: 发布 | 发表 | 更新 | 上传 )? (?: 时间 | 日期 )
        | 发布 | 阅读 | 浏览 | 点击 | 字号 ) [{COLON_CLASS}|｜]
    | 原创 | (?: 发布 | 发表 | 更新 ) (?: 于 | 时间 )
    """
)
_COUNT: Final = _form(
    rf"""
      (?: 本文 | 本页 | 文章 | 已有 | 共 | 累计 | 总 )? (?: 阅读 | 浏览 | 点击 | 访问 | 播放 | 围观 | 人气
        | 热度 | 评论 | 点赞 | 转发 | 收藏 | 跟帖 )
      (?: 量 | 数 | 次数 | 人数 | 人次 )? [{COLON_CLASS}]? [(（]? [\d,.]+ (?: 万 | 千 | w | k )? \+? (?: 次 | 人
        | 条 | 人次 )? [)）]?
    | [\d,.]+ 万? \+? (?: 次 | 人 | 条 )? (?: 阅读 | 浏览 | 点击 | 访问 | 播放 | 评论 | 点赞 | 跟帖 )
    """
)
_ORIGINAL: Final = _form(rf"{_OPEN} 原创 {_CLOSE} {_LINK}? [^，,{SENTENCE_STOP_CLASS}；;{COLON_CLASS}]{{0,60}}")
_ORGAN: Final = any_word(
    """
    发布 融媒 融媒体 融媒体中心 日报 晚报 新闻网 新闻 在线 电视台 政务 微信 公众号 传媒 报社 政府网 宣传 党建 之声 头条
    水利 公安 交警 交通 教育 税务 应急管理 应急 消防 城管 文旅 检察 法院 司法 住建 农业农村 卫健 民政 人社 统战 组工 先锋
    共青团 妇联 总工会 市场监管 自然资源 生态环境 审计 发改 财政 商务 招商 街道 乡村振兴
    """
)
_ACCOUNT: Final = _form(rf"[{HAN_CLASS}A-Za-z0-9]{{2,14}} {_ORGAN}")
_PLACE: Final = _form(rf"(?: 发表于 | 发布于 | IP属地 [{COLON_CLASS}]? )? [{HAN_CLASS}]{{2,3}} (?: 省 | 市 | 自治区 )?")

# Buttons, pagers, the way to the page

_BUTTON: Final = any_word(
    r"""
    分享到 分享至 分享给好友 分享 点分享 转发 收藏 点收藏 加入收藏 点赞 点点赞 点个赞 赞 在看 点在看 点个在看 点亮在看 好看
    喜欢作者 喜欢 赞赏 打赏 投币 留言 写留言 精选留言 评论 发表评论 写评论 听过 关注 已关注 订阅 举报 投诉 我要纠错 纠错
    打印本页 打印本文 打印文章 打印页面 打印 关闭窗口 关闭本页 关闭页面 关闭 返回顶部 返回首页 返回列表 返回上一页 返回
    回到顶部 回顶部 复制链接 微信好友 微信 新浪微博 腾讯微博 微博 朋友圈 QQ空间 QQ好友 QQ 豆瓣 人人网 视频 小程序 取消 允许
    知道了 轻点两下取消赞 轻点两下取消在看 收起 展开 查看更多 更多 轻触阅读原文 点击阅读原文 阅读原文 查看原文 原文链接
    阅读全文 查看全文 展开全文 听全文 语音播报 朗读 播放 暂停 下载word 下载pdf 下载 导出 字号 字体大小 文字大小 字体 特大
    超大 大 中 小 默认 A\+ A- 护眼 登录 注册 网站首页 首页 主页 网站地图 设为首页 联系我们 关于我们 无障碍 长者模式 繁体
    简体 English 手机版 电脑版 客户端 微信扫一扫 扫一扫 二维码 继续滑动看下一个 向上滑动看下一个 预览时标签不可点
    关注该公众号 可打开此内容 使用完整服务 使用小程序 写下你的想法
    """
)
_MARK: Final = r"[\d+\-,，、。.：:|｜丨/／·•()（）\[\]【】<>《》＜＞»«→↑↓_]"
_BUTTONS: Final = _form(rf"{_MARK}* (?: {_BUTTON} {_MARK}* )+")
_PAGER_WORD: Final = any_word(
    r"""
    上一页 下一页 上页 下页 前一页 后一页 前页 后页 首页 第一页 尾页 末页 最后一页 下一页阅读 余下全文 在本页阅读全文
    显示全文 单页阅读 全文共\d+页 共\d+页
    """
)
_PAGER_FILLER: Final = rf"{_MARK} | … | 第\d+页 | \d+条 | 跳转 | 转到 | 到 | 第 | 确定 | go | page | 页"
_PAGER: Final = _form(rf"(?: {_PAGER_FILLER} )* {_PAGER_WORD} (?: {_PAGER_FILLER} | {_PAGER_WORD} )*")
_NEIGHBOUR: Final = _form(
    rf"""
    {_ORNAMENT} [上下前后] 一? [篇条则] (?: 文章 | 新闻 | 信息 )?
    (?: [{COLON_CLASS}>»＞】\]|｜] .{{0,80}} | 没有了.? | 已是.{{0,8}} )?
    """
)
_TRAIL: Final = _form(
    rf"""
      (?: 您 | 你 | 当前 | 所在 | 目前 ) .{{0,6}} (?: 位置 | 栏目 ) 是? [{COLON_CLASS}] .{{0,100}}
    | (?: 位置 [{COLON_CLASS}] )? (?: 网站 | 本站 )? (?: 首页 | 主页 )
      (?: [>»›＞/／→|｜·\-—]+ [^>»›＞/／→|｜，。{COLON_CLASS}]{{1,24}} )+ [>»›＞]*
    """
)
_FOLLOW_VERB: Final = any_word("点击 长按 扫码 扫描 扫一扫 识别 轻触 戳 点 关注 搜索 微信搜索 星标 置顶")
_FOLLOWED: Final = any_word(
    "关注 关注我们 关注我 公众号 蓝字 二维码 名片 原文 在看 赞 星标 置顶 卡片 小程序 更多精彩 不迷路 视频号"
)
_FOLLOW: Final = _form(
    rf"""
    {_ORNAMENT} {_OPEN} (?: 请 | 欢迎 | 快 | 记得 )? {_FOLLOW_VERB}
      [^{SENTENCE_STOP_CLASS}；;]{{0,24}} {_FOLLOWED} [!！~～吧哦]*
    (?: [“"「] [^”"」]{{1,16}} [”"」] )? {_CLOSE} {_ORNAMENT}
    """
)
_SHARED: Final = any_word("转发 分享 点赞 在看 收藏 留言 三连 点亮 星标")
_SHARE: Final = _form(
    rf"""
      (?= .* (?: 转发 | 在看 | 三连 | 收藏 | 星标 ) ) [^。；;，]{{0,12}} {_SHARED} [^。；;]{{0,8}} {_SHARED} [^。；;]{{0,12}}
    | 收录于.{{0,3}} (?: 合集 | 话题 | 专辑 ) .{{0,40}}
    """
)
_RIGHTS: Final = _form(
    r".{0,40} (?: 版权所有 | all\s*rights\s*reserved | copyright\s*[©(（] | ©\s*(?:19|20)\d\d | ICP备 | 公网安备 ) .{0,80}"
)

_FORMS: Final = (_CREDIT, _EDITORS, _END, _COUNT, _ORIGINAL, _BUTTONS, _PAGER, _NEIGHBOUR, _TRAIL, _FOLLOW, _SHARE, _RIGHTS)


@lru_cache(maxsize=1024)
def is_page_line(text: str) -> bool:
    """Whether a line, white space removed, is nothing but what a page adds around a text."""
    return len(text) <= _LONGEST and (any(form.fullmatch(text) for form in _FORMS) or _states_facts(text))


def _states_facts(text: str) -> bool:
    """Whether a line says when, and by whom, the page was put up; a date alone is the speech's."""
    if SENTENCE_STOP.search(text):
        return False
    return _STAMP.search(text) is not None or (_FACT.search(text) is not None and _DATE.search(text) is not None)


def is_spaced_credit(text: str) -> bool:
    """Whether a line, as it was laid out, is a role and a name with nothing but a space between them: 编辑 赵六."""
    return len(text) <= _LONGEST and _SPACED_CREDIT.fullmatch(text) is not None


def may_be_account(text: str) -> bool:
    """Whether a line can name the account that put a page up, or the place that it was put up from."""
    return _ACCOUNT.fullmatch(text) is not None or _PLACE.fullmatch(text) is not None


def ends_text(text: str) -> bool:
    """Whether a line says that the page's text ends before it: END, or the names of the editors."""
    return len(text) <= _LONGEST and (_END.fullmatch(text) is not None or _EDITORS.fullmatch(text) is not None)


def editors_at_end(text: str) -> int:
    """Length of the names in brackets that an editor put at the end of a paragraph; 0 for none."""
    match = _EDITORS_AT_END.search(text)
    return len(match.group()) if match and match.start() > 0 else 0
