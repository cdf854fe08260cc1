"""The auditor's pages."""

from django.urls import path

from . import (
    audit_views,
    draw_views,
)

audit = [
    path("", audit_views.home, name="home"),
    path("families/<int:pk>/", audit_views.family, name="family"),
    path("families/<int:pk>.csv", audit_views.family_file, name="family-file"),
    path("accounts/", audit_views.accounts, name="accounts"),
    path("settings/", audit_views.settings, name="settings"),
    path("draws/", draw_views.draws, name="draws"),
    path("draws/<int:draw>/", draw_views.draw, name="draw"),
    path("people/<int:pk>/", audit_views.person, name="person"),
    path("people/<int:pk>.csv", audit_views.person_file, name="person-file"),
]
