from portal.publishing.previewing import reader_of
from portal.publishing.views import RecordDetail
from portal.search.lists import FilteredList

from .filters import AgreementFilter
from .models import Agreement, AgreementRelation
from .tables import AgreementTable


class AgreementList(FilteredList):
    filterset_class = AgreementFilter
    template_name = "agreements/agreement_list.html"
    table = AgreementTable()

    def get_queryset(self):
        return Agreement.objects.listed().for_listing()


class AgreementDetail(RecordDetail):
    template_name = "agreements/agreement_detail.html"

    def get_queryset(self):
        return Agreement.objects.openable_by(reader_of(self.request)).for_page()

    def get_context_data(self, **kwargs):
        listed = Agreement.objects.listed()
        # Nobody relates to a working copy.
        incoming = AgreementRelation.objects.filter(target=self.object.original, agreement__in=listed)
        return super().get_context_data(
            alike=listed.related_to(self.object).with_state()[:5],
            incoming=incoming.select_related("agreement"),
            **kwargs,
        )
