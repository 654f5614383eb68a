"""The way back in for who forgot the password; the admin's login page shows it by the name of the first address."""

from django.contrib.auth import views
from django.urls import path

from .forms import ForgottenPasswordForm

urlpatterns = [
    path(
        "password_reset/",
        views.PasswordResetView.as_view(
            form_class=ForgottenPasswordForm,
            email_template_name="registration/forgotten_password.txt",
            subject_template_name="registration/forgotten_password_subject.txt",
        ),
        name="admin_password_reset",
    ),
    path("password_reset/done/", views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("reset/<uidb64>/<token>/", views.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("reset/done/", views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
]
