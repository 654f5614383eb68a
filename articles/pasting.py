"""A whole press page, pasted as text or as HTML, taken apart into the fields of an article.

What is the page's own (hotlines, buttons, licences) is set aside and listed; of the article nothing is lost. These are
proposals: the editor sees them in the form and corrects them.
"""

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from itertools import groupby

from portal.publishing import markup
from portal.publishing.canonical import MARKS
from portal.publishing.richtext import clean, visible_text

from .furniture import begins_end_of_page, imprint, is_furniture, is_prose, only_label

_TAGS = markup.BLOCKS | MARKS.keys() | {"a", "br", "span", "font", "img"}
_STRIPPED = " \t\n\x0b\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_NAMED_SPACE = re.compile(r"&(?:nbsp|ensp|emsp|#160|#12288);")
_SITE = re.compile(r".{1,12}(?:网|日报|晚报|晨报|频道|客户端|门户(?:网站)?|新闻|政府)$")
_SITE_BEHIND = re.compile(r"\s*[-_—–]+\s*([^-_—–]{2,12}(?:网|日报|晚报|频道|客户端|门户网站))$")
_SUBHEAD = re.compile(
    r"(?:——|--|―)|(?:[（(]?\d{4}年\d{1,2}月\d{1,2}日)?在.{4,60}(?:会议|大会|论坛|峰会|开幕式|发布会)上[)）]?$"
)
_BYLINE = re.compile(
    r"(?:本报|本网|新华社|人民网|川观新闻|上游新闻|华龙网)?(?:首席|见习|特约|全媒体)?(?:记者|通讯员|评论员|作者|文\s*[/／])[\s:：/／]*(?=\S)"
    r"|.{2,30}(?:省长|市长|州长|县长|区长|书记|主任|总理|局长|部长)\s+[\u4e00-\u9fff·]{2,8}$"
)
_CHAPTER = re.compile(
    r"(?:[一二三四五六七八九十百]{1,4}、|第[一二三四五六七八九十百\d]{1,4}[章节部]|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+[、.．])"
)
_SECTION = re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]")
_APPENDIX = re.compile(r"(?:名词解释|附[件录注表]\d?|注释|参考文献)$")
_UNFIT_AS_HEADING = re.compile(
    r"[。！？；：，、!?;:,—][”’）)]?$|…[”’]?$|^[“‘].*[，。][^”]*$|^[-·•]|^\d+[.、]?$|\t|〔\d{4}〕"
)
_CONTINUES = re.compile(r"[，。、；：！？”’）》】,;:!?)%％]")
_BREAK = re.compile(r"(?:[*＊·•☆★—\-_=~]\s*){3,}$")
_DATE_LINE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日$")


@dataclass(frozen=True)
class PastedPage:
    """The fields of an article. `dropped`: the lines taken for the page's own, in their order."""

    kicker: str = ""
    headline: str = ""
    subhead: str = ""
    dated: dt.date | None = None
    time: dt.time | None = None
    source: str = ""
    byline: str = ""
    body: str = ""
    dropped: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Block:
    """A line of text (kind ""), or a block of HTML (kind: the name of its element)."""

    text: str
    kind: str = ""
    html: str = ""

    @property
    def is_line(self):
        return self.kind in {"", "p", "h2", "h3", "h4"}


def read_page(text: str) -> PastedPage:
    """Take a pasted page apart. Any text gives a page; only one above `richtext.MAX_LENGTH` raises ValidationError.

    Where no headline can be told from the text, it stays empty: the form asks for it.
    """
    text = markup.printable(text).replace("\ufffd", "")
    if any(not isinstance(token, str) and token.name in _TAGS for token in markup.read(text)):
        blocks = _html_blocks(clean(text))
    else:
        blocks = _line_blocks(text)
    blocks, tail = _without_end(blocks)
    page, rest = _read_head(blocks)
    rest, page = _read_signature(rest, page)
    dropped = [*page.dropped, *(block.text for block in tail if block.text)]
    return replace(page, body=clean(_body(rest)), dropped=dropped)


# Into blocks


