"""体重・授乳・おむつのグラフ: what is compared with what, and that the picture says what the table says."""

import io
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from bookings.stays.stays import record_departure
from care.charts.facts import charts_of
from care.charts.paper import charts_on_paper
from care.charts.timeline import Happened, Mark, timeline
from care.charts.weights import Weight, weight_chart, weight_rows
from care.models import Observation
from tests import builders
from tests.builders import at
from tests.care.test_care import House

FIRST = date(2026, 4, 1)


def weighed(*figures: tuple[float, int]) -> list[Weight]:
    """Days after the first one, and grams."""
    return [Weight(at(FIRST) + timedelta(days=days), grams) for days, grams in figures]


def test_a_weight_stands_beside_the_birth_weight_and_the_one_before() -> None:
    rows = weight_rows(weighed((2, 2960), (0, 2900), (3, 3020)), 3100)
    assert [(row.grams, row.of_birth, row.percent, row.per_day) for row in rows] == [
        (2900, -200, Decimal("-6.5"), None),
        (2960, -140, Decimal("-4.5"), 30),
        (3020, -80, Decimal("-2.6"), 60),
    ]


def test_two_weights_of_one_morning_say_nothing_of_a_day_and_spoil_no_later_figure() -> None:
    rows = weight_rows(weighed((0, 3000), (0.1, 3040), (1, 3030)), None)
    assert [(row.per_day, row.percent) for row in rows] == [(None, None), (None, None), (30, None)]


def test_the_picture_holds_every_weight_and_the_birth_weight_within_its_frame() -> None:
    rows = weight_rows(weighed((0, 2900), (1, 2940), (6, 3160)), 3100)
    chart = weight_chart(rows, 3100)
    assert chart is not None
    assert [grams for _x, _y, grams in chart.points] == [2900, 2940, 3160]
    heights = [y for _x, y, _grams in chart.points]
    assert heights == sorted(heights, reverse=True)
    assert chart.birth_y is not None
    assert heights[2] < chart.birth_y < heights[1]
    assert all(chart.left <= x <= chart.right_end and 0 < y <= chart.bottom for x, y, _grams in chart.points)
    assert len(chart.grid) <= 7


def test_one_weight_alone_is_no_curve_but_beside_the_birth_weight_it_is() -> None:
    rows = weight_rows(weighed((0, 2900)), None)
    assert (weight_chart(rows, None), weight_chart([], 3000)) == (None, None)
    assert weight_chart(rows, 3100) is not None


def happened(hour: int, minute: int, mark: Mark, ml: int | None = None, day: int = 0) -> Happened:
    moment = datetime.combine(FIRST + timedelta(days=day), at(FIRST, hour, minute).timetz())
    return Happened(moment, mark, None if ml is None else Decimal(ml))


def test_a_day_is_a_row_and_adds_up_to_what_its_marks_say() -> None:
    drawn = timeline(
        [
            happened(23, 59, Mark.WET, day=1),
            happened(3, 0, Mark.BREAST),
            happened(6, 30, Mark.MILK, 60),
            happened(9, 0, Mark.MILK, 45),
            happened(9, 10, Mark.STOOL),
        ]
    )
    assert drawn is not None
    first, second = drawn.days
    assert (first.breastfed, first.bottles, first.milk_ml, first.wets, first.stools) == (1, 2, 105, 0, 1)
    assert (second.wets, second.y > first.y) == (1, True)
    places = [x for x, _y, _mark, _at in first.marks]
    assert places == sorted(places)
    assert drawn.left <= places[0]
    assert second.marks[0][0] <= drawn.right_end
    assert timeline([]) is None


