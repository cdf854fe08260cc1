"""What the list of bookings is narrowed by."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.administration.filters import ByChoice

from .models import BookingDay

AHEAD = {"today": timedelta(0), "week": timedelta(days=7), "month": timedelta(days=31)}


class StaysOn(ByChoice):
    """Bookings with a day today, or in the days ahead."""

    title = _("days")
    parameter_name = "staying"
    offered = (("today", _("today")), ("week", _("the coming 7 days")), ("month", _("the coming 31 days")))

    def narrowed(self, queryset: "QuerySet[Any]", chosen: str) -> "QuerySet[Any]":
        today = timezone.localdate()
        days = BookingDay.objects.filter(booking=OuterRef("pk"), day__range=(today, today + AHEAD[chosen])).kept()
        return queryset.filter(Exists(days))
