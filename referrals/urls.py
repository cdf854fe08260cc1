"""Follow-up: the API."""

from rest_framework.routers import SimpleRouter

from . import api as referrals_api

router = SimpleRouter()
router.register("referrals", referrals_api.Referrals, "referrals")

urlpatterns = router.urls
