"""予約: days of a service given to a family, each holding one slot, or refused with what to do."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.eligibility import NotJudgeable, judge
from enrollment.models import Registration, RegistrationState, Sibling
from enrollment.queries import application_of, terms_of
from facilities.models import Service, ServiceKind
from facilities.queries import terms_row
from sankecare.errors import NotPossible

from . import refusals
from .limits import CountedAs, check_days
from .locking import lock_pools, lock_registration
from .models import LIMIT_GROUP_OF_KIND, Booking, BookingDay, BookingState, DrawRound
from .queries import days_of_family, has_used_facility, limits_for, places_on

MOST_DAYS = 31


def reserve_days(
    *,
    registration: Registration,
    service: Service,
    days: Collection[date],
    by: User,
    at: datetime,
    infant_count: int | None = None,
    sibling: Sibling | None = None,
    coupons: int = 0,
) -> Booking:
    """Book the days for the registration's family; all of them or none.

    ``infant_count``: how many infants take part, all of the birth unless said. ``sibling`` comes along on every
    day. Errors: NotPossible ``not_approved``, ``day_passed``, ``too_many_days``, ``day_closed``, ``not_eligible``,
    ``infants``, ``sibling_of_another``; Refused ``day_full``, ``day_taken``, ``sibling_rooms_full`` and the
    limits' codes.
    """
    with refusals.guard_in_words(), transaction.atomic(durable=True):
        return reserve_within_transaction(
            registration=registration,
            service=service,
            days=days,
            by=by,
            at=at,
            infant_count=infant_count,
            sibling=sibling,
            coupons=coupons,
        )


def reserve_within_transaction(
    *,
    registration: Registration,
    service: Service,
    days: Collection[date],
    by: User,
    at: datetime,
    infant_count: int | None = None,
    sibling: Sibling | None = None,
    coupons: int = 0,
    offered_until: datetime | None = None,
) -> Booking:
    """Do the same within the transaction of the caller (sankecare.idempotency).

    ``offered_until``: the places are held for the family, who has to accept them by then (offers.py); what was drawn
    or came free needs no notice.
    """
    asked_on = timezone.localdate(at)
    kept = lock_registration(registration.pk)
    if kept.state != RegistrationState.APPROVED:
        raise NotPossible("not_approved", _("The registration is not approved yet. Please wait for the decision."))
    prefetch_related_objects([kept], "birth__infants")
    wanted = sorted(days)
    refuse_impossible_days(wanted, asked_on)
    taking_part = _infants_taking_part(kept, infant_count)
    _refuse_foreign_sibling(kept, sibling)
    refuse_ineligible(kept, service, wanted, sibling)
    refuse_beyond_limits(kept, service, wanted, asked_on, notice=offered_until is None)
    lock_pools([service.pool_id])
    if offered_until is None:
        refuse_before_draw(service, wanted)
    refuse_without_place(service, wanted, with_sibling=sibling is not None)
    booking = Booking.objects.create(
        registration=kept,
        service=service,
        infant_count=taking_part,
        sibling=sibling,
        coupons=coupons,
        booked_at=at,
        booked_by=by,
        state=BookingState.OFFERED if offered_until else BookingState.BOOKED,
        offered_until=offered_until,
    )
    hold_days(booking, wanted)
    return booking


def hold_days(booking: Booking, days: Collection[date]) -> None:
    """Write the rows that hold the slots; the database guard counts once more."""
    BookingDay.objects.bulk_create(
        BookingDay(booking=booking, day=day, with_sibling=booking.sibling_id is not None) for day in days
    )


def refuse_impossible_days(days: list[date], asked_on: date) -> None:
    """Refuse a day that has passed and a slip of the keyboard."""
    if days and days[0] < asked_on:
        sentence = _("%(days)s has passed. Please choose days from today on.") % {
            "days": refusals.in_words(day for day in days if day < asked_on)
        }
        raise NotPossible("day_passed", sentence, {"days": sentence})
    if len(days) > MOST_DAYS:
        sentence = _("Please choose at most %(limit)s days at once.") % {"limit": MOST_DAYS}
        raise NotPossible("too_many_days", sentence, {"days": sentence})


def refuse_ineligible(registration: Registration, service: Service, days: list[date], sibling: Sibling | None) -> None:
    """Ask the rules about every day from the first to the last."""
    if not days:
        return
    terms = terms_of([service])[service.pk]
    asks_for_use = any(row.requires_facility_use for row in terms)
    application = application_of(
        registration,
        days[0],
        days[-1],
        sibling_birth_date=sibling.birth_date if sibling else None,
        sibling_days=days if sibling else None,
        has_used_facility=has_used_facility(registration.birth.family, service.facility) if asks_for_use else None,
    )
    try:
        verdict = judge(application, terms)
    except NotJudgeable as error:
        raise refusals.not_judgeable(error) from error
    if not verdict.eligible:
        raise refusals.not_eligible(verdict)


def refuse_beyond_limits(
    registration: Registration,
    service: Service,
    days: list[date],
    asked_on: date,
    *,
    without: Booking | None = None,
    notice: bool = True,
) -> None:
    """Ask the limits in force on the first day; ``without`` leaves out the booking that is being changed."""
    limits = limits_for(service, days[0] if days else asked_on)
    violations = check_days(
        days,
        days_of_family(registration, without=without),
        limits,
        counted_as=CountedAs(LIMIT_GROUP_OF_KIND[ServiceKind(service.kind)]),
        asked_on=asked_on,
    )
    violations = [row for row in violations if notice or row.code != "too_short_notice"]
    if violations:
        raise refusals.beyond_limits(violations)


def refuse_before_draw(service: Service, days: list[date]) -> None:
    """Days that are to be drawn are given by the draw first; what is left of them comes afterwards."""
    rounds = DrawRound.objects.filter(service=service, drawn_at__isnull=True, called_off_at__isnull=True)
    for draw_round in rounds.filter(period__overlap=(days[0], days[-1] + timedelta(days=1))):
        drawn = [day for day in days if draw_round.period.lower <= day < draw_round.period.upper]
        if drawn:
            raise refusals.draw_first(drawn, draw_round.draw_at)


def refuse_without_place(service: Service, days: list[date], *, with_sibling: bool) -> None:
    """Count under the pool's lock: each day open, with a slot left, and a room for the sibling."""
    places = places_on(service.pool_id, days)
    if closed := [row.day for row in places if row.slots == 0]:
        raise refusals.days_closed(closed)
    if full := [row.day for row in places if row.free == 0]:
        raise refusals.days_full(full)
    if not with_sibling:
        return
    terms = terms_row(service, days[0])
    rooms = terms.sibling_rooms if terms else None
    if rooms is not None and (full := [row.day for row in places if row.with_sibling >= rooms]):
        raise refusals.sibling_rooms_full(full)


def _infants_taking_part(registration: Registration, asked: int | None) -> int:
    born = len(registration.birth.infants.all())
    if asked is not None and not 1 <= asked <= born:
        sentence = _("%(born)s infants are registered. Please enter how many of them come.") % {"born": born}
        raise NotPossible("infants", sentence, {"infants": sentence})
    # A birth not yet reported is refused by the rules, with the reason; one stands in until then.
    return asked or max(born, 1)


def _refuse_foreign_sibling(registration: Registration, sibling: Sibling | None) -> None:
    if sibling is not None and sibling.family_id != registration.birth.family_id:
        raise refusals.sibling_of_another()
