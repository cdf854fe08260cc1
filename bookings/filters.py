"""What the API's lists of bookings and stays are narrowed and sorted by."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from facilities.filters import ServiceFilter
from sankecare.api.filters import DayFilter, FromDay, IdFilter, Ordering, ToDay, TruthFilter

from .models import BookingDay, BookingState


class BookingFilters(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=BookingState.choices)
    service = ServiceFilter("service")
    registration = IdFilter("registration")
    day_from = DayFilter(method="with_day", help_text="with a day held or used from this day on")
    day_to = DayFilter(method="with_day", help_text="with a day held or used up to this day")
    booked_from = FromDay("booked_at", help_text="booked on this day or later")
    booked_to = ToDay("booked_at", help_text="booked on this day or earlier")
    ordering = Ordering("booked_at", "first_day", "last_day")

    def with_day(self, rows: "QuerySet[Any]", name: str, _value: Any) -> "QuerySet[Any]":
        """Keep the bookings of which one and the same day lies between both ends, where both are given."""
        cleaned = self.form.cleaned_data
        first, last = cleaned["day_from"], cleaned["day_to"]
        if name == "day_to" and first:
            return rows  # done with the other end
        days = BookingDay.objects.filter(booking=OuterRef("pk")).kept()
        if first:
            days = days.filter(day__gte=first)
        if last:
            days = days.filter(day__lte=last)
        return rows.filter(Exists(days))


class StayFilters(django_filters.FilterSet):
    service = ServiceFilter("booking__service")
    booking = IdFilter("booking")
    departed = TruthFilter("departed_at", lookup_expr="isnull", exclude=True, help_text="whether the family has left")
    arrived_from = FromDay("arrived_at", help_text="arrived on this day or later")
    arrived_to = ToDay("arrived_at", help_text="arrived on this day or earlier")
    departed_from = FromDay("departed_at", help_text="left on this day or later")
    departed_to = ToDay("departed_at", help_text="left on this day or earlier")
    ordering = Ordering("arrived_at", "departed_at")
