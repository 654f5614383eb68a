"""Tells the browser what it need not keep any more (static/js/draft_keeper.js)."""

import re

from django.contrib import messages

#: As the browser names a draft.
NAME = re.compile(r"\A[0-9-]{1,40}\Z")


class KeepsDrafts:
    """For admins whose forms are kept in the browser: what says that a form was saved names its draft."""

    def message_user(self, request, message, level=messages.INFO, extra_tags="", fail_silently=False):
        draft = request.POST.get("draft", "")
        if level == messages.SUCCESS and NAME.match(draft):
            extra_tags = f"{extra_tags} draft-{draft}".strip()
        super().message_user(request, message, level, extra_tags, fail_silently)
