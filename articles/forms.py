"""An article as an editor enters it: field by field, or a whole page pasted at once."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.media.forms import ShowsOpenMedia
from portal.publishing.forms import PublishableForm
from portal.publishing.models import Publishable
from portal.vocabulary.models import Organization

from .models import Article
from .pasting import PastedPage, read_page

__all__ = ["ArticleForm"]

#: Fields of the form that a pasted page fills where the editor left them empty; its names for them are the same.
FILLED = ("kicker", "headline", "subhead", "dated", "byline", "body")


class ArticleForm(ShowsOpenMedia, PublishableForm):
    """``pasted`` is the page that was read from ``paste``, with what was set aside as the page's own.

    ``new_source`` is the name of a source that no organization bears yet; the admin makes it when it saves.
    """

    paste = forms.CharField(
        label=_("Paste a whole page here"),
        required=False,
        widget=forms.Textarea({"rows": 6, "class": "vLargeTextField"}),
        help_text=_(
            "Headlines, date, source and text are told apart and fill what is left empty below. Look at the result "
            "before you publish it."
        ),
    )

    class Meta:
        model = Article
        exclude = [field.name for field in Publishable._meta.fields if not field.editable]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pasted = PastedPage()
        self.new_source = ""
        if not self.instance.pk:
            for name in ("headline", "dated"):
                if name in self.fields:
                    self.fields[name].required = False
            if "dated" in self.fields:
                self.initial["dated"] = None
                self.fields["dated"].help_text = _(
                    "The article's own date. Left empty: that of the pasted page, or today."
                )

    def clean(self):
        cleaned = super().clean()
        if not self.instance.pk:
            if cleaned.get("paste"):
                self._fill_from_paste(cleaned)
            if not cleaned.get("dated") and "dated" not in self.errors:
                cleaned["dated"] = timezone.localdate()
            if not cleaned.get("headline") and "headline" not in self.errors:
                self.add_error("headline", self._ask_for_headline(cleaned))
        return cleaned

    def _fill_from_paste(self, cleaned):
        try:
            self.pasted = read_page(cleaned["paste"])
        except forms.ValidationError as error:
            self.add_error("paste", error)
            return
        for name in FILLED:
            found = getattr(self.pasted, name)
            if found and not cleaned.get(name) and name not in self.errors:
                try:
                    cleaned[name] = self.fields[name].clean(found)
                except forms.ValidationError as error:
                    self.add_error(name, error)
        if self.pasted.source and not cleaned.get("source") and "source" not in self.errors:
            cleaned["source"] = Organization.objects.called(self.pasted.source)
            if cleaned["source"] is None:
                self.new_source = self.pasted.source

    def _ask_for_headline(self, cleaned):
        if cleaned.get("paste"):
            return _("No headline can be told from the pasted text. Write it here.")
        return _("Give the headline, or paste a whole page above.")
