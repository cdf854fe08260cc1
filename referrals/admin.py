"""How soon a referral must be received: dated, edited by staff. Referrals themselves have no page here."""

from django.contrib import admin

from accounts.admin_site import ModelAdmin

from .models import ReferralPolicy


@admin.register(ReferralPolicy)
class ReferralPolicyAdmin(ModelAdmin):
    list_display = ("period", "acknowledge_hours", "red_after_days", "opens", "closes", "source")
