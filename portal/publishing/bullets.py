"""Paragraphs that are list items by their looks: Word writes lists so, and so does who types a bullet."""

import re

_RUN = re.compile(r"(?:<p data-list>(?:[^<]|<(?!/p>))*+</p>|<p>[·•‣⁃][ \xa0\u3000](?:[^<]|<(?!/p>))*+</p>)++")
_PARAGRAPH = re.compile(r"<p(?: data-list)?>((?:[^<]|<(?!/p>))*+)</p>")
_MARKED = re.compile(
    r"((?:<(?:strong|em|u)>)*+)(?:([·•‣⁃●○■□◆◇▪➢✓v§Øüon–-])|\(?(\d{1,3})[.)．、])((?:</(?:strong|em|u)>)*+)"
    r"[ \xa0\u3000](?=\S)"
)


def lists(html: str) -> str:
    """Make <ul> and <ol> of the runs of such paragraphs in canonical HTML; the bullet or number itself goes."""
    return _RUN.sub(lambda run: _list(run[0]), html)


def _list(run):
    written, opened = [], ""
    for paragraph in _PARAGRAPH.findall(run):
        marked = _MARKED.match(paragraph)
        # Formatting that reaches beyond the mark cannot be cut with it.
        if marked is None or marked[1].count("<") != marked[4].count("<"):
            text, wanted, tag = f"<p>{paragraph}</p>", "", ""
        else:
            wanted = "ol" if marked[3] else "ul"
            tag = f"<{wanted}>" if not marked[3] or int(marked[3]) == 1 else f'<ol start="{int(marked[3])}">'
            text = f"<li>{paragraph[marked.end() :]}</li>"
        if wanted != opened:
            written.append((f"</{opened}>" if opened else "") + tag)
            opened = wanted
        written.append(text)
    return "".join(written) + (f"</{opened}>" if opened else "")
