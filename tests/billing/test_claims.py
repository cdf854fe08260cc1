"""月次実績報告・請求: a month from its rows, submitted as seen, returned or accepted once, locked for good."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from billing.adjust import adjust_charge
from billing.claim_files import claim_pdf, claim_xlsx
from billing.claims import accept_claim, return_claim, submit_claim
from billing.issue import issue_charge
from billing.models import (
    Adjustment,
    Charge,
    ChargeLine,
    Claim,
    ClaimState,
    ClaimStep,
    ContractRate,
    HandedCoupon,
    Payment,
    PaymentMethod,
)
from billing.month_record import Open, digest_of, month_record, open_in_month
from billing.pay import receive_within_transaction
from bookings.models import Booking, BookingDay, BookingState, CareRecord, DayStatus, Stay
from facilities.models import Facility, Service
from sankecare.errors import Refused
from tests import builders
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)

MAY, JUNE = date(2023, 5, 1), date(2023, 6, 1)
THE_DAY = builders.A_DAY
IN_JUNE = builders.at(date(2023, 6, 2))


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
    charge = issue_charge(booking=booking, by=by, at=builders.at(days[-1], 17))
    with transaction.atomic():
        receive_within_transaction(
            charge=charge, amount=charge.total, method=PaymentMethod.CASH, by=by, at=builders.at(days[-1], 18)
        )
    return charge


@pytest.fixture
def manager(transactional_db: None) -> User:
    return builders.user(Role.FACILITY_MANAGER)


@pytest.fixture
def staff(transactional_db: None) -> User:
    return builders.user()


def facility_of(manager: User) -> Facility:
    assert manager.facility is not None
    return manager.facility


def submit(manager: User, month: date = MAY, *, remark: str = "", at: datetime = IN_JUNE, seen: str = "") -> Claim:
    place = facility_of(manager)
    seen = seen or digest_of(month_record(place, month))
    return submit_claim(facility=place, month=month, seen=seen, remark=remark, by=manager, at=at)


def accepted(manager: User, staff: User, month: date = MAY) -> Claim:
    claim = submit(manager, month, at=builders.at(date(2023, 7, 3)), remark="確認済み")
    return accept_claim(claim=claim, seen=claim.digest, by=staff, at=builders.at(date(2023, 7, 4)))


# ---- The record -----------------------------------------------------------------------------------------------------


def test_the_record_is_the_months_days_fees_payments_and_corrections(manager: User, staff: User) -> None:
    first = settled(THE_DAY, THE_DAY + timedelta(days=1), by=manager)
    settled(date(2023, 5, 20), by=manager, family=builders.family(tax_class="non_taxed"))
    adjust_charge(charge=first, amount=-500, reason="訂正", by=staff, at=IN_JUNE)
    may, june = (month_record(facility_of(manager), month) for month in (MAY, JUNE))
    assert (may["days"], may["families"], [row["fees"] for row in may["uses"]]) == (3, 2, [9_000, 1_500])
    assert {row["tax_class"]: (row["days"], row["total"]) for row in may["fees"]} == {
        "taxed": (2, 9_000),
        "non_taxed": (1, 1_500),
    }
    assert sum(row["amount"] for row in may["payments"]) == 10_500
    # What is corrected afterwards stands in the month in which it was corrected.
    assert (may["adjustments"], [row["amount"] for row in june["adjustments"]]) == ([], [-500])
    assert (june["days"], june["fees"]) == (0, [])


def test_a_stay_over_the_end_of_a_month_is_shared_by_day(manager: User) -> None:
    settled(date(2023, 5, 31), date(2023, 6, 1), date(2023, 6, 2), by=manager)
    place = facility_of(manager)
    assert [month_record(place, month)["days"] for month in (MAY, JUNE)] == [1, 2]
    assert [month_record(place, month)["uses"][0]["fees"] for month in (MAY, JUNE)] == [4_500, 9_000]


def test_without_a_contract_rate_the_amount_is_open_never_nothing(manager: User) -> None:
    settled(THE_DAY, by=manager)
    amounts = month_record(facility_of(manager), MAY)["amounts"]
    assert (amounts["contract"], amounts["total"], len(amounts["without_rate"])) == (None, None, 1)


@pytest.mark.parametrize(("less_fees", "total"), [(False, 60_000), (True, 60_000 - 9_000)])
def test_each_day_is_claimed_at_the_rate_in_force_on_it(manager: User, less_fees: bool, total: int) -> None:
    settled(date(2023, 5, 15), date(2023, 5, 16), by=manager)
    service = Service.objects.get()
    for amount, period in ((25_000, (MAY, date(2023, 5, 16))), (35_000, (date(2023, 5, 16), None))):
        ContractRate.objects.create(service=service, amount=amount, period=period, less_family_fees=less_fees)
    record = month_record(facility_of(manager), MAY)
    assert record["services"][0]["rates"] == [{"amount": 25_000, "days": 1}, {"amount": 35_000, "days": 1}]
    assert record["amounts"]["total"] == total


def test_a_month_of_many_takes_as_many_queries_as_one_of_few(manager: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            month_record(facility_of(manager), MAY)
            open_in_month(facility_of(manager), MAY, JUNE)
        return len(taken)

    settled(THE_DAY, by=manager)
    few = queries()
    for _ in range(3):
        settled(THE_DAY, by=manager)
    assert queries() == few <= 15


# ---- What is open ---------------------------------------------------------------------------------------------------


def test_what_is_open_is_found_and_what_must_be_mended_first_stops_the_claim(manager: User) -> None:
    staying = left(THE_DAY, state=BookingState.ARRIVED)
    uncharged = left(THE_DAY)
    missed = builders.registration(born=THE_DAY - timedelta(days=40))
    unconfirmed = Booking.objects.create(
        registration=missed, service=Service.objects.get(), booked_at=builders.at(THE_DAY)
    )
    unconfirmed.days.create(day=THE_DAY)
    unpaid = issue_charge(booking=left(THE_DAY), by=manager, at=builders.at(THE_DAY, 17))
    found = {(one.what, one.booking) for one in open_in_month(facility_of(manager), MAY, JUNE)}
    assert {
        (Open.NOT_DEPARTED, staying.pk),
        (Open.NOT_CONFIRMED, unconfirmed.pk),
        (Open.NOT_CHARGED, uncharged.pk),
        (Open.NOT_PAID, unpaid.booking_id),
        (Open.NO_CARE_RECORD, unpaid.booking_id),
    } <= found
    with pytest.raises(Refused) as refused:
        submit(manager, remark="残りがあります")
    assert (refused.value.code, Claim.objects.count()) == ("still_open", 0)


def test_what_does_not_stop_the_claim_takes_a_remark(manager: User) -> None:
    issue_charge(booking=left(THE_DAY), by=manager, at=builders.at(THE_DAY, 17))
    with pytest.raises(Refused) as refused:
        submit(manager)
    assert refused.value.code == "no_remark"
    claim = submit(manager, remark="来月お支払いの予定です")
    assert {row["what"] for row in claim.snapshot["open"]} == {"not_paid", "no_care_record"}


# ---- Submitted, returned, accepted ----------------------------------------------------------------------------------


def test_a_month_is_claimed_once_it_is_over(manager: User) -> None:
    with pytest.raises(Refused) as refused:
        submit(manager, at=builders.at(date(2023, 5, 31), 23))
    assert refused.value.code == "month_not_over"


def test_a_stay_changed_between_looking_and_submitting_is_seen(manager: User) -> None:
    settled(THE_DAY, by=manager)
    seen = digest_of(month_record(facility_of(manager), MAY))
    settled(THE_DAY + timedelta(days=5), by=manager)
    with pytest.raises(Refused) as refused:
        submit(manager, seen=seen)
    assert (refused.value.code, Claim.objects.count()) == ("changed_since_shown", 0)


def test_returned_with_a_reason_mended_submitted_anew_and_accepted(manager: User, staff: User) -> None:
    settled(THE_DAY, by=manager)
    claim = submit(manager)
    with pytest.raises(Refused):
        submit(manager)
    with pytest.raises(Refused) as without:
        return_claim(claim=claim, seen=claim.digest, reason=" ", by=staff, at=IN_JUNE)
    assert without.value.code == "no_reason"
    return_claim(claim=claim, seen=claim.digest, reason="20日の利用が抜けています", by=staff, at=IN_JUNE)
    settled(date(2023, 5, 20), by=manager)
    again = submit(manager)
    assert (again.pk, again.snapshot["record"]["days"]) == (claim.pk, 2)
    accept_claim(claim=again, seen=again.digest, by=staff, at=IN_JUNE)
    assert [step.state for step in ClaimStep.objects.all()] == ["submitted", "returned", "submitted", "accepted"]


def test_what_changed_after_it_was_submitted_is_not_accepted(manager: User, staff: User) -> None:
    settled(THE_DAY, by=manager)
    claim = submit(manager)
    settled(date(2023, 5, 20), by=manager)
    with pytest.raises(Refused) as refused:
        accept_claim(claim=claim, seen=claim.digest, by=staff, at=IN_JUNE)
    claim.refresh_from_db()
    assert (refused.value.code, claim.state) == ("changed_since_submitted", ClaimState.SUBMITTED)


def test_what_was_submitted_anew_since_it_was_shown_is_neither_accepted_nor_returned(
    manager: User, staff: User
) -> None:
    settled(THE_DAY, by=manager)
    first = submit(manager).digest
    return_claim(claim=Claim.objects.get(), seen=first, reason="確認", by=staff, at=IN_JUNE)
    settled(date(2023, 5, 20), by=manager)
    again = submit(manager)
    with pytest.raises(Refused) as accept:
        accept_claim(claim=again, seen=first, by=staff, at=IN_JUNE)
    with pytest.raises(Refused) as send_back:
        return_claim(claim=again, seen=first, reason="確認", by=staff, at=IN_JUNE)
    assert {accept.value.code, send_back.value.code} == {"changed_since_shown"}


def test_of_two_members_of_staff_at_once_one_decides(manager: User, staff: User) -> None:
    settled(THE_DAY, by=manager)
    for number in range(4):
        month = date(2023, 5 + number, 1)
        claim = submit(manager, month, at=builders.at(date(2023, 12, 1)))
        second = builders.user()
        results = together(
            lambda claim=claim: accept_claim(claim=claim, seen=claim.digest, by=staff, at=IN_JUNE).state,
            lambda claim=claim, by=second: (
                return_claim(claim=claim, seen=claim.digest, reason="確認", by=by, at=IN_JUNE).state
            ),
        )
        assert sorted(map(str, results)).count("already_decided") == 1, results
        assert claim.steps.count() == 2


def test_of_a_payment_and_an_acceptance_at_once_the_accepted_record_holds_what_was_paid(
    manager: User, staff: User
) -> None:
    charge = issue_charge(booking=left(THE_DAY), by=manager, at=builders.at(THE_DAY, 17))
    claim = submit(manager, remark="一部未納")

    def pay() -> str:
        with transaction.atomic():
            receive_within_transaction(
                charge=charge, amount=100, method=PaymentMethod.CASH, by=manager, at=builders.at(THE_DAY, 19)
            )
        return "paid"

    results = together(pay, lambda: accept_claim(claim=claim, seen=claim.digest, by=staff, at=IN_JUNE).state)
    assert results in (["paid", "changed_since_submitted"], ["IntegrityError", ClaimState.ACCEPTED])
    claim.refresh_from_db()
    recorded = digest_of(month_record(facility_of(manager), MAY))
    assert (claim.state == ClaimState.ACCEPTED) == (recorded == claim.digest)


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
    "a contract rate of it": lambda charge, by: ContractRate.objects.create(
        service=charge.booking.service, amount=1, period=(MAY, None), less_family_fees=False
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
    # What the checks would never let pass: accepted in the database with a charge missing.
    record = month_record(facility_of(manager), MAY)
    claim = Claim.objects.create(facility=facility_of(manager), month=MAY, snapshot=record, digest=digest_of(record))
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.ACCEPTED)
    with pytest.raises(Refused) as refused:
        issue_charge(booking=late, by=manager, at=IN_JUNE)
    assert (refused.value.code, "2023年5月" in refused.value.detail) == ("month_accepted", True)


def test_a_claim_for_a_locked_month_gets_its_clear_answer_and_changes_nothing(manager: User, staff: User) -> None:
    settled(THE_DAY, by=manager)
    claim = accepted(manager, staff)
    with pytest.raises(Refused) as refused:
        submit(manager, remark="もう一度")
    assert (refused.value.code, ClaimStep.objects.count()) == ("month_accepted", 2)
    for again in (accept_claim, lambda **asked: return_claim(reason="x", **asked)):
        with pytest.raises(Refused) as decided:
            again(claim=claim, seen=claim.digest, by=staff, at=IN_JUNE)
        assert decided.value.code == "already_decided"
    before = claim.snapshot
    claim.refresh_from_db()
    assert (claim.state, claim.snapshot) == (ClaimState.ACCEPTED, before)


def test_a_later_correction_stands_in_the_next_claim(manager: User, staff: User) -> None:
    charge = settled(THE_DAY, by=manager)
    accepted(manager, staff)
    adjust_charge(charge=charge, amount=-1_000, reason="課税区分の訂正", by=staff, at=builders.at(date(2023, 6, 10)))
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


# ---- Files and pages ------------------------------------------------------------------------------------------------


def test_the_pdf_is_the_same_whenever_it_is_printed_and_says_that_the_rate_is_not_entered(
    manager: User, staff: User
) -> None:
    settled(THE_DAY, by=manager)
    claim = submit(manager)
    printed = claim_pdf(claim)
    accept_claim(claim=claim, seen=claim.digest, by=staff, at=IN_JUNE)
    Facility.objects.update(name="名前の変わった施設")
    assert claim_pdf(Claim.objects.get()) == printed
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages)
    assert "未入力" in text
    assert "髙﨑" not in text


def test_the_workbook_holds_the_tables_and_no_formula(manager: User, staff: User) -> None:
    charge = settled(THE_DAY, by=manager)
    adjust_charge(charge=charge, amount=-1, reason="=1+1", by=staff, at=builders.at(date(2023, 5, 20)))
    claim = submit(manager, remark="@x")
    assert claim_xlsx(claim) == claim_xlsx(Claim.objects.get())
    book = openpyxl.load_workbook(io.BytesIO(claim_xlsx(claim)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {"=1+1", "@x", f"B-{charge.booking_id:06d}"} <= {cell.value for cell in cells}
    assert {cell.data_type for cell in cells if cell.value == "=1+1"} == {"s"}


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_manager_submits_and_staff_accept_on_their_pages(manager: User, staff: User) -> None:
    charge = issue_charge(booking=left(THE_DAY), by=manager, at=builders.at(THE_DAY, 17))
    at_facility, at_ward = client_of(manager), client_of(staff)
    page = reverse("operator:claim", args=["2023-05"])
    shown = at_facility.get(page)
    assert reverse("operator:charge", args=[charge.pk]) in shown.content.decode()
    seen = shown.context["form"].initial["seen"]
    without = at_facility.post(page, {"seen": seen, "remark": ""})
    assert (without.status_code, Claim.objects.count()) == (422, 0)
    assert at_facility.post(page, {"seen": seen, "remark": "来月"}).status_code == 302
    claim = Claim.objects.get()
    at = reverse("claims:claim", args=[claim.pk])
    assert "来月" in at_ward.get(at).content.decode()
    returned = at_ward.post(at, {"seen": claim.digest, "reason": "", "return": "1"})
    assert (returned.status_code, "理由" in returned.content.decode()) == (422, True)
    assert at_ward.post(at, {"seen": claim.digest}).status_code == 302
    claim.refresh_from_db()
    assert claim.state == ClaimState.ACCEPTED
    again = at_facility.post(page, {"seen": seen, "remark": "もう一度"})
    assert (again.status_code, "受理されており" in again.content.decode()) == (422, True)


def test_the_lists_and_pages_run_a_fixed_number_of_queries(manager: User, staff: User) -> None:
    def queries(client: Client, page: str) -> int:
        with CaptureQueriesContext(connection) as taken:
            assert client.get(page).status_code == 200
        return len(taken)

    at_facility, at_ward = client_of(manager), client_of(staff)
    settled(THE_DAY, by=manager)
    settled(JUNE, by=manager)
    submit(manager)
    pages = [
        (at_facility, reverse("operator:claims")),
        (at_facility, reverse("operator:claim", args=["2023-06"])),
        (at_ward, reverse("claims:list")),
    ]
    few = [queries(*one) for one in pages]
    for day in (3, 4, 5):
        settled(date(2023, 6, day), by=manager)
        settled(date(2023, 7 + day, 1), by=manager)
        submit(manager, date(2023, 7 + day, 1), at=builders.at(date(2024, 2, 1)))
    assert [queries(*one) for one in pages] == few
