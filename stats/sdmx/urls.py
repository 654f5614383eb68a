from django.urls import path

from . import views

urlpatterns = [
    path("", views.Guide.as_view(), name="sdmx-guide"),
    path("<path:path>", views.query, name="sdmx"),
]
