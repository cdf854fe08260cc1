"""The demo's people share a password that stands in the README: outside the demo they are nobody."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage  # noqa: TID251 - the demo's own backend is looked at
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.views import LANDING_PAGES
from tests.accounts.fixtures_sign_in import by_password
from tests.builders import district, facility, user

pytestmark = pytest.mark.django_db

PASSWORD = "sango-care-demo"


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    cache.clear()


def person_of_the_demo(role: Role = Role.WARD_STAFF) -> User:
    bound: dict[str, Any] = {}
    if role in (Role.OPERATOR, Role.FACILITY_MANAGER):
        bound["facility"] = facility()
    if role in (Role.HEALTH_NURSE, Role.CASEWORKER):
        bound["district"] = district()
    return User.objects.create_user(f"demo-{role}", password=PASSWORD, role=role, **bound)


@pytest.mark.parametrize("role", list(Role))
def test_a_person_of_the_demo_signs_in_by_password_alone_and_lands_on_her_page(role: Role, settings: Any) -> None:
    settings.DEMO = True
    client = Client()
    assert by_password(person_of_the_demo(role).username, PASSWORD, client).url == "/accounts/landing/"
    landed = client.get("/accounts/landing/").url
    assert landed == reverse(LANDING_PAGES[role])
    assert client.get(landed).status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_outside_the_demo_she_cannot_sign_in(role: Role, settings: Any) -> None:
    settings.DEMO = False
    assert by_password(person_of_the_demo(role).username, PASSWORD).status_code == 200


def test_a_session_of_the_demo_ends_with_the_demo(settings: Any) -> None:
    settings.DEMO = True
    client = Client()
    by_password(person_of_the_demo().username, PASSWORD, client)
    assert client.get(reverse("admin:index")).status_code == 200
    settings.DEMO = False
    assert client.get(reverse("admin:index")).status_code == 302


def test_in_the_demo_everybody_else_still_needs_the_second_factor(settings: Any) -> None:
    settings.DEMO = True
    client = Client()
    by_password(user().username, client=client)
    assert client.get(reverse("admin:index")).url == reverse("mfa_index")


def test_the_sign_in_page_says_so_in_the_demo_alone(settings: Any) -> None:
    for settings.DEMO in (True, False):
        page = Client().get("/accounts/login/").content.decode()
        assert ("demo-…" in page) == settings.DEMO
        assert ("/demo/mails/" in page) == settings.DEMO


def test_the_demos_mails_are_read_on_a_page_that_is_not_there_outside_it(settings: Any, tmp_path: Path) -> None:
    settings.DEMO_MAILS = tmp_path / "mails"
    settings.EMAIL_BACKEND = "demo.mails.Backend"
    for number in (1, 2):
        EmailMessage(f"件名{number}", "本文 <b>\n1234 5678\nhttp://127.0.0.1:8000/my/", to=["hana@example.jp"]).send()
    settings.DEMO = False
    assert Client().get("/demo/mails/").status_code == 404
    settings.DEMO = True
    page = Client().get("/demo/mails/").content.decode()
    assert page.index("件名2") < page.index("件名1")
    assert "本文 &lt;b&gt;" in page
    assert 'href="http://127.0.0.1:8000/my/"' in page
