"""Signing in by password: each role lands on its page; nobody learns who has an account; attempts are limited."""

import re

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from redis.exceptions import ConnectionError as CacheAway

from accounts.models import User
from accounts.roles import Role
from accounts.views import LANDING_PAGES
from sankecare import cache as shared_cache
from tests.accounts.fixtures_sign_in import by_code, by_password, fully, headers_of
from tests.builders import PASSWORD, user

pytestmark = pytest.mark.django_db

STAFF = [role for role in Role if role != Role.MOTHER]


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    cache.clear()


@pytest.mark.parametrize("role", STAFF)
def test_every_role_has_a_page_to_land_on(role):
    client = Client()
    answer = fully(user(role), client)
    assert (answer.status_code, answer.url) == (302, "/accounts/landing/")
    assert client.get(client.get("/accounts/landing/").url).status_code == 200
    assert LANDING_PAGES[role]


def test_a_mother_lands_on_her_page_and_a_password_opens_it_to_nobody():
    mother = user(Role.MOTHER, email="hana@example.jp")
    assert by_password(mother.username).status_code == 200
    client = Client()
    assert by_code("hana@example.jp", client).url == "/accounts/landing/"
    assert client.get("/accounts/landing/").url == "/my/"
    assert client.get("/my/").status_code == 200


def test_a_wrong_name_a_wrong_password_and_a_closed_account_get_the_same_answer(monkeypatch):
    """Status, headers and page to the byte; and a hash is computed as often, so that the time says nothing either."""
    hashed = []
    encode = MD5PasswordHasher.encode

    def counted(hasher, password, salt):
        hashed.append(password)
        return encode(hasher, password, salt)

    known, closed, mother = user(), user(), user(Role.MOTHER)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    User.objects.filter(pk=mother.pk).update(password=make_password(None))
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    answers = []
    for name, password in (
        ("nobody-at-all", "wrong password"),
        (known.username, "wrong password"),
        (closed.username, PASSWORD),
        (mother.username, PASSWORD),
    ):
        hashed.clear()
        answer = by_password(name, password)
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", answer.content.decode())
        answers.append((answer.status_code, headers_of(answer), page.replace(name, "NAME"), len(hashed)))
    assert answers[0][0] == 200
    assert answers == [answers[0]] * 4


def test_after_ten_failures_a_name_must_wait_and_even_the_right_password_is_not_tried():
    person = user()
    with time_machine.travel(timezone.now(), tick=False):  # on a busy machine a second passes in between
        for _ in range(10):
            by_password(person.username, "wrong")
        refused = by_password(person.username)
    assert (refused.status_code, refused["Retry-After"]) == (429, "300")
    assert by_password(user().username).status_code == 302


def test_one_address_cannot_try_many_names():
    for number in range(100):
        by_password(f"name-{number}", "wrong", REMOTE_ADDR="192.0.2.9")
    assert by_password(user().username, REMOTE_ADDR="192.0.2.9").status_code == 429
    assert by_password(user().username, REMOTE_ADDR="192.0.2.10").status_code == 302


@pytest.fixture
def valkey_away(monkeypatch):
    """Every call of the shared cache fails, as it does while Valkey is away."""

    def away(*_args, **_options):
        raise CacheAway

    monkeypatch.setattr("django.core.cache.backends.redis.RedisCacheClient.get_client", away)
    monkeypatch.setattr(shared_cache, "PAUSE_SECONDS", 0.0)
    yield
    cache.own.clear()


@pytest.mark.usefixtures("valkey_away")
def test_a_name_in_full_width_letters_or_with_spaces_is_the_same_name_to_the_limit():
    person = user()
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isalnum() else letter for letter in person.username)
    for number in range(10):
        tried = (wide, f" {person.username}", person.username.upper(), f"{person.username}　")[number % 4]
        assert by_password(tried, "wrong").status_code == (200 if number < 9 else 429)
    assert by_password(wide).status_code == 429


def test_staff_and_mothers_sign_in_while_valkey_is_away_and_attempts_are_still_counted():
    client = Client()
    assert fully(user(Role.HEALTH_NURSE), client).url == "/accounts/landing/"
    assert client.get("/nurse/").status_code == 200
    assert by_code("hana@example.jp", Client()).url == "/accounts/landing/"
    person = user()
    for number in range(10):
        assert by_password(person.username, "wrong").status_code == (200 if number < 9 else 429)
    assert by_password(person.username).status_code == 429


def test_no_address_of_another_host_is_followed_after_signing_in():
    client, person = Client(), user()
    fully(person, client)
    client.logout()
    away = {"username": person.username, "password": PASSWORD, "next": "https://example.org/"}
    client.post("/accounts/login/?next=https://example.org/", away)
    assert client.session["account_login"]["redirect_url"] == "/accounts/landing/"
    answer = Client().post(
        "/accounts/login/?next=https://example.org/", {"email": "a@example.jp", "next": "//example.org"}
    )
    assert answer.url == "/accounts/login/code/"


def test_what_is_shown_after_signing_out_needs_signing_in_again():
    client = Client()
    by_code("hana@example.jp", client)
    assert client.get("/my/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/my/").url.startswith("/accounts/login/")


@pytest.mark.parametrize("page", ["/admin/enrollment/family/", "/admin/login/?next=/admin/"])
def test_who_may_not_open_the_admin_is_not_sent_round_in_a_circle(page):
    client = Client()
    fully(user(Role.HEALTH_NURSE), client)
    answer = client.get(page, follow=True)
    assert len(answer.redirect_chain) <= 2
    assert answer.request["PATH_INFO"] in ("/nurse/", "/admin/enrollment/family/")
