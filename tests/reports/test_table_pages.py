"""統計表: the contents, and one page for every table: figures, what they mean, an address, words for bad input."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.roles import Role
from facilities.models import Service
from reports.catalogue.contents import by_slug, contents
from reports.models import PublishedFacilityYear
from tests import builders

from .factories_use import two_houses, used

pytestmark = pytest.mark.django_db
TABLE = "facility-year"
# Sign-in, the page around, the years with records, and the table's own: whatever the number of rows.
QUERIES = 22


@pytest.fixture
def desk() -> Client:
    stay, day_care = two_houses()
    used(stay, date(2022, 5, 11), 3)
    used(stay, date(2023, 5, 11), 5)
    used(day_care, date(2023, 6, 12), 1)
    client = Client()
    client.force_login(builders.user(Role.SUPERVISOR))
    return client


def page(client: Client, named: str = TABLE, **asked: Any) -> Any:
    return client.get(reverse("supervisor:table", args=[named]), asked)


def test_the_contents_lead_to_every_table_by_its_number(desk: Client) -> None:
    answer = desk.get(reverse("supervisor:tables")).text
    for table in contents():
        assert reverse("supervisor:table", args=[table.entry.slug]) in answer
        assert f"表{table.number}" in answer


@pytest.mark.parametrize("named", by_slug())
def test_each_table_says_what_it_is_and_where_it_can_be_cited(desk: Client, named: str) -> None:
    entry = by_slug()[named].entry
    answer = page(desk, named, **{"from": "2022", "to": "2023"})
    assert answer.status_code == 200
    for words in (entry.title, entry.what, entry.rule, entry.source):
        assert str(words) in answer.text
    assert f"http://testserver/supervisor/tables/{named}/?from=2022&amp;to=2023" in answer.text
    for file_format in ("xlsx", "csv", "pdf", "json"):
        assert f"/supervisor/tables/{named}.{file_format}?from=2022&amp;to=2023" in answer.text


def test_the_address_that_is_cited_shows_the_same_figures_again(desk: Client) -> None:
    first = page(desk).text
    address = re.search(r'id="address" value="http://testserver(.+?)"', first)
    assert address is not None
    again = desk.get(address[1].replace("&amp;", "&")).text
    assert _body_of_table(again) == _body_of_table(first)


def test_facilities_are_called_by_their_names_and_published_figures_stand_below(desk: Client) -> None:
    facility = builders.facility()
    PublishedFacilityYear.objects.create(
        facility=facility, fiscal_year=2022, total_days=4431, families=932, occupancy_percent="82.4"
    )
    body = _body_of_table(page(desk).text)
    assert facility.name in body
    assert "ward-centre" not in strip_tags(body)
    assert "4,431" in body
    assert "-4,428" in body  # computed less published


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"from": "2031", "to": "2031"}, "2031年度はまだ始まっていません"),
        ({"from": "2000", "to": "2009"}, "この年度の記録はありません"),
        ({"from": "令和4"}, "西暦4桁"),
        ({"from": "2023", "to": "2022"}, "入れ替えてください"),
        ({"facility": "fourth-house"}, "この表にあるのは"),
    ],
)
def test_what_cannot_be_shown_is_answered_in_words(desk: Client, asked: dict[str, str], words: str) -> None:
    answer = page(desk, **asked)
    assert answer.status_code == 422
    assert words in answer.text


def test_two_hundred_years_are_refused_and_a_file_of_them_too(desk: Client) -> None:
    assert page(desk, **{"from": "1900", "to": "2100"}).status_code == 422
    assert desk.get(reverse("supervisor:table-file", args=[TABLE, "csv"]), {"from": "2031"}).status_code == 422


def test_one_facility_alone_is_shown_and_taken_along(desk: Client) -> None:
    asked = {"from": "2022", "to": "2023", "facility": "mamas-room"}
    assert "区立産後ケアセンター" not in _body_of_table(page(desk, **asked).text)
    rows = json.loads(desk.get(reverse("supervisor:table-file", args=[TABLE, "json"]), asked).content)["rows"]
    assert {row["facility"] for row in rows} == {"mamas-room"}


def test_a_table_of_no_name_is_not_there(desk: Client) -> None:
    assert page(desk, "nothing").status_code == 404
    assert desk.get(reverse("supervisor:table-file", args=[TABLE, "exe"])).status_code == 404


def test_the_tables_follow_each_other(desk: Client) -> None:
    slugs = list(by_slug())
    assert f'rel="next" href="{reverse("supervisor:table", args=[slugs[1]])}"' in page(desk, slugs[0]).text
    assert 'rel="next"' not in page(desk, slugs[-1]).text


@pytest.mark.parametrize("named", by_slug())
def test_a_table_takes_as_many_queries_for_many_years_as_for_few(desk: Client, named: str) -> None:
    service = Service.objects.get(slug="ward-centre/short-stay")
    page(desk, named)  # what is asked for once
    with CaptureQueriesContext(connection) as few:
        page(desk, named, **{"from": "2022", "to": "2023"})
    for year in range(2018, 2022):
        used(service, date(year, 5, 11), 2)
    with CaptureQueriesContext(connection) as many:
        page(desk, named, **{"from": "2018", "to": "2023"})
    assert len(many) == len(few)
    assert len(many) <= QUERIES


def _body_of_table(text: str) -> str:
    found = re.search(r"<tbody>(.+?)</tbody>", text, re.DOTALL)
    assert found is not None
    return found[1]
