"""予約・抽選・キャンセル待ち on the family's page: each with where it stands and what can be done with it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from bookings.draws.entry_moments import moment_at, with_what_moments_ask
from bookings.draws.moment_words import STAFF_WORDS
from bookings.models import Booking, BookingState, DrawEntry, HighNeed, WaitingEntry, Wish
from bookings.places.queries import bookings_with_days
from bookings.waiting.line_queries import ahead_in_waiting
from enrollment.models import Family, Registration
from facilities.models import Service
from pages.mother.home_parts import LEVELS, OPEN, booking_row
from pages.public.availability_views import name_of
from pages.public.draw_views import name_of_round
from sankecare.periods import last_day

from .links import Link, links, url_for

OF_FAMILY = "registration__birth__family"
SERVICES = Prefetch("round__pool__services", Service.objects.order_by("position", "pk"))


def booking_rows(person: User, family: Family, today: date) -> list[dict[str, Any]]:
    """Return the family's bookings: those that run or are to come first, by their days, then the rest, newest first.

    In a fixed number of queries.
    """
    asked = visible(person, Action.BOOKING_VIEW, bookings_with_days().filter(**{OF_FAMILY: family}))
    found = list(asked.select_related("stay", "booked_by").prefetch_related("notices"))
    rows = [_booking_row(person, booking, today) for booking in found]
    ahead = [row for row in rows if row["is_ahead"]]
    ahead.sort(key=lambda row: (row["days"][:1], row["booking"].pk))
    return [*ahead, *(row for row in rows if not row["is_ahead"])]


def _booking_row(person: User, booking: Booking, today: date) -> dict[str, Any]:
    row = booking_row(booking, today, None, has_session=False)
    stay = getattr(booking, "stay", None)
    state = BookingState(booking.state)
    return {
        **row,
        "level": LEVELS.get(state, ""),
        "is_ahead": state == BookingState.OFFERED or (state in OPEN and bool(row["next_day"] or row["in_house"])),
        "url": url_for(person, "family:booking", booking.pk)
        or url_for(person, "admin:bookings_booking_change", booking.pk),
        "stay": stay,
        "actions": _actions(person, booking, can_change=row["can_cancel"]),
    }


def _actions(person: User, booking: Booking, *, can_change: bool) -> list[Link]:
    pk, asked = [booking.pk], []
    if can_change:
        asked = [
            (_("Other days"), "family:move", pk),
            (_("Who comes"), "family:party", pk),
            (_("Cancel this booking"), "family:cancel", pk),
        ]
    elif booking.state == BookingState.ARRIVED:
        asked = [(_("Change the stay"), "operator:change", pk)]
    elif booking.state == BookingState.OFFERED:
        asked = [(_("Answer for her"), "family:offer", pk)]
    return links(person, asked)


def draw_rows(person: User, family: Family, at: datetime) -> list[dict[str, Any]]:
    """Return the family's entries in draws, newest first. In a fixed number of queries."""
    entries = visible(person, Action.DRAW_ENTRIES, DrawEntry.objects.filter(**{OF_FAMILY: family}))
    shown = with_what_moments_ask(entries).prefetch_related(SERVICES).order_by("-round__draw_at", "-pk")
    return [
        {
            "entry": entry,
            "name": name_of_round(entry.round),
            "first": entry.round.period.lower,
            "last": last_day(entry.round.period),
            "words": _("withdrawn") if entry.withdrawn_at else STAFF_WORDS[moment_at(entry, at)],
            "url": url_for(person, "family:draw", entry.registration_id, entry.round_id)
            or url_for(person, "admin:bookings_drawentry_change", entry.pk),
        }
        for entry in shown
    ]


def waiting_rows(person: User, family: Family) -> list[dict[str, Any]]:
    """Return what the family waits for or waited for, what is open first. Two queries."""
    asked = visible(person, Action.DRAW_ENTRIES, WaitingEntry.objects.filter(**{OF_FAMILY: family}))
    found = list(asked.select_related("service__facility", "booking").order_by("-joined_at", "-pk"))
    ahead = ahead_in_waiting(found)
    rows = [
        {
            "entry": entry,
            "name": name_of(entry.service),
            "first": entry.period.lower,
            "last": last_day(entry.period),
            "is_open": entry.ended_at is None and entry.booking_id is None,
            "number": ahead[entry.pk] + 1,
            "away": entry.get_away_why_display() if entry.away_why else "",
            "url": url_for(person, "family:waiting", entry.registration_id)
            or url_for(person, "admin:bookings_waitingentry_change", entry.pk),
        }
        for entry in found
    ]
    return [*(row for row in rows if row["is_open"]), *(row for row in rows if not row["is_open"])]


def open_wishes(person: User, family: Family) -> Sequence[Wish]:
    """Return the wishes that are open: what waits and draws are entered for by themselves. One query."""
    hers = visible(person, Action.BOOKING_WISH, Registration.objects.filter(birth__family=family))
    return list(Wish.objects.filter(registration__in=hers, ended_at=None))


def needs_in_force(person: User, family: Family, today: date) -> Sequence[HighNeed]:
    """Return the high needs that count today. One query."""
    needs = HighNeed.objects.filter(family=family, ended_at=None, period__contains=today)
    return list(visible(person, Action.NEED_VIEW, needs))
