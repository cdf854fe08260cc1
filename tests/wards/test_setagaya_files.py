"""What Setagaya's files give: the published slots, amounts, terms and policies."""

from datetime import date

import pytest
from django.db import connection

from billing.models import CouponPolicy, Tariff
from bookings.models import AllocationPolicy, UsageLimits
from enrollment.models import ConsentText, RegistrationPolicy
from facilities.fiscal_year import fiscal_year_days
from facilities.models import (
    Capacity,
    Closure,
    FacilityAddress,
    PlacePool,
    PublicHoliday,
    Service,
    ServiceTermsRow,
)
from reports.models import BirthsOfYear, PublishedDistrictTotal, PublishedFacilityYear
from sankecare.periods import last_day, period

from .factories_ward_files import load

pytestmark = pytest.mark.django_db


# SEED: the slot-days that the published occupancy implies (docs/domain.md, "What is reported", 3).
SLOT_DAYS = {
    "ward-centre": {2018: 5400, 2019: 5445, 2020: 5415, 2021: 5410, 2022: 5378},
    "mamas-room": {2018: 555, 2019: 527, 2020: 326, 2021: 419, 2022: 551},
}


def test_the_ten_facility_years_have_the_slot_days_that_the_published_occupancy_implies(ward):
    load()
    counted = {}
    for facility, years in SLOT_DAYS.items():
        pool = PlacePool.objects.get(facility__slug=facility, slug="rooms")
        with connection.cursor() as cursor:
            for year in years:
                cursor.execute(
                    "SELECT sum(facilities_slots_on(%s, day::date))"
                    "  FROM generate_series(%s::date, %s::date, '1 day') AS day",
                    [pool.pk, *fiscal_year_days(year)],
                )
                counted.setdefault(facility, {})[year] = cursor.fetchone()[0]
    assert counted == SLOT_DAYS


def test_those_slot_days_give_the_published_percentages_but_for_mama_s_room_2020(ward):
    load()
    differing = []
    for row in PublishedFacilityYear.objects.select_related("facility"):
        given = round(100 * row.total_days / SLOT_DAYS[row.facility.slug][row.fiscal_year], 1)
        if given != float(row.occupancy_percent):
            differing.append((row.facility.slug, row.fiscal_year, given, float(row.occupancy_percent)))
    assert differing == [("mamas-room", 2020, 75.2, 75.1)]


def test_only_closures_that_nobody_published_are_inferred_and_each_says_so(ward):
    load()
    assert not Closure.objects.filter(inferred=True).exclude(source="DEFAULT").exists()
    assert not Closure.objects.filter(inferred=False, source="DEFAULT", pool__slug="rooms").exists()
    assert all("推定" in reason for reason in Closure.objects.filter(inferred=True).values_list("reason", flat=True))
    # One year follows from the stated calendar alone.
    first, last = fiscal_year_days(2019)
    assert not Closure.objects.filter(
        inferred=True, pool__facility__slug="ward-centre", period__overlap=period(first, last)
    ).exists()


def test_the_capacity_of_mama_s_room_changes_on_the_published_days(ward):
    """SEED: 3; 2 from 2020-03-01; suspended 04-17 to 05-31; 2 from 06-01; 3; 2; 3 from 2022-03-25."""
    load()
    rows = Capacity.objects.filter(pool__facility__slug="mamas-room").order_by("period")
    assert [(row.period.lower.isoformat(), row.slots) for row in rows] == [
        ("2016-09-01", 3),
        ("2020-03-01", 2),
        ("2020-04-17", 0),
        ("2020-06-01", 2),
        ("2021-11-15", 3),
        ("2022-01-21", 2),
        ("2022-03-25", 3),
    ]
    assert last_day(rows[2].period) == date(2020, 5, 31)


def amounts(service, component):
    rows = Tariff.objects.filter(service__slug=service, component=component)
    found = dict(rows.values_list("tax_class", "amount"))
    return tuple(found.get(tax_class) for tax_class in ("taxed", "non_taxed", "welfare"))


