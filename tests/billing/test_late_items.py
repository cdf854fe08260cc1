"""持越し: what an accepted month could not price is open, or in exactly one later claim, by its own contract."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from billing.adjust import adjust_charge
from billing.claim_files import claim_pdf, claim_xlsx
from billing.claims import accept_claim
from billing.differences import apply_adjustments, propose_adjustments
from billing.issue import issue_charge
from billing.models import (
    Adjustment,
    AdjustmentKind,
    Charge,
    ChargeLine,
    Claim,
    ClaimState,
    Component,
    ContractRate,
    OpenItem,
    Tariff,
)
from billing.month_record import Open, digest_of, month_record, open_in_month
from bookings.models import Booking
from facilities.models import Service, ServiceKind
from reports.invariants import broken_invariants
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.billing.factories_claims import facility_of, left, submit
from tests.fixtures_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)
MARCH, APRIL, MAY = date(2028, 3, 1), date(2028, 4, 1), date(2028, 5, 1)
STAY = (date(2028, 3, 30), date(2028, 3, 31), date(2028, 4, 1), date(2028, 4, 2))
EARLY_APRIL, THE_TENTH = builders.at(date(2028, 4, 3)), builders.at(date(2028, 4, 10))
EARLY_MAY = builders.at(date(2028, 5, 2))


def rate(service: Service, amount: int, first: date, end: date | None = None, *, less_fees: bool = True) -> None:
    ContractRate.objects.create(service=service, amount=amount, period=(first, end), less_family_fees=less_fees)


def tariff(service: Service, amount: int, tax_class: str = "taxed", first: date = APRIL) -> None:
    Tariff.objects.create(
        service=service, component=Component.BASE, tax_class=tax_class, amount=amount, period=(first, None)
    )


@pytest.fixture
def stay(manager: User) -> Booking:
    """30 March to 2 April, left; of April no amount is published. The ward pays 20,000 a day less the fees."""
    service = builders.service()
    Tariff.objects.update(period=(builders.LONG_AGO, APRIL))
    rate(service, 20_000, builders.LONG_AGO)
    return left(*STAY, service=service)


def claimed(manager: User, staff: User, month: date, at: Any, remark: str = "確認済み") -> Claim:
    claim = submit(manager, month, remark=remark, at=at)
    return transaction.atomic(accept_claim)(claim=claim, seen=claim.digest, by=staff, at=at)


def issued(booking: Booking, by: User, at: Any = THE_TENTH) -> Charge:
    return transaction.atomic(issue_charge)(booking=booking, by=by, at=at)


def found() -> set[str]:
    return {broken.what for broken in broken_invariants(EARLY_MAY)}


# ---- The fee of an accepted month that comes late -------------------------------------------------------------------


def test_aprils_amount_entered_on_the_tenth_lets_the_stay_over_march_be_charged(
    stay: Booking, manager: User, staff: User
) -> None:
    march = claimed(manager, staff, MARCH, EARLY_APRIL)
    assert march.snapshot["record"]["amounts"] == {
        "contract": 40_000,
        "fees_taken_off": 0,
        "late_taken_off": 0,
        "transport": 0,
        "total": 40_000,
        "without_rate": [],
    }
    items = list(march.open_items.all())
    assert [(item.day, item.why, item.missing_day, item.charge) for item in items] == [
        (date(2028, 3, 30), "not_published", date(2028, 4, 1), None),
        (date(2028, 3, 31), "not_published", date(2028, 4, 1), None),
    ]
    with pytest.raises(NotPossible) as missing:
        issued(stay, manager)
    assert (missing.value.code, found()) == ("tariff_not_published", set())
    tariff(stay.service, 5_000)
    charge = issued(stay, manager)
    assert charge.total == 2 * 4_500 + 2 * 5_000 == 19_000
    # March stays what was accepted, to the byte; its two days stand in April's claim with its own two.
    assert digest_of(month_record(facility_of(manager), MARCH)) == march.digest
    april = claimed(manager, staff, APRIL, EARLY_MAY)
    late = april.snapshot["record"]["late"]
    assert [(row["number"], row["day"], row["fee"], row["rate"], row["taken_off"]) for row in late] == [
        (items[0].number, "2028-03-30", 4_500, 20_000, 4_500),
        (items[1].number, "2028-03-31", 4_500, 20_000, 4_500),
    ]
    assert april.snapshot["record"]["amounts"]["total"] == 2 * 20_000 - 10_000 - 9_000
    # Over both claims: four days of the contract, less the whole fee. Nothing is lost, nothing taken off twice.
    both = [claim.snapshot["record"]["amounts"]["total"] for claim in (march, april)]
    assert sum(both) == 4 * 20_000 - charge.total
    assert found() == set()


def test_an_outreach_visit_of_july_is_charged_once_its_amount_is_published_in_august(
    manager: User, staff: User
) -> None:
    service = builders.service(ServiceKind.OUTREACH, takes_siblings=False, age_limit_months=12)
    tariff(service, 2_000, first=builders.LONG_AGO)  # published for taxed households alone
    rate(service, 12_000, builders.LONG_AGO)
    visit = left(date(2028, 7, 6), service=service, family=builders.family(tax_class="non_taxed"))
    july = claimed(manager, staff, date(2028, 7, 1), builders.at(date(2028, 8, 2)))
    item = july.open_items.get()
    assert (item.component, item.tax_class, item.missing_day) == ("base", "non_taxed", date(2028, 7, 6))
    assert july.snapshot["record"]["amounts"]["total"] == 12_000
    tariff(service, 700, "non_taxed", first=builders.LONG_AGO)
    assert issued(visit, manager, builders.at(date(2028, 8, 20))).total == 700
    august = claimed(manager, staff, date(2028, 8, 1), builders.at(date(2028, 9, 1)))
    assert (august.snapshot["record"]["days"], august.snapshot["record"]["visits"]) == (0, {})
    assert august.snapshot["record"]["amounts"]["total"] == -700
    assert found() == set()


def test_a_late_fee_is_settled_by_the_contract_of_its_own_day(stay: Booking, manager: User, staff: User) -> None:
    """Last year's contract takes fees off, this year's does not: only March's two days are taken off, in April."""
    ContractRate.objects.update(period=(builders.LONG_AGO, APRIL))
    rate(stay.service, 24_000, APRIL, less_fees=False)
    claimed(manager, staff, MARCH, EARLY_APRIL)
    tariff(stay.service, 5_000)
    issued(stay, manager)
    amounts = claimed(manager, staff, APRIL, EARLY_MAY).snapshot["record"]["amounts"]
    assert (amounts["contract"], amounts["fees_taken_off"], amounts["late_taken_off"]) == (48_000, 0, 9_000)
    assert amounts["total"] == 39_000


