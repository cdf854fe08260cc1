"""The supervisor's pages, and the auditor's."""

from django.urls import path

from . import audit_views, views

supervisor = [
    path("", views.occupancy, name="occupancy"),
    path("reports/<slug:report>.<slug:file_format>", views.download, name="download"),
]

audit = [
    path("", audit_views.home, name="home"),
    path("families/<int:pk>/", audit_views.family, name="family"),
    path("families/<int:pk>.csv", audit_views.family_file, name="family-file"),
    path("people/<int:pk>/", audit_views.person, name="person"),
    path("people/<int:pk>.csv", audit_views.person_file, name="person-file"),
]
