from django import forms
from django.utils.translation import gettext_lazy as _

from portal.publishing.tables import Format

from .documents import searchable_models
from .query import Query, parse


class QueryField(forms.CharField):
    """Takes whatever is typed, and understands it as far as it can be searched."""

    default_validators = []

    def clean(self, value):
        return parse(value or "")


def kind_choices():
    return [(kind, model._meta.verbose_name_plural) for kind, model in searchable_models().items()]


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


class SearchForm(FormatForm):
    """The query string of the search: ``?q=&kind=&page=&format=``."""

    q = QueryField(label=_("Search for"), required=False)
    kind = forms.ChoiceField(
        choices=kind_choices,
        required=False,
        error_messages={"invalid_choice": _("There is no kind “%(value)s”. Choose one from the list.")},
    )
    page = forms.IntegerField(
        min_value=1,
        required=False,
        error_messages={
            "invalid": _("Give the page as a number."),
            "min_value": _("Pages are counted from 1."),
        },
    )

    @property
    def query(self):
        """What is searched; nothing while another parameter is wrong."""
        return self.cleaned_data["q"] if self.is_valid() else Query()

    @property
    def typed(self):
        """What the search box shows again."""
        return parse(self.data.get("q", "")).text

    @property
    def without_page(self):
        """The query string without a page number, for the pager's links."""
        query = self.data.copy()
        query.pop("page", None)
        return query.urlencode()
