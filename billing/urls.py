"""What it costs: pages and API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as billing_api
from . import facility_views, family_views, views

public = [
    path("check/", views.check, name="check"),
    path("fees/", views.fee_tables, name="fees"),
]
family = [
    path("", family_views.home, name="home"),
    path("registrations/<int:pk>/book/", family_views.book, name="book"),
]

operator = [
    path("bookings/<int:pk>/departure/", facility_views.departure, name="departure"),
    path("charges/<int:pk>/", facility_views.charge, name="charge"),
]

router = SimpleRouter()
router.register("charges", billing_api.Charges, "charges")

api = [
    path("quotes/", billing_api.Quotes.as_view(), name="quotes"),
    path("bookings/<int:pk>/departure/", billing_api.Departure.as_view(), name="bookings-departure"),
    *router.urls,
]
