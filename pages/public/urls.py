"""What everybody may open."""

from django.urls import path

from . import (
    availability_views,
    calendar_views,
    check_views,
    draw_views,
    facility_views,
    help_views,
    home_views,
    site_views,
)
from .channels import line_views, stop_views

public = [
    path("facilities/", facility_views.facilities, name="facilities"),
    path("facilities/pictures/<int:pk>.jpg", facility_views.picture, name="facility-picture"),
    path("", home_views.home, name="home"),
    path("availability/", availability_views.public_availability, name="availability"),
    path("draws/", draw_views.rounds, name="draws"),
    path("draws/<int:pk>.json", draw_views.published_round, name="draw-file"),
    path("draws/<int:pk>/verify/", draw_views.verify, name="draw-verify"),
    path("calendar/<str:secret>.ics", calendar_views.calendar, name="calendar"),
    path("soonest/", home_views.soonest, name="soonest"),
    path("stop/<str:signed>/", stop_views.stop_messages, name="stop"),
    path("line/webhook", line_views.webhook, name="line-webhook"),
    path("check/", check_views.check, name="check"),
    path("check/days/", check_views.check_days, name="check-days"),
    path("help-now/", help_views.help_now, name="help-now"),
    path("manifest.webmanifest", site_views.manifest, name="manifest"),
    path(".well-known/security.txt", site_views.security_txt, name="security-txt"),
    path("fees/", check_views.fee_tables, name="fees"),
]
