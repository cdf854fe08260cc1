"""The supervisor's pages."""

from django.urls import path

from . import views

app_name = "supervisor"
urlpatterns = [
    path("", views.occupancy, name="occupancy"),
    path("reports/<slug:report>.<slug:file_format>", views.download, name="download"),
]
