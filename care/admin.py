"""The dated rules of care. What happened is read on its own pages, not here."""

from django.contrib import admin

from accounts.admin_site import ModelAdmin
from facilities.admin import shown_period

from . import incident_admin, session_admin  # noqa: F401 - register their pages
from .models import CarePolicy


@admin.register(CarePolicy)
class CarePolicyAdmin(ModelAdmin):
    list_display = (shown_period, "sleep_check_minutes", "records_days", "corrections_days", "fever_from", "source")
