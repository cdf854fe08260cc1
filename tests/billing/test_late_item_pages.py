"""持越し: the two claims name each item alike, on paper and on pages; the nightly look finds one that is lost."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from billing.claim_files import claim_pdf, claim_xlsx
from billing.models import (
    Adjustment,
    Claim,
    Tariff,
)
from bookings.models import Booking
from tests import builders
from tests.as_owner import as_owner
from tests.billing.factories_claims import left
from tests.billing.factories_late_items import (
    APRIL,
    EARLY_APRIL,
    EARLY_MAY,
    MARCH,
    MAY,
    STAY,
    claimed,
    client_of,
    found,
    issued,
    rate,
    tariff,
)

pytestmark = pytest.mark.django_db(transaction=True)


def words_of(claim: Claim) -> tuple[str, set[Any]]:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(claim_pdf(claim))).pages)
    book = openpyxl.load_workbook(io.BytesIO(claim_xlsx(claim)))
    return text, {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}


def test_the_two_documents_name_each_item_by_the_same_number(stay: Booking, manager: User, staff: User) -> None:
    march = claimed(manager, staff, MARCH, EARLY_APRIL)
    printed = claim_pdf(march)
    tariff(stay.service, 5_000)
    issued(stay, manager)
    april = claimed(manager, staff, APRIL, EARLY_MAY)
    numbers = [item.number for item in march.open_items.all()]
    assert numbers == [f"{march.number}-1", f"{march.number}-2"]
    for claim in (march, april):
        text, cells = words_of(claim)
        assert all(number in text and number in cells for number in numbers), claim
    assert f"{march.number} 2028年3月" in words_of(april)[1]
    assert claim_pdf(Claim.objects.get(pk=march.pk)) == printed


def test_the_pages_of_both_claims_lead_to_each_other(stay: Booking, manager: User, staff: User) -> None:
    at_facility, at_ward = client_of(manager), client_of(staff)
    page = reverse("operator:claim", args=["2028-03"])
    shown = at_facility.get(page).content.decode()
    assert "公表されていません" in shown
    march = claimed(manager, staff, MARCH, EARLY_APRIL)
    at_march = reverse("claims:claim", args=[march.pk])
    for client, address in ((at_facility, page), (at_ward, at_march), (at_ward, reverse("claims:list"))):
        assert f"{march.number}-1" in client.get(address).content.decode()
    tariff(stay.service, 5_000)
    to_issue = reverse("operator:charge-issue", args=[stay.pk])
    assert to_issue in at_facility.get(page).content.decode()
    assert to_issue in at_facility.get(reverse("operator:claim", args=["2028-04"])).content.decode()
    issued(stay, manager)
    assert "2028年4月の請求に入ります" in at_ward.get(at_march).content.decode()
    of_stay = at_facility.get(reverse("operator:charge", args=[stay.charge.pk])).content.decode()
    assert f"{march.number}-2：3月31日の利用料は" in of_stay
    assert f"{march.number}-1" not in at_ward.get(reverse("claims:list")).content.decode()
    april = claimed(manager, staff, APRIL, EARLY_MAY)
    at_april = reverse("claims:claim", args=[april.pk])
    for client in (at_facility, at_ward):
        assert at_april in client.get(at_march).content.decode()
        assert at_march in client.get(at_april).content.decode()


def test_staff_say_which_day_a_correction_is_about_where_the_contracts_differ(
    two_contracts: Booking, staff: User
) -> None:
    page = reverse("claims:adjust", args=[two_contracts.charge.pk])
    client = client_of(staff)
    key = client.get(page).context["key"]
    typed = {"key": key, "kind": "correction", "amount": "-1000", "reason": "訂正"}
    without = client.post(page, typed)
    assert (without.status_code, "どの日" in without.content.decode()) == (422, True)
    assert client.post(page, {**typed, "day": "2028-03-31"}).status_code == 302
    assert Adjustment.objects.get().day == STAY[1]


def test_the_pages_of_many_items_run_as_many_queries_as_those_of_few(manager: User, staff: User) -> None:
    service = builders.service()
    Tariff.objects.filter(tax_class="non_taxed").delete()
    rate(service, 20_000, builders.LONG_AGO)

    def uncharged(month: int) -> None:
        left(date(2028, month, 10), service=service, family=builders.family(tax_class="non_taxed"))

    def queries() -> list[int]:
        counted = []
        for client, page in (
            (client_of(staff), reverse("claims:list")),
            (client_of(staff), reverse("claims:claim", args=[march.pk])),
            (client_of(manager), reverse("operator:claim", args=["2028-04"])),
        ):
            with CaptureQueriesContext(connection) as taken:
                assert client.get(page).status_code == 200
            counted.append(len(taken))
        return counted

    uncharged(3)
    march = claimed(manager, staff, MARCH, EARLY_APRIL)
    uncharged(4)
    few = queries()
    for month in (4, 4, 4):
        uncharged(month)
    for month in (1, 2):
        for _ in range(3):
            uncharged(month)
        claimed(manager, staff, date(2028, month, 1), EARLY_APRIL)
    assert queries() == few


# ---- Looked at every night ------------------------------------------------------------------------------------------


def force(*statements: str) -> None:
    """Write what the guards refuse, as the tables' owner may."""
    with transaction.atomic(), as_owner(), connection.cursor() as cursor:
        for table in ("billing_openitem", "billing_claim", "billing_charge", "billing_chargeline"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("billing_openitem", "billing_claim", "billing_charge", "billing_chargeline"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


SETTLE_BY_HAND = "UPDATE billing_openitem SET charge_id = NULL, enters = NULL"
BROKEN = {
    "lost from the accepted month": (
        "day_of_accepted_month_without_fee",
        ["DELETE FROM billing_openitem", "DELETE FROM billing_chargeline", "DELETE FROM billing_charge"],
    ),
    "open although it is charged": ("open_item_against_its_charge", [SETTLE_BY_HAND]),
    "charged without its day": (
        "open_item_against_its_charge",
        ["DELETE FROM billing_chargeline WHERE day = '2028-03-30'"],
    ),
    "of a claim that was given back": (
        "open_item_against_its_charge",
        ["UPDATE billing_claim SET state = 'returned' WHERE month = '2028-03-01'"],
    ),
    "in no claim": (
        "late_item_not_in_one_claim",
        ["UPDATE billing_claim SET snapshot = jsonb_set(snapshot, '{record,late}', '[]') WHERE month = '2028-04-01'"],
    ),
    "twice in one claim": (
        "late_item_not_in_one_claim",
        [
            (
                "UPDATE billing_claim SET snapshot = jsonb_set(snapshot, '{record,late}',"
                " snapshot->'record'->'late' ||"
                " (snapshot->'record'->'late'->0)) WHERE month = '2028-04-01'"
            )
        ],
    ),
    "in another claim": (
        "late_item_not_in_one_claim",
        [
            (
                "UPDATE billing_claim SET snapshot = jsonb_set(snapshot, '{record,late}',"
                " (SELECT snapshot->'record'->'late' FROM billing_claim WHERE month = '2028-04-01'))"
                " WHERE month = '2028-05-01'"
            )
        ],
    ),
    "in the claim of another month than it says": (
        "late_item_not_in_one_claim",
        ["UPDATE billing_openitem SET enters = '2028-05-01'"],
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_each_way_to_lose_an_item_is_found_the_same_night(how: str, stay: Booking, manager: User, staff: User) -> None:
    claimed(manager, staff, MARCH, EARLY_APRIL)
    tariff(stay.service, 5_000)
    issued(stay, manager)
    claimed(manager, staff, APRIL, EARLY_MAY)
    claimed(manager, staff, MAY, builders.at(date(2028, 6, 2)))
    assert found() == set()
    what, statements = BROKEN[how]
    force(*statements)
    assert what in found()
