from django.urls import path

from . import calendar_pages

urlpatterns = [
    path("", calendar_pages.CalendarList.as_view(), name="calendar"),
    path("<int:pk>/", calendar_pages.AnnouncementDetail.as_view(), name="announcement"),
]
