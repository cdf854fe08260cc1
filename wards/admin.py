"""設定の決裁 to read: it is loaded with the ward's reviewed files, for who is bound by it must not loosen it."""

from django.contrib import admin

from accounts.admin_site import ModelAdmin
from facilities.admin import shown_period

from .models import SettingsPolicy


@admin.register(SettingsPolicy)
class SettingsPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "second_person", "source")
