"""月次実績: what a facility's month is made of, and what is still open in it."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from billing.adjust import adjust_charge
from billing.issue import issue_charge
from billing.models import (
    AdjustmentKind,
    Claim,
    ContractRate,
)
from billing.month_record import Open, month_record, open_in_month
from bookings.models import Booking, BookingState, DayStatus
from facilities.models import Service, ServiceKind
from reports.queries import facility_months
from sankecare.errors import Refused
from tests import builders
from tests.billing.factories_claims import IN_JUNE, JUNE, MAY, THE_DAY, facility_of, left, settled, submit

pytestmark = pytest.mark.django_db(transaction=True)


# ---- The record -----------------------------------------------------------------------------------------------------


def test_the_record_is_the_months_days_fees_payments_and_corrections(manager: User, staff: User) -> None:
    first = settled(THE_DAY, THE_DAY + timedelta(days=1), by=manager)
    settled(date(2023, 5, 20), by=manager, family=builders.family(tax_class="non_taxed"))
    transaction.atomic(adjust_charge)(
        charge=first, kind=AdjustmentKind.CORRECTION, amount=-500, reason="訂正", by=staff, at=IN_JUNE
    )
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


def test_a_day_of_a_month_is_the_same_on_every_page_and_in_every_table(manager: User) -> None:
    """Family-days are days of stays; a visit at home and a consultation are counted by themselves."""
    place = facility_of(manager)
    stay = builders.service(slots=200)
    visits = {
        kind: builders.service(kind, builders.pool(9, place, kind.value.replace("_", "-")), takes_siblings=False)
        for kind in (ServiceKind.OUTREACH, ServiceKind.ONLINE_CONSULTATION)
    }
    settled(THE_DAY, THE_DAY + timedelta(days=1), by=manager, service=stay)
    left(THE_DAY, service=stay)  # not charged yet
    for service in visits.values():
        left(THE_DAY, service=service)
    record = month_record(place, MAY)
    assert (record["days"], record["families"]) == (3, 2)
    assert record["visits"] == {"outreach": 1, "online_consultation": 1}
    assert sum(row["days"] for row in record["services"] if row["kind"] == "short_stay") == record["days"]
    assert {row["tax_class"]: (row["days"], row["visits"]) for row in record["fees"]} == {
        "taxed": (2, 0),
        "": (1, 2),
    }
    (at_supervisor,) = facility_months(2023, today=JUNE)[5]
    assert (at_supervisor.total_days, at_supervisor.families) == (record["days"], record["families"])
    client = Client()
    client.force_login(manager)
    (row,) = (row for row in client.get(reverse("operator:claims")).context["rows"] if row["url"].endswith("2023-05/"))
    assert row["days"] == record["days"]
    shown = client.get(row["url"]).content.decode()
    assert "延べ 3日、2組、アウトリーチ 1、オンライン相談 1" in shown


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


def test_the_fee_of_a_day_that_proves_not_to_be_used_is_taken_off_and_its_correction_too(manager: User) -> None:
    """Else the claim would depend on whether another family used the service on that day."""
    charge = settled(date(2023, 5, 15), date(2023, 5, 16), by=manager)
    rate = {"amount": 25_000, "period": (MAY, None), "less_family_fees": True}
    ContractRate.objects.create(service=Service.objects.get(), **rate)
    left_late = charge.booking.days.filter(day=date(2023, 5, 16))
    left_late.update(status=DayStatus.RELEASED, released_at=builders.at(date(2023, 5, 17)))
    said = {"by": manager, "at": builders.at(date(2023, 5, 17)), "day": date(2023, 5, 16)}
    correction = {"kind": AdjustmentKind.CORRECTION, "amount": -4_500, "reason": "15日に退所", **said}
    transaction.atomic(adjust_charge)(charge=charge, **correction)

    record = month_record(facility_of(manager), MAY)

    assert (record["amounts"]["contract"], record["amounts"]["fees_taken_off"]) == (25_000, 9_000 - 4_500)
    assert record["services"][0]["fees"] == 9_000


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
    assert queries() == few <= 17


# ---- What is open ---------------------------------------------------------------------------------------------------


def test_what_is_open_is_found_and_what_must_be_mended_first_stops_the_claim(manager: User) -> None:
    staying = left(THE_DAY, state=BookingState.ARRIVED)
    uncharged = left(THE_DAY)
    missed = builders.registration(born=THE_DAY - timedelta(days=40))
    unconfirmed = Booking.objects.create(
        registration=missed, service=Service.objects.get(), booked_at=builders.at(THE_DAY)
    )
    unconfirmed.days.create(day=THE_DAY)
    unpaid = transaction.atomic(issue_charge)(booking=left(THE_DAY), by=manager, at=builders.at(THE_DAY, 17))
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
    transaction.atomic(issue_charge)(booking=left(THE_DAY), by=manager, at=builders.at(THE_DAY, 17))
    with pytest.raises(Refused) as refused:
        submit(manager)
    assert refused.value.code == "no_remark"
    claim = submit(manager, remark="来月お支払いの予定です")
    assert {row["what"] for row in claim.snapshot["open"]} == {"not_paid", "no_care_record"}
