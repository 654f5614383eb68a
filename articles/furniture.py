"""Which lines of a pasted press page are the page's and not the article's, and what the line of date and source says.

The patterns are those of Chinese news sites and government portals: hotlines, font sizes, share buttons, editors in
charge, responsible units, licences.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

#: A line of the page's own is never longer than this.
LONGEST = 300
_PROSE_END = re.compile(r"[。！？；!?;][”’」』）)]?$|…[”’]?$")
_END_OF_PAGE = re.compile(
    r"[（(【\[]?\s*(?:责任编辑|本文责编|网络编辑|编辑|责编|审核|终审|校对)\s*[:：]"
    r"|相关(?:附件|链接|报道|新闻|阅读|稿件|文章|推荐)\s*[>»:：]*$"
    r"|(?:打印(?:本页|本文)?|关闭(?:窗口|本页)?|返回(?:顶部|首页|列表)|分享到?|收藏)\s*[:：]?$|扫一扫|扫码|上一[篇条]|下一[篇条]"
    r"|关于我们|网站(?:声明|地图|首页)|联系我们|版权(?:所有|声明)|免责声明|意见反馈|友情链接"
    r"|(?:主管|主办|承办|协办)(?:单位)?\s*[:：]|Copyright|©|技术支持\s*[:：]",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:(?:新闻|举报|投诉|爆料|投稿|广告|服务|报料|监督|联系|违法和不良信息举报)(?:热线|电话|邮箱|方式)\s*[:：]"
    r"|(?:当前|您的|您现在的|你的|所在)位置\s*[:：]|首页\s*[>»›/]"
    r"|[【\[]?字[号体]\s*[:：]|(?:浏览|点击|阅读|访问)(?:次数|量|数)?\s*[:：]|分享(?:到|至)?\s*[:：]?$)"
)
_BUTTON = re.compile(
    r"(?:下载|打印|全屏|收藏|分享|加大|还原|减小|放大|缩小|默认|繁体|简体|无障碍|朗读|语音播报|微信|微博|QQ空间"
    r"|大|中|小|[】\]】|｜/\s])+$|[0-9a-f]{32}:?$|登录$|注册$|首页$|搜索$",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"All Rights Reserved|版权所有|ICP[备证]|公网安备|许可证(?:编号)?\s*[:：]|Copyright\s*(?:©|\(c\)|\d{4})",
    re.IGNORECASE,
)

_DATE = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*日?")
_TIME = re.compile(r"(?<!\d)(\d{1,2})\s*[:时]\s*(\d{2})(?:\s*[:分]\s*(\d{2}))?(?!\d)\s*[分秒]?")
_LABEL = (
    r"(?:信息来源|文章来源|新闻来源|来\s*源|稿\s*源|发布(?:时间|日期|机构|者)|更新时间|成文日期|时\s*间|日\s*期|作\s*者|记\s*者|编\s*辑"
    r"|责任编辑|责编|字[号体]|浏览(?:次数|量)?|点击(?:数|量)?|阅读(?:量|数)?)"
)
_FIELD = re.compile(rf"({_LABEL})\s*:\s*(.*?)(?=\s*{_LABEL}\s*:|\s{{2,}}|[|\]】)]|$)")
_ONLY_LABEL = re.compile(rf"({_LABEL})\s*[:：]\s*$")
_REST = re.compile(r"[\s|\[\]【】()·,/-]|星期[一二三四五六日天]|[大中小]")


@dataclass(frozen=True)
class Imprint:
    """What the line below a headline says: 2023-03-31 08:52:51  来源：重庆日报."""

    dated: dt.date | None = None
    time: dt.time | None = None
    source: str = ""
    byline: str = ""


def is_prose(line: str) -> bool:
    """Whether `line` reads like a sentence and not like a heading or a button."""
    return len(line) > 80 or bool(_PROSE_END.search(line))


def is_furniture(line: str) -> bool:
    """Whether `line` is the page's: a button, a hotline, a way to the page, a licence."""
    if len(line) > LONGEST:
        return False
    return bool(_BUTTON.match(line) or _LABELLED.match(line) or _LICENCE.search(line) or _END_OF_PAGE.match(line))


def begins_end_of_page(line: str) -> bool:
    """Whether what follows the article may begin with `line`."""
    return len(line) <= LONGEST and bool(_END_OF_PAGE.match(line) or _LABELLED.match(line) or _LICENCE.search(line))


def only_label(line: str) -> str:
    """来源 of "来源:", where the value stands in the next line; "" for anything else."""
    match = _ONLY_LABEL.fullmatch(line)
    return re.sub(r"\s", "", match[1]) if match else ""


def imprint(line: str) -> Imprint | None:
    """Date, time, source and author that `line` consists of; None where it says anything else."""
    if len(line) > 150:
        return None
    plain = unicodedata.normalize("NFKC", line)
    date, time = _DATE.search(plain), None
    rest = plain
    if date:
        rest = plain[: date.start()] + "  " + plain[date.end() :]
        time = _TIME.search(rest, max(0, date.start() - 12))
        if time:
            rest = rest[: time.start()] + "  " + rest[time.end() :]
    fields = {re.sub(r"\s", "", name): value.strip() for name, value in _FIELD.findall(rest)}
    rest = _REST.sub("", _FIELD.sub("", rest))
    if len(rest) > 4 or not (date or any(fields.values())):
        return None
    source = next((fields[name] for name in fields if name.endswith(("来源", "稿源"))), "")
    byline = fields.get("作者") or fields.get("记者") or ""
    return Imprint(_date(date), _time(time), source[:80], byline[:80])


def _date(match):
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _time(match):
    try:
        return dt.time(*(int(part or 0) for part in match.groups())) if match else None
    except ValueError:
        return None
