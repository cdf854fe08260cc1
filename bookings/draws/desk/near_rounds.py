"""Rounds that are drawn soon or were drawn of late: what who answers the telephone knows. Reads only."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from bookings.models import DrawRound

# Own default: a week before and after.
NEAR = timedelta(days=7)


def rounds_soon(at: datetime) -> "QuerySet[DrawRound]":
    """Return the rounds to be drawn within a week, the first first."""
    soon = DrawRound.objects.filter(draw_at__range=(at, at + NEAR), drawn_at__isnull=True, called_off_at__isnull=True)
    return soon.select_related("pool__facility").order_by("draw_at", "pk")


def rounds_drawn_lately(at: datetime) -> "QuerySet[DrawRound]":
    """Return the rounds that were drawn within the last week, the last first."""
    lately = DrawRound.objects.filter(drawn_at__range=(at - NEAR, at))
    return lately.select_related("pool__facility").order_by("-drawn_at", "pk")
