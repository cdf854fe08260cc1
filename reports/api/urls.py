"""Figures for programs: the API."""

from django.urls import path

from .views import Tables, TableShown

urlpatterns = [
    path("reports/tables/", Tables.as_view(), name="report-tables"),
    path("reports/tables/<slug:named>/", TableShown.as_view(), name="report-table"),
]
