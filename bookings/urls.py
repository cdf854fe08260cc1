"""Places given and used: the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as bookings_api

router = SimpleRouter()
router.register("stays", bookings_api.Stays, "stays")

urlpatterns = [
    path("availability/", bookings_api.Availability.as_view(), name="availability"),
    *router.urls,
]
