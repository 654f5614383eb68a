"""Shows hits in the words of the original: 協議 stays 協議 when 协议 was searched."""

import unicodedata

from django.utils.html import format_html, format_html_join

from .folding import FIRST_DENSE, Folded

#: Characters of one fragment, and how many of them stand before its first hit.
LENGTH = 80
BEFORE = 25
#: A cut moves at most this far to spare a word.
SPARE = 30
ELLIPSIS = "…"


def hits_in(text, query):
    """Where the terms of ``query`` stand in the original ``text``: [(start, end, term)], in order."""
    folded = Folded(text)
    found = [(*folded.origin(*place), term) for term in query.terms for place in term.occurrences(folded.text)]
    return sorted(found, key=lambda hit: hit[:2])


def highlight(text, query):
    """``text`` with every hit in <mark>, everything escaped."""
    return _marked(text, hits_in(text, query))


def snippet(text, query):
    """One or two passages of ``text`` around hits, marked; empty where it has none.

    The second passage shows a word that the first does not.
    """
    hits = hits_in(text, query)
    if not hits:
        return ""
    first = _window(text, hits[0])
    shown = {term for start, end, term in hits if _within((start, end), first)}
    windows = [first]
    if other := next((hit for hit in hits if hit[2] not in shown), None):
        second = _window(text, other)
        apart = first[1] < second[0]
        windows = [first, second] if apart else [(min(first[0], second[0]), max(first[1], second[1]))]
    return _fragments(text, hits, windows)


def _fragments(text, hits, windows):
    """The windows with their hits marked, with an ellipsis wherever something is left out."""
    pieces = [
        _marked(text[start:end], [(a - start, b - start, term) for a, b, term in hits if _within((a, b), (start, end))])
        for start, end in windows
    ]
    before = ELLIPSIS if windows[0][0] else ""
    after = ELLIPSIS if windows[-1][1] < len(text) else ""
    return format_html("{}{}{}", before, format_html_join(f" {ELLIPSIS} ", "{}", ((piece,) for piece in pieces)), after)


def _within(inner, outer):
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _window(text, hit):
    """The passage around a hit: (start, end), which cut no Latin word and no composed character."""
    start = max(0, hit[0] - BEFORE)
    end = min(len(text), max(start + LENGTH, hit[1]))
    for _step in range(SPARE):
        if start and _is_inside_word(text, start):
            start -= 1
        if end < len(text) and _is_inside_word(text, end):
            end += 1
    return start, end


def _is_inside_word(text, position):
    before, after = text[position - 1], text[position]
    if unicodedata.category(after)[0] == "M" or "\u200d" in (before, after):
        return True
    return all(character < FIRST_DENSE and not character.isspace() for character in (before, after))


def _marked(text, hits):
    """``text`` in pieces: plain, <mark>, plain …; hits that overlap or touch become one mark."""
    spans = []
    for start, end, _term in hits:
        if spans and start <= spans[-1][1]:
            spans[-1][1] = max(end, spans[-1][1])
        else:
            spans.append([start, end])
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    pieces = [text[start:end] for start, end in zip(edges, edges[1:], strict=False)]
    marks = zip(pieces[::2], [*pieces[1::2], ""], strict=True)
    return format_html_join(
        "", "{}{}", ((plain, format_html("<mark>{}</mark>", hit) if hit else "") for plain, hit in marks)
    )
