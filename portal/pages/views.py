from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView, TemplateView

from portal.publishing.previewing import reader_of
from portal.publishing.views import RecordDetail

from .forms import FeedbackForm, ReferenceForm
from .guarding import PER_HOUR, is_flood
from .models import Feedback, Page
from .references import written_reference


class PageDetail(RecordDetail):
    template_name = "pages/page_detail.html"

    def get_queryset(self):
        return Page.objects.openable_by(reader_of(self.request))


@method_decorator(never_cache, name="dispatch")  # the page has a stamp and a token of its own
class FeedbackNew(TemplateView):
    """The form for writing to the office; ``?reference=`` leads to what was written before."""

    template_name = "pages/feedback.html"

    def get(self, request):
        lookup = ReferenceForm(request.GET if "reference" in request.GET else None)
        if lookup.is_valid():
            return redirect(lookup.cleaned_data["reference"])
        return self.render_to_response({"form": FeedbackForm.prefilled(request.GET), "lookup": lookup})

    def post(self, request):
        """Keep the message and lead to its state; 429 where too many came from one network."""
        form, status = FeedbackForm(request.POST, host=request.get_host()), 200
        if form.is_valid():
            if not is_flood(request):
                messages.success(request, _("Thank you. Your message has arrived."))
                return redirect(form.save())
            status = 429
            form.add_error(None, flooded())
        return self.render_to_response({"form": form, "lookup": ReferenceForm()}, status=status)


def flooded():
    return _(
        "%(limit)s messages have come from your network within an hour. Your text is still here: "
        "please send it later, or keep a copy of it."
    ) % {"limit": PER_HOUR}


class FeedbackState(DetailView):
    """State and reply, for whoever knows the reference. What was written is not shown again."""

    template_name = "pages/feedback_state.html"

    def get_object(self):
        return get_object_or_404(Feedback, reference=written_reference(self.kwargs["reference"]))

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex"
        return response
