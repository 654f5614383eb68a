from django.urls import path

from . import views

urlpatterns = [path("<int:pk>/<str:rendition>/", views.media, name="media")]
