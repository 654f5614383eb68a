"""Nothing that is typed is lost: neither to a colleague who saved in between, nor to a browser that forgets."""

import re

from django.contrib import messages

from .conflicts import Meanwhile, beside_versions

__all__ = ["KeepsDrafts"]

#: As the browser names what it keeps (static/js/draft_keeper.js).
NAME = re.compile(r"\A[0-9-]{1,40}\Z")


class KeepsDrafts:
    """For the admin of a kind."""

    # Two people

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.meanwhile = self._meanwhile(request, obj)
        for name in beside_versions(form.base_fields, self.model) if obj else ():
            form.base_fields[name].show_hidden_initial = True
        return form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        meanwhile = self._meanwhile(request, obj)
        if meanwhile and inline.has_change_permission(request, obj):
            shown = inline.get_queryset(request)
            kwargs["data"] = meanwhile.merged(kwargs["data"], prefix, inline.get_formset(request, obj), shown)
        return kwargs

    def _meanwhile(self, request, obj):
        """What was saved since the editor who sends this form saw the record: asked once, before anything is."""
        if request.method != "POST" or obj is None or obj.pk is None:
            return None
        if not hasattr(request, "meanwhile"):
            request.meanwhile = Meanwhile.since(obj, request.POST.get("seen", ""))
        return request.meanwhile

    # A browser that forgets

    def message_user(self, request, message, level=messages.INFO, extra_tags="", fail_silently=False):
        """What says that a form was saved names its draft, so that the browser need not keep it any more."""
        draft = request.POST.get("draft", "")
        is_of_form = request.resolver_match and request.resolver_match.url_name.endswith(("_add", "_change"))
        if level == messages.SUCCESS and is_of_form and NAME.match(draft):
            extra_tags = f"{extra_tags} draft-{draft}".strip()
        super().message_user(request, message, level, extra_tags, fail_silently)
