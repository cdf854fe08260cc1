"""What nobody recorded is no 0: years before the records, a figure's bad years, a month that has just begun."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from bookings.models import WaitingEnd, WaitingEntry
from facilities.models import Service
from reports.catalogue.demand import COLUMNS, unmet_table, unmet_week_table
from reports.tables import district_table
from tests import builders

from .factories_use import two_houses, used

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
WAITED, LOST, REJECTED = (COLUMNS[name] for name in ("waited_in_vain", "lost_in_draw", "rejected"))


@pytest.fixture
def houses() -> tuple[Service, Service]:
    stay, day_care = two_houses()
    used(stay, date(2022, 5, 11), 3)
    used(stay, date(2023, 6, 1), 5)
    return stay, day_care


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(builders.user(Role.SUPERVISOR))
    return client


def a_wait(service: Service, joined: date) -> None:
    WaitingEntry.objects.create(
        registration=builders.registration(),
        service=service,
        period=(joined, joined + A_DAY),
        joined_at=builders.at(joined),
        joined_by=builders.user(),
        ended_at=builders.at(joined + A_DAY),
        ended_as=WaitingEnd.LAPSED,
    )


def test_a_year_before_the_first_wait_has_no_figure_and_the_table_says_since_when(houses: Any) -> None:
    a_wait(houses[0], date(2023, 5, 10))
    table = unmet_table([2022, 2023], today=date(2024, 6, 3))
    ward = {row["fiscal_year"]: row for row in table.rows if row["district"] == "total"}
    assert (ward[2022][WAITED], ward[2023][WAITED]) == (None, "x")
    assert table.told(WAITED, ward[2022][WAITED]) is None
    assert any("2023年度より前" in note and "0ではありません" in note for note in table.notes)
    for row in unmet_week_table([2022, 2023], today=date(2024, 6, 3)).rows:
        assert (row[WAITED] is None) is (row["week"] < "2023-04-01"), row["week"]


def test_what_was_recorded_and_did_not_happen_is_nought(houses: Any) -> None:
    a_wait(houses[0], date(2022, 5, 10))
    table = unmet_table([2023], today=date(2024, 6, 3))
    assert {row[WAITED] for row in table.rows} == {0}
    assert {row[LOST] for row in table.rows} == {None}, "no draw was ever held"
    assert {row[REJECTED] for row in table.rows} == {0}, "applications are decided, and none was refused"


def test_as_known_before_the_first_wait_nothing_is_recorded_yet(houses: Any) -> None:
    a_wait(houses[0], date(2023, 5, 10))
    table = unmet_table([2022], today=date(2023, 1, 5))
    assert {row[WAITED] for row in table.rows} == {None}


@pytest.mark.usefixtures("houses")
@pytest.mark.parametrize(
    ("opener", "asked", "words"),
    [
        ("use", {"figure": "occupancy_percent", "fiscal_year": "2000"}, "記録は2022年度から"),
        ("use", {"figure": "total_days", "month": "2019-04"}, "記録は2022年度から"),
        ("use", {"figure": "total_days", "fiscal_year": "20000"}, "2022-04"),
        ("districts", {"figure": "total", "fiscal_year": "2000"}, "記録は2022年度から"),
        ("districts", {"figure": "total", "fiscal_year": "2999"}, "まだ始まっていません"),
    ],
)
def test_a_figure_of_a_year_without_records_is_no_0_of_0(
    desk: Client, opener: str, asked: dict[str, str], words: str
) -> None:
    answer = desk.get(reverse("supervisor:figure", args=[opener]), asked)
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.usefixtures("houses")
def test_on_the_first_of_a_month_no_day_that_is_not_over_stands_beside_whole_ones(
    desk: Client, time_machine: Any
) -> None:
    time_machine.move_to(builders.at(date(2023, 6, 1), 9), tick=False)
    page = desk.get(reverse("supervisor:front")).text
    assert "今月は今日始まりました" in page
    assert "今月（6月1日まで）" not in page
    time_machine.move_to(builders.at(date(2023, 6, 2), 9), tick=False)
    page = desk.get(reverse("supervisor:front")).text
    assert "今月は今日始まりました" not in page
    assert "今月（6月2日まで）" in page


@pytest.mark.usefixtures("houses")
def test_on_the_first_of_april_the_year_has_just_begun_too(desk: Client, time_machine: Any) -> None:
    time_machine.move_to(builders.at(date(2024, 4, 1), 9), tick=False)
    page = desk.get(reverse("supervisor:front"))
    assert "年度は今日始まりました" in page.text
    assert len(page.context["sentences"]) == 3
    assert "少なく" not in page.text


@pytest.mark.usefixtures("houses")
def test_the_last_day_of_a_year_is_counted_whole_once_it_is_over(desk: Client, time_machine: Any) -> None:
    assert not any("途中です" in note for note in district_table([2022], today=date(2023, 3, 31)).notes)
    time_machine.move_to(builders.at(date(2023, 3, 31), 9), tick=False)
    address = reverse("supervisor:table", args=["facility-year"])
    assert desk.get(address, {"from": "2022", "to": "2022"}).context["running"] is True