@pytest.mark.django_db(transaction=True)
def test_a_day_weighed_by_the_hour_is_not_drawn_twice_and_picture_and_table_stand_on_the_stays_page() -> None:
    house = House()
    house.arrived()
    house.care(**{f"weight_{house.infant.pk}": "3500"})
    assert [row.grams for row in charts_of(house.booking)[0].weights] == [3500]
    now = timezone.now()
    for touch, (kind, amount, finding) in enumerate(
        [("weight", 3520, ""), ("formula", 60, ""), ("breast", None, "left"), ("stool", None, "yellow")]
    ):
        Observation.objects.create(
            stay=house.booking.stay,
            infant=house.infant,
            kind=kind,
            amount=amount,
            finding=finding,
            happened_at=now,
            touch=f"touch-{touch}",
            recorded_at=now,
            recorded_by=house.midwife,
        )
    (baby,) = charts_of(house.booking)
    assert [(row.grams, row.has_time) for row in baby.weights] == [(3520, True)]
    assert baby.timeline is not None
    (day,) = baby.timeline.days
    assert (day.breastfed, day.bottles, day.milk_ml, day.stools) == (1, 1, 60, 1)
    page = house.client.get(reverse("operator:stay", args=[house.booking.pk])).text
    (drawn,) = re.findall(r"<svg viewBox=\"0 0 720.*?</svg>", page, re.DOTALL)
    assert drawn.count('class="mark') == 3
    assert "style=" not in drawn
    assert re.search(r'<td class="numeric">3520</td>', page)


@pytest.mark.django_db(transaction=True)
def test_a_mother_takes_it_home_beside_her_summary_once_the_stay_is_over_and_the_ward_does_not_read_it() -> None:
    house = House()
    house.arrived()
    house.care(**{f"weight_{house.infant.pk}": "3500"})
    infant = house.infant
    infant.birth_weight_grams = 3100
    infant.save()
    family = house.registration.birth.family
    family.account = builders.user(Role.MOTHER)
    family.save()
    page = reverse("takehome:page", args=[house.booking.pk])

    def weight_shown(person: User) -> bool:
        client = Client()
        client.force_login(person)
        return "+400 g（+12.9%）" in client.get(page).text

    assert not weight_shown(family.account)
    with transaction.atomic():
        record_departure(booking=house.booking, by=house.midwife, at=timezone.now(), summary="よく休めました")
    assert (weight_shown(family.account), weight_shown(builders.user())) == (True, False)


def test_weights_that_are_all_the_same_stand_between_two_lines_and_those_far_apart_in_wide_steps() -> None:
    same = weight_chart(weight_rows(weighed((0, 3000), (1, 3000)), None), None)
    apart = weight_chart(weight_rows(weighed((0, 500), (9, 14_500)), None), None)
    assert same is not None
    assert apart is not None
    lines = [grams for _y, grams in same.grid]
    assert min(lines) < 3000 < max(lines)
    lines = [grams for _y, grams in apart.grid]
    assert min(lines) <= 500
    assert max(lines) >= 14_500


@pytest.mark.django_db(transaction=True)
def test_on_paper_stand_the_same_pictures_and_figures_and_no_name_is_ever_source() -> None:
    house = House()
    house.arrived()
    house.care(**{f"weight_{house.infant.pk}": "3500"})
    house.infant.birth_weight_grams, house.infant.name = 3100, '<svg> & "𠮷" #panic()'
    house.infant.save()
    now = timezone.now()
    Observation.objects.create(
        stay=house.booking.stay,
        infant=house.infant,
        kind="breast",
        finding="left",
        happened_at=now,
        touch="a-touch",
        recorded_at=now,
        recorded_by=house.midwife,
    )
    (baby,) = charts_on_paper(charts_of(house.booking))
    weights, feeds = baby["parts"]
    assert weights["rows"][0][1:] == ["3500", "+400 g（+12.9%）", "–"]
    assert feeds["rows"][0][1:] == ["1", "0", "0", "0", "0"]
    for part in (weights, feeds):
        assert part["picture"].count("<circle") >= 1
        assert len(part["head"]) == len(part["rows"][0])
        ElementTree.fromstring(part["picture"])
    with transaction.atomic():
        record_departure(booking=house.booking, by=house.midwife, at=timezone.now(), summary="よく休めました")
    answer = house.client.get(reverse("takehome:pdf", args=[house.booking.pk]))
    assert answer["Content-Type"] == "application/pdf"
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert ("3500" in printed, "+12.9%" in printed, "#panic()" in printed) == (True, True, True)
