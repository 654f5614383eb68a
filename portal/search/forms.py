from django import forms
from django.utils.translation import gettext_lazy as _

from portal.publishing.tables import Format

from .query import parse


class QueryField(forms.CharField):
    """Takes whatever is typed, and understands it as far as it can be searched."""

    default_validators = []

    def clean(self, value):
        return parse(value or "")

    def prepare_value(self, value):
        """What the search box shows again."""
        return parse(value or "").text


class FormatForm(forms.Form):
    """In which clothes the rows of a list or of the search leave: as a page, as a file, as a feed."""

    format = forms.ChoiceField(
        choices=[("html", "HTML"), *Format.choices, ("atom", "Atom")],
        required=False,
        error_messages={"invalid_choice": _("There is no format “%(value)s”. There are csv, xlsx, json and atom.")},
    )

    @property
    def wants_download(self):
        return self.data.get("format", "html") not in {"", "html"}

    def page_of(self, path):
        """The address of the page that shows the same rows."""
        query = self.data.copy()
        for name in ("format", "page"):
            query.pop(name, None)
        return f"{path}?{query.urlencode()}" if query else path


class PageForm(FormatForm):
    """Which part of the hits: ``?page=&format=``; without a page the first, and as a file all of them."""

    page = forms.IntegerField(
        min_value=1,
        required=False,
        error_messages={
            "invalid": _("Give the page as a number."),
            "min_value": _("Pages are counted from 1."),
        },
    )
