"""A facility's month for the tests of claims: stays that have ended, settled to the yen, and a claim of them."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from billing.claims import accept_claim, submit_claim
from billing.issue import issue_charge
from billing.models import (
    Charge,
    Claim,
    ContractRate,
    Payee,
    PaymentMethod,
)
from billing.month_record import digest_of, month_record
from billing.pay import receive_payment
from billing.payees import Account, seal_account
from bookings.models import Booking, BookingState, DayStatus, Stay
from care.models import CareRecord
from facilities.models import Facility, Service
from tests import builders

MAY, JUNE = date(2023, 5, 1), date(2023, 6, 1)
THE_DAY = builders.A_DAY
IN_JUNE = builders.at(date(2023, 6, 2))
ACCOUNT = Account("みほん銀行", "三軒茶屋支店", "ordinary", "0012345", "ニホンジョサンシカイ")
SAID = ("日本助産師会", "理事長 山田 花子", "世田谷区桜新町2-29-6", "T1234567890123", "みほん銀行", "0012345")


def left(
    *days: date, family: Any = None, service: Service | None = None, state: BookingState = BookingState.DEPARTED
) -> Booking:
    """A family that has used these days and left on the last one."""
    registration = builders.registration(family, born=days[0] - timedelta(days=40))
    booking = Booking.objects.create(
        registration=registration,
        service=service or Service.objects.first() or builders.service(slots=200),
        state=BookingState.ARRIVED,
        booked_at=builders.at(days[0] - timedelta(days=3)),
    )
    for day in days:
        booking.days.create(day=day, status=DayStatus.USED)
    stay = Stay.objects.create(booking=booking, arrived_at=builders.at(days[0]))
    if state == BookingState.DEPARTED:
        stay.departed_at = builders.at(days[-1], 16)
        stay.save()
        Booking.objects.filter(pk=booking.pk).update(state=state)
        booking.refresh_from_db()
    return booking


def settled(*days: date, by: User, **more: Any) -> Charge:
    """A stay with its care records, its charge and its payment, all as it should be."""
    booking = left(*days, **more)
    for day in days:
        CareRecord.objects.create(stay=booking.stay, day=day, recorded_at=builders.at(day, 20), recorded_by=by)
    charge = transaction.atomic(issue_charge)(booking=booking, by=by, at=builders.at(days[-1], 17))
    with transaction.atomic():
        receive_payment(
            charge=charge, amount=charge.total, method=PaymentMethod.CASH, by=by, at=builders.at(days[-1], 18)
        )
    return charge


def enter_rates() -> None:
    """A contract rate for every service: no month is accepted without one."""
    for service in Service.objects.filter(contract_rates__isnull=True):
        ContractRate.objects.create(
            service=service, amount=30_000, period=(builders.LONG_AGO, None), less_family_fees=False
        )


def facility_of(manager: User) -> Facility:
    assert manager.facility is not None
    return manager.facility


def submit(manager: User, month: date = MAY, *, remark: str = "", at: datetime = IN_JUNE, seen: str = "") -> Claim:
    place = facility_of(manager)
    seen = seen or digest_of(month_record(place, month))
    return transaction.atomic(submit_claim)(facility=place, month=month, seen=seen, remark=remark, by=manager, at=at)


def accepted(manager: User, staff: User, month: date = MAY) -> Claim:
    enter_rates()
    claim = submit(manager, month, at=builders.at(date(2023, 7, 3)), remark="確認済み")
    return transaction.atomic(accept_claim)(claim=claim, seen=claim.digest, by=staff, at=builders.at(date(2023, 7, 4)))


def payee(place: Facility, **given: object) -> Payee:
    """Whom the ward pays for the facility, with its account, from long ago unless told."""
    row = {
        "facility": place,
        "period": (builders.LONG_AGO, None),
        "name": SAID[0],
        "representative": SAID[1],
        "address": SAID[2],
        "registration_number": SAID[3],
        "account": seal_account(ACCOUNT),
    }
    return Payee.objects.create(**(row | given))
