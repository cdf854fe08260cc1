"""Who guesses must wait and is told how long; the right person gets in from a device of hers, whatever others do."""

import hashlib
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.known_device import COOKIE, MOST_PEOPLE
from accounts.roles import Role
from sankecare import outbox
from sankecare.models import OutboxEntry
from tests.accounts.fixtures_sign_in import CODE, LOGIN, by_code, by_password, fully, give_app
from tests.builders import PASSWORD, user

pytestmark = pytest.mark.django_db(transaction=True)

STRANGER, HERS, CARRIER = "192.0.2.66", "198.51.100.7", "203.0.113.1"


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    cache.clear()


def guess(name: str, times: int, address: str = STRANGER) -> Any:
    for _ in range(times):
        answer = by_password(name, "wrong", REMOTE_ADDR=address)
    return answer


def test_every_wrong_password_says_the_limit_and_how_many_are_left() -> None:
    name = user().username
    assert "あと9回" in guess(name, 1).text
    page = guess(name, 6).text
    assert "あと3回" in page
    assert "5分のあいだに10回" in page


def test_the_tenth_says_until_when_and_the_owner_is_told_once_a_day() -> None:
    person = user(email="hana@city.test")
    with time_machine.travel("2026-11-29T03:00:30+00:00", tick=False):
        closed = guess(person.username, 10)
        assert (closed.status_code, closed["Retry-After"]) == (429, "300")
        assert "5分後（12:05）" in closed.text
        with time_machine.travel("2026-11-29T03:03:00+00:00", tick=False):
            later = guess(person.username, 1)
            assert (later["Retry-After"], "3分後（12:06）" in later.text) == ("150", True)
    cache.clear()
    guess(person.username, 10, "192.0.2.67")
    guess("nobody-of-this-name", 10, "192.0.2.68")
    outbox.take_all(at=timezone.now())
    told = [sent for sent in mail.outbox if "違うパスワードが何度も" in str(sent.body)]
    assert {tuple(sent.to) for sent in told} == {("hana@city.test",)}
    assert len(told) <= 2, "one a day: the clock of this test stood on another day"


def test_a_name_that_was_guessed_at_is_kept_by_no_digest_that_anybody_can_try() -> None:
    name = "nobody@example.jp"
    guess(name, 10)
    kept = str(list(OutboxEntry.objects.values()))
    assert "wrong_passwords" in kept
    assert hashlib.sha256(name.encode()).hexdigest() not in kept


def test_a_stranger_locks_nobody_out_of_her_own_device() -> None:
    person, hers = user(), Client(REMOTE_ADDR=HERS)
    fully(person, hers)
    hers.post("/accounts/logout/")
    for last in range(60):
        guess(person.username, 10, f"192.0.2.{last}")
    assert by_password(person.username, REMOTE_ADDR=STRANGER).status_code == 429
    assert by_password(person.username, client=Client(REMOTE_ADDR=HERS)).status_code == 429, "an unknown device waits"
    assert by_password(person.username, client=hers).status_code == 302


def test_a_stranger_locks_her_out_of_no_other_address_with_ten() -> None:
    person = user()
    assert guess(person.username, 10).status_code == 429
    assert by_password(person.username, REMOTE_ADDR=HERS).status_code == 302


def test_her_own_device_waits_as_well_where_it_guesses_and_a_made_up_cookie_is_none() -> None:
    person, hers = user(), Client()
    fully(person, hers)
    hers.post("/accounts/logout/")
    for _ in range(10):
        answer = by_password(person.username, "wrong", hers)
    assert answer.status_code == 429
    forged = Client()
    forged.cookies[COOKIE] = hers.cookies[COOKIE].value[:-3] + "abc"
    guess(person.username, 50)
    for last in range(5):
        guess(person.username, 10, f"192.0.2.{last}")
    assert by_password(person.username, client=forged).status_code == 429


def test_a_device_that_is_known_for_one_person_is_not_for_another() -> None:
    one, other, shared = user(), user(), Client(REMOTE_ADDR=STRANGER)
    fully(one, shared)
    shared.post("/accounts/logout/")
    guess(other.username, 10)
    assert by_password(other.username, client=shared).status_code == 429
    assert by_password(one.username, client=shared).status_code == 302


def test_the_cookie_names_nobody_and_knows_at_most_so_many() -> None:
    from django.core import signing

    shared = Client()
    for _ in range(3):
        person = user(last_name="原")
        fully(person, shared)
        shared.post("/accounts/logout/")
    cookie = shared.cookies[COOKIE]
    kept = signing.loads(cookie.value, salt="accounts.known_device")
    assert len(kept["people"]) == 3 <= MOST_PEOPLE
    assert person.username not in str(kept)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_password_alone_makes_no_device_known() -> None:
    person, thief = user(), Client()
    give_app(person)
    by_password(person.username, PASSWORD, thief)
    assert COOKIE not in thief.cookies


def test_a_mother_gets_her_code_though_a_stranger_asks_for_it_all_day() -> None:
    hers = Client(REMOTE_ADDR=HERS)
    by_code("hana@example.jp", hers)
    hers.post("/accounts/logout/")
    for last in range(30):
        Client().post(LOGIN, {"email": "hana@example.jp"}, REMOTE_ADDR=f"192.0.2.{last}")
    stranger = Client().post(LOGIN, {"email": "hana@example.jp"}, REMOTE_ADDR="192.0.2.200")
    assert (stranger.status_code, "15分後" in stranger.text) == (429, True)
    assert hers.post(LOGIN, {"email": "hana@example.jp"}).url == CODE
    assert len(mail.outbox) <= 1 + 20 + 1, "and her mailbox is not filled"


def test_two_hundred_mothers_of_one_carrier_get_their_codes_in_five_minutes() -> None:
    with time_machine.travel("2026-11-29T03:00:00+00:00"):
        for number in range(200):
            answer = Client().post(LOGIN, {"email": f"m{number}@docomo.ne.jp"}, REMOTE_ADDR=CARRIER)
            assert answer.status_code == 302, number


def test_addresses_of_one_line_of_ipv6_are_one() -> None:
    person = user()
    for number in range(10):
        answer = guess(person.username, 1, f"2001:db8::{number:x}")
    assert answer.status_code == 429
    assert by_password(person.username, REMOTE_ADDR="2001:db8:0:1::1").status_code == 302


def test_too_many_wrong_codes_of_the_second_factor_are_told_to_the_owner_whose_password_is_known() -> None:
    person, thief = user(Role.HEALTH_NURSE, email="hana@city.test"), Client()
    give_app(person)
    by_password(person.username, client=thief)
    for _ in range(6):
        answer = thief.post("/accounts/login/check/", {"code": "000000"})
    assert (answer.status_code, "5分後" in answer.text) == (429, True)
    outbox.take_all(at=timezone.now())
    (told,) = [str(sent.body) for sent in mail.outbox]
    assert "正しいパスワード" in told


def test_a_wrong_code_of_the_mail_says_how_many_are_left() -> None:
    client = Client()
    client.post(LOGIN, {"email": "hana@example.jp"})
    assert "あと4回" in client.post(CODE, {"code": "00000000"}).text
