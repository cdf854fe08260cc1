"""The auditor's pages."""

from django.urls import path

from . import (
    audit_views,
    draw_views,
    history_views,
    list_views,
)

audit = [
    path("", audit_views.home, name="home"),
    path("families/<int:pk>/", audit_views.family, name="family"),
    path("families/<int:pk>.csv", audit_views.family_file, name="family-file"),
    path("accounts/", audit_views.accounts, name="accounts"),
    path("settings/", audit_views.settings, name="settings"),
    path("sign-ins/", list_views.sign_ins, name="sign-ins"),
    path("behind-protection/", list_views.behind_protection, name="behind-protection"),
    path("files/", list_views.files, name="files"),
    path("rights/", list_views.rights, name="rights"),
    path("unexplained/", list_views.unexplained, name="unexplained"),
    path("draws/", draw_views.draws, name="draws"),
    path("draws/<int:draw>/", draw_views.draw, name="draw"),
    path("history/", history_views.history, name="history"),
    path("people/<int:pk>/", audit_views.person, name="person"),
    path("people/<int:pk>.csv", audit_views.person_file, name="person-file"),
]
