"""対象外: what is entered, waited for or offered is looked at again, whether its family may still use the days.

What does not count says since when and why, to the family on her page and by a mail, to staff in the admin. It keeps
its turn and counts again by itself where the reason is gone (a move taken back, days given back).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from bookings.draws.counting import counted, note_away
from bookings.models import Booking, BookingState, DrawEntry, DrawRound, Turn, WaitingEntry
from bookings.places.availability import places_of
from bookings.places.booking_context import load_context, load_contexts
from bookings.places.locking import lock_booking, lock_registration
from bookings.places.notices import tell_who_counts
from bookings.places.queries import days_held
from bookings.places.refusals import guarded_transaction
from bookings.places.release import EndCode, end_booking
from bookings.places.who_may import note_offer_fallen, why_not
from enrollment.models import Registration
from sankecare.isolation import isolated
from sankecare.transactions import in_transaction

RELATED = ("registration__birth__family", "service__facility", "sibling", "joined_by")
OPEN_ENTRIES = {
    "withdrawn_at__isnull": True,
    "outcome": "",
    "round__drawn_at__isnull": True,
    "round__called_off_at__isnull": True,
}
WAITS = {"ended_at__isnull": True, "booking__isnull": True}
STANDS_IN_LINE = {"turn__ended_at__isnull": True, "turn__booking__isnull": True, "withdrawn_at__isnull": True}


def waits_shown(today: date) -> "Prefetch[Any, Any, Any]":
    """Return what registrations have to prefetch to say what of their waits does not count: no others.

    Until the days that it is about have passed.
    """
    waits = WaitingEntry.objects.filter(ended_at=None, period__endswith__gt=today).exclude(away_why="")
    return Prefetch("waiting_entries", waits.select_related("service__facility"))


def look_at_everybody_again(*, at: datetime) -> int:
    """Look again at all that is entered, waited for and offered; returns in how many registrations it changed.

    A batch: it opens a transaction for each registration, so that one that goes wrong keeps no other. Run again it
    does nothing.
    """
    live = {*DrawEntry.objects.filter(**OPEN_ENTRIES).values_list("registration", flat=True)}
    live |= {*WaitingEntry.objects.filter(**WAITS).values_list("registration", flat=True)}
    live |= {*Turn.objects.filter(**WAITS).values_list("entry__registration", flat=True)}
    live |= {*Booking.objects.filter(state=BookingState.OFFERED).values_list("registration", flat=True)}
    return sum(_look_again_alone(pk, at) for pk in sorted(live))


def look_at_family_again(family: int, at: datetime) -> int:
    """Do the same for the registrations of one family, once what was changed of it stands."""
    registrations = Registration.objects.filter(birth__family=family).order_by("pk").values_list("pk", flat=True)
    return sum(_look_again_alone(pk, at) for pk in registrations)


@in_transaction
def look_again(*, registration: int, at: datetime) -> bool:
    """Look again at what the registration entered, waits for and is offered; tell whether something changed."""
    locked = lock_registration(registration)
    changed = [_fallen_offer(booking, at) for booking in _offers(locked)]
    changed += _entries_changed(locked, at)
    changed.append(look_at_turns(locked, at))
    if any(changed):
        tell_who_counts(locked, at)
    return any(changed)


def look_at_turns(locked: Registration, at: datetime) -> bool:
    """Note of what a family waits and stands in line for whether it counts; tell whether something changed.

    Under the registration's lock, in the caller's transaction; the caller tells the family.
    """
    changed = _turns_changed(locked, at)
    waiting = WaitingEntry.objects.filter(registration=locked, **WAITS)
    return any([*changed, *changed_of(list(waiting.select_related(*RELATED)), at)])


def changed_of(waiting: Sequence[WaitingEntry], at: datetime) -> list[WaitingEntry]:
    """Note of each who waits whether it counts; return those of which that is new. Takes them with ``RELATED``."""
    known = load_contexts([(entry.registration, entry.service, days_of(entry)) for entry in waiting])
    changed = []
    for entry, context in zip(waiting, known, strict=True):
        days = days_of(entry)
        closed = {row.day for row in places_of(entry.service, days[0], days[-1]) if row.slots == 0}
        if note_away(entry, why_not(context, days, entry.sibling, at=at, closed=closed), at):
            entry.save(update_fields=["away_since", "away_why"])
            changed.append(entry)
    return changed


def days_of(entry: WaitingEntry) -> list[date]:
    """Return the days that are waited for, in order."""
    first = entry.period.lower
    return [first + timedelta(days=number) for number in range((entry.period.upper - first).days)]


def _look_again_alone(registration: int, at: datetime) -> bool:
    changed: list[bool] = []
    with isolated("not_looked_at_again", registration), guarded_transaction():
        changed.append(look_again(registration=registration, at=at))
    return any(changed)


def _entries_changed(locked: Registration, at: datetime) -> list[bool]:
    """Once the entries of a round are published, what was left out of them stays out."""
    related = ("round__pool__facility", "registration__birth__family", "sibling")
    entries = list(DrawEntry.objects.filter(registration=locked, **OPEN_ENTRIES).select_related(*related))
    changed = []
    for entry in entries:
        draw_round = DrawRound.objects.select_for_update(no_key=True).get(pk=entry.round_id)
        if draw_round.drawn_at is not None or (draw_round.closed_at is not None and entry.tickets is None):
            continue
        if note_away(entry, counted([entry], at)[entry.pk].why, at):
            entry.save(update_fields=["away_since", "away_why"])
            changed.append(True)
    return changed


def _turns_changed(locked: Registration, at: datetime) -> list[bool]:
    """Who stands in line after a draw keeps her turn, whether she may use the days now or not."""
    related = ("round__pool__facility", "registration__birth__family", "sibling")
    entries = DrawEntry.objects.filter(registration=locked, turn__isnull=False, **STANDS_IN_LINE)
    changed = []
    for entry in entries.select_related(*related):
        if note_away(entry, counted([entry], at)[entry.pk].why, at):
            entry.save(update_fields=["away_since", "away_why"])
            changed.append(True)
    return changed


def _offers(locked: Registration) -> list[Booking]:
    offers = Booking.objects.filter(registration=locked, state=BookingState.OFFERED).order_by("pk")
    return [lock_booking(booking) for booking in offers]


def _fallen_offer(booking: Booking, at: datetime) -> bool:
    """Give an offer back that the family may not use any more; where it waited, it waits on, and says why."""
    days = [day for day in days_held(booking) if day >= timezone.localdate(at)]
    if booking.state != BookingState.OFFERED or not days:
        return False
    known = load_context(booking.registration, booking.service, days, without=booking)
    why = why_not(known, days, booking.sibling, at=at)
    if why is None:
        return False
    note_offer_fallen(booking, why, at)
    end_booking(booking, BookingState.CANCELLED, reason=EndCode.AWAY, at=at)
    return True
