"""Articles on the pages of what they tell, and what an article cites on its own page."""

import re

from django import template

from articles.models import Article
from portal.publishing.richtext import visible_text

register = template.Library()

#: How far from a quote its sentence is looked for, in characters.
REACH = 120
_BREAK = re.compile(r"[。！？!?\n]")
_REST = re.compile(r"[^。！？!?\n]*[。！？!?]?[”’」』）]?")


@register.inclusion_tag("articles/_telling.html")
def telling(target, limit=5):
    """The newest articles that cite ``target``, an agreement or a figure of an indicator; none cites a working copy."""
    return {"articles": Article.objects.listed().telling(target.original).for_listing()[:limit]}


@register.inclusion_tag("articles/_evidence.html")
def evidence(article):
    """The figures and agreements that ``article`` cites, each with the sentence that supports it."""
    citations = list(article.citations.for_evidence())
    text = "\n".join((article.headline, article.lead, visible_text(article.body))) if citations else ""
    return {"quotes": [{"citation": one, **around(one, text)} for one in citations]}


def around(citation, text):
    """The words ``before`` and ``after`` the quote in its sentence; those kept with it where ``text`` has lost it."""
    place = text.find(citation.prefix + citation.exact + citation.suffix)
    start = text.find(citation.exact) if place < 0 else place + len(citation.prefix)
    if start < 0:
        return {"before": citation.prefix, "after": citation.suffix}
    end = start + len(citation.exact)
    before = _BREAK.split(text[max(0, start - REACH) : start])[-1]
    after = "" if _BREAK.match(citation.exact[-1:]) else _REST.match(text[end : end + REACH])[0]
    return {"before": before.lstrip("”’」』）"), "after": after}
