from django import template

from .. import snippets

register = template.Library()


@register.simple_tag
def highlight(text, query):
    """A title with the searched words in <mark>: {% highlight hit.title query %}."""
    return snippets.highlight(text, query)


@register.simple_tag
def snippet(hit, query):
    """Passages of a hit's text with the searched words in <mark>, or its teaser where only the title has them."""
    return snippets.snippet(hit.text, query) or hit.teaser
