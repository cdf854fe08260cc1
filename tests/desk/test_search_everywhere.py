"""From every page by one field: what is typed is found by kind, the newest first, and stands in no address."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessLogEntry
from accounts.roles import Role
from enrollment.models import Family
from tests import builders
from tests.factories_two_families import World, two_worlds

pytestmark = pytest.mark.django_db
PHONE = "09012345678"


@pytest.fixture
def worlds() -> tuple[World, World]:
    own, others = two_worlds()
    Family.objects.filter(pk=own.objects["enrollment.Family"].pk).update(phone=PHONE)
    Family.objects.filter(pk=others.objects["enrollment.Family"].pk).update(
        mother_name="渡邉 さくら", mother_name_kana="わたなべ さくら"
    )
    return own, others


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def found(person: Any, words: str) -> dict[str, list[str]]:
    page = client_of(person).post(reverse("desk:search"), {"words": words}, follow=True)
    return {str(kind.label): [row.words for row in kind.rows] for kind in page.context["found"]}


@pytest.mark.parametrize("words", ["わたなべ", "渡邉 さくら", "ワタナベ　サクラ"])
def test_by_name_and_kana_her_family_stands_first_and_then_what_is_hers(worlds, words):
    seen = found(builders.user(), words)
    assert next(iter(seen)) == "ご家庭"
    assert seen["ご家庭"] == ["渡邉 さくら"]
    assert {"利用登録", "予約", "利用料"} <= set(seen)
    for rows in seen.values():
        assert all("渡邉 さくら" in row or re.fullmatch(r"I-\d+", row) for row in rows)


def test_by_telephone_nobody_else_is_found(worlds):
    own, _others = worlds
    assert found(builders.user(), "090-1234-5678")["ご家庭"] == [own.objects["enrollment.Family"].mother_name]


@pytest.mark.parametrize(
    ("label", "kind"),
    [("enrollment.Registration", "利用登録"), ("bookings.Booking", "予約"), ("billing.Charge", "利用料")],
)
def test_a_printed_number_finds_its_own_kind_first(worlds, label, kind):
    own, _others = worlds
    number = own.objects[label].number
    seen = found(builders.user(), number)
    assert next(iter(seen)) == kind
    assert any(row.startswith(number) for row in seen[kind])


def test_what_is_typed_stands_in_no_address_and_in_no_link_of_the_page(worlds):
    client = client_of(builders.user())
    for _one in range(12):
        builders.family("渡邉 花")
    answer = client.post(reverse("desk:search"), {"words": "渡邉"})
    assert answer.status_code == 302
    carried = parse_qs(urlsplit(answer["Location"]).query)["q"][0]
    assert "渡邉" not in answer["Location"]
    assert carried != "渡邉"
    page = client.get(answer["Location"])
    links = re.findall(r'(?:href|action)="([^"]*)"', page.text)
    assert not any("渡" in link or "%E6%B8%A1" in link for link in links)
    (more,) = {kind.more for kind in page.context["found"] if str(kind.label) == "ご家庭"}
    assert more
    assert len(client.get(more).context["cl"].result_list) == 13


def test_whose_families_it_shows_is_written_down_once_each(worlds):
    _own, others = worlds
    person = builders.user()
    found(person, "わたなべ")
    looks = AccessLogEntry.objects.filter(user=person, page="desk:search")
    assert list(looks.values_list("family_id", flat=True)) == [others.objects["enrollment.Family"].pk]


def test_staff_and_nurses_of_another_district_do_not_find_her(worlds):
    for role in (Role.WARD_STAFF, Role.HEALTH_NURSE):
        seen = found(builders.user(role, district=builders.district("tamagawa")), "わたなべ")
        assert "ご家庭" not in seen
        assert "利用登録" not in seen


def test_who_looks_after_accounts_finds_people_and_no_family(worlds):
    builders.user(last_name="渡邉", first_name="健")
    seen = found(builders.user(Role.ACCOUNT_ADMIN), "渡邉")
    assert list(seen) == ["アカウント管理"]
    assert seen["アカウント管理"] == ["渡邉 健"]


def test_a_page_of_the_menu_and_a_table_of_the_master_data_are_found_by_their_names(worlds):
    seen = found(builders.user(), "祝日")
    assert seen["ページ"] == ["祝日"]
    assert "審査待ちの申請" in found(builders.user(), "審査待ち")["ページ"]


def test_the_search_asks_as_much_when_more_is_found(worlds):
    client = client_of(builders.user())
    address = client.post(reverse("desk:search"), {"words": "山田"})["Location"]
    asked = []
    for _more in range(2):
        for _one in range(4):
            builders.registration(builders.family("山田 花"))
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 40


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MOTHER])
def test_every_page_of_the_staff_has_the_field_and_the_key(role):
    page = client_of(builders.user(role)).get(reverse("mfa_index")).text
    assert page.count("data-search-everywhere") == 2  # in the bar, and in the menu of a narrow page
    assert 'aria-keyshortcuts="/"' in page
    assert "js/desk" in page


def test_a_mothers_pages_have_neither(worlds):
    own, _others = worlds
    page = client_of(own.people[Role.MOTHER]).get(reverse("family:home")).text
    assert "data-search-everywhere" not in page
    assert "js/desk" not in page
