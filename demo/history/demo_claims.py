"""The facilities' claims of the past year: accepted month by month, the last one waiting for the ward."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.roles import Role
from billing.claims import accept_claim, return_claim, submit_claim
from billing.models import ContractRate, Payee, RideDirection, TransportPolicy
from billing.month_record import digest_of, last_of_month, month_record
from billing.payees import Account, seal_account
from billing.rides import record_ride
from bookings.models import Booking, BookingDay, BookingState, DayStatus
from bookings.places.queries import VISITS
from care.models import Breast, CareRecord, Mood
from facilities.models import Facility, Service, ServiceKind
from sankecare.errors import Refused

from .copy_rows import copy_rows
from .families import at

MONTHS = 12
RATES = {
    ServiceKind.SHORT_STAY: 30_000,
    ServiceKind.DAY_CARE: 20_000,
    ServiceKind.OUTREACH: 12_000,
    ServiceKind.ONLINE_CONSULTATION: 4_000,
}
FROM = date(2008, 3, 1)
REPRESENTATIVES = ("佐久間 和子", "宮地 正", "大橋 文枝")
RETURNED = "7日の記録と入金の予定日を確かめて、もう一度提出してください。"
REMARK = "一部の利用料は、翌月に入金の予定です。"
RIDES_EVERY, FARES = 3, (1_500, 1_900, 2_400)


@transaction.atomic
def make_demo_claims(today: date) -> None:
    """Let each facility submit the twelve months before this one, and the ward accept all but the last."""
    staff = User.objects.get(username="demo-staff")
    months = list(_months_before(today))
    midwives = {person.facility_id: person for person in User.objects.filter(role=Role.OPERATOR)}
    _enter_rates()
    _enter_payees()
    _write_care(midwives, months[0], today)
    _ride(midwives, months[0], today)
    for manager in User.objects.filter(role=Role.FACILITY_MANAGER).select_related("facility"):
        for month in months:
            _claim(manager, staff, month, month == months[-1])


def _enter_rates() -> None:
    """A made-up rate for each service and all its time: the ward has published none, and amounts are to be seen."""
    for service in Service.objects.filter(contract_rates__isnull=True):
        ContractRate.objects.create(
            service=service,
            amount=RATES[ServiceKind(service.kind)],
            less_family_fees=True,
            period=(FROM, None),
            note="デモのための仮の額",
        )


def _enter_payees() -> None:
    """Whom the ward pays, made up: the account is no account."""
    for number, place in enumerate(Facility.objects.order_by("pk"), start=1):
        at_place = place.addresses.order_by("period").last()
        Payee.objects.create(
            facility=place,
            period=(FROM, None),
            name=place.operator,
            representative=f"代表者 {REPRESENTATIVES[number % len(REPRESENTATIVES)]}（デモ）",
            address=at_place.address if at_place else "東京都世田谷区（デモ）",
            registration_number=f"T{number:013d}",
            account=seal_account(Account("デモ銀行", "世田谷支店", "ordinary", f"{number:07d}", "サンゴケア デモ")),
        )


def _claim(manager: User, staff: User, month: date, last_one: bool) -> None:
    place = manager.facility
    assert place is not None
    after = last_of_month(month) + timedelta(days=1)
    record = month_record(place, month)
    try:
        claim = submit_claim(
            facility=place, month=month, seen=digest_of(record), remark=REMARK, by=manager, at=at(after, 10)
        )
    except Refused:
        return  # a family of the month is still in house: its manager sees that on the page
    if last_one and place.slug != "ward-centre":
        # So that a month given back is seen too; the ward centre's waits for the ward.
        return_claim(claim=claim, seen=claim.digest, reason=RETURNED, by=staff, at=at(after, 15))
    elif not last_one:
        accept_claim(claim=claim, seen=claim.digest, by=staff, at=at(after + timedelta(days=4), 11))


def _months_before(today: date) -> Iterator[date]:
    """The first days of the twelve months before this one, oldest first."""
    this_month = today.year * 12 + today.month - 1
    for number in range(this_month - MONTHS, this_month):
        yield date(number // 12, number % 12 + 1, 1)


def _write_care(midwives: dict[int | None, User], first: date, today: date) -> None:
    """A short care record for every day used that has none."""
    days = (
        BookingDay.objects.filter(status=DayStatus.USED, day__range=(first, today - timedelta(days=1)))
        .exclude(booking__service__kind__in=VISITS)
        .exclude(Exists(CareRecord.objects.filter(stay__booking=OuterRef("booking"), day=OuterRef("day"))))
        .order_by("day", "pk")
        .values_list("booking__stay", "day", "pool__facility")
    )
    copy_rows(
        CareRecord,
        [
            CareRecord(
                stay_id=stay,
                day=day,
                sleep_hours=Decimal(4 + number % 5),
                breast=Breast.values[number % 3],
                mood=Mood.values[number % 3],
                recorded_at=at(day, 20),
                recorded_by=midwives[facility],
            )
            for number, (stay, day, facility) in enumerate(days)
            if facility in midwives
        ],
    )


def _ride(midwives: dict[int | None, User], first: date, today: date) -> None:
    """Rides of some of the households for which the ward bears them."""
    classes = TransportPolicy.objects.values("tax_class")
    stays = (
        Booking.objects.filter(
            state=BookingState.DEPARTED,
            stay__departed_at__gte=at(first, 0),
            stay__departed_at__lt=at(today, 0),
            registration__birth__family__tax_classes__tax_class__in=classes,
        )
        .exclude(service__kind__in=VISITS)
        .select_related("stay", "service", "registration__birth__family")
        .order_by("pk")
        .distinct()
    )
    for number, booking in enumerate(stays):
        midwife = midwives.get(booking.service.facility_id)
        left_at = booking.stay.departed_at
        if number % RIDES_EVERY or midwife is None or left_at is None:
            continue
        try:
            record_ride(
                booking=booking,
                direction=RideDirection.FROM,
                fare=FARES[number // RIDES_EVERY % len(FARES)],
                by=midwife,
                at=left_at,
            )
        except Refused:
            continue  # the household was taxed on the day: the ward does not bear its ride
