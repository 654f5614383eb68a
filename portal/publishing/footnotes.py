"""Footnotes in canonical HTML: marks in the text lead to numbered notes at the end.

The editor knows links, superiors and numbered lists but no footnotes, so they are recognised from what it keeps: links
to #fn-1, and the numbered list the text ends with. Word's footnotes are taken over, and whoever types writes [^1]
where the mark belongs and, in a paragraph of its own, [^1]: and the note (the notation of Markdown). Notes are
numbered in the order of their marks.
"""

import re

#: More marks than this are no footnotes.
MOST_MARKS = 2_000

_PIECES = re.compile(r"(<[^>]*>)")
_SECTION = re.compile(r'<section class="footnotes">((?:[^<]|<(?!/section>))*+)</section>')
_WORD_NOTE = re.compile(r"<p data-note>((?:[^<]|<(?!/p>))*+)</p>")
_OLD_NUMBER = re.compile(
    r"\s*(?:<sup>\s*[\[(（]?\d{1,3}[\])）]?\s*</sup>|[\[(（]\d{1,3}[\])）]|[①-⑳]"
    r"|\d{1,3}(?:[.、](?!\d)|(?=[ \xa0\u3000])))\s*"
)
_TYPED_NOTE = re.compile(r"<p>\[\^(\d{1,3})\][:： \xa0\u3000]\s*((?:[^<]|<(?!/p>))++)</p>")
_TYPED_MARK = re.compile(r"\[\^(\d{1,3})\]")
_MARK = re.compile(
    r'<sup class="footnote-ref"><a href="#fn-(\^?\d{1,3})"(?: id="fnref-\d+")?>((?:[^<]|<(?!/a>))*+)</a></sup>'
)
_NUMBER = re.compile(r"[\[(（]?\d{1,3}[\])）]?")


def footnotes(html: str, list_at: int | None) -> str:
    """`html` with its footnotes in their one form.

    `list_at`: where the numbered list begins with which the text ends, if it ends with one.
    """
    if not ('href="#fn-' in html or "[^" in html or "<p data-note>" in html or '<section class="footnotes">' in html):
        return html
    if html.count("[^") + html.count('href="#fn-') > MOST_MARKS:
        return html
    body, notes = _take_notes(html, list_at)
    body = _typed_marks(body, notes)
    order = [name for name, _ in _MARK.findall(body)]
    place = {name: number for number, name in reversed(list(enumerate(order)))}
    names = sorted(notes, key=lambda name: place.get(name, len(order)))
    numbers = {name: number for number, name in enumerate(names, start=1)}
    items = "".join(f'<li id="fn-{numbers[name]}">{notes[name]}</li>' for name in names)
    if items:
        body += f'<section class="footnotes"><ol>{items}</ol></section>'
    return _number(body, numbers)


def _take_notes(html, list_at):
    """The text without its notes, and the notes by name: a number, or ^ and a number where they were typed."""
    notes = {}

    def add(name, note):
        # Of two notes with one number the mark belongs to the first.
        notes[f"{name} {len(notes)}" if name in notes else name] = note
        return ""

    def section(match):
        rest, items = _items(match[1])
        for position, (number, item) in enumerate(items, start=1):
            add(number or str(position), item)
        return rest

    html, sections = _SECTION.subn(section, html)
    if not sections and list_at is not None and "<p data-note>" not in html:
        marks = {int(name) for name, _ in _MARK.findall(html)}
        rest, items = _items(html[list_at:])
        if marks and max(marks) <= len(items):
            html = html[:list_at] + rest
            for position, (_, item) in enumerate(items, start=1):
                add(str(position), item)

    def word(match):
        number = _OLD_NUMBER.match(match[1])
        return add(str(len(notes) + 1), (match[1][number.end() :] if number else "") or match[1])

    html = _WORD_NOTE.sub(word, html)
    html = _TYPED_NOTE.sub(lambda match: add(f"^{int(match[1])}", match[2].strip()), html)
    return html, notes


def _items(html):
    """What is outside the first numbered list in `html`, and that list's items: (number of their id or "", content)."""
    rest, items, depth, lists = [], [], 0, 0
    for piece in _PIECES.split(html):
        listed = depth > 0
        if piece.startswith(("<ol", "<ul")):
            depth += 1 if depth or (piece.startswith("<ol") and not lists) else 0
            lists += depth == 1 and not listed
            if not listed and depth:
                continue
        elif piece in {"</ol>", "</ul>"} and depth:
            depth -= 1
            if not depth:
                continue
        if not depth:
            rest.append(piece)
        elif depth == 1 and piece.startswith("<li"):
            items.append((piece[11:-2] if piece.startswith('<li id="fn-') else "", []))
        elif items and not (depth == 1 and piece == "</li>"):
            items[-1][1].append(piece)
    return "".join(rest), [(number, "".join(content)) for number, content in items]


def _typed_marks(html, notes):
    """Write [^1] as a link where such a note was typed too, outside of links, superiors and code."""
    written, closed = [], 0

    def mark(match):
        number = str(int(match[1]))
        if f"^{number}" not in notes:
            return match[0]
        return f'<sup class="footnote-ref"><a href="#fn-^{number}">{number}</a></sup>'

    for piece in _PIECES.split(html):
        if piece.startswith(("<a ", "<sup", "<pre", "<code")):
            closed += 1
        elif piece in {"</a>", "</sup>", "</pre>", "</code>"}:
            closed -= 1
        elif not closed and "[^" in piece and not piece.startswith("<"):
            piece = _TYPED_MARK.sub(mark, piece)
        written.append(piece)
    return "".join(written)


def _number(html, numbers):
    """Give every mark its note's new number; a mark that has no note is only a superior."""
    seen = set()

    def mark(match):
        number = numbers.get(match[1])
        if number is None:
            return f"<sup>{match[2]}</sup>"
        text = str(number) if _NUMBER.fullmatch(match[2]) else match[2]
        name = "" if number in seen else f' id="fnref-{number}"'
        seen.add(number)
        return f'<sup class="footnote-ref"><a href="#fn-{number}"{name}>{text}</a></sup>'

    return _MARK.sub(mark, html)
