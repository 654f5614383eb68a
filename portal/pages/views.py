from portal.publishing.views import RecordDetail

from .models import Page


class PageDetail(RecordDetail):
    template_name = "pages/page_detail.html"

    def get_queryset(self):
        return Page.objects.openable_by(self.request.user).originals()
