"""What it costs: pages and API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as billing_api

router = SimpleRouter()
router.register("charges", billing_api.Charges, "charges")

api = [
    path("quotes/", billing_api.Quotes.as_view(), name="quotes"),
    *router.urls,
]
