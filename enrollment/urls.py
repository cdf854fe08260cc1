"""Who may use it: the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as enrollment_api

router = SimpleRouter()
router.register("registrations", enrollment_api.Registrations, "registrations")

urlpatterns = [
    path("eligibility/", enrollment_api.Eligibility.as_view(), name="eligibility"),
    *router.urls,
]
