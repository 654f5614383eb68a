from django.urls import path

from .views import ReleaseDetail

urlpatterns = [path("<int:pk>/", ReleaseDetail.as_view(), name="release")]
