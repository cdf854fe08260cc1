"""GET /api/v1/reports/tables/: the figures of pages and files for programs, by the same names, and clear refusals."""

import hashlib
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from facilities.models import Service
from reports.catalogue.contents import by_slug, contents
from reports.small_cells import HIDDEN
from tests import builders
from tests.reports.factories_use import two_houses, used

pytestmark = pytest.mark.django_db
CONTENTS = "/api/v1/reports/tables/"
# Sign-in, the years with records, and the table's own.
QUERIES = 18


@pytest.fixture
def program() -> Client:
    """Two houses with uses of two years, read by a supervisor's program."""
    stay, day_care = two_houses()
    used(stay, date(2022, 5, 11), 3)
    used(stay, date(2023, 5, 11), 5)
    used(day_care, date(2023, 6, 12), 1)
    return signed_in(Role.SUPERVISOR)


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(builders.user(role))
    return client


def read(client: Client, named: str = "facility-year", **asked: Any) -> Any:
    answer = client.get(f"{CONTENTS}{named}/", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def file_of(client: Client, named: str, **asked: Any) -> Any:
    return json.loads(client.get(reverse("supervisor:table-file", args=[named, "json"]), asked).content)


def test_the_contents_name_each_table_by_number_words_and_addresses(program: Client) -> None:
    listed = program.get(CONTENTS).json()
    assert [(row["table"], row["number"]) for row in listed] == [(one.entry.slug, one.number) for one in contents()]
    for row, one in zip(listed, contents(), strict=True):
        words = (row["title"], row["what"], row["rule"], row["source"], row["chapter"])
        entry = one.entry
        assert words == tuple(map(str, (entry.title, entry.what, entry.rule, entry.source, one.chapter.title)))
        assert row["address"].endswith(reverse("supervisor:table", args=[one.entry.slug]))
        assert row["figures"] == f"{CONTENTS}{one.entry.slug}/"


def test_the_contents_count_nothing(program: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4):
        program.get(CONTENTS)


@pytest.mark.parametrize("named", by_slug())
def test_each_table_is_what_its_file_holds(program: Client, named: str) -> None:
    asked = {"from": "2022", "to": "2023"}
    told, file = read(program, named, **asked), file_of(program, named, **asked)
    assert {**told, "as_of": ""} == {**file, "as_of": ""}
    assert told["fiscal_years"] == [2022, 2023]
    assert {column["key"] for column in told["columns"]} <= set(told["keys"])
    written = json.dumps(told["rows"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert hashlib.sha256(written).hexdigest() == told["sha256_of_rows"]


def test_what_is_hidden_on_the_page_is_hidden_here(program: Client) -> None:
    hidden = {
        named: sum(value == HIDDEN for row in read(program, named)["rows"] for value in row.values())
        for named in by_slug()
    }
    masked = {
        named
        for named in by_slug()
        if re.search(rf">\s*{HIDDEN}\s*</(?:td|a)>", program.get(reverse("supervisor:table", args=[named])).text)
    }
    assert {named for named, count in hidden.items() if count} == masked != set()


def test_codes_have_their_names_beside_them_and_figures_are_numbers(program: Client) -> None:
    told = read(program, **{"from": 2023})
    assert told["names"]["facility"]["ward-centre"] == "区立産後ケアセンター"
    row = next(row for row in told["rows"] if row["facility"] == "ward-centre")
    assert (row["total_days"], type(row["occupancy_percent"])) == (5, float)
    assert {"key": "total_days", "name": "合計（延べ日数）"} in told["columns"]


def test_words_are_in_the_language_that_the_program_asks_for(program: Client) -> None:
    english = program.get(f"{CONTENTS}facility-year/", headers={"accept-language": "en"}).json()
    assert english["title"] == "Use by facility and fiscal year"
    assert english["rows"] == read(program)["rows"]


def test_one_facility_alone(program: Client) -> None:
    told = read(program, **{"from": "2022", "facility": "mamas-room"})
    assert {row["facility"] for row in told["rows"]} == {"mamas-room"}
    assert told["address"].endswith("/supervisor/tables/facility-year/?from=2022&to=2023&facility=mamas-room")


def test_as_known_on_a_day_says_so_and_cites_it(program: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    answer = program.get(f"{CONTENTS}facility-year/", {"known": yesterday.isoformat()})
    # All was entered today: of yesterday nothing is known, and it says so.
    assert (answer.status_code, answer.json()["code"]) == (422, "before_records")
    assert list(answer.json()["fields"]) == ["known"]


@pytest.mark.parametrize(
    ("asked", "status", "code", "field"),
    [
        ({"from": "令和4"}, 400, "invalid", "from"),
        ({"to": "20.5"}, 400, "invalid", "to"),
        ({"from": "1850"}, 400, "invalid", "from"),
        ({"from": "2023", "to": "2022"}, 400, "invalid", "from"),
        ({"from": "2000", "to": "2009"}, 422, "no_records", "from"),
        ({"from": "2031", "to": "2031"}, 422, "to_come", "from"),
        ({"to": "2031"}, 422, "to_come", "to"),
        ({"from": "2000", "to": "2199"}, 422, "to_come", "to"),
        ({"facility": "fourth-house"}, 422, "no_such_facility", "facility"),
        ({"known": "yesterday"}, 400, "invalid", "known"),
        ({"known": "2023-02-29"}, 400, "invalid", "known"),
        ({"known": "2999-01-01"}, 400, "invalid", "known"),
        ({"known": "2100-01-01"}, 422, "to_come", "known"),
        ({"known": "1999-01-01"}, 422, "before_records", "known"),
        ({"year": "2022"}, 400, "invalid", "year"),
        ({"from": ""}, 400, "invalid", "from"),
        ({"from": ["2022", "2023"]}, 400, "invalid", "from"),
        ({"facility": "x' OR 1=1"}, 422, "no_such_facility", "facility"),
    ],
)
def test_what_cannot_be_told_is_refused_in_the_apis_shape(
    program: Client, asked: dict[str, Any], status: int, code: str, field: str
) -> None:
    answer = program.get(f"{CONTENTS}facility-year/", asked)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (status, code, [field])
    assert re.search("[ぁ-ん]", answer.json()["fields"][field])


def test_two_hundred_years_are_refused_and_more_than_can_be_shown_at_once(
    program: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert program.get(f"{CONTENTS}facility-year/", {"from": "1826", "to": "2025"}).status_code == 400
    monkeypatch.setattr("reports.asked_years.MOST", 5)
    answer = program.get(f"{CONTENTS}facility-year/", {"from": "2018", "to": "2023"})
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_years")


def test_a_table_without_facilities_refuses_one(program: Client) -> None:
    answer = program.get(f"{CONTENTS}coverage/", {"facility": "ward-centre"})
    assert (answer.status_code, answer.json()["code"]) == (422, "not_by_facility")


def test_a_table_of_no_name_is_not_there_and_it_says_where_the_names_are(program: Client) -> None:
    answer = program.get(f"{CONTENTS}no-such/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "目次" in answer.json()["detail"]


def test_the_contents_take_no_fields(program: Client) -> None:
    assert program.get(CONTENTS, {"from": "2022"}).json()["fields"].keys() == {"from"}


@pytest.mark.parametrize("role", [role for role in Role if role != ""])
def test_who_sees_the_pages_of_figures_sees_them_here_and_nobody_else(program: Client, role: Role) -> None:
    client = signed_in(role)
    page = client.get(reverse("supervisor:table", args=["facility-year"])).status_code
    for address in (CONTENTS, f"{CONTENTS}facility-year/"):
        assert client.get(address).status_code == page, address
    assert client.post(CONTENTS).status_code in (403, 404, 405)


def test_nobody_is_asked_to_sign_in(program: Client) -> None:
    for address in (CONTENTS, f"{CONTENTS}facility-year/"):
        answer = Client().get(address)
        assert (answer.status_code, set(answer.json())) == (401, {"code", "detail", "fields"})


def test_figures_of_nothing_are_empty_and_not_refused() -> None:
    client = signed_in(Role.SUPERVISOR)
    for named in by_slug():
        assert read(client, named)["fiscal_years"]


@pytest.mark.parametrize("named", by_slug())
def test_a_table_takes_as_many_queries_for_many_years_as_for_few(program: Client, named: str) -> None:
    read(program, named)  # what is asked for once
    with CaptureQueriesContext(connection) as few:
        read(program, named, **{"from": "2022", "to": "2023"})
    for year in range(2018, 2022):
        used(Service.objects.get(slug="ward-centre/short-stay"), date(year, 5, 11), 2)
    with CaptureQueriesContext(connection) as many:
        read(program, named, **{"from": "2018", "to": "2023"})
    assert len(many) == len(few)
    assert len(many) <= QUERIES
