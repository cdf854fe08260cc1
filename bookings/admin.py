"""Bookings for staff to read, and the dated rules of giving places. Changes go through the operations."""

from typing import ClassVar

from django.contrib import admin

from accounts.admin_site import ModelAdmin, TabularInline
from facilities.admin import shown_period

from . import draw_admin  # noqa: F401 - registers its pages
from .models import AllocationPolicy, Booking, BookingDay, UsageLimits, WaitingEntry


class BookingDayInline(TabularInline):
    model = BookingDay
    fields = ("day", "status", "with_sibling")


@admin.register(Booking)
class BookingAdmin(ModelAdmin):
    list_display = ("number", "family", "service", "state", "booked_at")
    list_select_related = ("registration__birth__family", "service__facility")
    list_filter = ("state", "service")
    date_hierarchy = "booked_at"
    search_fields = ("=pk", "registration__birth__family__mother_name_kana")
    inlines: ClassVar = [BookingDayInline]

    @admin.display(description="組")
    def family(self, booking: Booking) -> str:
        return booking.registration.birth.family.mother_name


@admin.register(UsageLimits)
class UsageLimitsAdmin(ModelAdmin):
    list_display = ("group", shown_period, "days_per_birth", "consecutive_days", "source")


@admin.register(AllocationPolicy)
class AllocationPolicyAdmin(ModelAdmin):
    list_display = ("service", shown_period, "method", "note", "source")
    list_select_related = ("service__facility",)


@admin.register(WaitingEntry)
class WaitingEntryAdmin(ModelAdmin):
    list_display = ("family", "service", shown_period, "joined_at", "booking", "ended_as")
    list_select_related = ("registration__birth__family", "service__facility", "booking")
    list_filter = ("service", "ended_as")

    @admin.display(description="組")
    def family(self, entry: WaitingEntry) -> str:
        return entry.registration.birth.family.mother_name