@pytest.mark.parametrize(
    ("service", "component", "yen"),
    [  # SEED: taxed, non_taxed, welfare; None is not published
        ("ward-centre/short-stay", "base", (4500, 1500, 0)),
        ("ward-centre/short-stay", "multiple", (500, 250, 0)),
        ("ward-centre/short-stay", "sibling", (1700, 900, 0)),
        ("ward-centre/day-care", "base", (3000, 1000, 0)),
        ("ward-centre/day-care", "multiple", (250, 120, 0)),
        ("ward-centre/day-care", "sibling", (1000, 600, 0)),
        ("mamas-room/day-care", "base", (3000, 1000, 0)),
        ("mamas-room/day-care", "multiple", (250, 120, 0)),
        ("mamas-room/day-care", "sibling", (None, None, None)),
        ("shiseikai/short-stay", "base", (4500, 1500, 0)),
        ("shiseikai/short-stay", "multiple", (500, 250, 0)),
        ("shiseikai/short-stay", "sibling", (None, None, None)),
        ("ward-centre/outreach", "base", (2000, None, None)),
        ("ward-centre/outreach", "multiple", (200, None, None)),
        ("ward-centre/outreach", "sibling", (None, None, None)),
        ("ward-centre/online-consultation", "base", (0, 0, 0)),
        ("ward-centre/online-consultation", "multiple", (0, 0, 0)),
        ("ward-centre/online-consultation", "sibling", (None, None, None)),
    ],
)
def test_every_published_amount_has_a_row_free_is_an_amount_of_0_and_there_is_no_other(ward, service, component, yen):
    load()
    assert amounts(service, component) == yen


def test_the_six_services_are_offered_since_their_days_with_their_terms(ward):
    load()
    services = Service.objects.order_by("position")
    assert [(row.slug, row.pool.slug, row.offered.lower.isoformat()) for row in services] == [
        ("ward-centre/short-stay", "rooms", "2008-03-01"),
        ("ward-centre/day-care", "rooms", "2008-03-01"),
        ("ward-centre/outreach", "visits", "2023-10-01"),
        ("ward-centre/online-consultation", "online", "2020-10-01"),
        ("mamas-room/day-care", "rooms", "2016-09-01"),
        ("shiseikai/short-stay", "rooms", "2023-04-01"),
    ]
    terms = ServiceTermsRow.objects.order_by("service__position")
    assert [
        (row.age_limit_months, row.takes_siblings, row.max_sibling_days, row.requires_facility_use) for row in terms
    ] == [
        (4, True, 4, False),
        (4, True, 4, False),
        (12, False, None, False),
        (12, False, None, True),
        (4, False, None, False),
        (4, False, None, False),
    ]


def test_policies_addresses_and_published_figures_are_there(ward):
    load()
    limits = UsageLimits.objects.get()
    assert (limits.group, limits.days_per_birth, limits.consecutive_days) == ("stays", 7, 7)
    coupon = CouponPolicy.objects.get()
    assert (coupon.period.lower, coupon.amount, coupon.per_mother, coupon.tax_class) == (
        date(2023, 10, 1),
        2500,
        5,
        "taxed",
    )
    policy = RegistrationPolicy.objects.get()
    assert (policy.from_pregnancy_week, policy.exception_days) == (28, 732)
    asked = ConsentText.objects.filter(required=True).values_list("code", "source")
    assert set(asked) == {("accuracy", "DEFAULT"), ("personal-data", "DEFAULT"), ("follow-up", "DEFAULT")}
    lottery = AllocationPolicy.objects.filter(method="lottery")
    assert set(lottery.values_list("service__slug", "draw_weekday")) == {
        ("ward-centre/short-stay", 4),
        ("ward-centre/day-care", 4),
        ("mamas-room/day-care", 4),
    }
    moved = FacilityAddress.objects.get(facility__slug="ward-centre", period__contains=date(2024, 9, 19))
    assert "喜多見" in moved.address
    assert dict(BirthsOfYear.objects.values_list("year", "births")) == {2006: 6460, 2015: 8019, 2022: 6216}
    assert dict(PublishedDistrictTotal.objects.values_list("fiscal_year", "families")) == {2021: 919, 2022: 989}
    days = set(PublicHoliday.objects.values_list("day", flat=True))
    assert {date(2019, 5, 1), date(2020, 7, 24), date(2026, 9, 22)} <= days
    assert (min(days).year, max(days).year) == (2016, 2028)
