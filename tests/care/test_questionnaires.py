"""Scores propose a follow-up request by the thresholds of their day; the items' texts are nowhere."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from bookings.models import BookingState, Stay
from care.assessing.assessments import scales_on, why_of
from care.assessing.scales import EPDS, Scale, Why, scale_of, why_proposed
from care.models import Assessment, Questionnaire
from tests import builders
from tests.journeys.steps import booked

SUPPORT = Scale(9, 1, 3, {3: 1})
BONDING = Scale(10, 3, 3, {3: 1, 5: 1})


@pytest.mark.parametrize(
    ("scale", "total", "scores", "why"),
    [
        (EPDS, 8, {10: 0}, []),  # Okano and others 1996: 9 or more
        (EPDS, 9, {10: 0}, [Why(None, 9)]),
        (EPDS, 1, {10: 1}, [Why(10, 1)]),
        (EPDS, 30, {10: 3}, [Why(None, 9), Why(10, 1)]),
        (SUPPORT, 2, {1: 1, 2: 1}, []),
        (SUPPORT, 1, {3: 1}, [Why(3, 1)]),
        (BONDING, 2, {1: 2}, []),
        (BONDING, 4, {3: 1, 5: 2}, [Why(None, 3), Why(3, 1), Why(5, 1)]),
        (Scale(10, 3), 30, {10: 3}, []),  # no threshold is in force
    ],
)
def test_what_scores_propose(scale: Scale, total: int, scores: dict[int, int], why: list[Why]) -> None:
    assert why_proposed(scale, total, scores) == why


@given(st.integers(-5, 40), st.integers(-1, 12), st.integers(-2, 6))
def test_scores_that_the_sheet_does_not_have_are_refused(total: int, item: int, score: int) -> None:
    if 1 <= item <= 10 and 0 <= score <= 3 and score <= total <= 30:
        why_proposed(EPDS, total, {item: score})
    else:
        with pytest.raises(ValueError, match="no such scores"):
            why_proposed(EPDS, total, {item: score})


class House:
    """A family in house, and the thresholds of the three sheets since long ago."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self.booking = booked(builders.family(), builders.service())
        self.booking.state = BookingState.ARRIVED
        self.booking.save()
        self.midwife = builders.user(Role.OPERATOR)
        now = timezone.now() - timedelta(minutes=5)
        self.stay = Stay.objects.create(booking=self.booking, arrived_at=now, arrival_recorded_by=self.midwife)
        for code, items, most, total, alone in (
            ("epds", 10, 3, 9, "10:1"),
            ("support-checklist", 9, 1, 3, "3:1"),
            ("bonding", 10, 3, 3, "3:1,5:1"),
        ):
            Questionnaire.objects.create(
                code=code,
                period=(builders.LONG_AGO, None),
                items=items,
                item_most=most,
                proposes_from=total,
                proposing_items=alone,
            )
        self.client = Client()
        self.client.force_login(self.midwife)

    def scores(self, code: str = "epds", total: int = 0, **more: Any) -> Assessment:
        now = timezone.now()
        return Assessment.objects.create(
            stay=self.stay,
            questionnaire=code,
            assessed_on=self.today,
            total=total,
            recorded_at=now,
            recorded_by=self.midwife,
            **more,
        )


@pytest.fixture
def house(transactional_db: None) -> House:
    return House()


@pytest.mark.parametrize(
    ("code", "total", "more"),
    [
        *(("epds", total, {"item_10": item}) for total, item in [(8, 0), (9, 0), (1, 1)]),
        *(("support-checklist", total, {"items": items}) for total, items in [(2, {"1": 1}), (1, {"3": 1}), (3, {})]),
        *(("bonding", total, {"items": items}) for total, items in [(2, {"1": 2}), (1, {"5": 1}), (3, {})]),
    ],
)
def test_the_database_proposes_what_the_rule_proposes_and_keeps_it(
    house: House, code: str, total: int, more: dict[str, Any]
) -> None:
    made = house.scores(code, total, **more)
    made.refresh_from_db()
    assert made.proposes is bool(why_of(made, scales_on(house.today)))
    before = made.proposes
    Questionnaire.objects.update(proposes_from=99, proposing_items="")
    made.save()
    made.refresh_from_db()
    assert made.proposes is before  # what was proposed then stands
    house.scores(code, 0).refresh_from_db()


def test_scores_of_each_sheet_are_written_with_who_judged_and_impossible_ones_refused(house: House) -> None:
    def send(code: str, **typed: Any) -> Any:
        page = reverse("operator:questionnaire", args=[house.booking.pk, code])
        given = {"assessed_on": house.today.isoformat(), "key": f"k{len(typed)}{code}".ljust(24, "x")}
        return house.client.post(page, given | typed)

    assert send("support-checklist", total="2", items=["3", "7"], judged_by="心理士 田中").status_code == 302
    assert send("bonding", total="4", item_3="2").status_code == 302
    assert send("bonding", total="1", item_3="2", item_4="1").status_code == 422  # below its items
    assert send("unknown").status_code == 302
    found = [(row.questionnaire, row.items, row.judged_by, row.proposes) for row in Assessment.objects.order_by("pk")]
    assert found == [
        ("support-checklist", {"3": 1, "7": 1}, "心理士 田中", True),
        ("bonding", {"3": 2}, "", True),
    ]
    stay = house.client.get(reverse("operator:stay", args=[house.booking.pk])).text
    assert [text in stay for text in ("育児支援チェックリスト", "3 (1), 7 (1)", "心理士 田中")] == [True] * 3


def test_a_row_of_the_wards_file_is_read_as_its_scale() -> None:
    assert scale_of(10, 3, 3, "3:1,5:1") == BONDING
    assert scale_of(10, 3, None, "") == Scale(10, 3)
