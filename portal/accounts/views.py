"""Pages of the second factor: enter a code, enrol, backup codes, remove; and the end of one's own sessions."""

from django.contrib import admin, messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from . import second_factor
from .forms import CodeForm, EnrolForm
from .locking import locked_page, locked_until
from .models import User

__all__ = ["Enrol", "Enter", "Overview", "end_other_sessions"]


def codes_page(request, codes, back):
    """The only page that shows ``codes``; from there to ``back``."""
    groups = [" ".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes]
    context = admin.site.each_context(request) | {"title": _("Your backup codes"), "codes": groups, "back": back}
    return render(request, "accounts/backup_codes.html", context)


class ForClaimants:
    """A page for who gave a right password, whether or not a code was given too."""

    @method_decorator(never_cache)
    def dispatch(self, request, *args, **kwargs):
        if request.claimant.is_anonymous:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.request, "user": self.request.claimant}

    def get_context_data(self, **kwargs):
        return super().get_context_data(next=self.back(), **admin.site.each_context(self.request), **kwargs)

    def back(self):
        """Where the user was going; the start page unless that is an address of ours."""
        back = self.request.POST.get("next", self.request.GET.get("next", ""))
        ours = url_has_allowed_host_and_scheme(back, {self.request.get_host()}, self.request.is_secure())
        return back if ours else reverse("admin:index")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=form.status)


class Enter(ForClaimants, FormView):
    """The code after the password."""

    template_name = "accounts/enter_code.html"
    form_class = CodeForm
    extra_context = {"title": gettext_lazy("Enter the code")}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.fields["code"].widget.attrs["autofocus"] = True  # nothing else is to be done here
        return form

    def dispatch(self, request, *args, **kwargs):
        user = request.claimant
        if user.is_authenticated and request.user.is_authenticated:
            return HttpResponseRedirect(self.back())
        if user.is_authenticated and user.second_factor is None:
            return redirect("second_factor_enrol")
        if user.is_authenticated and locked_until(user.username):
            return locked_page(request, credentials={"username": user.username})
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        second_factor.admit(self.request, form.user, second_factor.device_of(form.user))
        return HttpResponseRedirect(self.back())


class Enrol(ForClaimants, FormView):
    """Give an authenticator app the secret, and show that it has it."""

    template_name = "accounts/enrol.html"
    form_class = EnrolForm
    extra_context = {"title": gettext_lazy("Set up the second factor")}

    def dispatch(self, request, *args, **kwargs):
        if request.claimant.is_authenticated and request.claimant.second_factor is not None:
            return redirect("second_factor")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"device": second_factor.unconfirmed_device_of(self.request.claimant)}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        device = context["form"].device
        return context | {
            "picture": second_factor.picture_of(device),
            "secret": second_factor.secret_of(device),
            "is_demanded": self.request.claimant.is_second_factor_demanded,
        }

    def form_valid(self, form):
        codes = second_factor.confirm(form.device)
        second_factor.admit(self.request, form.user, form.device)
        second_factor.log(form.user, form.user, _("second factor set up"))
        return codes_page(self.request, codes, self.back())


class Overview(TemplateView):
    """One's own second factor and sessions. ``renew`` and ``remove`` post a code here."""

    template_name = "accounts/second_factor.html"

    def post(self, request):
        wanted = request.POST.get("do")
        form = self.form(wanted, request.POST)
        if request.user.second_factor is None or (wanted == "remove" and request.user.is_second_factor_demanded):
            return redirect("second_factor")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(**{f"{wanted}_form": form}), status=form.status)
        return self.remove() if wanted == "remove" else self.renew()

    def form(self, wanted, data=None):
        return CodeForm(data, request=self.request, user=self.request.user, auto_id=f"id_{wanted}_%s")

    def remove(self):
        user = self.request.user
        second_factor.remove(user)
        second_factor.log(user, user, _("second factor removed"))
        messages.success(self.request, _("The second factor is removed. From now on your password is enough."))
        return redirect("second_factor")

    def renew(self):
        user = self.request.user
        codes = second_factor.new_backup_codes(user)
        second_factor.log(user, user, _("new backup codes made"))
        return codes_page(self.request, codes, reverse("second_factor"))

    def get_context_data(self, **kwargs):
        context = {"remove_form": self.form("remove"), "renew_form": self.form("renew")} | kwargs
        return super().get_context_data(
            title=_("Second factor and sessions"),
            codes_left=second_factor.backup_codes_left(self.request.user),
            **admin.site.each_context(self.request),
            **context,
        )


@require_POST
def end_other_sessions(request):
    """Whoever else is logged in as this user, at whatever machine, is not any more."""
    User.objects.filter(pk=request.user.pk).end_sessions()
    request.user.refresh_from_db(fields=["session_number"])
    update_session_auth_hash(request, request.user)
    second_factor.log(request.user, request.user, _("all other sessions ended"))
    messages.success(request, _("All your other sessions are ended."))
    return redirect("second_factor")
