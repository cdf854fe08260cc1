"""Follow-up: pages and API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import api as referrals_api
from . import facility_views, nurse_views, place_views, supervisor_views, watch_views

operator = [
    path("bookings/<int:pk>/referral/", facility_views.raise_new, name="referral-new"),
    path("referrals/", facility_views.of_facility, name="referrals"),
    path("referrals/<int:pk>/", facility_views.raised, name="referral"),
    path("referrals/<int:pk>/withdraw/", facility_views.withdraw, name="referral-withdraw"),
]
nurse = [
    path("", nurse_views.nurse_inbox, name="inbox"),
    path("hand-over/", nurse_views.hand_over_all, name="hand-over-all"),
    path("referrals/<int:pk>/", nurse_views.referral, name="referral"),
    path("referrals/<int:pk>/acknowledge/", nurse_views.acknowledge, name="acknowledge"),
    path("referrals/<int:pk>/contact/", nurse_views.contact, name="contact"),
    path("referrals/<int:pk>/plan/", nurse_views.plan, name="plan"),
    path("referrals/<int:pk>/share/", nurse_views.share, name="share"),
    path("referrals/<int:pk>/close/", nurse_views.close, name="close"),
    path("referrals/<int:pk>/reopen/", nurse_views.reopen, name="reopen"),
    path("referrals/<int:pk>/redirect/", nurse_views.redirect_on, name="redirect"),
    path("referrals/<int:pk>/hand-over/", nurse_views.hand_over, name="hand-over"),
    path("families/", place_views.families, name="families"),
    path("families/<int:pk>/place/", place_views.ask, name="place-ask"),
    path("places/", place_views.places, name="places"),
    path("places/<int:pk>/", place_views.place, name="place"),
    path("places/<int:pk>/withdraw/", place_views.withdraw, name="place-withdraw"),
    path("watch/", watch_views.watch, name="watch"),
    path("watch/<int:pk>/", watch_views.watch_row, name="watch-row"),
]
supervisor = [
    path("referrals/", supervisor_views.overseen, name="referrals"),
    path("referrals/hand-over/", supervisor_views.reassign, name="reassign"),
    path("referrals/<int:pk>/redirect/", supervisor_views.redirect_on, name="redirect"),
]
papers = [path("referral/<int:pk>/", facility_views.paper, name="of-referral")]

router = SimpleRouter()
router.register("referrals", referrals_api.Referrals, "referrals")

api = router.urls
