"""Draws that a demo's mother can enter now: announced through the live operation, drawn by the clock."""

from datetime import date, timedelta

from bookings.draws.rounds import announce_round
from bookings.models import DrawPolicy
from facilities.models import Service

from .families import at

DRAWN = ("ward-centre/short-stay", "mamas-room/day-care")
# Far enough ahead that what families have booked first come lies before it.
WEEKS_AHEAD = 5
FRIDAY = 4
A_WEEK = 7


def make_demo_draws(today: date) -> None:
    """Announce a week of each service that is drawn; open since yesterday, drawn on the Friday after tomorrow."""
    if not DrawPolicy.objects.filter(period__contains=today).exists():
        return  # a ward that has laid down nothing about draws has none
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=WEEKS_AHEAD)
    friday = today + timedelta(days=2 + (FRIDAY - today.weekday() - 2) % A_WEEK)
    for service in Service.objects.filter(slug__in=DRAWN):
        announce_round(
            service=service,
            first_day=monday,
            last_day=monday + timedelta(days=A_WEEK - 1),
            opens_at=at(today - timedelta(days=1), 9),
            closes_at=at(friday - timedelta(days=1), 17),
            draw_at=at(friday, 10),
            by=None,
            at=at(today, 9),
        )