def _line_blocks(text):
    lines = []
    open_quotes = 0
    for raw in _NAMED_SPACE.sub(" ", text).split("\n"):
        line = raw.strip(_STRIPPED)
        if not line:
            continue
        if lines and (_CONTINUES.match(line) or (_is_torn(lines[-1], open_quotes) and not _is_own(line))):
            lines[-1].append(line)  # cut in two where the page had a link
        else:
            lines.append([line])
            open_quotes = 0
        open_quotes += line.count("“") - line.count("”")
    return [Block("".join(parts)) for parts in lines]


def _is_own(line):
    """Whether a line cannot be the rest of another."""
    return is_furniture(line) or imprint(line) is not None or bool(_CHAPTER.match(line) or _SECTION.match(line))


def _is_torn(parts, open_quotes):
    """Whether a line breaks off: within a quotation, at a comma, or long and with another sentence begun."""
    last = parts[-1]
    if len(parts) > 8 or is_prose(last[-80:]):
        return False
    begun = sum(map(len, parts))
    if begun < 20 or last.endswith(("：", ":", "）", ")")):
        return False
    return open_quotes > 0 or last.endswith(("，", "、")) or "。" in last or ("，" in last and len(last) > 45)


def _html_blocks(html):
    """The blocks at the top of clean HTML."""
    blocks, begun, depth = [], [], 0
    for piece in re.split(r"(<[^>]*>)", html):
        begun.append(piece)
        if piece.startswith("</"):
            depth -= 1
        elif piece.startswith("<") and not piece.startswith(("<br", "<hr", "<img")):
            depth += 1
        if not depth and piece.startswith("<"):
            block = "".join(begun)
            kind = re.match(r"<(\w+)", block)
            blocks.append(Block(visible_text(block).replace("\n", " "), kind[1] if kind else "p", block))
            begun = []
    return blocks


# Off the page


def _without_end(blocks):
    """The blocks before and from the place where the page goes on without the article."""
    prose_after = length_after = 0
    total = sum(len(block.text) for block in blocks)
    end = len(blocks)
    for index in range(len(blocks) - 1, 0, -1):
        block = blocks[index]
        length_after += len(block.text)
        if begins_end_of_page(block.text) and not (prose_after and length_after > 0.05 * total):
            end = index
        prose_after += is_prose(block.text) and not is_furniture(block.text)
        if length_after > 0.5 * total and prose_after:
            break
    while end < len(blocks) and end > 1 and is_furniture(blocks[end - 1].text):
        end -= 1
    return blocks[:end], blocks[end:]


def _read_head(blocks):
    """The page with what stands above the text, and the blocks of the text."""
    titles, dropped, page = [], [], PastedPage()
    headed = next((i for i, block in enumerate(blocks) if block.kind.startswith("h") and block.kind != "hr"), None)
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if only_label(block.text) and index + 1 < len(blocks) and len(blocks[index + 1].text) <= 30:
            page = _with_imprint(page, imprint(f"{only_label(block.text)}：{blocks[index + 1].text}"))
            index += 2
            continue
        found = imprint(block.text) if block.is_line else None
        if found and not (index + 1 == len(blocks) and not titles):
            page = _with_imprint(page, found)
        elif block.text and is_furniture(block.text):
            dropped.append(block.text)
        elif titles and block.is_line and _SUBHEAD.match(block.text) and len(block.text) <= 100 and not page.subhead:
            page = replace(page, subhead=block.text.lstrip("—-― "))
        elif titles and block.is_line and _is_byline(block.text):
            page = replace(page, byline=f"{page.byline} {block.text}".strip())
        elif titles and block.text == titles[0]:
            dropped.append(block.text)
        elif _is_title(blocks, index, titles, page, headed):
            titles.append(block.text)
        else:
            break
        index += 1
    if not titles and index == len(blocks):
        return PastedPage(), blocks
    return _with_titles(replace(page, dropped=dropped), titles), blocks[index:]


def _is_title(blocks, index, titles, page, headed):
    block = blocks[index]
    if not block.is_line or len(block.text) > 120 or block.text.endswith(("。", "；", "，", "：", ":")):
        return False
    if headed is not None and headed < 12:
        # A heading is the headline; a short line right above it may be the kicker.
        return index == headed if titles or index != headed - 1 else not is_prose(block.text)
    if not titles:
        return not page.byline and index + 1 < len(blocks) and not _UNFIT_AS_HEADING.match(block.text)
    # Further lines belong to the title only where date and source still follow.
    following = [other.text for other in blocks[index + 1 : index + 4] if other.is_line]
    return len(titles) < 3 and not page.dated and not is_prose(block.text) and any(map(imprint, following))


