from portal.publishing.views import RecordDetail
from portal.search.lists import FilteredList

from .filters import AgreementFilter
from .models import Agreement
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
        return Agreement.objects.openable_by(self.request.user).for_page()

    def get_context_data(self, **kwargs):
        alike = Agreement.objects.listed().related_to(self.object).with_state()[:5]
        return super().get_context_data(alike=alike, **kwargs)