def test_a_month_without_any_amount_is_claimed_with_its_days_open(stay: Booking, manager: User, staff: User) -> None:
    """Also where the service has no amount at all in the month: the days are carried over, none is forgotten."""
    claimed(manager, staff, MARCH, EARLY_APRIL)
    april = claimed(manager, staff, APRIL, EARLY_MAY)
    assert [row["what"] for row in april.snapshot["open"] if row["what"] == "not_priced"] == ["not_priced"]
    assert [item.day for item in april.open_items.all()] == list(STAY[2:])
    tariff(stay.service, 5_000)
    issued(stay, manager, builders.at(date(2028, 5, 9)))
    late = month_record(facility_of(manager), MAY)["late"]
    assert [(row["month"], row["day"][8:], row["fee"]) for row in late] == [
        ("2028-03", "30", 4_500),
        ("2028-03", "31", 4_500),
        ("2028-04", "01", 5_000),
        ("2028-04", "02", 5_000),
    ]
    assert found() == set()


def test_what_can_be_charged_now_is_not_forgotten_the_next_claim_asks_for_it(manager: User, staff: User) -> None:
    service = builders.service()
    Tariff.objects.filter(tax_class="non_taxed").delete()
    rate(service, 20_000, builders.LONG_AGO)
    booking = left(date(2028, 3, 10), service=service, family=builders.family(tax_class="non_taxed"))
    claimed(manager, staff, MARCH, EARLY_APRIL)
    left(date(2028, 4, 10), service=service, family=builders.family(tax_class="non_taxed"))
    assert Open.CARRIED_OVER not in {one.what for one in open_in_month(facility_of(manager), APRIL, MAY)}
    tariff(service, 1_500, "non_taxed", first=builders.LONG_AGO)
    for late in Booking.objects.exclude(pk=booking.pk):
        issued(late, manager)
    (finding,) = (one for one in open_in_month(facility_of(manager), APRIL, MAY) if one.stops)
    assert (finding.what, finding.booking, finding.days) == (Open.CARRIED_OVER, booking.pk, ("2028-03-10",))
    with pytest.raises(Refused) as refused:
        submit(manager, APRIL, remark="確認済み", at=EARLY_MAY)
    assert refused.value.code == "still_open"
    issued(booking, manager)
    assert submit(manager, APRIL, remark="確認済み", at=EARLY_MAY).snapshot["record"]["late"][0]["fee"] == 1_500


