"""Who may use it: pages and API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as enrollment_api
from . import apply_views, evidence_views, letter_views, life_views, protection_views, staff_views, views

family = [
    path("apply/", apply_views.apply, name="apply"),
    path("apply/<slug:step>/", apply_views.step, name="apply-step"),
    path("apply/<slug:step>/check/", apply_views.check, name="apply-check"),
    path("papers/", evidence_views.papers, name="papers"),
    path("papers/<int:pk>/take-back/", evidence_views.take_back, name="paper-take-back"),
    path("registrations/<int:pk>/verdict/", apply_views.verdict, name="verdict"),
    path("registrations/<int:pk>/birth/", views.birth, name="birth"),
    path("registrations/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]

life = [
    path("<int:pk>/", life_views.overview, name="overview"),
    path("<int:pk>/address/", life_views.address, name="address"),
    path("<int:pk>/tax-class/", life_views.tax_class, name="tax-class"),
]

protection = [
    path("<int:pk>/protection/", protection_views.state, name="state"),
    path("<int:pk>/protection/change/", protection_views.change, name="change"),
    path("<int:pk>/protection/ask/", protection_views.ask, name="ask"),
    path("<int:pk>/protection/open/", protection_views.open_ask, name="open"),
    path("<int:pk>/protection/address/", protection_views.address, name="address"),
]

entry = [
    path("new/", staff_views.new, name="new"),
    path("<int:pk>/correct/", staff_views.correct, name="correct"),
]

papers = [
    path("<int:pk>/", evidence_views.paper, name="paper"),
    path("family/<int:pk>/", evidence_views.papers_for, name="for-family"),
]

letters = [
    path("<int:pk>.pdf", letter_views.letter, name="pdf"),
    path("<int:pk>/void/", letter_views.void, name="void"),
]

router = SimpleRouter()
router.register("registrations", enrollment_api.Registrations, "registrations")

api = [
    path("eligibility/", enrollment_api.Eligibility.as_view(), name="eligibility"),
    *router.urls,
]
