"""交代: a shared tablet is taken by PIN after one's own full sign-in on it, and never in any other way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import ShiftPin, ShiftSignIn, User
from accounts.pin_rules import is_pin
from accounts.roles import Role
from accounts.second_factor import forget_second_factor
from accounts.shift import set_pin
from tests.accounts.fixtures_sign_in import LOGIN, fully, give_app
from tests.builders import facility, user

pytestmark = pytest.mark.django_db

SHIFT, PIN = "/accounts/shift/", "7294"


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    cache.clear()


class Tablet:
    """Two midwives with PINs who have signed in fully on one tablet; the second is signed in now."""

    def __init__(self) -> None:
        self.client = Client()
        self.aya, self.mio = user(Role.OPERATOR), user(Role.OPERATOR)
        for person in (self.aya, self.mio):
            with transaction.atomic():
                set_pin(pin=PIN, by=person, at=timezone.now())
            self.sign_in(person)

    def sign_in(self, person: User) -> None:
        """In the place of whoever is signed in, who does not sign out."""
        self.client.cookies.pop("sessionid", None)
        give_app(person)  # a code is good once
        assert fully(person, self.client).status_code == 302

    def row(self, person: User) -> ShiftSignIn:
        return ShiftSignIn.objects.filter(person=person).latest("pk")

    def change(self, person: User, pin: str = PIN, **more: str) -> Any:
        return self.client.post(SHIFT, {"sign_in": self.row(person).pk, "pin": pin, **more})

    @property
    def whose(self) -> int | None:
        found = self.client.session.get("_auth_user_id")
        return int(found) if found else None


@pytest.fixture
def tablet() -> Tablet:
    return Tablet()


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        *(("7294", True), ("0917", True), ("12346", True), ("72946183", True)),
        *(("729", False), ("729461835", False), ("0000", False), ("1234", False), ("9876", False), ("7890", False)),
        *(("７２９４", False), ("72a4", False), ("", False)),
    ],
)
def test_a_pin_is_digits_that_nobody_guesses_first(typed: str, good: bool) -> None:
    assert is_pin(typed) == good


def test_a_colleague_takes_the_tablet_by_her_pin_for_as_long_as_her_own_sign_in_lasts(tablet: Tablet) -> None:
    before, ends_at = tablet.client.cookies["sessionid"].value, tablet.row(tablet.aya).ends_at
    answer = tablet.change(tablet.aya, next="/facility/sleep-checks/")
    assert (answer.status_code, answer.url, tablet.whose) == (302, "/facility/sleep-checks/", tablet.aya.pk)
    assert tablet.client.get("/facility/").status_code == 200
    session = tablet.client.session
    assert session.get_expiry_date() == ends_at
    # What she showed, when she showed it: nothing about signing in is changed without showing it again.
    records = session["account_authentication_methods"]
    assert {record["method"] for record in records} == {"password", "mfa"}
    assert {record["at"] for record in records} == {tablet.row(tablet.aya).signed_in_at.timestamp()}
    # The session of the other is over, and a PIN lengthens nothing.
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/facility/").url.startswith(LOGIN)
    assert ShiftSignIn.objects.filter(person=tablet.aya).count() == 1


def test_a_way_on_leads_to_no_other_site(tablet: Tablet) -> None:
    assert tablet.change(tablet.aya, next="https://elsewhere.example/").url == "/accounts/landing/"


def test_three_wrong_pins_and_only_a_full_sign_in_helps(tablet: Tablet) -> None:
    answers = [tablet.change(tablet.aya, "7295") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert ("あと2回" in answers[0].text, "2段階認証でサインイン" in answers[2].text) == (True, True)
    assert (tablet.change(tablet.aya).status_code, tablet.whose) == (422, tablet.mio.pk)
    tablet.sign_in(tablet.aya)
    assert (tablet.change(tablet.mio).status_code, tablet.whose) == (302, tablet.mio.pk)
    assert (tablet.change(tablet.aya).status_code, tablet.whose) == (302, tablet.aya.pk)


def _new_password(tablet: Tablet) -> None:
    tablet.aya.set_password("もっと長い新しい合言葉")
    tablet.aya.save()


def _closed(tablet: Tablet) -> None:
    User.objects.filter(pk=tablet.aya.pk).update(is_active=False)


def _another_role(tablet: Tablet) -> None:
    User.objects.filter(pk=tablet.aya.pk).update(role=Role.SUPERVISOR, facility=None)


def _another_house(tablet: Tablet) -> None:
    User.objects.filter(pk=tablet.aya.pk).update(facility=facility("mamas-room", "ママズルーム"))


def _factor_taken_back(tablet: Tablet) -> None:
    with transaction.atomic():
        forget_second_factor(person=tablet.aya)


def _signed_out(tablet: Tablet) -> None:
    tablet.change(tablet.aya)
    tablet.client.post("/accounts/logout/")
    tablet.sign_in(tablet.mio)


def _another_tablet(tablet: Tablet) -> None:
    tablet.client = Client()
    tablet.sign_in(tablet.mio)


@pytest.mark.parametrize(
    "what", [_new_password, _closed, _another_role, _another_house, _factor_taken_back, _signed_out, _another_tablet]
)
def test_a_pin_is_no_way_around_what_ends_a_session_nor_onto_another_tablet(
    tablet: Tablet, what: Callable[[Tablet], None]
) -> None:
    what(tablet)
    answer = tablet.change(tablet.aya)
    assert (answer.status_code in (422, 429), tablet.whose) == (True, tablet.mio.pk)


def test_somebody_else_signs_in_and_whoever_gave_her_the_tablet_comes_back_by_pin(tablet: Tablet) -> None:
    third = user(Role.OPERATOR)
    answer = tablet.client.post(SHIFT, {"other": "1", "next": "/facility/sleep-checks/"})
    assert (answer.url, tablet.whose) == (f"{LOGIN}?next=/facility/sleep-checks/", None)
    fully(third, tablet.client)
    assert (tablet.whose, tablet.change(tablet.mio).status_code, tablet.whose) == (third.pk, 302, tablet.mio.pk)


def test_after_the_hours_of_a_shift_the_pin_and_the_session_are_over(tablet: Tablet) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=17, minutes=50), tick=True):
        assert tablet.row(tablet.aya).ends_at > timezone.now()
    with time_machine.travel(timezone.now() + timedelta(hours=18, minutes=1), tick=True):
        tablet.sign_in(tablet.mio)
        assert tablet.change(tablet.aya).status_code == 422


def test_who_has_shown_a_password_alone_has_no_pin_to_come_back_by(tablet: Tablet) -> None:
    late, browser = user(Role.OPERATOR), tablet.client
    tablet.client.cookies.pop("sessionid")
    browser.post(LOGIN, {"username": late.username, "password": "pw"})
    assert not ShiftSignIn.objects.filter(person=late).exists()


def test_nobody_signed_in_means_no_pin_page_and_other_roles_have_none(tablet: Tablet) -> None:
    tablet.client.cookies.pop("sessionid")
    assert tablet.client.get(SHIFT).url.startswith(LOGIN)
    nurse = Client()
    fully(user(), nurse)
    assert (nurse.get(SHIFT).status_code, ShiftSignIn.objects.filter(person__role=Role.WARD_STAFF).count()) == (404, 0)


def test_the_table_alone_gives_no_pin_and_nobody_stretches_a_sign_in(tablet: Tablet) -> None:
    assert PIN not in ShiftPin.objects.get(person=tablet.aya).pin
    assert not check_password(PIN, ShiftPin.objects.get(person=tablet.aya).pin)
    row = tablet.row(tablet.aya)
    with pytest.raises(DatabaseError), transaction.atomic():
        ShiftSignIn.objects.filter(pk=row.pk).update(ends_at=row.ends_at + timedelta(days=1))


def test_a_pin_is_set_after_showing_again_who_one_is(tablet: Tablet) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=True):
        assert "/confirm/" in tablet.client.get("/accounts/pin/").url
    answer = tablet.client.post("/accounts/pin/", {"pin": "1234", "again": "1234"})
    assert (answer.status_code, "使えません" in answer.text) == (422, True)
    tablet.client.post("/accounts/pin/", {"pin": "60418", "again": "60418"})
    tablet.change(tablet.aya)
    assert (tablet.change(tablet.mio).status_code, tablet.change(tablet.mio, "60418").status_code) == (422, 302)
