"""Tariffs for staff to keep; charges to read: a charge is never edited, here least of all."""

from functools import partial
from typing import ClassVar

from django.contrib import admin
from django.urls import path
from django.urls.resolvers import URLPattern

from accounts.admin_site import ModelAdmin, TabularInline
from enrollment.family_search import FindsFamilies
from enrollment.list_filters import LivesInDistrict
from facilities.admin import shown_period

from . import payee_admin  # noqa: F401 - registers its page
from .difference_admin import differences_page
from .list_filters import StandsSo
from .models import (
    Adjustment,
    Charge,
    ChargeLine,
    ContractRate,
    CouponPolicy,
    Payment,
    Ride,
    Tariff,
    TransportPolicy,
)


@admin.register(Tariff)
class TariffAdmin(ModelAdmin):
    list_display = ("service", "component", "tax_class", "amount", shown_period, "source")
    list_select_related = ("service__facility",)
    list_filter = ("service", "component", "tax_class")


@admin.register(CouponPolicy)
class CouponPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "amount", "per_mother", "tax_class", "source")


@admin.register(TransportPolicy)
class TransportPolicyAdmin(ModelAdmin):
    list_display = ("tax_class", shown_period, "most_yen", "conditions", "source")


@admin.register(ContractRate)
class ContractRateAdmin(ModelAdmin):
    list_display = ("service", "amount", "less_family_fees", shown_period, "source")
    list_select_related = ("service__facility",)
    list_filter = ("service",)


@admin.register(Ride)
class RideAdmin(FindsFamilies, ModelAdmin):
    list_display = ("shown_number", "booking", "direction", "day", "fare", "borne", "taken_back_at")
    list_select_related = ("booking",)
    date_hierarchy = "day"
    sign = "T"
    days: ClassVar[tuple[str, ...]] = ("day",)


class ChargeLineInline(TabularInline):
    model = ChargeLine


class AdjustmentInline(TabularInline):
    model = Adjustment


class PaymentInline(TabularInline):
    model = Payment


@admin.register(Charge)
class ChargeAdmin(FindsFamilies, ModelAdmin):
    list_display = ("shown_number", "booking", "total", "issued_at")
    list_select_related = ("booking",)
    list_filter = (StandsSo, "booking__service", LivesInDistrict)
    date_hierarchy = "issued_at"
    sign = "C"
    days: ClassVar[tuple[str, ...]] = ("lines__day",)
    moments: ClassVar[tuple[str, ...]] = ("issued_at",)
    inlines: ClassVar = [ChargeLineInline, AdjustmentInline, PaymentInline]

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(differences_page, self))
        return [path("differences/", page, name="billing_charge_differences"), *super().get_urls()]
