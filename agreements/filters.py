from django.utils.translation import gettext_lazy as _

from portal.search.facets import ChoiceFacet
from portal.search.filters import ListFilter, Sorting

from .codelists import Instrument, State
from .models import Agreement


class AgreementFilter(ListFilter):
    lookups = ListFilter.lookups | {"year": ["signed__year"], "status": ["state"]}

    instrument = ChoiceFacet(choices=Instrument, label=_("Instrument type"))
    status = ChoiceFacet(choices=State, label=_("Status"))
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
