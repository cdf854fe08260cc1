"""When a session ends: fixation, sign-out, password, deactivation, role, idleness."""

import asyncio
import math
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.session_store import SessionStore, kept_name
from accounts.sessions import MOTHER, STAFF
from tests.accounts.fixtures_sign_in import LOGIN, by_code, fully
from tests.builders import PASSWORD, district, user

pytestmark = pytest.mark.django_db

NEW = "もっと長い新しい合言葉"


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    cache.clear()


def is_in(client: Client, address: str = "/admin/") -> bool:
    return client.get(address).status_code == 200


def test_the_session_that_was_there_before_signing_in_is_another_one_afterwards() -> None:
    client = Client()
    client.post(LOGIN, {"email": "hana@example.jp"})
    planted = client.cookies["sessionid"].value
    by_code("hana@example.jp", client)
    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/my/").url.startswith(LOGIN)


def test_the_cookie_of_a_signed_out_session_opens_nothing() -> None:
    client, thief = Client(), Client()
    fully(user(), client)
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(thief)
    client.post("/accounts/logout/")
    assert not is_in(thief)


def test_no_row_of_the_database_opens_a_session() -> None:
    client, thief = Client(), Client()
    fully(user(), client)
    shown = client.cookies["sessionid"].value
    (kept,) = Session.objects.values_list("session_key", flat=True)
    assert kept == kept_name(shown) != shown
    thief.cookies["sessionid"] = kept
    assert not is_in(thief)
    assert is_in(client)


def test_no_way_beside_the_pages_own_writes_a_key_as_it_is() -> None:
    with pytest.raises(NotImplementedError):
        asyncio.run(SessionStore().acreate_model_instance({}))


def test_a_key_of_a_session_has_more_than_128_bits_and_none_comes_twice() -> None:
    keys = {SessionStore()._get_new_session_key() for _ in range(1_000)}
    assert len(keys) == 1_000
    signs = set("".join(keys))
    assert min(len(key) for key in keys) * math.log2(len(signs)) > 128


def test_sessions_that_stood_under_their_keys_go_on_under_the_digest() -> None:
    client = Client()
    fully(user(), client)
    shown = client.cookies["sessionid"].value
    Session.objects.update(session_key=shown)
    with connection.cursor() as cursor:
        cursor.execute(import_module("accounts.migrations.0006_sessions_under_a_digest").UNDER_A_DIGEST)
    assert Session.objects.get().session_key != shown
    assert is_in(client)


def deactivate(person: User) -> None:
    person.is_active = False


def take_role(person: User) -> None:
    person.role = Role.SUPERVISOR


def take_rights(person: User) -> None:
    person.role = ""


def move(person: User) -> None:
    person.district = district("kitazawa")


def set_password(person: User) -> None:
    person.set_password(NEW)


@pytest.mark.parametrize("change", [deactivate, take_role, take_rights, move, set_password])
def test_what_changes_a_person_ends_her_sessions_at_the_next_request(change: Callable[[User], None]) -> None:
    person, client = user(), Client()
    fully(person, client)
    assert is_in(client)
    person.refresh_from_db()
    change(person)
    person.save()
    assert not is_in(client)


def test_who_changes_her_password_goes_on_here_and_is_signed_out_elsewhere() -> None:
    person, here, elsewhere = user(), Client(), Client()
    fully(person, here)
    elsewhere.force_login(person)
    answer = here.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert answer.status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)


@pytest.mark.parametrize(
    ("role", "limit", "page"), [(Role.WARD_STAFF, STAFF, "/admin/"), (Role.MOTHER, MOTHER, "/my/")]
)
def test_a_session_ends_when_nothing_is_asked_for_too_long_and_at_last_in_any_case(
    role: Role, limit: Any, page: str
) -> None:
    client, began = Client(), timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        client.force_login(user(role))
        clock.move_to(began + limit.idle)
        assert is_in(client, page)
        clock.move_to(began + limit.idle * 2 + timedelta(seconds=2))
        assert not is_in(client, page)

        client.force_login(user(role))
        moment = began + limit.idle * 2 + timedelta(seconds=2)
        end = moment + limit.whole
        while moment + limit.idle / 2 < end:
            moment += limit.idle / 2
            clock.move_to(moment)
            assert is_in(client, page)
        clock.move_to(end + timedelta(seconds=1))
        assert not is_in(client, page)


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.MOTHER, "/my/"),
        (Role.MOTHER, "/"),
        (Role.OPERATOR, "/facility/"),
        (Role.HEALTH_NURSE, "/nurse/"),
        (Role.WARD_STAFF, "/api/v1/charges/"),
    ],
)
def test_what_a_person_is_shown_no_browser_keeps(role: Role, address: str) -> None:
    client = Client()
    client.force_login(user(role))
    shown = client.get(address)
    assert (shown.status_code, "no-store" in shown["Cache-Control"]) == (200, True)
    assert "Cache-Control" not in Client().get("/")
