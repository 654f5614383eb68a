from django.urls import path

from . import views

urlpatterns = [
    path("pages/<slug:slug>/", views.PageDetail.as_view(), name="page"),
    path("feedback/", views.FeedbackNew.as_view(), name="feedback"),
    path("feedback/<slug:reference>/", views.FeedbackState.as_view(), name="feedback-state"),
]
