"""The one detail page of all kinds."""

from django.utils.cache import add_never_cache_headers
from django.views.generic import DetailView


class RecordDetail(DetailView):
    """A record that the user may open; ``get_queryset`` asks ``openable_by``.

    410 with the reason where it was withdrawn and its content is gone. What not everybody may see is never cached.
    The context has ``record`` beside the kind's own name.
    """

    def get_context_data(self, **kwargs):
        return super().get_context_data(record=self.object, **kwargs)

    def get_template_names(self):
        return ["publishing/gone.html"] if self.object.is_gone() else super().get_template_names()

    def render_to_response(self, context, **kwargs):
        return super().render_to_response(context, status=410 if self.object.is_gone() else 200, **kwargs)

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if not self.object.is_listed():
            add_never_cache_headers(response)
            response["X-Robots-Tag"] = "noindex"
        return response
