"""The supervisor's pages, and the auditor's."""

from django.urls import path

from . import audit_views, consultation_views, meeting_views, practice_views, views

supervisor = [
    path("", views.occupancy, name="occupancy"),
    path("consultations/", consultation_views.consultations, name="consultations"),
    path("reports/<slug:report>.<slug:file_format>", views.download, name="download"),
]

audit = [
    path("", audit_views.home, name="home"),
    path("families/<int:pk>/", audit_views.family, name="family"),
    path("families/<int:pk>.csv", audit_views.family_file, name="family-file"),
    path("settings/", audit_views.settings, name="settings"),
    path("people/<int:pk>/", audit_views.person, name="person"),
    path("people/<int:pk>.csv", audit_views.person_file, name="person-file"),
]

meeting = [
    path("", meeting_views.pack, name="pack"),
    path("<int:year>.<slug:file_format>", meeting_views.pack_file, name="file"),
    path("notes/", practice_views.notes, name="notes"),
    path("review/", practice_views.review_list, name="review-list"),
    path("review/<int:pk>/", practice_views.review, name="review"),
]
