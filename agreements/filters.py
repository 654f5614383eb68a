import django_filters
from django.utils.translation import gettext_lazy as _

from portal.search.filters import ListFilter, Sorting

from .codelists import Instrument, State
from .models import Agreement


class AgreementFilter(ListFilter):
    lookups = ListFilter.lookups | {"year": "signed__in_year"}

    instrument = django_filters.ChoiceFilter(choices=Instrument, label=_("Instrument type"), empty_label=_("All"))
    status = django_filters.ChoiceFilter("state", choices=State, label=_("Status"), empty_label=_("All"))
    sort = Sorting(
        label=_("Sort by"),
        fields={"signed": "signed", "published_at": "published"},
        choices=[
            ("-signed", _("newest signed first")),
            ("signed", _("oldest signed first")),
            ("-published", _("newest first")),
        ],
    )

    class Meta:
        model = Agreement
        fields = ["q", "instrument", "status", "region", "topic", "column", "organization", "year"]
