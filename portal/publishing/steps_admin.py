"""The steps of a record's life in the admin: buttons of its form, and actions of the list."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from . import life
from .forms import WithdrawalForm
from .models import Status
from .revisions import Revision
from .steps import Desk, Step

__all__ = ["StepsAdmin"]

#: Steps that are sent with the form and what was typed in it.
OF_THE_FORM = {"_submit": Step.SUBMIT, "_publish": Step.PUBLISH, "_mend": Step.MEND}
#: Steps that need nothing but a button, and perhaps a comment.
OF_A_BUTTON = {Step.APPROVE, Step.SEND_BACK, Step.TAKE_BACK, Step.PUBLISH, Step.EDIT, Step.DISCARD}


class StepsAdmin:
    """For the admin of a kind: a step that a person may not take has no button, and its address refuses."""

    actions = ["publish_now", "withdraw"]

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        step, withdraw = (
            self.admin_site.admin_view(view) for view in (require_POST(self.step_view), self.withdraw_view)
        )
        return [
            path("<path:object_id>/steps/<slug:step>/", step, name=f"{name}_step"),
            path("<path:object_id>/withdraw/", withdraw, name=f"{name}_withdraw"),
            *super().get_urls(),
        ]

    def _url(self, page, *args):
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    # Sent with the form

    def take_step_of_form(self, request, record):
        """After ``record`` was saved with all its rows: the step whose button was pressed. Returns the record."""
        step = next((step for name, step in OF_THE_FORM.items() if name in request.POST), None)
        if step is None:
            return record
        try:
            self._desk_for(request, record, step)
            return self._take(request, record, step, request.POST.get("change_note", ""))
        except life.Refused as refused:
            self.message_user(request, _("It was saved. %s") % refused, messages.WARNING)
            return record

    def _desk_for(self, request, record, *steps):
        """Hold ``record`` until the transaction is over, and ask what the user may do with it as it is then. Returns
        the Desk; raises Refused where it has none of ``steps``.
        """
        life.lock(record)
        desk = Desk(request.user, record)
        if not any(desk.may(step) for step in steps):
            raise life.Refused(_why_not(desk, steps[0]))
        return desk

    def _take(self, request, record, step, said=""):
        """Take ``step`` and say so; ``said`` is what was written beside the button. Returns the record that stands."""
        by, standing = request.user, Desk(request.user, record).round
        if step == Step.SUBMIT:
            life.submit(record, by, note=said)
            self.message_user(request, _("“%s” was submitted for review.") % record, messages.SUCCESS)
        elif step == Step.APPROVE:
            life.approve(record, by, standing.next_level, said)
            self.message_user(request, _("You approved “%s”.") % record, messages.SUCCESS)
        elif step == Step.SEND_BACK:
            life.send_back(record, by, standing.next_level, said)
            self.message_user(request, _("“%s” was sent back to its author.") % record, messages.SUCCESS)
        elif step == Step.TAKE_BACK:
            life.take_back(record, by)
            self.message_user(request, _("“%s” is a draft again.") % record, messages.SUCCESS)
        elif step == Step.EDIT:
            return life.begin_working_copy(record, by)
        elif step == Step.DISCARD:
            original = record.original
            life.discard(record)
            said = _("The working copy was thrown away. What was saved of it stays in the history.")
            self.message_user(request, said, messages.SUCCESS)
            return original
        else:
            record = self._publish(request, record, step, said)
        return record

    def _publish(self, request, record, step, note):
        if step == Step.MEND:
            public = life.mend(record, request.user, note)
        else:
            public = life.publish(record, request.user, at=_not_past(record.published_at), note=note)
        if public.is_scheduled():
            when = date_format(timezone.localtime(public.published_at), "DATETIME_FORMAT")
            said = _("“%(title)s” will be public at %(when)s.") % {"title": public, "when": when}
        else:
            said = _("“%s” is public now.") % public
        self.message_user(request, said, messages.SUCCESS)
        return public

    # Buttons

    @transaction.atomic
    def step_view(self, request, object_id, step):
        """A step of the record as the person saw it: ``seen`` is the number of its newest revision, ``stood`` where it
        stood in its life.
        """
        if step not in OF_A_BUTTON:
            raise Http404
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        desk = Desk(request.user, record)
        back = HttpResponseRedirect(self._url("change", quote(record.pk)))
        as_seen = self._is_as_seen(request, record)
        if as_seen and desk.may(step):
            return self._take_step_of_button(request, record, Step(step)) or back
        if done := self._done_already(desk):
            self.message_user(request, done, messages.INFO)
        elif as_seen:
            raise PermissionDenied
        else:
            self.message_user(request, _("It was changed meanwhile. Look at it again."), messages.WARNING)
        return back

    def _take_step_of_button(self, request, record, step):
        """Returns the redirection to what stands now, or None where the step was refused."""
        try:
            # PostgreSQL holds no NUL in a text.
            stands = self._take(request, record, step, request.POST.get("comment", "").replace("\0", "").strip())
        except life.Refused as refused:
            self.message_user(request, str(refused), messages.WARNING)
            return None
        if step in {Step.TAKE_BACK, Step.DISCARD}:  # of other steps a revision or a review tells
            self.log_change(request, stands, str(step.label))
        return HttpResponseRedirect(self._url("change", quote(stands.pk)))

    def _is_as_seen(self, request, record):
        newest = Revision.objects.of(record).values_list("number", flat=True).last() or 0
        stands = f"{record.status}.{record.reviews_passed}"
        return request.POST.get("seen") == str(newest) and request.POST.get("stood", stands) == stands

    def _done_already(self, desk):
        """What to say to a person who, or whose colleague at the same moment, has just done what they ask for; else
        None: it is a forgery, or something else happened.
        """
        if desk.round and any(review.reviewer_id == desk.user.pk for review in desk.round.reviews.values()):
            return _("Your review was taken already.")
        if desk.record.status == Status.PUBLISHED and desk.may_publish:
            return _("It is public or scheduled already.")
        return None

    # Withdrawing

    def withdraw_view(self, request, object_id):
        """Asks for the reason, then takes one record back."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        desk = Desk(request.user, record)
        if not (desk.may(Step.WITHDRAW) or desk.may(Step.EMERGENCY)):
            raise PermissionDenied
        page = self.withdraw(request, self.get_queryset(request).filter(pk=record.pk))
        return page or HttpResponseRedirect(self._url("change", quote(record.pk)))

    @admin.action(description=gettext_lazy("Withdraw…"), permissions=["view"])
    def withdraw(self, request, queryset):
        """Ask for the reason, then take the records back one by one."""
        records = list(queryset)
        in_emergency = any(Desk(request.user, record).may(Step.EMERGENCY) for record in records)
        form = WithdrawalForm(request.POST if "confirmed" in request.POST else None, in_emergency=in_emergency)
        if not form.is_valid():
            return self._withdrawal_page(request, form, records)
        done, others = 0, 0
        for record in records:
            try:
                self._withdraw(request, record, form.cleaned_data)
                done += 1
            except life.Refused:
                others += 1
        said = [ngettext("%d record was withdrawn", "%d records were withdrawn", done) % done]
        if others:
            words = ("%d was not public, or not yours to withdraw", "%d were not public, or not yours to withdraw")
            said.append(ngettext(*words, others) % others)
        self.message_user(request, _("; ").join(said), messages.SUCCESS if done else messages.WARNING)
        return None

    @transaction.atomic
    def _withdraw(self, request, record, said):
        desk = self._desk_for(request, record, Step.WITHDRAW, Step.EMERGENCY)
        if desk.may(Step.EMERGENCY) and not said.get("note"):
            raise life.Refused(_("Say what happened: all who may withdraw this are told."))
        life.withdraw(record, request.user, **said)

    def _withdrawal_page(self, request, form, records):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Withdraw"),
            "opts": self.opts,
            "form": form,
            "records": records,
            "lines": self.admin_site.lines_of(records, request),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/publishing/withdraw.html", context)

    # Publishing from the list

    @admin.action(description=gettext_lazy("Publish now"), permissions=["change"])
    def publish_now(self, request, queryset):
        done, refused = 0, []
        for record in queryset:
            try:
                self._publish_now(request, record)
                done += 1
            except life.Refused as reason:
                refused.append(_("“%(title)s”: %(reason)s") % {"title": record, "reason": reason})
        said = ngettext("%d record was published", "%d records were published", done) % done
        self.message_user(request, said, messages.SUCCESS if done else messages.WARNING)
        for reason in refused:
            self.message_user(request, reason, messages.WARNING)

    @transaction.atomic
    def _publish_now(self, request, record):
        self._desk_for(request, record, Step.PUBLISH)
        life.publish(record, request.user)


def _why_not(desk, step):
    """Why ``step``, of a form or of the list, cannot be taken at ``desk``: what somebody else did, or a right."""
    record = desk.record
    if step in {Step.WITHDRAW, Step.EMERGENCY}:
        is_public = record.status == Status.PUBLISHED and not record.is_scheduled()
        return _("You may not withdraw it.") if is_public else _("It is not public.")
    if step == Step.PUBLISH and record.status == Status.PUBLISHED:
        return _("It is public or scheduled already.")
    if step != Step.PUBLISH and record.status != Status.DRAFT:
        return _("It is no draft any more; somebody submitted it meanwhile.")
    if step != Step.PUBLISH and not desk.may_edit:
        return _("You may not write in this column.")
    if step == Step.MEND and not (record.working_copy_of_id and record.original.status == Status.PUBLISHED):
        return _("A minor change is made in the working copy of what is public.")
    if step == Step.PUBLISH and record.reviews_needed > record.reviews_passed:
        return _("It needs %d reviews before it is published.") % record.reviews_needed
    if step == Step.MEND and desk.may_publish:
        return _("It needs no reviews: publish it.")
    return _("You may not publish in this column.")


def _not_past(at):
    return at if at and at > timezone.now() else None
