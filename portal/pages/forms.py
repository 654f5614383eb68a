import re

from django import forms
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from .guarding import Stamp
from .models import MESSAGE_LENGTH, Feedback
from .references import written_reference

__all__ = ["FeedbackForm", "ReferenceForm"]

#: More addresses than this in one message are advertising.
LINKS = 3
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


def is_local(address):
    """Whether ``address`` is one of this site's, without a host."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


class MessageField(forms.CharField):
    """Counts a line break as one character, as the browser does that says how many are left."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class FeedbackForm(forms.ModelForm):
    """What a reader sends. ``homepage`` is a trap: no eye sees it, a robot fills it in.

    Whatever is refused stays in the form, and sending it again is enough: a trap is emptied, an old stamp is new.
    """

    message = MessageField(
        label=_("Message"),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("At most 2,000 characters. For an error, quote the words that are wrong and say what shows it."),
        error_messages={"required": _("Write your message.")},
    )
    homepage = forms.CharField(label=_("Leave this field empty"), required=False)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Feedback
        fields = ["kind", "about", "subject", "message", "name", "contact"]
        labels = {
            "kind": _("What it is"),
            "about": _("Address of the page"),
            "subject": _("Subject"),
            "name": _("Your name"),
            "contact": _("Mail address or telephone number"),
        }
        help_texts = {
            "about": _("The page of this site that it is about, for example /articles/12/."),
            "contact": _("Only the editors see name and contact, to ask you back. They are never published."),
        }
        widgets = {
            "kind": forms.RadioSelect,
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
        }

    def __init__(self, *args, host="", **kwargs):
        super().__init__(*args, **kwargs)
        self.host = host
        self.fields["homepage"].widget.attrs |= {"autocomplete": "off", "tabindex": "-1"}

    @classmethod
    def prefilled(cls, query):
        """The empty form, with what a link says of kind and page in ``query``; what it says wrongly is left out."""
        kind, about = query.get("kind"), query.get("about", "")
        return cls(
            initial={
                "kind": kind if kind in Feedback.Kind.values else Feedback.Kind.OPINION,
                "about": about if is_local(about) and len(about) <= 300 else "",
            }
        )

    @property
    def stamp_to_send(self):
        """The reader's own stamp while it is good, so that it grows older; else a new one."""
        own = self.data.get("stamp", "")
        return own if Stamp.is_valid(own) else Stamp.new()

    def clean_about(self):
        """A whole address of this site counts as its path."""
        about = re.sub(rf"^https?://{re.escape(self.host)}(?=/)", "", self.cleaned_data["about"])
        if about and not is_local(about):
            raise forms.ValidationError(_("Give the address of a page of this site; it begins with /."))
        return about

    def clean_message(self):
        message = self.cleaned_data["message"]
        if len(LINK.findall(message)) > LINKS:
            raise forms.ValidationError(_("A message may hold 3 links. Leave the others out."))
        return message

    def clean_homepage(self):
        if self.cleaned_data["homepage"]:
            self.add_error(
                None,
                _(
                    "A field that nobody sees was filled in, perhaps by your browser. It is empty again: "
                    "please send your message once more."
                ),
            )

    def clean_stamp(self):
        stamp = self.cleaned_data["stamp"]
        if not Stamp.is_valid(stamp):
            self.add_error(None, _("This form was open for more than a day. Please send your message once more."))
        elif Stamp.is_too_young(stamp):
            self.add_error(None, _("That was very quick. Please look your message over and send it once more."))


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        label=_("Reference"), max_length=40, error_messages={"required": _("Give the reference of your message.")}
    )

    def clean_reference(self):
        """The feedback that is meant."""
        found = Feedback.objects.filter(reference=written_reference(self.cleaned_data["reference"])).first()
        if found is None:
            raise forms.ValidationError(_("There is no message with this reference. Please compare it once more."))
        return found
