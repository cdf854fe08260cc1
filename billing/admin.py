"""Tariffs for staff to keep; charges to read: a charge is never edited, here least of all."""

from datetime import date
from functools import partial
from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.admin_site import ModelAdmin, TabularInline
from enrollment.family_search import FindsFamilies
from enrollment.list_filters import LivesInDistrict
from facilities.admin import shown_period
from sankecare.periods import days_in_words

from . import payee_admin  # noqa: F401 - registers its page
from .desk.balance_words import balance_in_words
from .difference_admin import differences_page
from .list_filters import AtFacility, StandsSo
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
    UnpaidPolicy,
)
from .queries import charges_with_owed_and_paid, listed_as_owed, listed_as_paid


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
    list_display = ("shown_number", "family", "where", "days_used", "owed_yen", "stands", "issued_on")
    list_select_related = ("booking__service__facility", "booking__registration__birth__family")
    list_filter = (StandsSo, AtFacility, "booking__service", LivesInDistrict)
    date_hierarchy = "issued_at"
    sign = "C"
    days: ClassVar[tuple[str, ...]] = ("lines__day",)
    moments: ClassVar[tuple[str, ...]] = ("issued_at",)
    inlines: ClassVar = [ChargeLineInline, AdjustmentInline, PaymentInline]

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(differences_page, self))
        return [path("differences/", page, name="billing_charge_differences"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Charge]":
        """Each with what is owed and paid, reckoned of the rows of the page alone; its days are read along."""
        charges = charges_with_owed_and_paid(super().get_queryset(request)).prefetch_related("lines")
        return charges.order_by("-issued_at", "-pk")

    @admin.display(description=gettext_lazy("family"))
    def family(self, charge: Charge) -> SafeString:
        family = charge.booking.registration.birth.family
        address = reverse("ward_family", args=[family.pk])
        return format_html('<a href="{}" class="ward-link">{}</a>', address, family.mother_name)

    @admin.display(description=gettext_lazy("Where"))
    def where(self, charge: Charge) -> str:
        return str(charge.booking.service)

    @admin.display(description=gettext_lazy("Days used"))
    def days_used(self, charge: Charge) -> str:
        return days_in_words({line.day for line in charge.lines.all()}) or "–"

    @admin.display(description=gettext_lazy("Fee, yen"))
    def owed_yen(self, charge: Charge) -> str:
        return f"{listed_as_owed(charge):,}"

    @admin.display(description=gettext_lazy("balance"))
    def stands(self, charge: Charge) -> str:
        """How it stands, as a sentence."""
        days = (timezone.localdate() - timezone.localdate(charge.issued_at)).days
        return balance_in_words(owed=listed_as_owed(charge), paid=listed_as_paid(charge), days=days)

    @admin.display(description=gettext_lazy("Issued"), ordering="issued_at")
    def issued_on(self, charge: Charge) -> date:
        return timezone.localdate(charge.issued_at)


@admin.register(UnpaidPolicy)
class UnpaidPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "ages", "letters", "letter_after_days", "refund_by_two_from", "source")