def test_a_day_without_its_tax_class_stops_the_claim_for_staff_can_enter_it(stay: Booking, manager: User) -> None:
    stay.registration.birth.family.tax_classes.all().delete()
    with pytest.raises(Refused) as refused:
        submit(manager, MARCH, remark="確認済み", at=EARLY_APRIL)
    assert refused.value.code == "still_open"


def test_coupons_handed_over_at_the_departure_lower_the_late_fee(stay: Booking, manager: User, staff: User) -> None:
    builders.coupon_policy()
    family = stay.registration.birth.family
    stay.handed_coupons.create(family=family, number=1, handed_at=builders.at(STAY[-1]), taken_by=manager)
    claimed(manager, staff, MARCH, EARLY_APRIL)
    tariff(stay.service, 5_000)
    assert issued(stay, manager).total == 19_000 - 2_500
    late = month_record(facility_of(manager), APRIL)["late"]
    assert [row["fee"] for row in late] == [2_000, 4_500]


def test_of_issuing_and_accepting_at_once_the_fee_stands_in_exactly_one_claim(
    stay: Booking, manager: User, staff: User
) -> None:
    claim = submit(manager, MARCH, remark="確認済み", at=EARLY_APRIL)
    tariff(stay.service, 5_000)
    results = together(
        lambda: issued(stay, manager).total,
        lambda: transaction.atomic(accept_claim)(claim=claim, seen=claim.digest, by=staff, at=EARLY_APRIL).state,
    )
    claim.refresh_from_db()
    if claim.state == ClaimState.ACCEPTED:
        assert results[0] in ("month_accepted", 19_000)
        if results[0] != 19_000:
            issued(stay, manager)
        assert len(month_record(facility_of(manager), APRIL)["late"]) == 2
    else:
        assert results == [19_000, "changed_since_submitted"]
        assert month_record(facility_of(manager), APRIL)["late"] == []
        assert month_record(facility_of(manager), MARCH)["amounts"]["fees_taken_off"] == 9_000
    assert found() == set()


# ---- The database keeps it ------------------------------------------------------------------------------------------

REFUSED = {
    "taken away": lambda item, charge, staff: item.delete(),
    "of another day": lambda item, charge, staff: OpenItem.objects.filter(pk=item.pk).update(day=date(2028, 3, 2)),
    "for another reason": lambda item, charge, staff: OpenItem.objects.filter(pk=item.pk).update(why="waits"),
    "by the charge of another": lambda item, charge, staff: OpenItem.objects.filter(pk=item.pk).update(
        charge=charge, enters=APRIL
    ),
    "in its own month": lambda item, charge, staff: OpenItem.objects.filter(pk=item.pk).update(
        charge=_charge_of(item, staff), enters=MARCH
    ),
    "in no month": lambda item, charge, staff: OpenItem.objects.filter(pk=item.pk).update(
        charge=_charge_of(item, staff)
    ),
    "a second time": lambda item, charge, staff: OpenItem.objects.create(
        claim=item.claim, position=9, booking=item.booking, day=item.day, why="waits"
    ),
    "for a day that was not used": lambda item, charge, staff: OpenItem.objects.create(
        claim=item.claim, position=9, booking=item.booking, day=date(2028, 3, 2), why="waits"
    ),
    "without a reason": lambda item, charge, staff: OpenItem.objects.create(
        claim=item.claim, position=9, booking=item.booking, day=item.day, why=""
    ),
    "a line without it": lambda item, charge, staff: ChargeLine.objects.create(
        charge=charge, day=item.day, component="base", quantity=1, unit_amount=0, amount=0
    ),
}


def _charge_of(item: OpenItem, staff: User) -> Charge:
    return Charge.objects.create(booking=item.booking, issued_at=THE_TENTH, issued_by=staff, total=0, snapshot={})


