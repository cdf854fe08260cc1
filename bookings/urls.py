"""Places given and used: pages and API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as bookings_api
from . import views

public = [path("availability/", views.public_availability, name="availability")]
family = [path("bookings/<int:pk>/cancel/", views.cancel, name="cancel")]

router = SimpleRouter()
router.register("bookings", bookings_api.Bookings, "bookings")
router.register("stays", bookings_api.Stays, "stays")

api = [
    path("availability/", bookings_api.Availability.as_view(), name="availability"),
    *router.urls,
]
