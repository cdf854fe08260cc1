"""Signing in: each role lands on its page; nobody learns who has an account; attempts are limited."""

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client
from redis.exceptions import ConnectionError as CacheAway

from accounts import sign_in_limit
from accounts.roles import Role
from accounts.views import LANDING_PAGES
from tests.builders import user

pytestmark = pytest.mark.django_db

PASSWORD = "とても長い合言葉"


@pytest.fixture(autouse=True)
def own_cache(monkeypatch):
    cache = LocMemCache("sign-in", {})
    cache.clear()
    monkeypatch.setattr(sign_in_limit, "cache", cache)
    return cache


def sign_in(username, password=PASSWORD, client=None, **extra):
    return (client or Client()).post("/accounts/login/", {"username": username, "password": password}, **extra)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_page_to_land_on(role):
    person = user(role)
    client = Client()
    assert sign_in(person.username, client=client).status_code == 302
    landed = client.get("/accounts/landing/")
    assert landed.status_code == 302
    assert client.get(landed.url).status_code == 200
    assert LANDING_PAGES[role]


def test_a_wrong_name_a_wrong_password_and_a_closed_account_get_the_same_answer():
    known, closed = user(), user()
    closed.is_active = False
    closed.save()
    answers = [sign_in(name, "wrong password") for name in ("nobody-at-all", known.username)]
    answers.append(sign_in(closed.username))
    texts = {answer.context["form"].non_field_errors().as_text() for answer in answers}
    assert {answer.status_code for answer in answers} == {200}
    assert len(texts) == 1


def test_after_ten_failures_a_name_must_wait_and_even_the_right_password_is_not_tried():
    person = user()
    for _ in range(10):
        sign_in(person.username, "wrong")
    refused = sign_in(person.username)
    assert (refused.status_code, refused["Retry-After"]) == (429, "300")
    assert sign_in(user().username).status_code == 302


def test_one_address_cannot_try_many_names():
    for number in range(50):
        sign_in(f"name-{number}", "wrong", REMOTE_ADDR="192.0.2.9")
    assert sign_in(user().username, REMOTE_ADDR="192.0.2.9").status_code == 429
    assert sign_in(user().username, REMOTE_ADDR="192.0.2.10").status_code == 302


def test_signing_in_works_while_the_cache_is_away(monkeypatch):
    class Away:
        def __getattr__(self, _name):
            def away(*_args, **_kwargs):
                raise CacheAway

            return away

    monkeypatch.setattr(sign_in_limit, "cache", Away())
    person = user()
    assert sign_in(person.username, "wrong").status_code == 200
    assert sign_in(person.username).status_code == 302


def test_no_address_of_another_host_is_followed_after_signing_in():
    answer = Client().post(
        "/accounts/login/?next=https://example.org/",
        {"username": user().username, "password": PASSWORD, "next": "https://example.org/"},
    )
    assert answer.url == "/accounts/landing/"


def test_what_is_shown_after_signing_out_needs_signing_in_again():
    person = user(Role.MOTHER)
    client = Client()
    sign_in(person.username, client=client)
    assert client.get("/my/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/my/").url.startswith("/accounts/login/")
