"""What the pages of all kinds share: the name of a kind, the numbers of a pager."""

from django import template

register = template.Library()


@register.filter
def kind_name(record):
    """What a record is, in words: article, agreement."""
    return record._meta.verbose_name


@register.simple_tag
def page_numbers(page):
    """The numbers a pager offers around ``page``, with an ellipsis where it leaves some out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
