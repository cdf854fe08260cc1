"""予約: days of a service given to a family, each holding one slot, or refused with what to do."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from types import MappingProxyType

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import LIMIT_GROUP_OF_KIND, Booking, BookingDay, BookingState
from enrollment.age import days_before_school
from enrollment.eligibility import NotJudgeable, judge
from enrollment.models import Registration, RegistrationState, Sibling
from enrollment.queries import application_of
from facilities.models import FacilityOption, Service, ServiceKind
from sankecare import outbox
from sankecare.db import Question, run_batch
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from . import refusals
from .booking_context import (
    BookingContext,
    load_context,
    lock_and_load_context,
    places_under_lock,
    places_under_lock_and,
)
from .day_policies import told_exactly
from .limits import CountedAs, check_days
from .queries import DayPlaces, days_from, places_on, sibling_rooms_left
from .times_offered import refuse_other_times

MOST_DAYS = 31
NO_TIMES: Mapping[date, time] = MappingProxyType({})
BOOKED_MAIL = "booking_made"


@in_transaction
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
    options: Collection[FacilityOption] = (),
    food: str = "",
    times: Mapping[date, time] | None = None,
    offered_until: datetime | None = None,
    by_draw: bool = False,
) -> Booking:
    """Book the days for the registration's family; all of them or none.

    ``infant_count``: how many infants take part, all of the birth unless said. ``sibling`` comes along on every day
    before its school starts. ``options``: what the family asks the facility for besides. ``food``: allergies and what
    they eat. ``times``: when a visit or consultation begins, of those that the service offers; a day without one gets
    its time later (choosing_time.py, ``care.appointments``).
    ``offered_until``: the places are held for the family, who has to accept them by then (offers.py); what was drawn
    or came free asks for neither notice nor opening. ``by_draw``: the draw itself gives them; nobody else does before.

    Errors: NotPossible ``not_approved``, ``day_passed``, ``too_many_days``, ``day_closed``, ``not_eligible``,
    ``infants``, ``sibling_of_another``, ``no_such_time``, ``coupons_are_hers``; Refused ``day_full``, ``day_taken``,
    ``time_taken``, ``sibling_rooms_full``, ``draw_first`` and the limits' codes.
    """
    asked_on = timezone.localdate(at)
    wanted = sorted(days)
    known = lock_and_load_context(registration, service, wanted)
    locked = known.registration
    refuse_unregistered(locked)
    refuse_impossible_days(wanted, asked_on)
    taking_part = infants_taking_part(len(known.facts.infants), infant_count)
    refuse_foreign_sibling(locked, sibling)
    first_come = offered_until is None
    helps = refusals.is_helper_of(locked, by)
    if coupons and helps:
        raise refusals.only_she_uses_coupons()
    try:
        refuse_who_may_not(known, wanted, sibling, at, **(asked_for_now(wanted, by) if first_come else {}))
    except NotPossible as refused:
        if helps and refused.code == "not_eligible":
            raise refusals.not_eligible_to_a_helper() from refused
        raise
    if not by_draw:
        refuse_before_draw(known, wanted)
    refuse_other_times(service, times or {})
    places, (((number,),),) = places_under_lock_and(service.pool_id, wanted, (NEXT_BOOKING, []))
    along = days_along(wanted, sibling)
    refuse_without_place(service, places, sibling_days=along)
    booking = Booking(
        id=number,
        registration=locked,
        service=service,
        infant_count=taking_part,
        sibling=sibling,
        coupons=coupons,
        booked_at=at,
        booked_by=by,
        state=BookingState.OFFERED if offered_until else BookingState.BOOKED,
        offered_until=offered_until,
        food=food.strip(),
    )
    write_booking(
        booking,
        {day: day in along for day in wanted},
        told=[] if offered_until else announcement(booking, at),
        times=times or {},
    )
    if options:
        booking.options.set(options)
    return booking


def tell_of_booking(booking: Booking, at: datetime) -> None:
    """Have a mail sent to the family's own address, once; it is swept along with the next ones (outbox)."""
    if told := announcement(booking, at):
        run_batch(*told)


def announcement(booking: Booking, at: datetime) -> list[Question]:
    account = booking.registration.birth.family.account_id
    if account is None:
        return []
    entry = outbox.entry_for_sweep(
        kind=BOOKED_MAIL,
        recipient=f"user:{account}",
        dedupe_key=f"{BOOKED_MAIL}:{booking.pk}",
        payload={"booking": booking.pk},
        at=at,
    )
    return [entry]


# The number is known before the booking is written, so that what names it is written along.
NEXT_BOOKING = "SELECT nextval(pg_get_serial_sequence('bookings_booking', 'id'))"


