"""The dated policies of referrals and of the watch list, edited by staff. Referrals themselves have no page here."""

from django.contrib import admin

from accounts.admin_site import ModelAdmin
from facilities.admin import shown_period

from . import place_admin  # noqa: F401 - registers its pages
from .models import ReferralPolicy, SectionDeputy, WatchPolicy


@admin.register(ReferralPolicy)
class ReferralPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "acknowledge_hours", "red_after_days", "opens", "closes", "source")


@admin.register(WatchPolicy)
class WatchPolicyAdmin(ModelAdmin):
    """Off unless a row says otherwise: whoever switches it on decides what is worked out about families."""

    list_display = (
        shown_period,
        "is_on",
        "window_days",
        "look_back_days",
        "no_shows",
        "cancellations",
        "lapsed_offers",
    )


@admin.register(SectionDeputy)
class SectionDeputyAdmin(ModelAdmin):
    """Who takes over from whom. Without a row only colleagues of the same section do."""

    list_display = ("district", "recipient", "deputy", shown_period, "source")
    list_select_related = ("district", "deputy")
    list_filter = ("district", "recipient")
