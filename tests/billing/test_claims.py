"""月次実績報告・請求: submitted as seen, returned or accepted once; its files and pages."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from billing.adjust import adjust_charge
from billing.claim_files import claim_pdf, claim_xlsx
from billing.claims import accept_claim, return_claim
from billing.issue import issue_charge
from billing.models import (
    AdjustmentKind,
    Claim,
    ClaimState,
    ClaimStep,
    PaymentMethod,
)
from billing.month_record import digest_of, month_record
from billing.pay import receive_payment
from facilities.models import Facility
from sankecare.errors import Refused
from tests import builders
from tests.billing.factories_claims import IN_JUNE, JUNE, MAY, THE_DAY, enter_rates, facility_of, left, settled, submit
from tests.fixtures_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)


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
    enter_rates()
    claim = submit(manager)
    with pytest.raises(Refused):
        submit(manager)
    with pytest.raises(Refused) as without:
        transaction.atomic(return_claim)(claim=claim, seen=claim.digest, reason=" ", by=staff, at=IN_JUNE)
    assert without.value.code == "no_reason"
    transaction.atomic(return_claim)(
        claim=claim, seen=claim.digest, reason="20日の利用が抜けています", by=staff, at=IN_JUNE
    )
    settled(date(2023, 5, 20), by=manager)
    again = submit(manager)
    assert (again.pk, again.snapshot["record"]["days"]) == (claim.pk, 2)
    transaction.atomic(accept_claim)(claim=again, seen=again.digest, by=staff, at=IN_JUNE)
    assert [step.state for step in ClaimStep.objects.all()] == ["submitted", "returned", "submitted", "accepted"]


@pytest.mark.parametrize("rates", [False, True])
def test_no_month_is_accepted_without_its_amount(manager: User, staff: User, rates: bool) -> None:
    """Locked for good it would stay “not entered”. A rate entered since is a change: it is submitted anew."""
    settled(THE_DAY, by=manager)
    claim = submit(manager)
    if rates:
        enter_rates()
    with pytest.raises(Refused) as refused:
        transaction.atomic(accept_claim)(claim=claim, seen=claim.digest, by=staff, at=IN_JUNE)
    assert (refused.value.code, "ショートステイ" in refused.value.detail) == ("rate_missing", True)
    with pytest.raises(IntegrityError, match="has no amount"), transaction.atomic():
        Claim.objects.update(state=ClaimState.ACCEPTED)
    page = client_of(staff).get(reverse("claims:claim", args=[claim.pk])).content.decode()
    assert ("委託単価を入力する" in page, "請求を受理する" in page) == (True, False)
    enter_rates()
    transaction.atomic(return_claim)(claim=claim, seen=claim.digest, reason="単価の入力", by=staff, at=IN_JUNE)
    again = submit(manager)
    assert again.snapshot["record"]["amounts"]["total"] == 30_000
    transaction.atomic(accept_claim)(claim=again, seen=again.digest, by=staff, at=IN_JUNE)


def test_what_changed_after_it_was_submitted_is_not_accepted(manager: User, staff: User) -> None:
    settled(THE_DAY, by=manager)
    enter_rates()
    claim = submit(manager)
    settled(date(2023, 5, 20), by=manager)
    with pytest.raises(Refused) as refused:
        transaction.atomic(accept_claim)(claim=claim, seen=claim.digest, by=staff, at=IN_JUNE)
    claim.refresh_from_db()
    assert (refused.value.code, claim.state) == ("changed_since_submitted", ClaimState.SUBMITTED)


def test_what_was_submitted_anew_since_it_was_shown_is_neither_accepted_nor_returned(
    manager: User, staff: User
) -> None:
    settled(THE_DAY, by=manager)
    enter_rates()
    first = submit(manager).digest
    transaction.atomic(return_claim)(claim=Claim.objects.get(), seen=first, reason="確認", by=staff, at=IN_JUNE)
    settled(date(2023, 5, 20), by=manager)
    again = submit(manager)
    with pytest.raises(Refused) as accept:
        transaction.atomic(accept_claim)(claim=again, seen=first, by=staff, at=IN_JUNE)
    with pytest.raises(Refused) as send_back:
        transaction.atomic(return_claim)(claim=again, seen=first, reason="確認", by=staff, at=IN_JUNE)
    assert {accept.value.code, send_back.value.code} == {"changed_since_shown"}


def test_of_two_members_of_staff_at_once_one_decides(manager: User, staff: User) -> None:
    settled(THE_DAY, by=manager)
    enter_rates()
    for number in range(4):
        month = date(2023, 5 + number, 1)
        claim = submit(manager, month, at=builders.at(date(2023, 12, 1)))
        second = builders.user()
        results = together(
            lambda claim=claim: (
                transaction.atomic(accept_claim)(claim=claim, seen=claim.digest, by=staff, at=IN_JUNE).state
            ),
            lambda claim=claim, by=second: (
                transaction.atomic(return_claim)(
                    claim=claim, seen=claim.digest, reason="確認", by=by, at=IN_JUNE
                ).state
            ),
        )
        assert sorted(map(str, results)).count("already_decided") == 1, results
        assert claim.steps.count() == 2


def test_of_a_payment_and_an_acceptance_at_once_the_accepted_record_holds_what_was_paid(
    manager: User, staff: User
) -> None:
    charge = transaction.atomic(issue_charge)(booking=left(THE_DAY), by=manager, at=builders.at(THE_DAY, 17))
    enter_rates()
    claim = submit(manager, remark="一部未納")

    def pay() -> str:
        with transaction.atomic():
            receive_payment(
                charge=charge, amount=100, method=PaymentMethod.CASH, by=manager, at=builders.at(THE_DAY, 19)
            )
        return "paid"

    results = together(
        pay, lambda: transaction.atomic(accept_claim)(claim=claim, seen=claim.digest, by=staff, at=IN_JUNE).state
    )
    assert results in (["paid", "changed_since_submitted"], ["IntegrityError", ClaimState.ACCEPTED])
    claim.refresh_from_db()
    recorded = digest_of(month_record(facility_of(manager), MAY))
    assert (claim.state == ClaimState.ACCEPTED) == (recorded == claim.digest)


# ---- Files and pages ------------------------------------------------------------------------------------------------


def test_the_pdf_is_the_same_whenever_it_is_printed_and_says_that_the_rate_is_not_entered(
    manager: User, staff: User
) -> None:
    settled(THE_DAY, by=manager)
    claim = submit(manager)
    printed = claim_pdf(claim)
    Facility.objects.update(name="名前の変わった施設")
    assert claim_pdf(Claim.objects.get()) == printed
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages)
    assert "未入力" in text
    assert "髙﨑" not in text


def test_the_workbook_holds_the_tables_and_no_formula(manager: User, staff: User) -> None:
    charge = settled(THE_DAY, by=manager)
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.CORRECTION,
        amount=-1,
        reason="=1+1",
        by=staff,
        at=builders.at(date(2023, 5, 20)),
    )
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
    charge = transaction.atomic(issue_charge)(booking=left(THE_DAY), by=manager, at=builders.at(THE_DAY, 17))
    enter_rates()
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
