"""The page of a table as known on a past day, and what changed since; its files; words for bad days."""

import json
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from care.models import SurveyCount, SurveyQuestion
from facilities.models import Service
from reports.catalogue.contents import by_slug
from reports.known.keeping import digest_of
from reports.models import KeptTable
from tests import builders
from tests.builders import at
from tests.moved_clock import it_is

from .test_known_at import FIRST, used

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    for slug in ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama"):
        builders.district(slug)
    it_is(at(date(2024, 4, 1)))
    service = builders.service(slots=10)
    it_is(at(FIRST, 18))
    used(builders.family(), service, FIRST, 2)
    it_is(at(date(2024, 5, 20)))
    used(builders.family(), service, FIRST, 3)
    it_is(timezone.now())
    client = Client()
    client.force_login(builders.user(Role.SUPERVISOR))
    return client


def page(client, named="facility-year", **asked):
    return client.get(reverse("supervisor:table", args=[named]), {"from": "2024", "to": "2024", **asked})


def test_a_table_is_told_as_known_on_the_day_and_says_so(desk):
    now, then = page(desk), page(desk, known="2024-05-19")
    assert now.context["shown"].rows[0]["total_days"] == 5
    assert then.context["shown"].rows[0]["total_days"] == 2
    assert "2024年5月19日の終わりの時点" in then.text
    assert "known=2024-05-19" in then.context["address"]
    assert page(desk).context["shown"].rows == now.context["shown"].rows


def test_a_figure_opens_as_known_on_the_day_and_shows_no_rows_of_now(desk):
    table = page(desk, "districts", known="2024-05-19").text
    address = "/supervisor/figures/districts/?fiscal_year=2024&amp;known=2024-05-19&amp;figure=total"
    assert address in table
    answer = desk.get(address.replace("&amp;", "&"))
    assert '<p class="lead">1</p>' in answer.text
    assert "2024年5月19日の終わりの時点" in answer.text
    assert answer.context["rows_url"] == ""
    now = desk.get(address.replace("&amp;", "&").replace("known=2024-05-19&", ""))
    assert '<p class="lead">2</p>' in now.text
    used = desk.get("/supervisor/figures/use/?fiscal_year=2024&known=2024-05-19&figure=total_days")
    assert '<p class="lead">2</p>' in used.text


# The day's own look at the beginning of the records, a point to go back to and plans forgotten, over those of now.
OVER_NOW = 8
OF_NOW = 22


@pytest.mark.parametrize("named", by_slug())
def test_as_known_on_a_day_a_table_takes_as_many_queries_for_six_years_as_for_two(desk, named):
    asked = {"to": "2024", "known": "2024-05-21"}
    service = Service.objects.get()
    page(desk, named, **asked)  # what is asked for once
    with CaptureQueriesContext(connection) as few:
        answer = page(desk, named, **{"from": "2023"} | asked)
    assert answer.status_code == 200
    it_is(at(date(2024, 5, 20)))
    for year in range(2019, 2024):
        used(builders.family(), service, date(year, 5, 11), 2)
    it_is(timezone.now())
    with CaptureQueriesContext(connection) as two:
        page(desk, named, **{"from": "2023"} | asked)
    with CaptureQueriesContext(connection) as six:
        page(desk, named, **{"from": "2019"} | asked)
    assert len(six) == len(two) == len(few)
    assert len(six) <= OF_NOW + OVER_NOW


def test_what_changed_since_stands_below_in_numbers(desk):
    answer = page(desk, known="2024-05-19", changed="yes")
    assert "後から入力" in answer.text
    assert "+3" in answer.text
    assert "B-" not in answer.text
    assert page(desk, known="2024-05-19").context["changed"] is None


def test_its_files_are_of_that_day(desk):
    address = reverse("supervisor:table-file", args=["facility-year", "json"])
    answer = desk.get(address, {"from": "2024", "to": "2024", "known": "2024-05-19"})
    assert "2024-05-19" in answer["Content-Disposition"]
    assert json.loads(b"".join(answer) if answer.streaming else answer.content)["rows"][0]["total_days"] == 2


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2024-03-31", "2024年4月1日より前の記録はありません"),
        ("2999-01-01", "昨日まで"),
        ("31日", "ありません"),
    ],
)
def test_a_day_that_cannot_be_is_answered_in_words(desk, day, words):
    answer = page(desk, known=day)
    assert answer.status_code == 422
    assert words in answer.text


def test_every_table_of_the_contents_is_told_as_of_a_past_day(desk):
    for slug in by_slug():
        answer = page(desk, slug, known="2024-05-19")
        assert answer.status_code == 200, slug
        assert "2024年5月19日の終わりの時点" in answer.text


