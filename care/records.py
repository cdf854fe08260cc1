"""ケア記録: what midwives record of a family in house. Each is one transaction under the booking's lock."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, Stay
from bookings.places.locking import lock_booking
from bookings.stays.rooms import give_room
from bookings.stays.stays import record_arrival
from care.models import (
    CareRecord,
    CheckIn,
    InfantCare,
    SoldOption,
)
from facilities.models import FacilityOption, Room
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .ended import refuse_ended
from .hours.sheet import filled, filled_of
from .hours.standing import sums_of
from .observations import TEMPERATURE, WEIGHT_GRAMS, is_fever
from .record_queries import care_policy


@dataclass(frozen=True)
class CheckInFacts:
    """What is looked at when a family arrives; temperatures in °C."""

    mother_temperature: Decimal | None = None
    infant_temperature: Decimal | None = None
    residence_confirmed: bool = False
    food: str = ""
    health: str = ""
    fever_decision: str = ""


@dataclass(frozen=True)
class MotherFacts:
    """A mother's day; sleep in hours."""

    sleep_hours: Decimal | None = None
    breast: str = ""
    mood: int | None = None
    note: str = ""


@dataclass(frozen=True)
class InfantFacts:
    """An infant's day; weight in grams, temperature in °C, milk from the bottle in ml of 24 hours."""

    weight_grams: int | None = None
    temperature: Decimal | None = None
    feeding: str = ""
    feeds: int | None = None
    milk_ml: int | None = None
    note: str = ""


@in_transaction
def record_check_in(
    *,
    booking: Booking,
    facts: CheckInFacts,
    by: User,
    at: datetime,
    happened_at: datetime | None = None,
    corrected_because: str = "",
    room: Room | None = None,
) -> CheckIn:
    """Record the arrival, where it is not yet, and what was looked at; again: corrected.

    ``happened_at``: when the family arrived, where that is written later. ``room``: into which it is led on arriving.

    Errors: as ``stays.record_arrival``, ``rooms.give_room``, ``refuse_ended``; NotPossible ``fever_undecided`` (by
    the care policy), ``implausible``.
    """
    policy = care_policy(timezone.localdate(happened_at or at))
    _refuse_implausible(None, facts.mother_temperature, "mother_temperature")
    _refuse_implausible(None, facts.infant_temperature, "infant_temperature")
    feverish = any(
        is_fever(one, policy.fever_from if policy else None)
        for one in (facts.mother_temperature, facts.infant_temperature)
    )
    if feverish and not facts.fever_decision.strip():
        sentence = _("With a fever, please write what was decided.")
        raise NotPossible("fever_undecided", sentence, {"fever_decision": sentence})
    locked = lock_booking(booking)
    if locked.state in (BookingState.ARRIVED, BookingState.DEPARTED):
        stay = Stay.objects.get(booking=locked)
    else:
        stay = record_arrival(booking=locked, by=by, at=at, happened_at=happened_at)
        if room is not None:
            give_room(booking=locked, room=room, by=by, at=at)
    is_new = not CheckIn.objects.filter(stay=stay).exists()
    refuse_ended(locked, at, is_new=is_new, reason=corrected_because)
    signed = {"recorded_at": at, "recorded_by": by, "corrected_because": corrected_because.strip()}
    checked, _new = CheckIn.objects.update_or_create(stay=stay, defaults={**asdict(facts), **signed})
    return checked


@in_transaction
def write_care_record(
    *,
    booking: Booking,
    day: date,
    mother: MotherFacts,
    infants: Mapping[int, InfantFacts],
    by: User,
    at: datetime,
    corrected_because: str = "",
) -> CareRecord:
    """Write the care record of a day, or correct it (``infants`` by their id).

    What was noted by the hour stands on it as it adds up, whatever is given here.

    Errors: as ``refuse_ended``; Refused ``never_arrived``; NotPossible ``not_a_day_of_stay``, ``implausible``,
    ``infant_of_another``.
    """
    for facts in infants.values():
        _refuse_implausible(facts.weight_grams, facts.temperature, "")
    locked = lock_booking(booking)
    stay = stay_of(locked)
    counting = locked.days.kept()
    if day > timezone.localdate(at) or not counting.filter(day=day).exists():
        sentence = _("The family was not here on this day.")
        raise NotPossible("not_a_day_of_stay", sentence, {"day": sentence})
    hers = set(locked.registration.birth.infants.values_list("pk", flat=True))
    if not hers.issuperset(infants):
        raise NotPossible("infant_of_another", _("This infant is not in the registration."))
    is_new = not CareRecord.objects.filter(stay=stay, day=day).exists()
    refuse_ended(locked, at, is_new=is_new, reason=corrected_because)
    sums = sums_of(stay, day)
    signed = {"recorded_at": at, "recorded_by": by, "corrected_because": corrected_because.strip()}
    record, _new = CareRecord.objects.update_or_create(
        stay=stay, day=day, defaults={**asdict(mother), **filled(sums.mother), **signed}
    )
    for infant, facts in infants.items():
        noted = filled_of(sums, infant)
        InfantCare.objects.update_or_create(record=record, infant_id=infant, defaults=asdict(facts) | noted)
    return record


@in_transaction
def sell_option(*, booking: Booking, option: FacilityOption, amount: int, by: User, at: datetime) -> SoldOption:
    """Record an option sold by the facility, whole yen; no part of the ward's fee.

    Errors: as ``refuse_ended``; NotPossible ``option_of_another``; Refused ``never_arrived``.
    """
    stay = stay_of(booking)
    if option.facility_id != booking.service.facility_id:
        raise NotPossible("option_of_another", _("This facility does not offer it."))
    refuse_ended(lock_booking(booking), at, is_new=True)
    return SoldOption.objects.create(stay=stay, option=option, amount=amount, recorded_at=at, recorded_by=by)


def stay_of(booking: Booking) -> Stay:
    """Return the booking's stay. Errors: Refused ``never_arrived``."""
    stay = Stay.objects.filter(booking=booking).first()
    if stay is None:
        raise Refused("never_arrived", _("No arrival of %(number)s is recorded.") % {"number": booking.number})
    return stay


def _refuse_implausible(weight: int | None, temperature: Decimal | None, field: str) -> None:
    if weight is not None and not WEIGHT_GRAMS[0] <= weight <= WEIGHT_GRAMS[1]:
        sentence = _("%(weight)d g cannot be. Please enter grams, such as 3500.") % {"weight": weight}
        raise NotPossible("implausible", sentence, {"weight_grams": sentence})
    if temperature is not None and not TEMPERATURE[0] <= temperature <= TEMPERATURE[1]:
        sentence = _("%(degrees)s °C cannot be. Please look again.") % {"degrees": temperature}
        raise NotPossible("implausible", sentence, {field or "temperature": sentence})
