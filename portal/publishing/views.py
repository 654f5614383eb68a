"""The one detail page of all kinds, and the page at which a preview link opens."""

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import DetailView, TemplateView

from .models import Status
from .previewing import COOKIE, Grant, grant_of


class RecordDetail(DetailView):
    """A record that the reader may open; ``get_queryset`` asks ``openable_by`` for ``reader_of`` the request.

    410 with the reason where it was withdrawn and its content is gone. What not everybody may see is never cached.
    The context has ``record`` beside the kind's own name.
    """

    def get_object(self, queryset=None):
        """The record of this address; for ``?version=copy`` its working copy, which has no address of its own."""
        records = self.get_queryset()
        if self.request.GET.get("version") == "copy":
            return get_object_or_404(records, **{f"working_copy_of__{name}": key for name, key in self.named.items()})
        return get_object_or_404(records.originals(), **self.named)

    @property
    def named(self):
        """How the address names the record."""
        return {name: self.kwargs[name] for name in ("pk", "slug") if name in self.kwargs}

    def addressed(self):
        """The record of this address, public or not: whether a link to it is dead is asked of the gate each time."""
        return get_object_or_404(self.get_queryset().model.objects.originals(), **self.named)

    def get_context_data(self, **kwargs):
        grant = grant_of(self.request)
        is_public = self.object.is_listed() or self.object.status == Status.WITHDRAWN
        opened = grant if grant and grant.covers(self.object) and not is_public else None
        return super().get_context_data(record=self.object, preview=opened, **kwargs)

    def get_template_names(self):
        return ["publishing/gone.html"] if self.object.is_gone() else super().get_template_names()

    def render_to_response(self, context, **kwargs):
        return super().render_to_response(context, status=410 if self.object.is_gone() else 200, **kwargs)

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        return response if self.object.is_listed() else kept_private(response)


def kept_private(response, referrer="no-referrer"):
    """``response``, which no cache keeps, no search engine lists, and of which no other site learns."""
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = referrer
    return response


@method_decorator(sensitive_post_parameters("code"), name="dispatch")
class Preview(TemplateView):
    """Where a preview link leads: its token is posted, and the record opens. It may be ended here as well."""

    template_name = "preview/preview.html"

    def dispatch(self, request, *args, **kwargs):
        # Without a referrer the browser would not say either that the form is our own.
        return kept_private(super().dispatch(request, *args, **kwargs), referrer="same-origin")

    def get_context_data(self, **kwargs):
        grant = grant_of(self.request)
        return super().get_context_data(**{"preview": grant, "record": grant and grant.record(), **kwargs})

    def post(self, request):
        if "end" in request.POST:
            response = self.render_to_response(self.get_context_data(preview=None, record=None, ended=True))
            response.delete_cookie(COOKIE, samesite="Lax")
            return response
        # People paste the whole address as well.
        grant = Grant.read(request.POST.get("code", "").strip().rpartition("#")[2])
        record = grant and grant.record()
        if record is None:
            return self.render_to_response(self.get_context_data(preview=None, record=None, refused=True), status=403)
        response = HttpResponseRedirect(record.preview_url)
        grant.set_cookie(response)
        return response
