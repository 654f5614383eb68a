"""Logins beside the admin's own pages; its login page shows the way back in by the name of the first address."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import path

from . import views
from .forms import ForgottenPasswordForm

urlpatterns = [
    path(
        "password_reset/",
        auth_views.PasswordResetView.as_view(
            form_class=ForgottenPasswordForm,
            email_template_name="registration/forgotten_password.txt",
            subject_template_name="registration/forgotten_password_subject.txt",
        ),
        name="admin_password_reset",
    ),
    path("password_reset/done/", auth_views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("reset/<uidb64>/<token>/", auth_views.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("reset/done/", auth_views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("second-factor/", admin.site.admin_view(views.Overview.as_view()), name="second_factor"),
    path("second-factor/code/", views.Enter.as_view(), name="second_factor_enter"),
    path("second-factor/enrol/", views.Enrol.as_view(), name="second_factor_enrol"),
    path("end-other-sessions/", admin.site.admin_view(views.end_other_sessions), name="end_other_sessions"),
]