@pytest.mark.parametrize("what", REFUSED)
def test_what_was_carried_over_changes_only_by_its_own_charge(
    what: str, stay: Booking, manager: User, staff: User
) -> None:
    other = issued(left(date(2028, 3, 5), service=stay.service), manager, builders.at(date(2028, 3, 5), 17))
    march = claimed(manager, staff, MARCH, EARLY_APRIL)
    with pytest.raises(DatabaseError), transaction.atomic():
        REFUSED[what](march.open_items.earliest("pk"), other, staff)
    assert march.open_items.filter(charge__isnull=True).count() == 2


def test_a_settled_item_is_settled_for_good(stay: Booking, manager: User, staff: User) -> None:
    march = claimed(manager, staff, MARCH, EARLY_APRIL)
    tariff(stay.service, 5_000)
    issued(stay, manager)
    for change in ({"enters": MAY}, {"charge": None, "enters": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            march.open_items.update(**change)
    with pytest.raises(Refused) as twice:
        issued(stay, manager)
    assert twice.value.code == "charge_already_issued"


def test_what_comes_late_never_enters_a_month_that_is_accepted_itself(
    stay: Booking, manager: User, staff: User
) -> None:
    claimed(manager, staff, MARCH, EARLY_APRIL)
    claimed(manager, staff, APRIL, EARLY_MAY)
    tariff(stay.service, 5_000)
    with pytest.raises(Refused) as refused:
        issued(stay, manager, THE_TENTH)  # a moment of April, which is accepted by now
    assert (refused.value.code, Charge.objects.count()) == ("month_accepted", 0)
    assert OpenItem.objects.filter(charge__isnull=True).count() == 4


# ---- Corrections ----------------------------------------------------------------------------------------------------


@pytest.fixture
def two_contracts(manager: User) -> Booking:
    """A stay over both years, charged at 18,000; last year's contract takes fees off, this year's does not."""
    service = builders.service()
    rate(service, 20_000, builders.LONG_AGO, APRIL)
    rate(service, 24_000, APRIL, less_fees=False)
    return issued(left(*STAY, service=service), manager, builders.at(STAY[-1], 17)).booking


def correction(charge: Charge, by: User, amount: int, at: Any, day: date | None = None) -> Adjustment:
    return transaction.atomic(adjust_charge)(
        charge=charge, kind=AdjustmentKind.CORRECTION, amount=amount, reason="課税区分の訂正", by=by, at=at, day=day
    )


def test_a_correction_of_a_day_of_last_year_is_settled_by_last_years_contract(
    two_contracts: Booking, manager: User, staff: User
) -> None:
    claimed(manager, staff, MARCH, EARLY_APRIL)
    charge = two_contracts.charge
    with pytest.raises(NotPossible) as unsaid:
        correction(charge, staff, -1_000, THE_TENTH)
    assert (unsaid.value.code, "day" in unsaid.value.fields) == ("which_day", True)
    with pytest.raises(NotPossible) as other:
        correction(charge, staff, -1_000, THE_TENTH, date(2028, 3, 2))
    assert other.value.code == "not_its_day"
    correction(charge, staff, -1_000, THE_TENTH, STAY[0])
    correction(charge, staff, -500, THE_TENTH, STAY[2])
    record = month_record(facility_of(manager), APRIL)
    assert [(row["of_day"], row["amount"]) for row in record["adjustments"]] == [
        ("2028-03-30", -1_000),
        ("2028-04-01", -500),
    ]
    # Last year's contract took 1,000 too much off: it is paid now. This year's takes nothing off.
    assert record["amounts"]["fees_taken_off"] == -1_000
    assert record["amounts"]["total"] == 48_000 + 1_000


def test_a_correction_made_this_year_for_a_whole_stay_of_last_year_follows_last_year(
    manager: User, staff: User
) -> None:
    service = builders.service()
    rate(service, 20_000, builders.LONG_AGO, APRIL)
    rate(service, 24_000, APRIL, less_fees=False)
    charge = issued(left(STAY[0], STAY[1], service=service), manager, builders.at(STAY[1], 17))
    claimed(manager, staff, MARCH, EARLY_APRIL)
    assert correction(charge, staff, -6_000, THE_TENTH).day == STAY[0]
    assert month_record(facility_of(manager), APRIL)["amounts"]["total"] == 6_000


def test_a_tax_class_changed_backwards_is_corrected_by_the_day_and_contract(
    two_contracts: Booking, manager: User, staff: User
) -> None:
    """Non-taxed from 31 March: three days at 1,500. One correction for last year, one for this year."""
    claimed(manager, staff, MARCH, EARLY_APRIL)
    family = two_contracts.registration.birth.family
    family.tax_classes.update(period=(builders.LONG_AGO, STAY[1]))
    family.tax_classes.create(period=(STAY[1], None), tax_class="non_taxed")
    (proposed,) = propose_adjustments(Charge.objects.all())
    assert proposed.amount == -9_000
    made = transaction.atomic(apply_adjustments)(
        confirmed={proposed.charge.pk: -9_000}, reason="遡って非課税", by=staff, at=THE_TENTH
    )
    assert {row.day: row.amount for row in made} == {STAY[1]: -3_000, STAY[2]: -6_000}
    assert propose_adjustments(Charge.objects.all()) == []
    amounts = month_record(facility_of(manager), APRIL)["amounts"]
    assert (amounts["fees_taken_off"], amounts["total"]) == (-3_000, 48_000 + 3_000)
    # Back again: each day is compared with what is charged for it by now.
    family.tax_classes.filter(tax_class="non_taxed").delete()
    family.tax_classes.update(period=(builders.LONG_AGO, None))
    (back,) = propose_adjustments(Charge.objects.all())
    again = transaction.atomic(apply_adjustments)(
        confirmed={back.charge.pk: 9_000}, reason="課税に戻す", by=staff, at=THE_TENTH
    )
    assert {row.day: row.amount for row in again} == {STAY[1]: 3_000, STAY[2]: 6_000}


def test_goodwill_beyond_what_is_left_stops_at_nothing_over_both_contracts(
    two_contracts: Booking, manager: User, staff: User
) -> None:
    charge = two_contracts.charge
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.GOODWILL,
        amount=-15_000,
        reason="配慮",
        by=staff,
        at=THE_TENTH,
        day=STAY[0],
    )
    two_contracts.registration.birth.family.tax_classes.update(tax_class="welfare")
    (proposed,) = propose_adjustments(Charge.objects.all())
    assert proposed.amount == -3_000
    made = transaction.atomic(apply_adjustments)(confirmed={charge.pk: -3_000}, reason="保護", by=staff, at=THE_TENTH)
    assert sum(row.amount for row in made) == -3_000
    assert propose_adjustments(Charge.objects.all()) == []


def test_an_adjustment_written_without_a_day_is_of_the_first_one(two_contracts: Booking, staff: User) -> None:
    made = Adjustment.objects.create(
        charge=two_contracts.charge, amount=-1, reason="x", made_at=THE_TENTH, made_by=staff
    )
    made.refresh_from_db()
    assert made.day == STAY[0]
    with pytest.raises(IntegrityError, match="is no day of it"), transaction.atomic():
        Adjustment.objects.create(
            charge=two_contracts.charge, amount=-1, reason="x", made_at=THE_TENTH, made_by=staff, day=MAY
        )


def test_a_correction_under_a_contract_that_nobody_entered_leaves_the_amount_open(manager: User, staff: User) -> None:
    service = builders.service()
    rate(service, 24_000, APRIL)
    charge = issued(left(STAY[0], service=service), manager, builders.at(STAY[0], 17))
    correction(charge, staff, -1_000, THE_TENTH)
    amounts = month_record(facility_of(manager), APRIL)["amounts"]
    assert (amounts["total"], amounts["without_rate"]) == (None, ["ward-centre/short-stay"])
    rate(service, 20_000, builders.LONG_AGO, APRIL)
    assert month_record(facility_of(manager), APRIL)["amounts"]["total"] == 1_000


# ---- Documents and pages --------------------------------------------------------------------------------------------


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


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
    with transaction.atomic(), connection.cursor() as cursor:
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


def test_the_api_says_of_which_day_a_correction_is(two_contracts: Booking, staff: User) -> None:
    ask: Callable[..., Any] = client_of(staff).post
    address = f"/api/v1/charges/{two_contracts.charge.pk}/adjustments/"
    asked = {"kind": "correction", "amount": -100, "reason": "訂正"}
    without = ask(address, asked, content_type="application/json", headers={"idempotency-key": "one-of-two-keys"})
    assert (without.status_code, without.json()["code"]) == (422, "which_day")
    said = ask(
        address,
        {**asked, "day": "2028-04-02"},
        content_type="application/json",
        headers={"idempotency-key": "two-of-two-keys"},
    )
    assert (said.status_code, said.json()["adjustments"][0]["day"]) == (201, "2028-04-02")
