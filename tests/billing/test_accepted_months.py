"""An accepted month is locked for good, whoever writes; the others stay open."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from billing.adjust import adjust_charge
from billing.claims import accept_claim, return_claim
from billing.issue import issue_charge
from billing.models import (
    Adjustment,
    AdjustmentKind,
    ChargeLine,
    Claim,
    ClaimState,
    ClaimStep,
    ContractRate,
    HandedCoupon,
    Payment,
)
from billing.month_record import digest_of, month_record
from bookings.models import Booking, BookingDay, DayStatus, Stay
from facilities.models import Service
from sankecare.errors import Refused
from tests import builders
from tests.billing.factories_claims import (
    IN_JUNE,
    JUNE,
    MAY,
    THE_DAY,
    accepted,
    enter_rates,
    facility_of,
    left,
    settled,
    submit,
)

pytestmark = pytest.mark.django_db(transaction=True)


# ---- Locked ---------------------------------------------------------------------------------------------------------

WHATEVER_CHANGES_IT = {
    "a used day more": lambda charge, by: BookingDay.objects.create(
        booking=charge.booking, day=THE_DAY + timedelta(days=3), status=DayStatus.USED
    ),
    "a used day released": lambda charge, by: charge.booking.days.update(status=DayStatus.RELEASED),
    "a used day moved to another month": lambda charge, by: charge.booking.days.update(day=JUNE),
    "a used day deleted": lambda charge, by: charge.booking.days.all().delete(),
    "a sibling on a used day": lambda charge, by: charge.booking.days.update(with_sibling=True),
    "an infant more": lambda charge, by: Booking.objects.update(infant_count=2),
    "the departure": lambda charge, by: Stay.objects.update(departed_at=IN_JUNE),
    "the arrival": lambda charge, by: Stay.objects.update(arrived_at=builders.at(MAY)),
    "a payment dated in it": lambda charge, by: Payment.objects.create(
        charge=charge,
        kind="refund",
        reason="x",
        method="cash",
        amount=1,
        received_at=builders.at(THE_DAY),
        received_by=by,
    ),
    "a correction dated in it": lambda charge, by: Adjustment.objects.create(
        charge=charge, amount=1, reason="x", made_at=builders.at(THE_DAY), made_by=by
    ),
    "a coupon dated in it": lambda charge, by: HandedCoupon.objects.create(
        booking=charge.booking,
        family=charge.booking.registration.birth.family,
        number=1,
        handed_at=builders.at(THE_DAY),
        taken_by=by,
    ),
    "a charge's line in it": lambda charge, by: ChargeLine.objects.create(
        charge=charge, day=date(2023, 5, 30), component="base", quantity=1, unit_amount=0, amount=0
    ),
    "a contract rate of it": lambda charge, by: ContractRate.objects.filter(service=charge.booking.service).update(
        amount=1
    ),
}


@pytest.mark.parametrize("what", WHATEVER_CHANGES_IT)
def test_an_accepted_month_is_locked_whoever_writes(what: str, manager: User, staff: User) -> None:
    charge = settled(THE_DAY, by=manager)
    claim = accepted(manager, staff)
    with pytest.raises(DatabaseError, match=r"the claim of the month of .* is accepted"), transaction.atomic():
        WHATEVER_CHANGES_IT[what](charge, staff)
    assert digest_of(month_record(facility_of(manager), MAY)) == claim.digest


def test_without_the_acceptance_the_same_writes_go_through(manager: User, staff: User) -> None:
    for what, write in WHATEVER_CHANGES_IT.items():
        charge = settled(THE_DAY, by=manager)
        submitted = Claim.objects.filter(state=ClaimState.SUBMITTED).first() or submit(manager)
        assert submitted.state == ClaimState.SUBMITTED
        with transaction.atomic():
            if what == "a used day deleted":
                continue  # a charge's days are asked for by the next one
            write(charge, staff)
            transaction.set_rollback(True)


def test_another_month_and_another_facility_stay_open(manager: User, staff: User) -> None:
    settled(THE_DAY, by=manager)
    accepted(manager, staff)
    settled(JUNE, by=manager)
    other = builders.service(in_pool=builders.pool(3, builders.facility("mamas-room", "ママズルーム"), "beds"))
    settled(THE_DAY, by=manager, service=other)


def test_a_charge_for_a_day_of_an_accepted_month_gets_its_clear_answer(manager: User) -> None:
    late = left(date(2023, 5, 30))
    enter_rates()
    # What the checks would never let pass: accepted in the database with a charge missing.
    record = month_record(facility_of(manager), MAY)
    snapshot = {"record": record}
    claim = Claim.objects.create(facility=facility_of(manager), month=MAY, snapshot=snapshot, digest=digest_of(record))
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.ACCEPTED)
    with pytest.raises(Refused) as refused:
        transaction.atomic(issue_charge)(booking=late, by=manager, at=IN_JUNE)
    assert (refused.value.code, "2023年5月" in refused.value.detail) == ("month_accepted", True)


def test_a_claim_for_a_locked_month_gets_its_clear_answer_and_changes_nothing(manager: User, staff: User) -> None:
    settled(THE_DAY, by=manager)
    claim = accepted(manager, staff)
    with pytest.raises(Refused) as refused:
        submit(manager, remark="もう一度")
    assert (refused.value.code, ClaimStep.objects.count()) == ("month_accepted", 2)
    for again in (
        transaction.atomic(accept_claim),
        lambda **asked: transaction.atomic(return_claim)(reason="x", **asked),
    ):
        with pytest.raises(Refused) as decided:
            again(claim=claim, seen=claim.digest, by=staff, at=IN_JUNE)
        assert decided.value.code == "already_decided"
    before = claim.snapshot
    claim.refresh_from_db()
    assert (claim.state, claim.snapshot) == (ClaimState.ACCEPTED, before)


def test_a_later_correction_stands_in_the_next_claim(manager: User, staff: User) -> None:
    charge = settled(THE_DAY, by=manager)
    accepted(manager, staff)
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.CORRECTION,
        amount=-1_000,
        reason="課税区分の訂正",
        by=staff,
        at=builders.at(date(2023, 6, 10)),
    )
    claim = submit(manager, JUNE, at=builders.at(date(2023, 7, 1)), remark="")
    assert [row["amount"] for row in claim.snapshot["record"]["adjustments"]] == [-1_000]


@pytest.mark.parametrize(
    "write",
    [
        lambda claim: Claim.objects.filter(pk=claim.pk).update(state=ClaimState.SUBMITTED),
        lambda claim: Claim.objects.filter(pk=claim.pk).update(state=ClaimState.RETURNED),
        lambda claim: Claim.objects.filter(pk=claim.pk).update(snapshot={}),
        lambda claim: Claim.objects.filter(pk=claim.pk).update(month=JUNE),
        lambda claim: ClaimStep.objects.update(words="x"),
        lambda claim: Claim.objects.create(
            facility=claim.facility, month=JUNE, state=ClaimState.ACCEPTED, snapshot={}, digest=""
        ),
    ],
)
def test_the_database_keeps_an_accepted_claim(write: Callable[[Claim], Any], manager: User, staff: User) -> None:
    settled(THE_DAY, by=manager)
    claim = accepted(manager, staff)
    with pytest.raises(DatabaseError), transaction.atomic():
        write(claim)


def test_a_rate_may_begin_and_end_beside_an_accepted_month(manager: User, staff: User) -> None:
    settled(THE_DAY, by=manager)
    rate = ContractRate.objects.create(
        service=Service.objects.get(), amount=30_000, period=(MAY, None), less_family_fees=False
    )
    claim = accepted(manager, staff)
    assert claim.snapshot["record"]["amounts"]["total"] == 30_000
    rate.period = (MAY, JUNE)
    rate.save()
    ContractRate.objects.create(service=rate.service, amount=31_000, period=(JUNE, None), less_family_fees=False)
    for change in ({"amount": 1}, {"period": (MAY, date(2023, 5, 20))}):
        with pytest.raises(DatabaseError, match="is accepted"), transaction.atomic():
            ContractRate.objects.filter(pk=rate.pk).update(**change)
