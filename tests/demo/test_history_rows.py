"""What is made up of a family could have happened: each row is one that the live rules would have let through."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.utils import timezone

from accounts.models import User
from billing import fees
from billing.charge import price_again
from bookings.models import BookingState, DayStatus
from demo.history import people
from demo.history.families import make_family
from demo.history.plan import CENTRE, MAMAS, SHISEIKAI, plan_period
from demo.history.stays import COUPONS, Prices, StayMaker
from demo.history.targets import made_up_targets
from enrollment.corrected_age import InfantFacts
from enrollment.eligibility import Application, ServiceTerms, judge
from enrollment.kana import folded_kana, folded_phone
from enrollment.models import LIVE_STATES
from facilities.models import District, Facility, Service, ServiceKind, Town, TownArea

from .test_history_plan import SLOTS

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
FOREVER = date(2000, 1, 1)
DISTRICTS = ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama")
AMOUNTS = {  # SEED
    "short-stay": {"base": (4500, 1500, 0), "multiple": (500, 250, 0), "sibling": (1700, 900, 0)},
    "day-care": {"base": (3000, 1000, 0), "multiple": (250, 120, 0), "sibling": (1000, 600, 0)},
}
SERVICES = {
    slug: Service(slug=slug, facility=Facility(slug=facility), kind=kind)
    for facility, kind, slug in (
        (CENTRE, ServiceKind.SHORT_STAY, f"{CENTRE}/short-stay"),
        (CENTRE, ServiceKind.DAY_CARE, f"{CENTRE}/day-care"),
        (MAMAS, ServiceKind.DAY_CARE, f"{MAMAS}/day-care"),
        (SHISEIKAI, ServiceKind.SHORT_STAY, f"{SHISEIKAI}/short-stay"),
    )
}
TARIFFS = {
    slug: [
        fees.TariffRow(slug, fees.Component(component), fees.TaxClass(tax_class), amount, FOREVER)
        for component, amounts in AMOUNTS[slug.partition("/")[2]].items()
        for tax_class, amount in zip(("taxed", "non_taxed", "welfare"), amounts, strict=True)
    ]
    for slug in SERVICES
}
COUPON_TERMS = [fees.CouponTerms(2500, COUPONS, frozenset({fees.TaxClass.TAXED}), date(2023, 10, 1))]
PERIODS = {
    "a year long past": (date(2024, 4, 1), date(2025, 3, 31)),
    "these days and the coming weeks": (TODAY - 5 * DAY, TODAY + 42 * DAY),
    "the months before the coupons and after": (date(2023, 8, 1), date(2023, 11, 30)),
}


def areas():
    found = {}
    for number, slug in enumerate(DISTRICTS, 1):
        district = District(pk=number, slug=slug)
        town = Town(pk=number, name=f"町{number}", chome_count=5)
        found[slug] = [TownArea(town=town, district=district, chome_from=2, chome_to=4)]
    return found


@pytest.fixture(scope="module", params=PERIODS)
def made(request):
    """Return the families of a period and the rows of their stays, as they would be written."""
    first, last = PERIODS[request.param]
    planned = plan_period(first, last, made_up_targets(first, last, SLOTS), SLOTS, "rows")
    random = Random("rows")
    maker = StayMaker(random, SERVICES, Prices(TARIFFS, COUPON_TERMS), TODAY)
    decided_by = User(username="made-up")
    families = [
        make_family(random, one, areas(), decided_by, TODAY, first=one.days[0], last=one.days[-1]) for one in planned
    ]
    for family in families:
        family.coupons_left = COUPONS
        for use in family.planned.uses:
            maker.add(family, use)
    return families, maker.rows


def local(moment) -> date:
    return timezone.localdate(moment)


def days_by_booking(rows):
    found = {}
    for row in rows.days:
        found.setdefault(id(row.booking), []).append(row)
    return found


class TestTheFamily:
    def test_the_rules_let_her_use_every_day(self, made):
        families, _rows = made
        terms = [ServiceTerms("any", FOREVER, None, 4, takes_siblings=True, max_sibling_days=4)]
        for family in families:
            verdict = judge(
                Application(
                    first_day=family.planned.days[0],
                    last_day=family.planned.days[-1],
                    mother_in_ward=family.registration.mother_in_ward,
                    infant_in_ward=family.registration.infant_in_ward,
                    infants=[
                        InfantFacts(
                            infant.birth_date, family.birth.due_date, infant.gestation_days, infant.long_hospital_stay
                        )
                        for infant in family.infants
                    ],
                    worry=family.registration.worry,
                    lacks_support=family.registration.lacks_support,
                    needs_medical_care=family.registration.needs_medical_care,
                ),
                terms,
            )
            assert verdict.eligible, verdict

    def test_nobody_is_born_applies_or_is_decided_on_after_today(self, made):
        for family in made[0]:
            assert max(infant.birth_date for infant in family.infants) <= TODAY
            assert local(family.registration.applied_at) <= local(family.registration.decided_at) <= TODAY

    def test_the_infant_is_older_than_its_pregnancy_allows_and_the_due_date_agrees(self, made):
        for family in made[0]:
            for infant in family.infants:
                assert (family.birth.due_date - infant.birth_date).days == 280 - infant.gestation_days

    def test_the_home_lies_in_the_planned_district_and_in_its_part_of_the_town(self, made):
        for family in made[0]:
            assert DISTRICTS[family.residence.district_id - 1] == family.planned.district
            assert 2 <= family.residence.chome <= 4
            assert family.residence.block >= 1

    def test_a_tax_class_is_known_on_every_day_used_and_no_two_at_once(self, made):
        for family in made[0]:
            periods = [row.period for row in family.tax_classes]
            assert periods[0][0] <= family.planned.days[0]
            assert periods[-1][1] is None
            assert all(before[1] == after[0] for before, after in pairwise(periods))

    def test_a_family_with_a_use_ahead_has_a_registration_in_force(self, made):
        for family in made[0]:
            if family.planned.days[-1] >= TODAY:
                assert family.registration.state in LIVE_STATES

    def test_she_is_marked_as_made_up_and_her_telephone_rings_nowhere(self, made):
        for family in made[0]:
            assert family.family.made_up
            assert family.family.phone.startswith("0900000")

    def test_the_key_that_is_searched_is_folded(self, made):
        for family in made[0]:
            assert family.family.mother_name_kana == folded_kana(family.family.mother_name_kana)
            assert family.family.phone == folded_phone(family.family.phone)

    def test_some_names_hold_characters_that_systems_alter(self, made):
        names = "".join(family.family.mother_name for family in made[0])
        assert all(character in names for character in "髙﨑𠮷")

    def test_most_are_taxed_and_each_class_is_there(self, made):
        counted = Counter(family.tax_classes[0].tax_class for family in made[0])
        assert counted["taxed"] > 0.75 * len(made[0])
        assert counted["non_taxed"] > counted["welfare"] > 0


class TestTheBooking:
    def test_it_was_made_once_the_registration_was_approved_and_before_the_first_day(self, made):
        _families, rows = made
        by_booking = days_by_booking(rows)
        for booking in rows.bookings:
            first = min(row.day for row in by_booking[id(booking)])
            assert booking.registration.decided_at <= booking.booked_at
            assert local(booking.booked_at) < first or first <= TODAY == local(booking.booked_at)
            assert local(booking.booked_at) <= TODAY

    def test_its_state_is_what_the_day_has_come_to(self, made):
        _families, rows = made
        for booking, days in ((row.booking, days_by_booking(rows)[id(row.booking)]) for row in rows.days[:200]):
            first, last = days[0].day, days[-1].day
            statuses = [row.status for row in days]
            if last < TODAY:
                assert booking.state == BookingState.DEPARTED
                assert set(statuses) == {DayStatus.USED}
            elif first < TODAY:
                assert booking.state == BookingState.ARRIVED
                assert statuses[0] == DayStatus.USED
            elif first > TODAY:
                assert booking.state == BookingState.BOOKED
                assert set(statuses) == {DayStatus.HELD}

    def test_everyone_who_came_has_arrived_and_everyone_who_left_has_left_after_it(self, made):
        _families, rows = made
        stays = {id(stay.booking): stay for stay in rows.stays}
        by_booking = days_by_booking(rows)
        for booking in rows.bookings:
            stay = stays.get(id(booking))
            assert (stay is not None) == (booking.state in (BookingState.ARRIVED, BookingState.DEPARTED))
            if stay:
                days = by_booking[id(booking)]
                assert local(stay.arrived_at) == days[0].day
                assert booking.booked_at < stay.arrived_at
            if booking.state == BookingState.DEPARTED:
                assert stay.arrived_at < stay.departed_at
                assert local(stay.departed_at) == days[-1].day

    def test_a_sibling_comes_only_where_siblings_may_and_two_a_day_at_most(self, made):
        _families, rows = made
        assert any(row.with_sibling for row in rows.days)
        assert max(Counter(row.day for row in rows.days if row.with_sibling).values()) <= 2
        for booking in (booking for booking in rows.bookings if booking.sibling):
            assert booking.service.facility.slug == CENTRE
            assert booking.sibling.family is booking.registration.birth.family
            assert len(days_by_booking(rows)[id(booking)]) <= 4


class TestTheCharge:
    def test_every_stay_that_has_ended_has_one_and_no_other(self, made):
        _families, rows = made
        departed = [booking for booking in rows.bookings if booking.state == BookingState.DEPARTED]
        assert [id(charge.booking) for charge in rows.charges] == [id(booking) for booking in departed]

    def test_its_lines_make_its_total_and_its_snapshot_gives_it_again(self, made):
        _families, rows = made
        lines = Counter()
        for line in rows.lines:
            lines[id(line.charge)] += line.amount
        for charge in rows.charges:
            assert lines[id(charge)] == charge.total == price_again(charge.snapshot).total

    def test_a_mother_hands_over_five_coupons_at_most_and_none_before_they_exist(self, made):
        _families, rows = made
        used = Counter()
        for line in rows.lines:
            if line.component == fees.Component.COUPON:
                assert line.day >= date(2023, 10, 1)
                used[id(line.charge.booking.registration)] += line.quantity
        for registration, coupons in used.items():
            assert coupons <= COUPONS, registration


def test_children_of_one_birth_never_share_a_name():
    for seed in range(500):
        names = people.children(Random(seed), people.Name("加藤", "かとう"), 3)
        assert len({child.written for child in names}) == 3
