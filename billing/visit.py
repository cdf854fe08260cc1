"""訪問の記録と請求: a visit is recorded, ended and charged in one go, as midwives do it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError

from accounts.models import User
from bookings.models import Booking
from care.models import VisitRecord
from care.visits import VisitFacts, is_last_visit, write_visit_record
from sankecare.database_refusals import constraint_of
from sankecare.transactions import in_transaction

from .check_out import check_out
from .models import Charge
from .refusals import month_accepted


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
    coupons: Collection[int] = (),
    corrected_because: str = "",
) -> RecordedVisit:
    """Record a visit or consultation, or correct it; with the last one of the booking issue the charge.

    ``coupons``: the numbers of those handed over.

    Errors: Refused ``month_accepted``; as ``care.visits.write_visit_record``, ``billing.check_out``.
    """
    try:
        record = write_visit_record(
            booking=booking, day=day, facts=facts, by=by, at=at, corrected_because=corrected_because
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
    done = check_out(booking=booking, by=by, at=at, happened_at=record.ended_at, coupons=coupons, undecided_seen=True)
    return RecordedVisit(record, done.charge, done.no_charge)
