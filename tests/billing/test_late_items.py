"""持越し: what an accepted month could not price is open, or in exactly one later claim, by its own contract."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import User
from billing.claim_tables import why_open
from billing.claims import accept_claim
from billing.models import (
    Charge,
    ChargeLine,
    ClaimState,
    ContractRate,
    OpenItem,
    OpenWhy,
    Tariff,
)
from billing.month_record import Open, digest_of, month_record, open_in_month
from billing.open_items import Missing, why_not_charged
from bookings.models import Booking, BookingState
from facilities.models import ServiceKind
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.billing.factories_claims import facility_of, left, submit
from tests.billing.factories_late_items import (
    APRIL,
    EARLY_APRIL,
    EARLY_MAY,
    MARCH,
    MAY,
    STAY,
    THE_TENTH,
    claimed,
    found,
    issued,
    rate,
    tariff,
)
from tests.fixtures_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)


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
    assert found(builders.at(date(2028, 9, 2))) == set()


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


def test_a_stay_that_goes_on_says_so_and_stops_its_month(manager: User) -> None:
    running = left(*STAY, service=builders.service(), state=BookingState.ARRIVED)
    why = why_not_charged(Booking.objects.all())
    assert why[running.pk] == Missing(OpenWhy.WAITS)
    assert why_open("waits", "", "", None) == str(OpenWhy.WAITS.label)
    with pytest.raises(Refused) as refused:
        submit(manager, MARCH, remark="確認済み", at=EARLY_APRIL)
    assert refused.value.code == "still_open"


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
