"""Corrections on the page of the record that they are of."""

from django import template

from ..corrections import Correction

register = template.Library()


@register.inclusion_tag("corrections/_box.html")
def corrections(record):
    """The public corrections of ``record`` (a working copy's are its original's), the newest first."""
    return {"corrections": Correction.objects.public().of(record)}
