"""予約: days of a service given to a family, each holding one slot, or refused with what to do."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.eligibility import NotJudgeable, judge
from enrollment.models import Registration, RegistrationState, Sibling
from enrollment.queries import application_of, terms_of
from facilities.models import FacilityOption, Service, ServiceKind
from facilities.queries import terms_row
from sankecare import outbox
from sankecare.errors import NotPossible

from . import refusals
from .limits import CountedAs, check_days
from .locking import lock_pools, lock_registration
from .models import LIMIT_GROUP_OF_KIND, Booking, BookingDay, BookingState, DayStatus
from .queries import DayPlaces, days_of_family, days_to_be_drawn, has_used_facility, limits_for, places_on

MOST_DAYS = 31
BOOKED_MAIL = "booking_made"


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
) -> Booking:
    """Book the days for the registration's family; all of them or none.

    ``infant_count``: how many infants take part, all of the birth unless said. ``sibling`` comes along on every
    day. ``options``: what the family asks the facility for besides.

    Errors: NotPossible ``not_approved``, ``day_passed``, ``too_many_days``, ``day_closed``, ``not_eligible``,
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
            options=options,
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
    options: Collection[FacilityOption] = (),
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
    taking_part = infants_taking_part(kept, infant_count)
    refuse_foreign_sibling(kept, sibling)
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
    if options:
        booking.options.set(options)
    if offered_until is None:
        tell_of_booking(booking, at)
    return booking


def tell_of_booking(booking: Booking, at: datetime) -> None:
    """Have a mail sent to the family's own address, once; it is swept along with the next ones (outbox)."""
    account = booking.registration.birth.family.account_id
    if account is not None:
        outbox.enqueue_for_sweep(
            kind=BOOKED_MAIL,
            recipient=f"user:{account}",
            dedupe_key=f"{BOOKED_MAIL}:{booking.pk}",
            payload={"booking": booking.pk},
            at=at,
        )


def hold_days(booking: Booking, days: Collection[date]) -> None:
    """Write the rows that hold the slots; the database guard counts once more."""
    BookingDay.objects.bulk_create(
        BookingDay(booking=booking, day=day, with_sibling=booking.sibling_id is not None) for day in days
    )


def refuse_impossible_wish(
    registration: Registration,
    service: Service,
    days: Collection[date],
    *,
    sibling: Sibling | None,
    asked_on: date,
    without: Booking | None = None,
) -> None:
    """Say beforehand, without a lock, what booking these days would be refused for; the rules are shown apart."""
    wanted = sorted(days)
    refuse_impossible_days(wanted, asked_on)
    refuse_beyond_limits(registration, service, wanted, asked_on, without=without, notice=without is None)
    hers = set(without.days.exclude(status=DayStatus.RELEASED).values_list("day", flat=True)) if without else set()
    elsewhere = without is not None and without.service.pool_id != service.pool_id
    new = wanted if elsewhere else [day for day in wanted if day not in hers]
    if new:
        refuse_before_draw(service, new)
        refuse_without_place(service, new, with_sibling=sibling is not None)


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
    to_be_drawn = days_to_be_drawn([service], days[0], days[-1]).get(service.pk, {})
    drawn = [day for day in days if day in to_be_drawn]
    if drawn:
        raise refusals.draw_first(drawn, to_be_drawn[drawn[0]])


def refuse_without_place(service: Service, days: list[date], *, with_sibling: bool) -> None:
    """Count under the pool's lock: each day open, with a slot left, and a room for the sibling."""
    places = places_on(service.pool_id, days)
    if closed := [row.day for row in places if row.slots == 0]:
        raise refusals.days_closed(closed)
    if full := [row.day for row in places if row.free == 0]:
        raise refusals.days_full(full)
    if with_sibling:
        _refuse_full_sibling_rooms(service, places)


def refuse_without_sibling_room(service: Service, days: list[date]) -> None:
    """Count under the pool's lock: each day a room that takes a sibling, for a family that has its slot already."""
    _refuse_full_sibling_rooms(service, places_on(service.pool_id, days))


def _refuse_full_sibling_rooms(service: Service, places: list[DayPlaces]) -> None:
    terms = terms_row(service, places[0].day)
    rooms = terms.sibling_rooms if terms else None
    if rooms is not None and (full := [row.day for row in places if row.with_sibling >= rooms]):
        raise refusals.sibling_rooms_full(full)


def infants_taking_part(registration: Registration, asked: int | None) -> int:
    """Return how many infants take part: all of the birth unless said; NotPossible ``infants``."""
    born = len(registration.birth.infants.all())
    if asked is not None and not 1 <= asked <= born:
        sentence = _("%(born)s infants are registered. Please enter how many of them come.") % {"born": born}
        raise NotPossible("infants", sentence, {"infants": sentence})
    # A birth not yet reported is refused by the rules, with the reason; one stands in until then.
    return asked or max(born, 1)


def refuse_foreign_sibling(registration: Registration, sibling: Sibling | None) -> None:
    """A child of another family is refused, as if it were not there."""
    if sibling is not None and sibling.family_id != registration.birth.family_id:
        raise refusals.sibling_of_another()