def next_number() -> int:
    """Take the number of a booking that is about to be written. One query."""
    return int(run_batch((NEXT_BOOKING, []))[0][0][0])


BOOK = """
    WITH booked AS (
        INSERT INTO bookings_booking (id, registration_id, service_id, sibling_id, infant_count, coupons, state,
                                      booked_at, booked_by_id, offered_until, food, ended_reason)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '') RETURNING id)
    INSERT INTO bookings_bookingday (booking_id, day, status, with_sibling, starts_at)
    SELECT booked.id, asked.day, 'held', asked.with_sibling, asked.starts_at
      FROM booked CROSS JOIN unnest(%s::date[], %s::bool[], %s::time[]) AS asked(day, with_sibling, starts_at)
    RETURNING day, status, with_sibling
"""


def write_booking(
    booking: Booking, days: Mapping[date, bool], *, told: list[Question], times: Mapping[date, time] = NO_TIMES
) -> None:
    """Write the booking and its days, in one statement: every booking passes here. The database guard counts again.

    ``days``: with whether the sibling is there. ``told``: what announces it, written along. ``times``: when its
    appointments begin. One query.
    """
    given = (booking.registration_id, booking.service_id, booking.sibling_id, booking.infant_count, booking.coupons)
    made = (booking.state, booking.booked_at, booking.booked_by_id, booking.offered_until, booking.food)
    asked = [booking.pk, *given, *made, list(days), list(days.values()), [times.get(day) for day in days]]
    written, *_told = run_batch((BOOK, asked), *told)
    booking.days_written = days_from(written)
    booking._state.adding = False


def hold_days(booking: Booking, days: Mapping[date, bool], times: Mapping[date, time] = NO_TIMES) -> None:
    """Write more days of a booking, each holding a slot, with whether the sibling is there; the guard counts again.

    ``times``: when its appointments begin.
    """
    BookingDay.objects.bulk_create(
        BookingDay(booking=booking, day=day, with_sibling=with_sibling, starts_at=times.get(day))
        for day, with_sibling in days.items()
    )


def days_along(days: Collection[date], sibling: Sibling | None) -> list[date]:
    """Return the days on which the sibling comes along: those before its school starts."""
    return days_before_school(days, sibling.birth_date) if sibling else []


def refuse_impossible_wish(
    registration: Registration,
    service: Service,
    days: Collection[date],
    *,
    sibling_days: Collection[date],
    by: User,
    at: datetime,
    without: Booking | None = None,
) -> None:
    """Say beforehand, without a lock, what booking these days would be refused for; the rules are shown apart.

    ``without``: the booking that moves to them: what is hers in the same rooms needs no place.
    """
    wanted = sorted(days)
    refuse_impossible_days(wanted, timezone.localdate(at))
    known = load_context(registration, service, wanted, without=without)
    hers = set(without.days_kept) if without and without.service.pool_id == service.pool_id else set()
    new = [day for day in wanted if day not in hers]
    refuse_beyond_limits(known, wanted, at, **asked_for_now(new, by))
    if new:
        refuse_before_draw(known, new)
        refuse_without_place(service, places_on(service.pool_id, new), sibling_days=sibling_days)


def refuse_impossible_days(days: list[date], asked_on: date) -> None:
    """Refuse a day that has passed and a slip of the keyboard."""
    if days and days[0] < asked_on:
        raise refusals.days_passed(day for day in days if day < asked_on)
    if len(days) > MOST_DAYS:
        sentence = _("Please choose at most %(limit)s days at once.") % {"limit": MOST_DAYS}
        raise NotPossible("too_many_days", sentence, {"days": sentence})


def refuse_unregistered(registration: Registration) -> None:
    """Refuse a registration that is not in force. Errors: NotPossible ``not_approved``."""
    if registration.state == RegistrationState.APPROVED:
        return
    if registration.state == RegistrationState.ENDED:
        raise NotPossible("not_approved", _("This registration has ended: nothing can be booked on it any more."))
    raise NotPossible("not_approved", _("The registration is not approved yet. Please wait for the decision."))


def refuse_who_may_not(
    known: BookingContext,
    days: list[date],
    sibling: Sibling | None,
    at: datetime,
    *,
    sibling_days: list[date] | None = None,
    notice_for: Collection[date] = (),
    opening_for: Collection[date] = (),
) -> None:
    """Refuse a family that may not use the service on these days, whatever places there are.

    What booking, a draw, the waiting list and an offer ask, and every night (who_may.py): the registration is in
    force, the rules of who may use it are met, days are left and none is taken by another booking of hers.

    Errors: NotPossible ``not_approved``, ``not_eligible``; Refused with the limits' codes.
    """
    refuse_unregistered(known.registration)
    refuse_ineligible(known, days, sibling, sibling_days=sibling_days)
    refuse_beyond_limits(known, days, at, notice_for=notice_for, opening_for=opening_for)


