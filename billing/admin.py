"""Tariffs for staff to keep; charges to read: a charge is never edited, here least of all."""

from typing import ClassVar

from django.contrib import admin

from accounts.admin_site import ModelAdmin, TabularInline
from facilities.admin import shown_period

from .models import Adjustment, Charge, ChargeLine, CouponPolicy, Tariff


@admin.register(Tariff)
class TariffAdmin(ModelAdmin):
    list_display = ("service", "component", "tax_class", "amount", shown_period, "source")
    list_select_related = ("service__facility",)
    list_filter = ("service", "component", "tax_class")


@admin.register(CouponPolicy)
class CouponPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "amount", "per_mother", "tax_class", "source")


class ChargeLineInline(TabularInline):
    model = ChargeLine


class AdjustmentInline(TabularInline):
    model = Adjustment


@admin.register(Charge)
class ChargeAdmin(ModelAdmin):
    list_display = ("number", "booking", "total", "issued_at")
    list_select_related = ("booking",)
    date_hierarchy = "issued_at"
    search_fields = ("=pk", "=booking__pk")
    inlines: ClassVar = [ChargeLineInline, AdjustmentInline]
