from django.urls import path

from . import views

urlpatterns = [
    path("", views.SeriesList.as_view(), name="indicator-list"),
    path("<slug:slug>/", views.IndicatorDetail.as_view(), name="indicator-detail"),
    path("<slug:slug>/<slug:region>/", views.SeriesDetail.as_view(), name="series-detail"),
]
