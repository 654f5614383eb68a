"""Steps as somebody takes them, or forges them: the requests that a button, a form or an action of a list sends."""

import functools
from dataclasses import replace

from django.contrib.admin.models import LogEntry
from django.db import connection

from portal.publishing import life
from portal.publishing.models import Bundle, Correction, Review, Revision, TrashedRecord
from portal.publishing.revisions import RevisionStep, revise
from tests import factories
from tests.fields import fields_of

from .visits import drawn

__all__ = ["Attempts", "is_done", "state_of"]

BUTTONS = {"approve", "send_back", "take_back", "publish", "edit", "discard"}
#: Actions of the list of articles → the field that they set, and to what.
PLACES = {
    "pin": ("is_pinned", True),
    "unpin": ("is_pinned", False),
    "recommend": ("is_recommended", True),
    "unrecommend": ("is_recommended", False),
}


def state_of(one):
    """All that a step could change of a record and around it."""
    model = type(one.row)
    with connection.cursor() as cursor:
        cursor.execute(*counting(model))
        return [model._base_manager.filter(pk=one.row.pk).values().first(), *cursor.fetchone()]


@functools.cache
def counting(model):
    """SQL and its parameters: how many records of this kind there are, and rows around them. It is written once, as
    that takes longer than counting.
    """
    around = [other.objects.all() for other in (Revision, Review, Correction, TrashedRecord, LogEntry)]
    around += [model._base_manager.all(), Correction.objects.drafts()]
    asked = [rows.order_by().values("pk").query.sql_with_params() for rows in around]
    counts = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS rows)" for sql, _given in asked)
    return f"SELECT {counts}", [value for _sql, given in asked for value in given]


def is_done(step, before, after):
    """Whether ``step`` was taken between two states. Who may write and do no more has what they wrote saved, and who
    may bring back and not publish has a draft.
    """
    row = after[0]
    if step in {"_publish", "_mend"} and row and row["status"] == "draft":
        return False
    if step.startswith("bring back public"):
        return row is not None and row["status"] == "published"
    return after != before


class Attempts:
    """Of one walk: how each step is tried by a person on a specimen."""

    def __init__(self, walk):
        self.walk, self.forms = walk, {}

    def made_ready(self, step, one):
        """The specimen with all that ``step`` needs, so that nothing but a right can be missing."""
        rows = type(one.row)._base_manager.filter(pk=one.row.pk)
        if step in PLACES:
            name, value = PLACES[step]
            rows.update(**{name: not value})
        elif step == "_mend" and one.is_copy:
            return self.with_a_slip(one)
        elif step == "publish bundle":
            rows.update(bundle=Bundle.objects.create(title="合集"))
        elif step == "publish correction" and not Correction.objects.drafts().of(one.row).exists():
            factories.CorrectionFactory(record=one.row, drafted_by=self.walk.world.author)
        elif step == "restore discarded":
            type(one.row)._base_manager.filter(working_copy_of=one.row).delete()
        return one

    def with_a_slip(self, one):
        """A working copy that says what its record says, in the column of ``one``."""
        author, original = self.walk.world.author, one.original.row
        revise(original, author, RevisionStep.PUBLISHED)
        type(one.row)._base_manager.filter(pk=one.row.pk).delete()
        copy = life.begin_working_copy(type(original)._base_manager.get(pk=original.pk), author)
        copy.column = one.row.column
        copy.save()
        return replace(one, row=copy)

    def take(self, step, person, one):
        """Returns the Answer."""
        if step in BUTTONS:
            seen = self.newest(one)
            return self.walk.post(person, one.at_desk(f"steps/{step}"), seen=seen, comment="请改")
        if step in PLACES:
            return self.act(step, person, one)
        if step.startswith("_"):
            slip = (
                {one.title_field: getattr(one.row, one.title_field).replace("公务", "公物")} if step == "_mend" else {}
            )
            return self.walk.post(person, one.at_desk("change"), **self.form(one) | slip | {step: "1"})
        return getattr(self, step.removesuffix(" public").replace(" public ", " ").replace(" ", "_"))(person, one)

    def newest(self, one):
        return Revision.objects.of(one.row).values_list("number", flat=True).last()

    def form(self, one):
        """What is sent with its form; of what has none any more the form of a draft of its kind."""
        drafts = (other for other in self.walk.world.of_kind(one.kind) if other.life == "draft")
        written = one if one.row.status == "draft" and not one.is_trashed else next(drafts)
        if written not in self.forms:
            with drawn():
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

    def restore_discarded(self, person, one):
        """What its working copy said, which was thrown away."""
        newest = self.newest(one)
        return self.walk.post(person, one.at_desk(f"history/{newest}/restore"), seen=newest)

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

    # Around it

    def draft_correction(self, person, one):
        said = dict.fromkeys(Correction.WORDS, "误")
        address = f"/admin/publishing/correction/add/?record={one.row._meta.label_lower}:{one.row.pk}"
        return self.walk.post(person, address, **said)

    def publish_correction(self, person, one):
        correction = Correction.objects.drafts().of(one.row).first()
        return self.walk.post(person, f"/admin/publishing/correction/{correction.pk}/publish/", seen=correction.stamp)

    def publish_bundle(self, person, one):
        bundle = Bundle.objects.latest("pk")
        return self.walk.post(person, f"/admin/publishing/bundle/{bundle.pk}/publish/")

    # The recycle bin

    def bring_back(self, person, one):
        return self.walk.post(person, f"/admin/publishing/trashedrecord/{self.trashed(one).pk}/restore/")

    def bring_back_now(self, person, one):
        selected = [self.trashed(one).pk]
        desk = "/admin/publishing/trashedrecord/"
        return self.walk.post(person, desk, action="bring_back", _selected_action=selected)

    def trashed(self, one):
        return TrashedRecord.objects.get(kind=one.row._meta.label_lower, object_id=str(one.row.pk))