def _is_byline(text):
    return len(text) <= 40 and not is_prose(text) and bool(_BYLINE.match(text))


def _with_imprint(page, found):
    if found is None:
        return page
    return replace(
        page,
        dated=page.dated or found.dated,
        time=page.time or found.time,
        source=page.source or found.source,
        byline=page.byline or found.byline,
    )


def _with_titles(page, titles):
    """Kicker, headline and subhead from one to three lines: 引题 stands above the headline, 副题 below it."""
    if not titles:
        return page
    kicker, subhead = "", page.subhead
    if len(titles) == 1:
        kicker, headline = _split_title(titles[0])
    elif len(titles) == 2 and (len(titles[1]) > len(titles[0]) and not subhead):
        headline, subhead = titles
    else:
        kicker, headline = titles[0], titles[1]
        subhead = subhead or "".join(titles[2:])
    return replace(page, kicker=kicker, headline=headline, subhead=subhead)


def _split_title(line):
    """("栏题｜引题", "正题") of "栏题 | 引题 正题"; the name of the site is no part of it."""
    line = _SITE_BEHIND.sub("", line)
    parts = [part.strip(_STRIPPED) for part in re.split(r"[|｜丨]", line)]
    parts = [part for part in parts if part]
    while len(parts) > 1 and _SITE.fullmatch(parts[-1]) and len(parts[-1]) < len(parts[-2]):
        parts.pop()
    if len(parts) < 2:
        return "", parts[0] if parts else line
    above, _, headline = parts[-1].rpartition(" ")
    if "\u3000" in parts[-1]:
        above, _, headline = parts[-1].rpartition("\u3000")
    return "｜".join([*parts[:-1], above.strip(_STRIPPED)] if above else parts[:-1]), headline


def _read_signature(blocks, page):
    """Date and source may stand below the text: （来源：新华社）."""
    while len(blocks) > 1 and blocks[-1].is_line and not _DATE_LINE.match(blocks[-1].text):
        found = imprint(blocks[-1].text)
        if not found or not (found.source or found.byline):
            break
        page, blocks = _with_imprint(page, found), blocks[:-1]
    return blocks, page


# The text


def _body(blocks):
    """HTML of the blocks: crossheads become headings, rows of a pasted table a table."""
    levels = _levels(blocks)
    written = []
    for columns, group in groupby(
        enumerate(blocks), key=lambda pair: pair[1].text.count("\t") if not pair[1].kind else -1
    ):
        rows = list(group)
        if columns > 0 and len(rows) > 1:
            written.append(_table([block.text for _, block in rows]))
            continue
        for index, block in rows:
            if block.kind:
                written.append(block.html)
            elif _BREAK.match(block.text):
                written.append("<hr>")
            else:
                name = levels.get(index, "p")
                written.append(f"<{name}>{markup.escape(block.text)}</{name}>")
    return "".join(written)


def _levels(blocks):
    """Which of the lines are headings, and of which level: {index: "h2"}."""
    last = max((index for index, block in enumerate(blocks) if is_prose(block.text)), default=-1)
    short = [index for index, block in enumerate(blocks[:last]) if _may_head(block)]
    chapters = any(_CHAPTER.match(blocks[index].text) for index in short)
    levels = {}
    for _, group in groupby(enumerate(short), key=lambda pair: pair[1] - pair[0]):
        run = [index for _, index in group]
        plain = [
            index for index in run if not _CHAPTER.match(blocks[index].text) and not _SECTION.match(blocks[index].text)
        ]
        for index in run:
            text = blocks[index].text
            if _CHAPTER.match(text) or _APPENDIX.match(text):
                levels[index] = "h2"
            elif _SECTION.match(text):
                levels[index] = "h3"
            elif len(plain) <= 2:  # three short lines in a row are a list or a table, not headings
                levels[index] = "h3" if chapters or index != run[0] else "h2"
    return levels


def _may_head(block):
    return not block.kind and len(block.text) <= 40 and not _UNFIT_AS_HEADING.search(block.text) and block.text != "……"


def _table(lines):
    rows = ("".join(f"<td>{markup.escape(cell.strip())}</td>" for cell in line.split("\t")) for line in lines)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
