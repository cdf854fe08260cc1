"""The board: the house of a day on one screen, a row a family; it renews itself in place."""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access_log import note_shown
from accounts.permissions import signed_in
from bookings.models import Booking, BookingDay, RoomUse
from bookings.places.queries import (
    STAYS,
    DayPlaces,
    ask_places,
    coming_bookings,
    due_visit,
    facility_day,
    meals_on,
    places_from,
)
from bookings.stays.house_day import current_bookings, house_on
from bookings.stays.step_queries import steps_to_undo
from care.badges import is_food_noted
from care.last_values import written_last
from care.models import HandoverNote
from care.record_queries import care_policy, last_looks, proposals_of
from care.visit_queries import day_to_visit
from enrollment.eligibility import YEARS_JUDGED
from facilities.models import Facility, PlacePool
from facilities.queries import own_facility
from pages.facility.family_badges import show_badges
from pages.facility.sleep_views import sleepers_of
from pages.facility.visiting.meeting_views import show_meetings
from sankecare.db import run_batch

from .rows import house_of

DAYS_SHOWN_AHEAD = 42


@never_cache
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """The own facility's day: today, or another one (``day``), which is read only."""
    now, person = timezone.now(), signed_in(request)
    today, place = timezone.localdate(now), own_facility(person)
    asked = day_or(request.GET.get("day", ""), today)
    is_today = asked == today
    shown = facility_day(place, today) if is_today else house_on(place, asked)
    proposals = proposals_of(place) if is_today else []
    sleepers = sleepers_of(shown, today) if is_today else []
    show_badges(shown.bookings, today)
    house = house_of(place, shown, asked, now, sleepers=sleepers, proposals=proposals)
    note_shown(request, [*shown.bookings, *proposals])
    visits = [
        (booking, *_visit_of(booking, today), day_to_visit(booking, today) if is_today else None)
        for booking in shown.visits
    ]
    show_meetings(row for _booking, row, *_more in visits if row)
    context = {
        "pulse": pulse_of(place, now) if is_today else "",
        "today": today,
        "shown_day": asked,
        "is_today": is_today,
        "before": asked - timedelta(days=1),
        "after": asked + timedelta(days=1),
        "facility": place,
        "day": shown,
        "house": house,
        "places": _places(place, asked),
        "meals": meals_on(shown, asked, is_food_noted),
        "sleepers": sleepers,
        "overdue": sum(row.state.overdue for row in sleepers),
        "key": secrets.token_urlsafe(24),
        "steps": steps_to_undo(place, now) if is_today else [],
        "proposals": proposals,
        "visits": visits,
    }
    return render(request, "facility/board/day.html", context)


@require_safe
def pulse(request: HttpRequest) -> HttpResponse:
    """A sign that changes with the board, and nothing of any family: asked every minute, so that it renews itself."""
    return JsonResponse({"pulse": pulse_of(own_facility(signed_in(request)), timezone.now())})


@require_safe
def coming(request: HttpRequest) -> HttpResponse:
    """What is booked for the coming weeks, from the moment that it is booked."""
    today = timezone.localdate()
    shown = list(coming_bookings(own_facility(signed_in(request)), today, today + timedelta(days=DAYS_SHOWN_AHEAD)))
    note_shown(request, shown)
    show_badges(shown, today)
    return render(request, "facility/coming.html", {"bookings": shown, "days_ahead": DAYS_SHOWN_AHEAD})


def pulse_of(place: Facility, now: datetime) -> str:
    """A digest of what the board shows of the own facility's current stays. A fixed number of queries.

    What it leaves out would stay on the screen until somebody loads the page anew.
    """
    today = timezone.localdate(now)
    current = current_bookings(place, today)
    policy = care_policy(today)
    looks = last_looks(current, policy.sleep_check_minutes if policy else None, now)
    parts = [
        today,
        [_standing(row) for row in current],
        sorted((key, state.lateness) for key, state in looks.items() if state.overdue),
        written_last(current),
        list(RoomUse.objects.filter(stay__booking__in=current).order_by("pk").values_list("pk", "during")),
        HandoverNote.objects.filter(facility=place).values_list("pk", flat=True).first(),
        [step.pk for step in steps_to_undo(place, now)],
        [(row.day, row.free, row.slots) for row in _places(place, today)],
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def day_or(given: str, otherwise: date) -> date:
    """Return the day that an address names; another one where it names none."""
    try:
        asked = date.fromisoformat(given)
    except ValueError:
        return otherwise
    return asked if asked.year in YEARS_JUDGED else otherwise


def _standing(booking: Booking) -> tuple[Any, ...]:
    """What a row says of a booking itself."""
    days = [(row.day, row.status, row.starts_at, row.with_sibling) for row in booking.days.all()]
    infants = [(infant.pk, infant.rolls_over_since) for infant in booking.registration.birth.infants.all()]
    return booking.pk, booking.state, booking.infant_count, booking.sibling_id, booking.food, infants, days


def _visit_of(booking: Booking, today: date) -> tuple[BookingDay | None, bool]:
    """The visit that the board shows, and whether it is still to be recorded; a departed one is over either way."""
    due = due_visit(booking, today)
    counting = [row for row in booking.days.all() if row.is_kept and row.day <= today]
    return due or (counting[-1] if counting else None), due is not None


def _places(place: Facility, first: date) -> list[DayPlaces]:
    """Free and all slots of the day and the next, for each pool of stays. Two queries."""
    pools = list(PlacePool.objects.filter(facility=place, services__kind__in=STAYS).distinct().order_by("pk"))
    found = places_from(run_batch(ask_places([pool.pk for pool in pools], [first, first + timedelta(days=1)]))[0])
    return [row for pool in pools for row in found.get(pool.pk, [])]
