"""変更: a booking made shorter or longer, or one day of it given back. What is added is counted as when booking."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import LIMIT_GROUP_OF_KIND, Booking
from facilities.models import ServiceKind
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from . import refusals
from .birth_use import days_of_birth
from .booking_context import load_context
from .locking import lock_booking
from .notices import tell_of_update
from .queries import CHANGEABLE, days_held
from .release import refuse_too_late, release_days
from .reserve import (
    MOST_DAYS,
    days_along,
    hold_days,
    lock_and_count,
    refuse_before_draw,
    refuse_beyond_limits,
    refuse_impossible_days,
    refuse_ineligible,
)
from .sibling_days import sibling_stays


def last_days_possible(booking: Booking, today: date) -> tuple[date, date | None]:
    """Return the earliest and the latest last day of a stay by its own days and those that the family has left.

    A place must be free besides. None: nothing limits how long it may be. Two queries.
    """
    days = booking.days_kept
    earliest = max(days[0], min(today - timedelta(days=1), days[-1]))
    group = str(LIMIT_GROUP_OF_KIND[ServiceKind(booking.service.kind)].label)
    counted = days_of_birth(booking.registration.birth, today)
    left = next((row.left for row in counted if row.services == group), None)
    return earliest, None if left is None else days[-1] + timedelta(days=max(left, 0))


@in_transaction
def shorten_booking(*, booking: Booking, last_day: date, by: User, at: datetime) -> Booking:
    """Let the booking end on ``last_day`` and release the days after it.

    Errors: Refused ``not_changeable``; NotPossible ``not_shorter`` (cancel to give up every day),
    ``day_passed``.
    """
    kept = _changeable(booking)
    days = kept.days_kept
    if not days[0] <= last_day < days[-1]:
        sentence = _("Choose a last day from %(first)s on, before %(last)s. To give up every day, cancel.") % {
            "first": refusals.in_words(days[:1]),
            "last": refusals.in_words(days[-1:]),
        }
        raise NotPossible("not_shorter", sentence, {"last_day": sentence})
    given_up = [day for day in days_held(kept) if day > last_day]
    if given_up and given_up[0] < timezone.localdate(at):
        sentence = _("Days that have passed cannot be given up.")
        raise NotPossible("day_passed", sentence, {"last_day": sentence})
    refuse_too_late(kept, given_up, by, at)
    release_days(kept, given_up, at)
    tell_of_update(kept, at)
    return kept


@in_transaction
def give_back_days(*, booking: Booking, days: Collection[date], by: User, at: datetime) -> Booking:
    """Give back some of the booking's days to come, wherever they lie: they are free at once, and not charged.

    Of a stay in house the days after a gap that this makes are a booking of their own.

    Errors: Refused ``not_changeable``, ``too_late_to_give_back``; NotPossible ``day_passed``, ``no_such_day``,
    ``every_day`` (cancel instead; a stay in house ends by its departure).
    """
    kept = _changeable(booking)
    given_up = sorted(set(days))
    if given_up and given_up[0] < timezone.localdate(at):
        sentence = _("Days that have passed cannot be given up.")
        raise NotPossible("day_passed", sentence, {"days": sentence})
    if not given_up or not set(given_up) <= set(days_held(kept)):
        sentence = _("This is no day of the booking.")
        raise NotPossible("no_such_day", sentence, {"days": sentence})
    if set(kept.days_kept) == set(given_up):
        sentence = _("To give up every day, cancel.")
        raise NotPossible("every_day", sentence, {"days": sentence})
    refuse_too_late(kept, given_up, by, at)
    release_days(kept, given_up, at)
    tell_of_update(kept, at)
    return kept


@in_transaction
def extend_booking(*, booking: Booking, last_day: date, by: User, at: datetime) -> Booking:
    """Let the booking end on ``last_day``, later than now; each added day needs a place, as when booking.

    Errors: as ``reserve_days``, and Refused ``not_changeable``, NotPossible ``not_longer``.
    """
    kept = _changeable(booking)
    days = kept.days_kept
    today = timezone.localdate(at)
    longer_by = min((last_day - days[-1]).days, MOST_DAYS + 1)
    added = [days[-1] + timedelta(days=number + 1) for number in range(longer_by)]
    if not added or added[0] < today:
        sentence = _("Choose a last day after %(last)s.") % {"last": refusals.in_words(days[-1:])}
        raise NotPossible("not_longer", sentence, {"last_day": sentence})
    refuse_impossible_days(added, today)
    known = load_context(kept.registration, kept.service, days + added, without=kept)
    stays = sibling_stays(dict(kept.days.kept().values_list("day", "with_sibling")), days + added)
    along = days_along([day for day, there in stays.items() if there], kept.sibling)
    refuse_ineligible(known, days + added, kept.sibling, sibling_days=along)
    # A stay that runs is extended from one day to the next: no notice is asked for.
    refuse_beyond_limits(known, days + added, at, opening_for=added)
    refuse_before_draw(known, added)
    new = {day: day in along for day in added}
    lock_and_count(kept.service, new)
    hold_days(kept, new)
    tell_of_update(kept, at)
    return kept


def _changeable(booking: Booking) -> Booking:
    locked = lock_booking(booking)
    if locked.state not in CHANGEABLE:
        raise refusals.not_changeable(locked)
    return locked
