"""What it costs: pages and API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as billing_api
from . import (
    book_views,
    booking_views,
    claim_views,
    facility_views,
    family_views,
    ride_views,
    stay_views,
    views,
    visit_views,
)

public = [
    path("check/", views.check, name="check"),
    path("fees/", views.fee_tables, name="fees"),
]
family = [
    path("", family_views.home, name="home"),
    path("registrations/<int:pk>/book/", book_views.book, name="book"),
    path("bookings/<int:pk>/", booking_views.booking_page, name="booking"),
    path("bookings/<int:pk>/move/", booking_views.move, name="move"),
    path("bookings/<int:pk>/party/", booking_views.party, name="party"),
    path("bookings/<int:pk>/calendar.ics", booking_views.calendar, name="calendar"),
]

operator = [
    path("bookings/<int:pk>/change/", stay_views.change, name="change"),
    path("bookings/<int:pk>/departure/", facility_views.departure, name="departure"),
    path("bookings/<int:pk>/visits/<str:day>/", visit_views.visit, name="visit"),
    path("bookings/<int:pk>/charge/", facility_views.issue, name="charge-issue"),
    path("charges/<int:pk>/", facility_views.charge, name="charge"),
    path("payments/<int:pk>.pdf", facility_views.receipt, name="receipt"),
    path("bookings/<int:pk>/ride/", ride_views.ride, name="ride"),
    path("rides/<int:pk>/take-back/", ride_views.take_back, name="ride-take-back"),
    path("claims/", claim_views.months, name="claims"),
    path("claims/<str:month>/", claim_views.month, name="claim"),
]

claims = [
    path("", claim_views.claims, name="list"),
    path("<int:pk>/", claim_views.claim, name="claim"),
    path("<int:pk>.pdf", claim_views.claim_file, {"file_format": "pdf"}, name="pdf"),
    path("<int:pk>.xlsx", claim_views.claim_file, {"file_format": "xlsx"}, name="xlsx"),
]

router = SimpleRouter()
router.register("bookings", billing_api.PricedBookings, "bookings")
router.register("charges", billing_api.Charges, "charges")

api = [
    path("quotes/", billing_api.Quotes.as_view(), name="quotes"),
    path("bookings/<int:pk>/departure/", billing_api.Departure.as_view(), name="bookings-departure"),
    *router.urls,
]
