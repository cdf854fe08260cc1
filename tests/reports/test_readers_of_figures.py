"""What a supervisor asks is one touch from her first page; figures are written as people write them."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from facilities.fiscal_year import fiscal_year
from pages.supervisor.tables.cells import in_words
from pages.supervisor.tables.table_views import ON_A_PAGE
from reports.models import PublishedFacilityYear
from reports.tables import Table
from tests import builders

from .factories_use import two_houses, used

pytestmark = pytest.mark.django_db
PROGRAMS_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")


def desk(role: Role = Role.SUPERVISOR) -> Client:
    stay, day_care = two_houses()
    used(stay, date(2022, 5, 11), 3)
    used(day_care, date(2023, 6, 12), 1)
    used(stay, date(fiscal_year(timezone.localdate()) - 1, 5, 12), 2)
    client = Client()
    client.force_login(builders.user(role))
    return client


def page(client: Client, named: str, **asked: Any) -> Any:
    return client.get(reverse("supervisor:table", args=[named]), asked)


def test_what_is_asked_of_the_ward_is_one_touch_from_the_first_page():
    client = desk()
    front = client.get(reverse("supervisor:front")).text
    part = re.search(r'id="asked">.*?</section>', front, re.DOTALL)
    assert part is not None
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', part[0])]
    assert len(links) == 6
    answers = {link: client.get(link) for link in links}
    assert {answer.status_code for link, answer in answers.items() if "known=" not in link} == {200}
    # Of a day before anything was recorded the page says so.
    (as_known,) = (answer for link, answer in answers.items() if "known=" in link)
    assert as_known.status_code in (200, 422)
    assert "notice" in as_known.text


def test_who_may_not_plan_is_offered_no_replay():
    front = desk(Role.AUDITOR).get(reverse("supervisor:front")).text
    assert "?house=new" not in front
    assert reverse("supervisor:files") in front


@pytest.mark.parametrize(("role", "leads"), [(Role.SUPERVISOR, True), (Role.AUDITOR, True), (Role.WARD_STAFF, False)])
def test_who_types_nothing_in_begins_with_the_figures(role, leads):
    main = desk(role).get(reverse("admin:index")).text
    assert (f'class="ward-link" href="{reverse("supervisor:front")}"' in main) is leads


def test_one_more_house_leaves_only_its_district_to_say():
    client = desk()
    form = client.get(reverse("supervisor:planning-what-if"), {"house": "new"}).context["form"]
    house = next(part for part in form.parts() if "house_name" in {field.name for field in part["fields"]})
    assert house["open"]
    empty = [field.name for field in house["fields"] if field.value() in (None, "", [])]
    assert empty == ["house_district"]
    plain = client.get(reverse("supervisor:planning-what-if")).context["form"]
    assert not any(part["open"] for part in plain.parts() if part["folded"])


def test_days_stand_as_people_write_them_and_what_only_looks_like_one_stays():
    table = Table("", ("days_drawn",), (), [], [])
    assert in_words(table, "days_drawn", "2027-01-04 – 2027-01-10") == "2027年1月4日 – 2027年1月10日"
    assert in_words(table, "days_drawn", "2027-02-31") == "2027-02-31"


def test_a_long_table_is_shown_in_pages_the_newest_weeks_first():
    answer = page(desk(), "unmet-weeks", **{"from": "2018", "to": "2023"})
    shown = answer.context["page"]
    assert len(shown.object_list) <= ON_A_PAGE
    assert shown.number == shown.paginator.num_pages > 1
    assert 'aria-current="page"' in answer.text
    body = re.findall(r"<tbody>(.+?)</tbody>", answer.text, re.DOTALL)[-1]
    assert not PROGRAMS_DAY.search(body)
    last_monday = date(2024, 3, 31) - timedelta(days=date(2024, 3, 31).weekday())
    assert f"{last_monday.year}年{last_monday.month}月{last_monday.day}日" in body


def test_a_table_of_the_ward_says_the_year_beside_what_was_published():
    client = desk()
    facility = builders.facility()
    PublishedFacilityYear.objects.create(
        facility=facility, fiscal_year=2022, total_days=4431, families=932, occupancy_percent="82.4"
    )
    table = page(client, "ward-centre-use", **{"from": "2022", "to": "2022"}).context
    labels = [column["label"] for column in table["columns"]]
    lines = [line for line in table["page"].object_list if "公表値" in line]
    assert [line[labels.index("年度")] for line in lines] == ["令和4"]
