"""訪問の記録と請求: a visit is recorded, ended and charged in one go, as midwives do it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from django.db import IntegrityError

from accounts.models import User
from bookings.models import Booking
from care.models import CareRecord, VisitRecord
from care.records import InfantFacts, MotherFacts, write_care_record
from care.visits import VisitFacts, is_last_visit, write_visit_record
from sankecare.database_refusals import constraint_of
from sankecare.transactions import in_transaction

from .check_out import check_out
from .models import Charge
from .refusals import month_accepted

NOBODY: Mapping[int, InfantFacts] = MappingProxyType({})


@dataclass(frozen=True)
class RecordedVisit:
    """What was written; the charge, or why there is none yet; neither where visits are still to come."""

    record: VisitRecord
    charge: Charge | None = None
    no_charge: str = ""


@in_transaction
def record_visit(
    *,
    booking: Booking,
    day: date,
    facts: VisitFacts,
    by: User,
    at: datetime,
    mother: MotherFacts | None = None,
    infants: Mapping[int, InfantFacts] = NOBODY,
    coupons: Collection[int] = (),
    corrected_because: str = "",
) -> RecordedVisit:
    """Record a visit or consultation, or correct it; with the last one of the booking issue the charge.

    ``mother``, ``infants``: what was looked at, as on a day in the house (``care.records.write_care_record``); where
    nothing was, there is no care record of it. ``coupons``: the numbers of those handed over.

    Errors: Refused ``month_accepted``; as ``care.visits.write_visit_record``, ``care.records.write_care_record``,
    ``billing.check_out``.
    """
    try:
        record = write_visit_record(
            booking=booking, day=day, facts=facts, by=by, at=at, corrected_because=corrected_because
        )
        observed = mother not in (None, MotherFacts()) or any(one != InfantFacts() for one in infants.values())
        if observed or CareRecord.objects.filter(stay__booking=booking, day=day).exists():
            write_care_record(
                booking=booking,
                day=day,
                mother=mother or MotherFacts(),
                infants=infants,
                by=by,
                at=at,
                corrected_because=corrected_because,
            )
        return _charged(booking, record, by=by, at=at, coupons=coupons)
    except IntegrityError as refusal:
        if constraint_of(refusal) != "month_is_accepted":
            raise
        raise month_accepted(day.replace(day=1)) from refusal


def _charged(
    booking: Booking, record: VisitRecord, *, by: User, at: datetime, coupons: Collection[int]
) -> RecordedVisit:
    if not is_last_visit(booking):
        return RecordedVisit(record)
    done = check_out(
        booking=booking, by=by, at=at, happened_at=record.ended_at, coupons=coupons, stops_undecided=False
    )
    return RecordedVisit(record, done.charge, done.no_charge)
