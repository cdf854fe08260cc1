"""時間ごとの記録: a touch noted with its time, replaced or taken back; the sheet of its day follows at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, Stay
from bookings.places.locking import lock_booking
from bookings.stays.steps import UNDO_FOR
from care.ended import refuse_ended
from care.hour_questions import Bounds, question_of
from care.hour_rules import (
    AMOUNTS,
    FINDINGS,
    LOWER_PRESSURE,
    NEED_AMOUNT,
    NEED_FINDING,
    OF_INFANT,
    OF_MOTHER,
    Kind,
    Seen,
)
from care.models import Observation, ObservationTakenBack
from enrollment.models import Infant
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .question_words import asked_again
from .sheet import days_touched, fill_sheet
from .standing import hour_policy, in_unit, last_weight

A_MINUTE = timedelta(minutes=1)
LONGEST_TOUCH = 64


@dataclass(frozen=True)
class Noted:
    """What is noted: of an infant (its id) or of the mother (None); the amount in the unit of the kind."""

    kind: Kind
    infant: int | None = None
    amount: Decimal | None = None
    lower: int | None = None
    finding: str = ""
    text: str = ""


@in_transaction
def record_observation(
    *,
    booking: Booking,
    noted: Noted,
    touch: str,
    by: User,
    at: datetime,
    happened_at: datetime | None = None,
    touched_by: User | None = None,
    sure: bool = False,
    corrects: Observation | None = None,
    reason: str = "",
) -> Observation:
    """Note one thing, and bring the sheet of its day up to date. The same ``touch`` again gives what it wrote.

    ``happened_at``: when it was so, where it is not now. ``touched_by``: who touched it, where ``by`` sends it for
    somebody else of the house. ``sure``: a figure that is off by much was asked about and said again. ``corrects``:
    what it stands for from now on; for ten minutes by one touch, later with a ``reason``.

    Errors: as ``refuse_ended``; Refused ``never_arrived``, ``counts_no_more``; NotPossible ``implausible``,
    ``says_nothing``, ``not_ahead``, ``not_a_day_of_stay``, ``infant_of_another``, ``not_of_the_house``,
    ``touch_reused``, ``no_reason``, and ``please_confirm`` where a figure is to be looked at once more.
    """
    _refuse_impossible(noted)
    if len(touch) > LONGEST_TOUCH:
        raise NotPossible("touch_reused", _("This touch has written something else. Please reload the page."))
    locked = lock_booking(booking)
    known = Observation.objects.filter(touch=touch).select_related("stay").first()
    if known is not None:
        return _written_before(known, locked, noted)
    stay = _stay_of(locked)
    moment = happened_at or at
    _refuse_outside(locked, stay, moment, at)
    infant = _own_infant(locked, noted.infant)
    refuse_ended(locked, at, is_new=corrects is None, reason=reason)
    if corrects is not None:
        _refuse_uncountable(corrects, stay)
        _ask_reason_late(corrects, at, reason)
    if touched_by is not None and touched_by.facility_id != locked.service.facility_id:
        raise NotPossible("not_of_the_house", _("Who touched this is nobody of this house."))
    if not sure:
        _ask_once_more(stay, noted, infant, moment)
    row = Observation.objects.create(
        stay=stay,
        infant=infant,
        kind=noted.kind,
        happened_at=min(moment, at),
        amount=noted.amount,
        lower=noted.lower,
        finding=noted.finding,
        text=noted.text.strip(),
        touch=touch,
        touched_by=touched_by if touched_by != by else None,
        corrects=corrects,
        reason=reason.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    changed = [row] if corrects is None else [row, corrects]
    _follow(stay, changed, by, at)
    return row


@in_transaction
def take_back_observation(
    *, booking: Booking, touch: str, by: User, at: datetime, reason: str = ""
) -> ObservationTakenBack:
    """Take an observation back: by one touch for ten minutes, later with a reason. It stays, and counts no more.

    Errors: as ``refuse_ended``; Refused ``counts_no_more``; NotPossible ``no_such_observation``, ``no_reason``.
    """
    locked = lock_booking(booking)
    row = Observation.objects.filter(touch=touch, stay__booking=locked).select_related("stay").first()
    if row is None:
        raise NotPossible("no_such_observation", _("This was not written, so there is nothing to take back."))
    _refuse_uncountable(row, row.stay)
    refuse_ended(locked, at, is_new=False, reason=reason)
    _ask_reason_late(row, at, reason)
    back = ObservationTakenBack.objects.create(observation=row, recorded_at=at, recorded_by=by, reason=reason.strip())
    _follow(row.stay, [row], by, at)
    return back


def _follow(stay: Stay, changed: list[Observation], by: User, at: datetime) -> None:
    days = [day for row in changed for day in days_touched(timezone.localdate(row.happened_at), Kind(row.kind))]
    fill_sheet(stay=stay, days=days, noted=changed, by=by, at=at)


def _written_before(known: Observation, locked: Booking, noted: Noted) -> Observation:
    """What the touch wrote, whoever sends it again: a network that fails, or a colleague who takes it over."""
    if (known.stay.booking_id, known.kind, known.infant_id) != (locked.pk, noted.kind, noted.infant):
        raise NotPossible("touch_reused", _("This touch has written something else. Please reload the page."))
    return known


def _stay_of(booking: Booking) -> Stay:
    stay = Stay.objects.filter(booking=booking).first()
    if stay is None:
        raise Refused("never_arrived", _("No arrival of %(number)s is recorded.") % {"number": booking.number})
    return stay


def _refuse_outside(locked: Booking, stay: Stay, moment: datetime, at: datetime) -> None:
    if moment > at + A_MINUTE:
        sentence = _("This time has not come yet. Please look at the day and the time.")
        raise NotPossible("not_ahead", sentence, {"happened_at": sentence})
    day = timezone.localdate(moment)
    left = stay.departed_at
    here = locked.days.kept().filter(day=day).exists() and day >= timezone.localdate(stay.arrived_at)
    if not here or (left is not None and moment >= left + A_MINUTE):
        sentence = _("The family was not here at this time.")
        raise NotPossible("not_a_day_of_stay", sentence, {"happened_at": sentence})


def _own_infant(booking: Booking, pk: int | None) -> Infant | None:
    if pk is None:
        return None
    infant: Infant | None = booking.registration.birth.infants.filter(pk=pk).first()
    if infant is None:
        raise NotPossible("infant_of_another", _("This infant is not in the registration."))
    return infant


def _refuse_uncountable(row: Observation, stay: Stay) -> None:
    gone = ObservationTakenBack.objects.filter(observation=row).exists()
    if gone or row.stay_id != stay.pk or Observation.objects.filter(corrects=row).exists():
        raise Refused("counts_no_more", _("This has been taken back or corrected already."))


def _ask_reason_late(row: Observation, at: datetime, reason: str) -> None:
    if at - row.recorded_at > UNDO_FOR:
        refuse_without_reason(reason)


def _refuse_impossible(noted: Noted) -> None:
    """Refuse what cannot be, or says nothing."""
    kind, amount = noted.kind, noted.amount
    of_infant = noted.infant is not None
    if (kind in OF_INFANT and not of_infant) or (kind in OF_MOTHER and of_infant):
        raise NotPossible("says_nothing", _("Please say of whom this is."))
    if kind in AMOUNTS and amount is not None and not AMOUNTS[kind][0] <= amount <= AMOUNTS[kind][1]:
        low, high = (in_unit(bound) for bound in AMOUNTS[kind])
        sentence = _("%(figure)s cannot be. It lies from %(low)s to %(high)s; please look again.")
        words = sentence % {"figure": in_unit(amount), "low": low, "high": high}
        raise NotPossible("implausible", words, {"amount": words})
    if kind == Kind.PRESSURE and not _is_pressure(amount, noted.lower):
        sentence = _("Please enter both figures of the blood pressure, the upper one first.")
        raise NotPossible("says_nothing", sentence, {"lower": sentence})
    missing = (
        (kind in NEED_AMOUNT and amount is None, "amount", _("Please enter the figure.")),
        (kind in NEED_FINDING and not noted.finding, "finding", _("Please choose how it was.")),
        (
            bool(noted.finding) and noted.finding not in FINDINGS.get(kind, ()),
            "finding",
            _("Please choose how it was."),
        ),
        (kind == Kind.JAUNDICE and amount is None and not noted.finding, "finding", _("Please choose how it was.")),
        (kind == Kind.MEDICINE and not noted.text.strip(), "text", _("Please write which medicine, and how much.")),
    )
    for is_missing, field, sentence in missing:
        if is_missing:
            raise NotPossible("says_nothing", sentence, {field: sentence})


def _is_pressure(upper: Decimal | None, lower: int | None) -> bool:
    return (
        upper is not None and lower is not None and LOWER_PRESSURE[0] <= lower <= LOWER_PRESSURE[1] and lower < upper
    )


def _ask_once_more(stay: Stay, noted: Noted, infant: Infant | None, moment: datetime) -> None:
    """Ask about a figure that is off by much, by the policy in force on its day."""
    policy = hour_policy(timezone.localdate(moment))
    if policy is None or noted.amount is None:
        return
    bounds = Bounds(
        weight_change=policy.ask_weight_change,
        temperature_low=policy.ask_temperature_low,
        temperature_high=policy.ask_temperature_high,
        feed=policy.ask_feed,
        pressure=policy.ask_pressure,
        by_growth_curve=policy.ask_by_growth_curve,
    )
    seen = Seen(noted.kind, moment, noted.amount)
    last, days_of_life = None, None
    if noted.kind == Kind.WEIGHT and infant is not None:
        last = last_weight(stay, infant.pk, moment)
        days_of_life = (timezone.localdate(moment) - infant.birth_date).days
    question = question_of(seen, bounds, last_weight=last, days_of_life=days_of_life)
    if question is not None:
        sentence = asked_again(question, noted.amount, last)
        raise NotPossible("please_confirm", sentence, {"sure": sentence})
