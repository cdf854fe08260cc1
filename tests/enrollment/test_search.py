"""One search for all lists: the same words find the same family, wherever somebody looks for her."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from accounts.access_log import FAMILY_OF
from accounts.roles import Role
from bookings.models import Booking, WaitingEntry
from enrollment.family_search import FindsFamilies, families_found
from enrollment.models import Family
from enrollment.wareki import wareki
from tests import builders
from tests.factories_two_families import World, two_worlds

pytestmark = pytest.mark.django_db
NAME = "髙﨑 𠮷子"
OTHER = "渡邉 さくら"
# As people type: with and without space, in every script, in the usual form of a kanji, with what is not to be seen.
WAYS = [
    *("たかさきよしこ", "たかさき よしこ", "タカサキヨシコ", "ﾀｶｻｷ ﾖｼｺ", "よしこ たかさき", "さきよし"),
    *("髙﨑𠮷子", "髙﨑 𠮷子", "高崎吉子", "高崎　吉子", "高﨑", "吉子", "吉子 高崎", "髙\U000e0100﨑"),
    *("090-1234-5678", "０９０１２３４５６７８", "+81 90 1234 5678", "5678", "1990-04-01", "平成2年4月1日", "H2.4.1"),
]


@pytest.fixture
def worlds() -> tuple[World, World]:
    own, others = two_worlds()
    phone = {"phone": "09012345678", "mother_birth_date": date(1990, 4, 1)}
    Family.objects.filter(pk=own.objects["enrollment.Family"].pk).update(**phone)
    Family.objects.filter(pk=others.objects["enrollment.Family"].pk).update(
        mother_name=OTHER, mother_name_kana="わたなべ さくら"
    )
    return own, others


def lists() -> list[Any]:
    return [page for page in admin.site._registry.values() if isinstance(page, FindsFamilies)]


def test_every_list_of_what_is_a_familys_has_the_search():
    of_families = [page for model, page in admin.site._registry.items() if model._meta.label in FAMILY_OF]
    assert len(of_families) >= 8
    assert [page for page in of_families if not isinstance(page, FindsFamilies)] == []


@pytest.mark.parametrize("typed", WAYS)
def test_each_way_to_type_her_finds_her_in_every_list_and_nobody_else(client, worlds, typed):
    client.force_login(builders.user())
    for page in lists():
        address = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
        every = client.get(address).context["cl"].result_list
        found = client.get(address, {"q": typed}).context["cl"].result_list
        assert {_family(page, row).mother_name for row in every} == {NAME, OTHER}, address
        assert {_family(page, row).mother_name for row in found} == {NAME}, (address, typed)
        assert len(found) == len({row.pk for row in found}), address


@pytest.mark.parametrize("typed", ["渡辺", "渡邊", "渡部 さくら", "わたべ", "高崎 さくら", "・", "% _"])
def test_what_is_another_name_finds_nobody_else(worlds, typed):
    named = {family.mother_name for family in families_found(typed)}
    assert named == ({OTHER} if typed in {"渡辺", "渡邊"} else set())


def test_numbers_as_printed_find_the_row_in_its_list_and_the_family_in_the_others(client, worlds):
    own, others = worlds
    client.force_login(builders.user())
    printed = {
        "R": own.objects["enrollment.Registration"].number,
        "B": own.objects["bookings.Booking"].number,
        "C": own.objects["billing.Charge"].number,
        "T": own.objects["billing.Ride"].number,
        "I": own.objects["care.Incident"].number,
        "F": own.objects["referrals.Referral"].number,
        "letter": own.objects["enrollment.Letter"].snapshot["number"],
    }
    pages = {page.sign: page for page in lists() if page.sign}
    for sign, number in printed.items():
        assert own.objects["enrollment.Family"] in families_found(number), number
        if sign in pages:
            row = own.objects[pages[sign].model._meta.label]
            answer = client.get(_address(pages[sign]), {"q": number})
            assert row in answer.context["cl"].result_list, number
    booking = own.objects["bookings.Booking"]
    assert _found(client, "enrollment_registration", printed["B"]) == [booking.registration]
    assert booking in _found(client, "bookings_booking", str(booking.pk))
    assert others.objects["bookings.Booking"] not in _found(client, "bookings_booking", booking.number)


def test_a_day_in_either_calendar_finds_what_is_on_it(client, worlds):
    client.force_login(builders.user())
    booking = worlds[0].objects["bookings.Booking"]
    day = booking.days.get().day
    for typed in (day.isoformat(), wareki(day), f"{day:%Y%m%d}"):
        assert booking in _found(client, "bookings_booking", typed)
        assert worlds[0].objects["billing.Charge"] in _found(client, "billing_charge", typed)
    waits = WaitingEntry.objects.filter(registration=booking.registration).get()
    assert waits in _found(client, "bookings_waitingentry", waits.period.lower.isoformat())
    assert Booking.objects.exists()
    assert _found(client, "bookings_booking", (day - timedelta(days=900)).isoformat()) == []


def test_the_moment_of_a_day_is_that_of_the_wards_clock(client):
    client.force_login(builders.user())
    kept = builders.registration()
    early = builders.at(date(2026, 11, 10), 8, 30)
    type(kept).objects.filter(pk=kept.pk).update(applied_at=early)
    assert _found(client, "enrollment_registration", "令和8年11月10日") == [kept]
    assert _found(client, "enrollment_registration", "2026-11-09") == []


def test_a_name_that_begins_like_a_number_of_no_list_and_an_odd_term_are_answered(client, worlds):
    client.force_login(builders.user())
    for typed in ("", " ", "\\", "%", "_", "'", "R-", "9" * 40, "\x1f", "令和99年99月99日", "a" * 3000):
        assert client.get(reverse("admin:bookings_booking_changelist"), {"q": typed}).status_code in {200, 302}


def test_names_stay_as_typed_and_the_key_follows_whoever_writes():
    kept = builders.family()
    assert (kept.mother_name, Family.objects.get().search_key) == (NAME, "高崎吉子|たかさきよしこ")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE enrollment_family SET mother_name = '佐々木 葛\U000e0101城', mother_name_kana = 'ササキ'"
        )
    kept.refresh_from_db()
    assert (kept.mother_name, kept.search_key) == ("佐々木 葛\U000e0101城", "佐佐木葛城|ささき")
    assert list(families_found("佐佐木")) == list(families_found("佐々木葛城")) == [kept]


def test_the_nurse_finds_as_staff_do_but_in_her_district_only(client, worlds):
    client.force_login(builders.user(Role.HEALTH_NURSE))
    for typed in ("高崎吉子", "タカサキヨシコ", "5678", "H2.4.1"):
        assert [row.family.mother_name for row in _searched(client, "nurse:families", {"text": typed}, "found")] == [
            NAME
        ]
    assert _searched(client, "nurse:families", {"text": "渡辺"}, "found") == []


def test_the_auditor_finds_as_staff_do(client, worlds):
    client.force_login(builders.user(Role.AUDITOR))
    for typed in ("高崎吉子", "タカサキヨシコ", "5678", "平成2年4月1日", worlds[0].objects["billing.Charge"].number):
        found = _searched(client, "audit:home", {"words": typed}, "families")
        assert [row.mother_name for row in found] == [NAME], typed


def _searched(client: Any, page: str, typed: dict[str, str], key: str) -> list[Family]:
    return list(client.post(reverse(page), typed).context[key])


def _found(client: Any, name: str, typed: str) -> list[Any]:
    return list(client.get(reverse(f"admin:{name}_changelist"), {"q": typed}).context["cl"].result_list)


def _address(page: Any) -> str:
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")


def _family(page: Any, row: Any) -> Family:
    found = row
    for step in FAMILY_OF[page.model._meta.label].split("__"):
        found = found if step == "pk" else getattr(found, step)
    return found


def test_what_is_searched_for_stands_in_no_address(client, worlds):
    client.force_login(builders.user())
    for page in lists():
        address = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
        assert 'method="post" role="search"' in client.get(address).text, address
    families = reverse("admin:enrollment_family_changelist")
    answer = client.post(families, {"q": NAME, "o": "1", "kept_as": "a-form-of-the-browser"})
    assert "kept_as" not in answer["Location"]
    assert (answer.status_code, NAME in unquote_plus(answer["Location"])) == (302, False)
    found = client.get(answer["Location"])
    assert {row.mother_name for row in found.context["cl"].result_list} == {NAME}
    assert found.context["cl"].query == NAME
    assert NAME not in unquote_plus(found.context["cl"].get_query_string({"p": 2}))
    plain = client.get(families, {"q": NAME})
    assert NAME not in unquote_plus(plain.context["cl"].get_query_string({"p": 2}))
    assert client.post(families, {"q": " "})["Location"] == families