def refuse_ineligible(
    known: BookingContext, days: list[date], sibling: Sibling | None, *, sibling_days: list[date] | None = None
) -> None:
    """Ask the rules about every day from the first to the last.

    ``sibling_days``: on which of them the sibling comes; all before its school starts unless told.
    """
    if not days:
        return
    application = application_of(
        known.registration,
        days[0],
        days[-1],
        sibling_birth_date=sibling.birth_date if sibling else None,
        sibling_days=(days_along(days, sibling) if sibling_days is None else sibling_days) if sibling else None,
        has_used_facility=known.has_used_facility,
        facts=known.facts,
    )
    try:
        verdict = judge(application, known.facts.terms)
    except NotJudgeable as error:
        raise refusals.not_judgeable(error) from error
    if not verdict.eligible:
        raise refusals.not_eligible(verdict)


def asked_for_now(new: list[date], by: User) -> dict[str, list[date]]:
    """Return of which days ``refuse_beyond_limits`` asks the limits of time: of those that the family has not yet.

    Notice is a matter of who asks for herself; staff ask for a caller without it.
    """
    return {"notice_for": new if refusals.is_self_service(by) else [], "opening_for": new}


def refuse_beyond_limits(
    known: BookingContext,
    days: list[date],
    at: datetime,
    *,
    notice_for: Collection[date] = (),
    opening_for: Collection[date] = (),
) -> None:
    """Ask the limits in force on each day, as they are at a moment.

    ``notice_for``, ``opening_for``: of which days the period of notice, and the day from which on it is booked, are
    asked for too.
    """
    violations = check_days(
        days,
        known.own_days,
        known.limits_on,
        counted_as=CountedAs(LIMIT_GROUP_OF_KIND[ServiceKind(known.service.kind)]),
        asked_at=timezone.localtime(at),
        notice_for=notice_for,
        opening_for=opening_for,
    )
    if violations:
        raise refusals.beyond_limits(told_exactly(violations, known.service, at))


def refuse_before_draw(known: BookingContext, days: list[date]) -> None:
    """Days that are to be drawn are given by the draw first; what is left of them comes afterwards."""
    drawn = [day for day in days if day in known.to_be_drawn]
    if drawn:
        raise refusals.draw_first(drawn, known.to_be_drawn[drawn[0]])


def lock_and_count(service: Service, days: Mapping[date, bool]) -> None:
    """Lock the pool of the service; then each day must be open, with a slot left.

    ``days``: with whether the sibling is there: on those there must be a room that takes one.
    """
    along = [day for day, with_sibling in days.items() if with_sibling]
    refuse_without_place(service, places_under_lock(service.pool_id, list(days)), sibling_days=along)


def refuse_without_place(service: Service, places: list[DayPlaces], *, sibling_days: Collection[date]) -> None:
    """Refuse days that are closed, have no slot left or, of ``sibling_days``, no room for the sibling."""
    if closed := [row.day for row in places if row.slots == 0]:
        raise refusals.days_closed(closed)
    if full := [row.day for row in places if row.free == 0]:
        raise refusals.days_full(full)
    if along := [row for row in places if row.day in sibling_days]:
        refuse_without_sibling_room(service, along)


def refuse_without_sibling_room(service: Service, places: list[DayPlaces]) -> None:
    """Refuse days on which every room that takes a sibling is given."""
    left = sibling_rooms_left(service.pool_id, places)
    if full := [day for day, rooms in left.items() if rooms is not None and rooms <= 0]:
        raise refusals.sibling_rooms_full(full)


def infants_taking_part(born: int, asked: int | None) -> int:
    """Return how many infants take part: all that are ``born`` unless said; NotPossible ``infants``."""
    if asked is not None and not 1 <= asked <= born:
        sentence = _("%(born)s infants are registered. Please enter how many of them come.") % {"born": born}
        raise NotPossible("infants", sentence, {"infants": sentence})
    # A birth not yet reported is refused by the rules, with the reason; one stands in until then.
    return asked or max(born, 1)


def refuse_foreign_sibling(registration: Registration, sibling: Sibling | None) -> None:
    """A child of another family is refused, as if it were not there."""
    if sibling is not None and sibling.family_id != registration.birth.family_id:
        raise refusals.sibling_of_another()
