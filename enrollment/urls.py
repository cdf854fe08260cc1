"""Who may use it: pages and API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as enrollment_api
from . import life_views, views

family = [
    path("apply/", views.apply, name="apply"),
    path("registrations/<int:pk>/birth/", views.birth, name="birth"),
    path("registrations/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]

life = [
    path("<int:pk>/", life_views.overview, name="overview"),
    path("<int:pk>/address/", life_views.address, name="address"),
    path("<int:pk>/rolling-over/", life_views.rolling_over, name="rolling-over"),
    path("<int:pk>/tax-class/", life_views.tax_class, name="tax-class"),
]

router = SimpleRouter()
router.register("registrations", enrollment_api.Registrations, "registrations")

api = [
    path("eligibility/", enrollment_api.Eligibility.as_view(), name="eligibility"),
    *router.urls,
]
