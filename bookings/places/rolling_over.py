"""寝返りの届出: days that only the corrected age allows are given back, for safety (SEED); all are told."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, GivenBackCause, NoticeKind, WaitingEntry
from enrollment.eligibility import Rule
from enrollment.families.life_events import begins_to_roll_over, takes_back_rolling_over
from enrollment.models import Infant, Registration
from enrollment.reasons import reason
from sankecare.transactions import in_transaction

from .booking_context import load_context
from .family_calendar import rules_against
from .given_back import Consequences, TouchedDays, bring_back, note_given_back
from .locking import lock_booking
from .notices import tell_facility, tell_family
from .queries import days_held
from .refusals import in_words
from .release import end_booking, release_days
from .who_may import look_again_later

LIVE = (BookingState.OFFERED, BookingState.BOOKED, BookingState.ARRIVED)


@in_transaction
def report_rolling_over(*, infant: Infant, since: date, by: User, at: datetime) -> Consequences:
    """The infant rolls over actively since the day; booked days that are no longer allowed are given back.

    Safety goes before the day until which a family may give back online. A family in house stays the day: what is
    given back begins tomorrow.

    Errors: NotPossible ``day_impossible``.
    """
    registrations = begins_to_roll_over(infant=infant, since=since, by=by, at=at)
    look_again_later(infant.birth.family, at)
    return Consequences(judged_again(registrations, {Rule.ROLLING_OVER}, GivenBackCause.ROLLS_OVER, by=by, at=at))


@in_transaction
def take_back_rolling_over(*, infant: Infant, by: User, at: datetime) -> Consequences:
    """It was a mistake that the infant rolls over: what was given back for it comes back where nobody has it by now.

    Errors: Refused ``not_known``.
    """
    takes_back_rolling_over(infant=infant, by=by, at=at)
    look_again_later(infant.birth.family, at)
    return bring_back(family=infant.birth.family, causes=[GivenBackCause.ROLLS_OVER], by=by, at=at)


def judged_again(
    registrations: Iterable[Registration], rules: Collection[Rule], cause: GivenBackCause, *, by: User, at: datetime
) -> list[TouchedDays]:
    """Give back the days to come that one of these rules no longer allows, in the caller's transaction; tell all."""
    given_back = []
    for booking in _live(registrations):
        was_offered = booking.state == BookingState.OFFERED
        if taken := _judged_again(booking, rules, by=by, at=at):
            whole = booking.state == BookingState.CANCELLED
            said = {"was_offered": was_offered, "whole": whole}
            given_back.append(note_given_back(booking, taken, **said, cause=cause, by=by, at=at))
    return given_back


def _live(registrations: Iterable[Registration]) -> Iterable[Booking]:
    found = Booking.objects.filter(registration__in=list(registrations), state__in=LIVE)
    return [lock_booking(booking) for booking in found.order_by("pk")]


def _judged_again(booking: Booking, rules: Collection[Rule], *, by: User, at: datetime) -> list[date]:
    """Give back the days to come that a rule no longer allows; return them."""
    today = timezone.localdate(at)
    first = today + timedelta(days=1) if booking.state == BookingState.ARRIVED else today
    held = days_held(booking)
    coming = [day for day in held if day >= first]
    if not coming:
        return []
    known = load_context(booking.registration, booking.service, coming)
    with translation.override(settings.LANGUAGE_CODE):
        against = {day: reason(rule) for day in coming for rule in rules_against(known, day) if rule.rule in rules}
        if not against:
            return []
        message = _("%(days)s cannot be used any more. %(why)s") % {
            "days": in_words(against),
            "why": next(iter(against.values())),
        }
    whole = booking.state != BookingState.ARRIVED and len(against) == len(held)
    if whole:
        # What is taken back she has not declined: where she waited for it, she waits on.
        WaitingEntry.objects.filter(booking=booking, ended_at__isnull=True).update(booking=None)
        end_booking(booking, BookingState.CANCELLED, reason=message[:200], at=at)
    else:
        release_days(booking, list(against), at)
    kind = NoticeKind.CANCELLED if whole else NoticeKind.DAYS_GIVEN_UP
    notice = tell_family(booking=booking, kind=kind, message=message[:400], by=by, at=at)
    tell_facility(notice=notice, at=at)
    return list(against)
