"""Who may use it: pages and API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as enrollment_api
from . import views

family = [
    path("apply/", views.apply, name="apply"),
    path("registrations/<int:pk>/birth/", views.birth, name="birth"),
    path("registrations/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]

router = SimpleRouter()
router.register("registrations", enrollment_api.Registrations, "registrations")

api = [
    path("eligibility/", enrollment_api.Eligibility.as_view(), name="eligibility"),
    *router.urls,
]
