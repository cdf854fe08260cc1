"""The pages of supervisors; and the yearly meeting's, for which others write and staff review."""

from django.urls import path

from . import (
    consultation_views,
    figure_change_views,
    figure_views,
    front_views,
    incident_views,
    meeting_views,
    occupancy_views,
    oversight_views,
    practice_views,
)
from .files import order_views
from .planning import views as planning_views
from .tables import file_views, keep_views, table_views

supervisor = [
    path("", front_views.front, name="front"),
    path("occupancy/", occupancy_views.occupancy, name="occupancy"),
    path("figures/<slug:opener>/", figure_views.figure, name="figure"),
    path("figures/<slug:opener>/rows/", figure_views.figure_rows, name="figure-rows"),
    path("figures/<slug:opener>/changed/", figure_change_views.figure_changes, name="figure-changes"),
    path("figures/<slug:opener>/changed/rows/", figure_change_views.figure_change_rows, name="figure-change-rows"),
    path("consultations/", consultation_views.consultations, name="consultations"),
    path("tables/", table_views.catalogue, name="tables"),
    path("tables/<slug:named>/keep/", keep_views.keep, name="table-keep"),
    path("tables/<slug:named>/", table_views.table, name="table"),
    path("planning/", planning_views.runs, name="planning"),
    path("planning/what-if/", planning_views.what_if, name="planning-what-if"),
    path("planning/forecast/", planning_views.foretell, name="planning-forecast"),
    path("planning/compare/", planning_views.compare, name="planning-compare"),
    path("planning/<int:pk>/", planning_views.run, name="planning-run"),
    path("tables/<slug:named>.<slug:file_format>", file_views.table_file, name="table-file"),
    path("files/", order_views.files, name="files"),
    path("files/<int:pk>/", order_views.take, name="file-take"),
    path("referrals/", oversight_views.overseen, name="referrals"),
    path("referrals/hand-over/", oversight_views.reassign, name="reassign"),
    path("referrals/<int:pk>/redirect/", oversight_views.redirect_on, name="redirect"),
    path("incidents/", incident_views.of_ward, name="incidents"),
    path("incidents/<int:pk>/", incident_views.incident_for_ward, name="incident"),
    path("incidents/told/<int:pk>/", incident_views.take_up, name="incident-take-up"),
]

meeting = [
    path("", meeting_views.pack, name="pack"),
    path("<int:year>.<slug:file_format>", meeting_views.pack_file, name="file"),
    path("notes/", practice_views.notes, name="notes"),
    path("review/", practice_views.review_list, name="review-list"),
    path("review/<int:pk>/", practice_views.review, name="review"),
]
