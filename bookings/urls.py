"""Places given and used: pages and API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as bookings_api
from . import (
    care_views,
    draw_views,
    facility_views,
    incident_views,
    life_views,
    manual_views,
    session_views,
    views,
    waiting_views,
)

public = [
    path("", views.home, name="home"),
    path("availability/", views.public_availability, name="availability"),
    path("draws/", draw_views.rounds, name="draws"),
    path("draws/<int:pk>.json", draw_views.published_round, name="draw-file"),
]
family = [
    path("bookings/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("bookings/<int:pk>/sessions/", session_views.of_booking, name="sessions"),
    path("bookings/<int:pk>/offer/", draw_views.offer, name="offer"),
    path("registrations/<int:pk>/waiting/", waiting_views.waiting, name="waiting"),
    path("registrations/<int:pk>/draws/", draw_views.of_registration, name="draws"),
    path("registrations/<int:pk>/draws/<int:draw>/", draw_views.enter, name="draw"),
]

operator = [
    path("", facility_views.day, name="day"),
    path("pulse/", facility_views.pulse, name="pulse"),
    path("coming/", facility_views.coming, name="coming"),
    path("bookings/<int:pk>/", facility_views.stay, name="stay"),
    path("bookings/<int:pk>/address/", facility_views.address, name="address"),
    path("bookings/<int:pk>/time/", facility_views.appointment_time, name="time"),
    path("bookings/<int:pk>/arrival/", facility_views.arrival, name="arrival"),
    path("bookings/<int:pk>/absence/", facility_views.absence, name="absence"),
    path("bookings/<int:pk>/rolling-over/", care_views.rolling_over, name="rolling-over"),
    path("bookings/<int:pk>/check-in/", care_views.check_in, name="check-in"),
    path("bookings/<int:pk>/care/<str:day>/", care_views.care, name="care"),
    path("bookings/<int:pk>/assessment/", care_views.assessment, name="assessment"),
    path("bookings/<int:pk>/assessments/<int:assessment>/no-referral/", care_views.dismissal, name="dismissal"),
    path("bookings/<int:pk>/handover/", care_views.handover, name="handover"),
    path("bookings/<int:pk>/sale/", care_views.sale, name="sale"),
    path("bookings/<int:pk>/look/", care_views.look, name="look"),
    path("weeks/", care_views.weeks, name="weeks"),
    path("stays/<int:pk>/incident/", incident_views.record_of_stay, name="incident-of-stay"),
    path("incidents/", incident_views.of_facility, name="incidents"),
    path("incidents/new/", incident_views.record, name="incident-new"),
    path("incidents/<int:pk>/", incident_views.incident, name="incident"),
    path("incidents/<int:pk>/correct/", incident_views.correct, name="incident-correct"),
    path("incidents/<int:pk>/report/", incident_views.report, name="incident-report"),
    path("manuals/", manual_views.manuals, name="manuals"),
    path("manuals/<int:pk>/acknowledge/", manual_views.acknowledge, name="manual-acknowledge"),
    path("sessions/", session_views.sessions, name="sessions"),
    path("sessions/<int:pk>/", session_views.session, name="session"),
    path("sessions/<int:pk>/change/", session_views.change, name="session-change"),
    path("sessions/<int:pk>/call-off/", session_views.call_off, name="session-call-off"),
    path("sessions/<int:pk>/families/", session_views.families, name="session-families"),
]

supervisor = [
    path("incidents/", incident_views.of_ward, name="incidents"),
    path("incidents/<int:pk>/", incident_views.incident_for_ward, name="incident"),
]

life = [
    path("<int:pk>/rolling-over/", life_views.rolling_over, name="rolling-over"),
    path("<int:pk>/move-out/", life_views.move_out, name="move-out"),
    path("registrations/<int:pk>/end/", life_views.end, name="end"),
]

router = SimpleRouter()
router.register("stays", bookings_api.Stays, "stays")

api = [
    path("availability/", bookings_api.Availability.as_view(), name="availability"),
    *router.urls,
]
