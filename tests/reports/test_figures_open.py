"""Every figure opens: numerator, denominator, calendar, rule; and the rows, whose looks are written down."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLogEntry
from accounts.roles import Role
from facilities.calendar import Capacity as Slots
from facilities.calendar import Cause, Closure, PoolCalendar, WeeklyPattern
from facilities.models import Closure as ClosureRow
from facilities.models import Service
from facilities.slot_days import slot_days
from reports.explained.slots_of_days import slots_made
from reports.explained.use import explain_use
from reports.tables import facility_year_table
from reports.use_tables import FIGURES, facility_month_table, year_table
from tests import builders

from .factories_use import two_houses, used

EVERY_DAY = frozenset(range(7))


def test_the_slots_of_a_period_are_open_days_and_what_each_cause_took() -> None:
    calendar = PoolCalendar(
        patterns=[WeeklyPattern(date(2022, 4, 1), None, EVERY_DAY, keeps_public_holidays=True)],
        capacities=[Slots(date(2022, 4, 1), None, 15)],
        closures=[
            Closure(date(2022, 4, 10), date(2022, 4, 11), "工事"),
            Closure(date(2022, 4, 20), date(2022, 4, 20), "公表なし", inferred=True),
        ],
        public_holidays={date(2022, 4, 29): "昭和の日"},
    )
    made = slots_made(date(2022, 4, 1), date(2022, 4, 30), calendar)
    assert [(row.cause, len(row.days), row.slot_days, row.lost, row.inferred) for row in made] == [
        (Cause.OPEN, 26, 390, 0, False),
        (Cause.PUBLIC_HOLIDAY, 1, 0, 15, False),
        (Cause.CLOSURE, 2, 0, 30, False),
        (Cause.CLOSURE, 1, 0, 15, True),
    ]
    assert sum(row.slot_days for row in made) == slot_days(date(2022, 4, 1), date(2022, 4, 30), calendar)


@pytest.fixture
def houses() -> tuple[Service, Service]:
    stay, day_care = two_houses()
    here = builders.family("世田谷の人")
    there = builders.family("北沢の人", district_slug="kitazawa")
    used(stay, date(2022, 5, 11), 3, here)
    used(stay, date(2022, 6, 1), 2, there)
    used(day_care, date(2022, 5, 20), 1, here)
    ClosureRow.objects.create(
        pool=stay.pool, period=(date(2022, 8, 1), date(2022, 8, 3)), reason="公表なし", inferred=True
    )
    return stay, day_care


def signed_in(role: Role, **of: Any) -> Client:
    client = Client()
    client.force_login(builders.user(role, **of))
    return client


def opened(client: Client, page: str = "supervisor:figure", **asked: str) -> Any:
    return client.get(reverse(page, args=["use"]), asked)


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_an_occupancy_shows_what_it_is_made_of() -> None:
    answer = opened(signed_in(Role.SUPERVISOR), figure="occupancy_percent", facility="ward-centre", fiscal_year="2022")
    assert answer.status_code == 200
    words = answer.text
    assert "区立産後ケアセンター" in words
    assert "5,445" in words  # 363 days of 15: two are inferred to be closed
    assert "推定（公表なし）" in words
    assert "2022年8月1日から8月2日まで" in words
    assert "30枠" in words
    assert "四捨五入" in words
    assert not AccessLogEntry.objects.exists(), "no family stands on it"


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
@pytest.mark.parametrize(
    ("figure", "asked", "value"),
    [
        ("total_days", {"fiscal_year": "2022"}, "6"),
        ("families", {"fiscal_year": "2022"}, "2"),
        ("families", {"month": "2022-05"}, "1"),
        ("short_stay_days", {"facility": "ward-centre", "month": "2022-05"}, "3"),
        ("day_care_days", {"facility": "ward-centre", "fiscal_year": "2022"}, "0"),
        ("slot_days", {"facility": "mamas-room", "month": "2022-05"}, "93"),
    ],
)
def test_each_figure_of_use_opens_with_the_value_of_its_table(figure: str, asked: dict[str, str], value: str) -> None:
    answer = opened(signed_in(Role.WARD_STAFF), figure=figure, **asked)
    assert f'<p class="lead">{value}</p>' in answer.text


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_what_opens_counts_the_same_as_the_tables() -> None:
    today = date(2023, 4, 10)
    rows = [
        *facility_year_table([2021, 2022], today=today).rows,
        *facility_month_table([2022], today=today).rows,
        *year_table([2022], today=today).rows,
    ]
    assert len(rows) > 20
    for row in rows:
        asked = {key: str(row[key]) for key in ("facility", "month", "fiscal_year") if key in row}
        for figure in FIGURES:
            told = explain_use({**asked, "figure": figure}, today).value
            assert told == ("–" if row[figure] is None else f"{row[figure]:,}"), (asked, figure)


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"figure": "occupancy_percent", "fiscal_year": "2999"}, "まだ始まっていません"),
        ({"figure": "occupancy_percent", "month": "2998-01"}, "まだ始まっていません"),
        ({"figure": "occupancy_percent", "month": "2022-13"}, "2022-04"),
        ({"figure": "occupancy_percent"}, "2022-04"),
        ({"figure": "secrets", "fiscal_year": "2022"}, "その数字はありません"),
        ({"figure": "families", "fiscal_year": "2022", "facility": "fourth"}, "その施設はありません"),
    ],
)
def test_what_cannot_be_opened_is_answered_in_words(asked: dict[str, str], words: str) -> None:
    for page in ("supervisor:figure", "supervisor:figure-rows"):
        answer = opened(signed_in(Role.SUPERVISOR), page, **asked)
        assert answer.status_code == 422
        assert words in answer.text


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
@pytest.mark.parametrize("figure", ["total_days", "families"])
def test_the_rows_are_shown_and_the_look_at_each_family_is_written_down(figure: str) -> None:
    answer = opened(signed_in(Role.SUPERVISOR), "supervisor:figure-rows", figure=figure, fiscal_year="2022")
    assert "世田谷の人" in answer.text
    assert "北沢の人" in answer.text
    assert AccessLogEntry.objects.filter(page="supervisor:figure-rows").count() == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_staff_of_a_district_see_the_rows_of_its_families_alone_and_how_many_there_are() -> None:
    staff = signed_in(Role.WARD_STAFF, district=builders.district("kitazawa"))
    answer = opened(staff, "supervisor:figure-rows", figure="total_days", fiscal_year="2022")
    assert "北沢の人" in answer.text
    assert "世田谷の人" not in answer.text
    assert "6件のうち2件" in answer.text
    assert AccessLogEntry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_slots_have_no_rows_and_nobody_else_opens_any() -> None:
    asked = {"figure": "slot_days", "fiscal_year": "2022"}
    assert opened(signed_in(Role.SUPERVISOR), "supervisor:figure-rows", **asked).status_code == 404
    for role in (Role.MOTHER, Role.OPERATOR, Role.HEALTH_NURSE):
        of = {"facility": builders.facility()} if role == Role.OPERATOR else {}
        of = {"district": builders.district()} if role == Role.HEALTH_NURSE else of
        assert (
            opened(signed_in(role, **of), "supervisor:figure-rows", figure="families", fiscal_year="2022").status_code
            == 404
        )
    assert signed_in(Role.SUPERVISOR).get(reverse("supervisor:figure", args=["nothing"])).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_a_figure_of_a_table_leads_to_what_explains_it() -> None:
    client = signed_in(Role.SUPERVISOR)
    page = client.get(reverse("supervisor:table", args=["facility-year"]), {"from": "2022", "to": "2022"}).text
    address = "/supervisor/figures/use/?facility=ward-centre&amp;fiscal_year=2022&amp;figure=occupancy_percent"
    assert f'href="{address}"' in page
    assert client.get(address.replace("&amp;", "&")).status_code == 200
