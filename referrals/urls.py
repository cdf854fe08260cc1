"""Follow-up: pages and API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as referrals_api
from . import views

operator = [
    path("bookings/<int:pk>/referral/", views.raise_new, name="referral-new"),
    path("referrals/", views.of_facility, name="referrals"),
    path("referrals/<int:pk>/", views.raised, name="referral"),
    path("referrals/<int:pk>/withdraw/", views.withdraw, name="referral-withdraw"),
]
nurse = [
    path("", views.nurse_inbox, name="inbox"),
    path("referrals/<int:pk>/", views.nurse_referral, name="referral"),
    path("referrals/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("referrals/<int:pk>/close/", views.close, name="close"),
]
supervisor = [path("referrals/", views.overseen, name="referrals")]

router = SimpleRouter()
router.register("referrals", referrals_api.Referrals, "referrals")

api = router.urls
