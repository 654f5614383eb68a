from django.urls import path

from . import comparison_pages, views

urlpatterns = [
    path("", views.SeriesList.as_view(), name="indicator-list"),
    path("compare/", comparison_pages.IndicatorComparison.as_view(), name="indicator-comparison"),
    path("<slug:slug>/", views.IndicatorDetail.as_view(), name="indicator-detail"),
    path("<slug:slug>/<slug:region>/", views.SeriesDetail.as_view(), name="series-detail"),
]
