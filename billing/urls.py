"""What it costs: the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as billing_api

router = SimpleRouter()
router.register("bookings", billing_api.PricedBookings, "bookings")
router.register("charges", billing_api.Charges, "charges")

urlpatterns = [
    path("quotes/", billing_api.Quotes.as_view(), name="quotes"),
    path("bookings/<int:pk>/departure/", billing_api.Departure.as_view(), name="bookings-departure"),
    *router.urls,
]