def test_a_table_whose_history_begins_later_says_from_when(desk):
    it_is(at(date(2024, 5, 25)))
    SurveyCount.objects.create(
        question=SurveyQuestion.objects.create(code="rested", text="休めた", period=(builders.LONG_AGO, None)),
        service=Service.objects.get(),
        fiscal_year=2024,
        agreement=4,
        number=5,
        counted_at=at(date(2024, 5, 25)),
        stood=True,
    )
    answer = page(desk, "after-stay", known="2024-05-19")
    assert answer.status_code == 422
    assert "2024年5月25日から" in answer.text
    assert page(desk, "after-stay", known="2024-05-25").status_code == 200


def keep(client, purpose="令和6年第2回定例会", **asked):
    address = reverse("supervisor:table-keep", args=["facility-year"])
    return client.post(
        f"{address}?{urlencode({'from': '2024', 'to': '2024', 'known': '2024-05-19'} | asked)}",
        {"purpose": purpose, "known": asked.get("known", "2024-05-19"), "key": "a-key-of-this-test"},
    )


def test_a_table_given_out_stays_as_it_was_with_how_many_figures_are_otherwise_now(desk):
    assert keep(desk).status_code == 302
    assert keep(desk).status_code == 302  # sent twice, kept once
    (kept,) = KeptTable.objects.all()
    assert (kept.known_on, kept.first_year, kept.rows[0]["total_days"]) == (date(2024, 5, 19), 2024, 2)
    assert kept.digest == digest_of(kept.rows)
    answer = page(desk)
    assert "令和6年第2回定例会" in answer.text
    assert kept.title
    assert answer.context["kept"]["lines"][0][-1] != "0件"
    for write in ({"purpose": "x"}, {"rows": []}):
        with pytest.raises(DatabaseError), transaction.atomic():
            KeptTable.objects.update(**write)
    with pytest.raises(DatabaseError), transaction.atomic():
        KeptTable.objects.all().delete()


def test_nothing_is_kept_without_a_purpose_or_a_day(desk):
    assert keep(desk, purpose=" ").status_code == 422
    assert keep(desk, known="").status_code == 422
    assert keep(desk, known="2999-01-01").status_code == 422
    assert not KeptTable.objects.exists()


def test_the_auditor_reads_what_was_given_out_and_keeps_nothing(desk):
    keep(desk)
    auditor = Client()
    auditor.force_login(builders.user(Role.AUDITOR))
    answer = page(auditor, known="2024-05-19")
    assert "令和6年第2回定例会" in answer.text
    assert answer.context["keep_url"] is None
    assert keep(auditor).status_code == 404


def test_a_year_known_to_its_last_day_is_over_and_one_known_to_the_day_before_is_not(desk):
    whole, short = page(desk, known="2025-03-31"), page(desk, known="2025-03-30")
    assert not whole.context["running"]
    assert "途中です" not in whole.text
    assert short.context["running"]
    assert "2024年度は途中です" in short.text


@pytest.mark.parametrize("known", ["", "2999-01-01", "tomorrow"])
def test_the_form_to_keep_says_at_once_that_no_such_day_is_told_and_asks_for_another(desk, known):
    address = reverse("supervisor:table-keep", args=["facility-year"])
    answer = desk.get(address, {"from": "2024", "to": "2024", "known": known})
    assert answer.status_code == 422
    assert 'class="notice notice-error"' in answer.text
    assert 'name="known"' in answer.text
    assert reverse("supervisor:table", args=["facility-year"]) in answer.text


def test_what_was_typed_stays_where_the_day_is_still_to_come(desk):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for day in (tomorrow, timezone.localdate().isoformat()):
        answer = keep(desk, known=day)
        assert answer.status_code == 422
        assert "昨日まで" in answer.text
        assert 'value="令和6年第2回定例会"' in answer.text
        assert f'value="{day}"' in answer.text
    answer = keep(desk, known="2024-03-01")
    assert "2024年4月1日より前の記録はありません" in answer.text
    assert 'value="令和6年第2回定例会"' in answer.text
    assert not KeptTable.objects.exists()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"to": "2999"}, "2999年度"),
        ({"known": "2999-01-01"}, "昨日まで"),
        ({"facility": "none-such"}, "この表にありません。この表にあるのは"),
        ({"known": "today"}, "その日付はありません"),
    ],
)
def test_a_file_that_cannot_be_made_is_answered_by_a_page_with_a_way_back_to_what_was_chosen(desk, asked, words):
    chosen = {"from": "2024", "to": "2024", **asked}
    answer = desk.get(reverse("supervisor:table-file", args=["facility-year", "csv"]), chosen)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/html")
    assert words in answer.text
    back = f"{reverse('supervisor:table', args=['facility-year'])}?{urlencode(chosen)}"
    assert back.replace("&", "&amp;") in answer.text
    for typed in asked.values():
        assert f'value="{typed}"' in desk.get(back).text or "facility" in asked


def test_a_table_of_years_that_cannot_be_is_not_kept_and_the_page_says_why(desk):
    answer = keep(desk, to="2999")
    assert answer.status_code == 422
    assert "控えを残せませんでした" in answer.text
    assert "2999年度" in answer.text
    assert "known=2024-05-19" in answer.text
