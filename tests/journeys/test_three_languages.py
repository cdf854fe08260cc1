"""In three languages on a small phone: the switch keeps what was typed; a partner is invited, sees, sees no more."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking
from facilities.models import ServiceKind
from tests import builders

from .steps import booked, is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = {"width": 360, "height": 740}
LANGUAGES = {
    "やさしい日本語": ("ja", "家族の予約"),
    "English": ("en", "Bookings of the family"),
    "日本語": ("ja", "ご家族の予約"),
}


@pytest.fixture
def mother() -> User:
    return builders.user(Role.MOTHER, email="hana@example.jp")


@pytest.fixture
def stay(mother: User) -> Booking:
    service = builders.service(ServiceKind.SHORT_STAY, builders.pool(3, slug="rooms"))
    return booked(builders.family(account=mother), service, first=3, days=2)


@pytest.fixture
def phones(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[tuple[Page, Page]]:
    with (
        screen(browser, browser_context_args, SMALL) as hers,
        screen(browser, browser_context_args, SMALL) as his,
    ):
        yield hers, his


def speak(phone: Page, language: str) -> None:
    phone.click(".languages summary")
    phone.click(f".languages button:text-is('{language}')")
    phone.wait_for_load_state()


def test_three_languages_and_an_invitation(
    live_server: Any, phones: tuple[Page, Page], mother: User, stay: Booking
) -> None:
    hers, his = phones
    site, family = live_server.url, stay.registration.birth.family
    sign_in(hers, site, mother)
    hers.goto(site + reverse("family:helpers"))
    hers.check("input[name=right][value=see]")
    hers.fill("[name=email]", "papa@example.jp")
    for language, (code, _title) in LANGUAGES.items():
        speak(hers, language)
        assert hers.get_attribute("html", "lang") == code
        assert hers.input_value("[name=email]") == "papa@example.jp"
        assert hers.is_checked("input[name=right][value=see]")
        is_fit_for_everybody(hers)
    hers.check("input[name=kind][value=partner]")
    hers.click("main form .button:not(.button-plain)")
    shown = re.search(r"\b\d{6}\b", hers.inner_text(".stat-value"))
    assert shown is not None

    sign_in(his, site, builders.user(Role.MOTHER, email="papa@example.jp"))
    his.goto(site + reverse("family:helping-accept"))
    his.fill("[name=code]", shown.group())
    his.press("[name=code]", "Enter")
    his.wait_for_url(f"**{reverse('family:helping', args=[family.pk])}")
    for language, (_code, title) in LANGUAGES.items():
        speak(his, language)
        his.evaluate("for (const reading of document.querySelectorAll('h1 rt, h1 rp')) reading.remove()")
        assert title in his.inner_text("h1").replace("\n", "")
        is_fit_for_everybody(his)
    expect(his.locator("main .card")).to_have_count(1)

    hers.goto(site + reverse("family:helpers"))
    hers.click("main .card button")
    assert his.goto(his.url).status == 404  # type: ignore[union-attr]  # there is an answer
