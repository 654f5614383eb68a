"""Articles on the pages of what they tell, and what an article cites on its own page."""

from django import template

from articles.models import Article

register = template.Library()


@register.inclusion_tag("articles/_telling.html")
def telling(target, limit=5):
    """The newest articles that cite ``target``: an agreement, or any figure of an indicator."""
    return {"articles": Article.objects.listed().telling(target).for_listing()[:limit]}


@register.inclusion_tag("articles/_evidence.html")
def evidence(article):
    """The figures and agreements that ``article`` cites, each with its quote."""
    return {"citations": article.citations.for_evidence()}
