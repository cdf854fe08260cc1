"""Bookings for staff to read, and the dated rules of giving places. Changes go through the operations."""

from functools import partial
from typing import ClassVar

from django.contrib import admin
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_site import ModelAdmin, TabularInline
from bookings.models import (
    AllocationPolicy,
    Booking,
    BookingDay,
    ChangeNotice,
    ReminderPolicy,
    UsageLimits,
    VisitPolicy,
    VisitPreparation,
    VisitTime,
    WaitingEntry,
)
from enrollment.family_search import FindsFamilies
from enrollment.list_filters import LivesInDistrict
from facilities.admin import shown_period

from .cuts.cut_admin import capacity_page
from .draws import admin as draw_admin  # noqa: F401 - registers its pages
from .list_filters import StaysOn


class BookingDayInline(TabularInline):
    model = BookingDay
    fields = ("day", "status", "with_sibling")


class ChangeNoticeInline(TabularInline):
    model = ChangeNotice
    fields = ("made_at", "kind", "message", "made_by")


@admin.register(Booking)
class BookingAdmin(FindsFamilies, ModelAdmin):
    list_display = ("shown_number", "family", "service", "state", "booked_at")
    list_select_related = ("registration__birth__family", "service__facility")
    list_filter = (StaysOn, "state", "service", LivesInDistrict)
    date_hierarchy = "booked_at"
    sign = "B"
    days: ClassVar[tuple[str, ...]] = ("days__day",)
    moments: ClassVar[tuple[str, ...]] = ("booked_at",)
    inlines: ClassVar = [BookingDayInline, ChangeNoticeInline]
    readonly_fields: ClassVar = ["on_behalf"]

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(capacity_page, self))
        return [path("capacity/", page, name="bookings_booking_capacity"), *super().get_urls()]

    @admin.display(description=gettext_lazy("For a family that calls"))
    def on_behalf(self, booking: Booking) -> SafeString:
        address = reverse("family:booking", args=[booking.pk])
        return format_html('<a href="{}" class="ward-link">{}</a>', address, _("Other days, who comes, cancel"))

    @admin.display(description=gettext_lazy("family"))
    def family(self, booking: Booking) -> str:
        return booking.registration.birth.family.mother_name


@admin.register(UsageLimits)
class UsageLimitsAdmin(ModelAdmin):
    list_display = ("group", shown_period, "days_per_birth", "consecutive_days", "source")


@admin.register(AllocationPolicy)
class AllocationPolicyAdmin(ModelAdmin):
    list_display = ("service", shown_period, "method", "note", "source")
    list_select_related = ("service__facility",)


@admin.register(ReminderPolicy)
class ReminderPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "stay_days_before", "give_back_days_before", "unpaid_days", "source")


@admin.register(VisitTime)
class VisitTimeAdmin(ModelAdmin):
    list_display = ("service", "starts_at", shown_period, "source")
    list_select_related = ("service__facility",)
    list_filter = ("service",)


@admin.register(VisitPolicy)
class VisitPolicyAdmin(ModelAdmin):
    list_display = ("service", shown_period, "at_once", "travel_minutes", "meeting_link", "source")
    list_select_related = ("service__facility",)


@admin.register(VisitPreparation)
class VisitPreparationAdmin(ModelAdmin):
    list_display = ("service", "text", "text_en", shown_period, "source")
    list_select_related = ("service__facility",)
    list_filter = ("service",)


@admin.register(WaitingEntry)
class WaitingEntryAdmin(FindsFamilies, ModelAdmin):
    list_display = ("family", "service", shown_period, "joined_at", "booking", "ended_as", "away_why")
    list_select_related = ("registration__birth__family", "service__facility", "booking")
    list_filter = ("service", "ended_as", "away_why")
    days: ClassVar[tuple[str, ...]] = ("period__contains",)

    @admin.display(description=gettext_lazy("family"))
    def family(self, entry: WaitingEntry) -> str:
        return entry.registration.birth.family.mother_name
