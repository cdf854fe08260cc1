"""Waiting lists and draws by year: how entries ended, what rounds gave, and that parts make their wholes."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.models import DrawEntry, WaitingEnd, WaitingEntry
from bookings.places.offers import decline_offer, lapse_offers
from enrollment.models import RegistrationState
from reports.catalogue.contents import by_slug
from reports.catalogue.demand import ENDS, waiting_table
from reports.catalogue.draws import OUTCOMES, draw_year_table, round_table
from reports.chapters.demand_queries import draws_lost, rejections, rules_named, waits_in_vain
from tests.builders import A_DAY, at, draw_policy, family, registration, service, usage_limits, user, wished

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = A_DAY + timedelta(days=14)
TODAY = date(2024, 6, 1)
YEAR = date(2023, 4, 1), date(2024, 3, 31)


def waits(place, joined, ended=None, ended_as="", wanted=FIRST, **more):
    return WaitingEntry.objects.create(
        registration=registration(**more),
        service=place,
        period=(wanted, wanted + timedelta(days=1)),
        joined_at=at(joined),
        joined_by=user(),
        ended_at=ended and at(ended),
        ended_as=ended_as,
    )


def test_the_waiting_list_says_how_each_wait_ended_and_how_long_it_took():
    of = service()
    for days in (1, 3, 8):
        waits(of, A_DAY, A_DAY + timedelta(days=days), WaitingEnd.PLACED)
    waits(of, A_DAY, A_DAY + timedelta(days=2), WaitingEnd.LAPSED)
    waits(of, A_DAY, A_DAY + timedelta(days=6), WaitingEnd.PASSED)
    waits(of, A_DAY)
    (row,) = waiting_table([2023], today=TODAY).rows
    assert (row["service"], row["waiting_joined"], row["waiting_open"], row["waiting_placed"]) == (of.slug, 6, 1, 3)
    assert (row["waiting_lapsed"], row["waiting_passed"], row["waiting_left"]) == (1, 1, 0)
    assert (row["days_to_place"], row["days_in_vain"]) == (3, 2)
    assert row["waiting_joined"] == sum(row[key] for key in ENDS)


def test_a_wait_counts_in_the_year_in_which_it_began_and_is_open_until_it_ends():
    waits(service(), date(2024, 3, 31), date(2024, 4, 2), WaitingEnd.LEFT)
    assert [row["fiscal_year"] for row in waiting_table([2023, 2024], today=TODAY).rows] == [2023]
    (row,) = waiting_table([2023], today=date(2024, 4, 1)).rows
    assert (row["waiting_open"], row["waiting_left"], row["days_in_vain"]) == (1, 0, None)
    assert waiting_table([2023], today=date(2024, 3, 30)).rows == []


def test_waits_in_vain_count_where_the_family_lived_when_it_began_to_wait():
    of = service()
    waits(of, A_DAY, A_DAY + timedelta(days=7), WaitingEnd.LAPSED, of=family(district_slug="kinuta"))
    waits(of, A_DAY, A_DAY + timedelta(days=7), WaitingEnd.PLACED)
    assert waits_in_vain(*YEAR) == {(A_DAY + timedelta(days=7), "kinuta"): 1}
    assert waits_in_vain(A_DAY, A_DAY) == {}


@pytest.fixture
def drawn():
    """Five families for two places on one day; one takes its entry back."""
    usage_limits()
    draw_policy()
    announced = transaction.atomic(announce_round)(
        pool=service(slots=2).pool,
        first_day=FIRST,
        last_day=FIRST,
        opens_at=at(A_DAY),
        closes_at=at(A_DAY + timedelta(days=1)),
        draw_at=at(A_DAY + timedelta(days=2)),
        by=None,
        at=at(A_DAY),
    )
    entries = [
        transaction.atomic(enter_draw)(
            draw_round=announced,
            registration=registration(),
            choices=wished(announced, [FIRST]),
            by=user(),
            at=at(A_DAY),
        )
        for _number in range(5)
    ]
    DrawEntry.objects.filter(pk=entries[0].pk).update(withdrawn_at=at(A_DAY, 12))
    DrawEntry.objects.update(odds_told=50)
    transaction.atomic(close_round)(draw_round=announced, at=announced.closes_at)
    return transaction.atomic(run_draw)(draw_round=announced, at=announced.draw_at)


def test_a_round_says_who_entered_what_was_given_and_what_was_declined(drawn):
    won = list(DrawEntry.objects.filter(booking__isnull=False))
    transaction.atomic(decline_offer)(booking=won[0].booking, by=user(), at=at(A_DAY + timedelta(days=3)))
    lapse_offers(at=at(A_DAY + timedelta(days=9)))
    (row,) = round_table([2023], today=TODAY).rows
    assert (row["drawn_on"], row["days_drawn"]) == ("2023-05-12", "2023-05-24 – 2023-05-24")
    assert (row["draw_entered"], row["draw_withdrawn"], row["draw_won"], row["draw_lost"]) == (5, 1, 2, 2)
    assert (row["draw_places"], row["draw_given"], row["odds_median"]) == (2, 2, 50)
    assert (row["draw_declined"], row["draw_lapsed"]) == (1, 1)
    assert row["draw_entered"] == row["draw_withdrawn"] + sum(row[key] for key in OUTCOMES.values())


def test_a_year_adds_its_rounds_up(drawn):
    (year,), (only,) = draw_year_table([2023], today=TODAY).rows, round_table([2023], today=TODAY).rows
    assert year["rounds"] == 1
    assert {key: year[key] for key in year if key in only and key != "facility"} == {
        key: only[key] for key in only if key in year and key != "facility"
    }
    assert draw_year_table([2022], today=TODAY).rows == []
    assert round_table([2023], today=A_DAY).rows == []


def test_draws_lost_count_by_the_day_of_the_draw_and_district(drawn):
    assert draws_lost(*YEAR) == {(A_DAY + timedelta(days=2), "setagaya"): 2}


def test_a_rejection_counts_by_the_rules_that_were_named():
    refused = registration(state=RegistrationState.REJECTED)
    refused.verdict = {"named": ["medical_care", "residence"], "services": {}}
    refused.save()
    on = A_DAY - timedelta(days=20)
    assert rejections(*YEAR) == [(on, "setagaya", ("medical_care", "residence"))]


@pytest.mark.parametrize(
    ("verdict", "rules"),
    [
        (None, ()),
        ({"services": {}}, ()),
        ({"services": {"a": {"rules": [{"rule": "age", "met": True, "excepted": False}]}}}, ()),
        (
            {
                "services": {
                    "a": {
                        "rules": [
                            {"rule": "age", "met": False, "excepted": False},
                            {"rule": "need", "met": False, "excepted": False},
                        ]
                    },
                    "b": {
                        "rules": [
                            {"rule": "age", "met": False, "excepted": True},
                            {"rule": "need", "met": False, "excepted": False},
                        ]
                    },
                }
            },
            ("need",),
        ),
    ],
)
def test_without_a_name_the_rules_of_the_nearest_service_count(verdict, rules):
    assert rules_named(verdict) == rules


@pytest.mark.parametrize("slug", ["waiting", "draws", "draw-rounds"])
def test_demand_takes_a_fixed_number_of_queries(slug, drawn):
    waits(drawn.pool.services.first(), A_DAY)
    build, asked = by_slug()[slug].entry.build, []
    for years in ([2023], list(range(2015, 2024))):
        with CaptureQueriesContext(connection) as caught:
            build(years, today=TODAY)
        asked.append(len(caught))
    assert asked[0] == asked[1] <= 5
