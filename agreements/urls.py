from django.urls import path

from . import views

urlpatterns = [
    path("", views.AgreementList.as_view(), name="agreement-list"),
    path("<int:pk>/", views.AgreementDetail.as_view(), name="agreement-detail"),
]
