"""Steps as somebody takes them, or forges them: the requests that a button, a form or an action of a list sends."""

import html5lib
from django.contrib.admin.models import LogEntry

from portal.publishing.models import Correction, Review, Revision, TrashedRecord

__all__ = ["Attempts", "fields_of", "is_draft", "state_of"]

#: Inputs of which a browser sends nothing, unless they are checked.
UNSENT = {"submit", "file", "button", "checkbox", "radio"}
BUTTONS = {"approve", "send_back", "take_back", "publish", "edit", "discard"}


def state_of(one):
    """All that a step could change of a record and around it."""
    model = type(one.row)
    rows = model._base_manager.all()
    around = (Revision, Review, Correction, TrashedRecord, LogEntry)
    return [rows.filter(pk=one.row.pk).values().first(), rows.count(), *(other.objects.count() for other in around)]


def is_draft(state):
    row = state[0]
    return row is not None and row["status"] == "draft"


def fields_of(page):
    """What the browser would send of the form of a record, but for its buttons."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    sent = {}
    for element in tree.iter():
        name, kind = element.get("name"), element.get("type", "text")
        if not name or element.get("disabled") is not None:
            continue
        if element.tag == "textarea":
            sent[name] = element.text or ""
        elif element.tag == "select":
            sent[name] = [o.get("value", o.text) for o in element.iter("option") if o.get("selected") is not None]
        elif element.tag == "input" and (kind not in UNSENT or element.get("checked") is not None):
            sent[name] = element.get("value", "on" if kind == "checkbox" else "")
    return sent


class Attempts:
    """Of one walk: how each step is tried by a person on a specimen."""

    def __init__(self, walk):
        self.walk, self.forms = walk, {}

    def take(self, step, person, one):
        """Returns the Answer."""
        if step in BUTTONS:
            seen = self.newest(one)
            return self.walk.post(person, one.at_desk(f"steps/{step}"), seen=seen, comment="请改")
        if step.startswith("_"):
            return self.walk.post(person, one.at_desk("change"), **self.form(one), **{step: "1"})
        return getattr(self, step.replace(" ", "_"))(person, one)

    def newest(self, one):
        return Revision.objects.of(one.row).values_list("number", flat=True).last()

    def form(self, one):
        """What is sent with its form; of what has none any more the form of a draft of its kind."""
        drafts = (other for other in self.walk.world.of_kind(one.kind) if other.life == "draft")
        written = one if one.row.status == "draft" else next(drafts)
        if written not in self.forms:
            self.forms[written] = fields_of(self.walk.get("chief", written.at_desk("change")).text)
            self.forms[written].pop("_save", None)
        return self.forms[written] | {"seen": self.newest(one)}

    # Pages

    def withdraw(self, person, one):
        return self.walk.post(person, one.at_desk("withdraw"), confirmed="1", reason="outdated", note="急")

    def delete(self, person, one):
        return self.walk.post(person, one.at_desk("delete"), post="yes")

    def restore(self, person, one):
        return self.walk.post(person, one.at_desk("history/1/restore"), seen=self.newest(one))

    def preview_link(self, person, one):
        return self.walk.post(person, one.at_desk("preview-link"), days=1)

    # Actions of the list

    def act(self, action, person, one, **data):
        return self.walk.post(person, one.desk, action=action, _selected_action=[one.row.pk], **data)

    def publish_now(self, person, one):
        return self.act("publish_now", person, one)

    def withdraw_now(self, person, one):
        return self.act("withdraw", person, one, confirmed="1", reason="outdated", note="急")

    def delete_now(self, person, one):
        return self.act("delete_selected", person, one, post="yes")

    def copy_as_new(self, person, one):
        return self.act("copy_as_new", person, one)
