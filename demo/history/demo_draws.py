"""Draws that a demo's mother can enter now, drawn by the clock, and one that was drawn before, to be checked."""

from datetime import date, timedelta

from bookings.draws.announcing import announce_round
from bookings.draws.freeing import free_days
from bookings.draws.round_gaps import days_by_lot
from bookings.models import DrawPolicy
from facilities.models import PlacePool

from .demo_drawn import make_drawn_round
from .families import at

DRAWN = ("ward-centre", "mamas-room")
DRAWN_BEFORE = "ward-centre"
# Far enough ahead that what families have booked first come lies before it.
WEEKS_AHEAD = 5
FRIDAY = 4
A_WEEK = 7
BEFORE_THE_FIRST = "このシステムで最初の抽選より前の日のため、先着で受け付けます。"


def make_demo_draws(today: date) -> None:
    """Announce a week of the rooms of each facility that draws; open since yesterday, drawn on a Friday to come."""
    if not DrawPolicy.objects.filter(period__contains=today).exists():
        return  # a ward that has laid down nothing about draws has none
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=WEEKS_AHEAD)
    friday = today + timedelta(days=2 + (FRIDAY - today.weekday() - 2) % A_WEEK)
    for pool in PlacePool.objects.filter(facility__slug__in=DRAWN, slug="rooms").select_related("facility"):
        eve = monday - timedelta(days=1)
        if days_by_lot(pool, today, eve):  # what was booked lies before the first draw
            free_days(pool=pool, first_day=today, last_day=eve, reason=BEFORE_THE_FIRST, by=None, at=at(today, 9))
        first = monday
        if pool.facility.slug == DRAWN_BEFORE:
            make_drawn_round(pool, monday, today)
            first = monday + timedelta(days=A_WEEK)
        announce_round(
            pool=pool,
            first_day=first,
            last_day=first + timedelta(days=A_WEEK - 1),
            opens_at=at(today - timedelta(days=1), 9),
            closes_at=at(friday - timedelta(days=1), 17),
            draw_at=at(friday, 10),
            by=None,
            at=at(today, 9),
        )
