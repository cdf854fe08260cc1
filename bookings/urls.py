"""Places given and used: pages and API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as bookings_api
from . import facility_views, life_views, views

public = [
    path("", views.home, name="home"),
    path("availability/", views.public_availability, name="availability"),
]
family = [path("bookings/<int:pk>/cancel/", views.cancel, name="cancel")]

operator = [
    path("", facility_views.day, name="day"),
    path("bookings/<int:pk>/", facility_views.stay, name="stay"),
    path("bookings/<int:pk>/arrival/", facility_views.arrival, name="arrival"),
    path("bookings/<int:pk>/absence/", facility_views.absence, name="absence"),
]

life = [
    path("<int:pk>/move-out/", life_views.move_out, name="move-out"),
    path("registrations/<int:pk>/end/", life_views.end, name="end"),
]

router = SimpleRouter()
router.register("bookings", bookings_api.Bookings, "bookings")
router.register("stays", bookings_api.Stays, "stays")

api = [
    path("availability/", bookings_api.Availability.as_view(), name="availability"),
    *router.urls,
]
