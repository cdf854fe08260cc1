"""From the first question to a booked and a cancelled place on a small phone, wholly in the language she chose."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from bookings.models import Booking, BookingState
from enrollment.decisions.decide import approve_application
from enrollment.models import Registration, RegistrationState
from facilities.models import Town
from tests import builders
from tests.accounts import fixtures_sign_in
from tests.look.test_languages import japanese_left

from .applying import fill_day
from .steps import is_fit_for_everybody, screen

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = {"width": 360, "height": 740}
SPOKEN = {"English": "en", "やさしい日本語": "ja"}


class HerPhone:
    """Her phone, in one language."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language

    def reads(self) -> None:
        """The page is in her language, and fit for everybody."""
        self.page.wait_for_load_state()
        assert self.page.get_attribute("html", "lang") == SPOKEN[self.language], self.page.url
        is_fit_for_everybody(self.page)
        if self.language == "English":
            assert (self.page.url, japanese_left(self.page.content())) == (self.page.url, set())

    def presses(self, what: Locator) -> None:
        with self.page.expect_navigation():
            what.click()
        self.reads()

    def goes_on(self) -> None:
        """The button of the page that leads on, whatever it is called."""
        way_on = "main .button:visible:not(.button-second, .button-plain, .button-danger)"
        self.presses(self.page.locator(way_on).last)


@pytest.fixture(params=SPOKEN)
def phone(request: pytest.FixtureRequest, browser: Browser, browser_context_args: dict[str, Any]) -> Any:
    with screen(browser, browser_context_args, SMALL) as page:
        yield HerPhone(page, request.param)


def asks(phone: HerPhone, site: str, born: date) -> None:
    """The first question, in her language from then on."""
    page = phone.page
    page.goto(site)
    page.click(".languages summary")
    with page.expect_navigation():
        page.click(f".languages button:text-is('{phone.language}')")
    phone.reads()
    fill_day(page, "baby_day", born)
    phone.presses(page.locator("main form:has([name=baby_day_0]) button").last)
    expect(page.locator("main")).to_contain_text("4,500")


def applies(phone: HerPhone, site: str, born: date) -> Registration:
    page = phone.page
    page.goto(f"{site}/")
    phone.presses(page.locator("main a[href*='/apply/'], main a[href*='/my/']").first)
    page.fill("[name=email]", "new@example.jp")
    phone.presses(page.locator("main form:has([name=email]) button").first)
    page.fill("[name=code]", fixtures_sign_in.mailed_code())
    with page.expect_navigation():
        page.press("[name=code]", "Enter")
    page.wait_for_url("**/my/**")
    phone.reads()
    for name, words in {"mother_name": "Nguyen Thi Hoa", "phone": "09012345678", "postcode": "1540004"}.items():
        page.fill(f"[name={name}]", words)
    if phone.language != "English":  # a name in letters needs no kana
        page.fill("[name=mother_name_kana]", "ぐえん てぃ ほあ")
    fill_day(page, "mother_birth_date", date(1995, 4, 2))
    page.fill("[name=chome]", "1")
    for name in ("mother_in_ward", "infant_in_ward"):
        page.check(f"[name={name}][value=yes]")
    phone.goes_on()
    fill_day(page, "infant_0_birth_date", born)
    phone.goes_on()
    told = {"worry": "yes", "lacks_support": "yes", "needs_medical_care": "no", "tax_class": "taxed"}
    for name, value in told.items():
        page.check(f"[name={name}][value={value}]")
    phone.goes_on()
    page.locator("main [type=checkbox]").last.check()
    phone.presses(page.locator("main form button[type=submit], main form button:not([type])").last)
    return Registration.objects.get(state=RegistrationState.APPLIED)


def books_and_cancels(phone: HerPhone, site: str) -> None:
    page = phone.page
    page.goto(f"{site}/my/")
    phone.reads()
    phone.presses(page.locator("main a[href$='/book/']").first)
    page.locator("input[name=day]:not(:checked)").first.check()
    phone.goes_on()
    phone.goes_on()
    page.wait_for_url("**/bookings/**")
    booking = Booking.objects.get()
    assert booking.state == BookingState.BOOKED
    if not page.locator("main a[href$='/cancel/']").count():
        page.goto(f"{site}/my/bookings/{booking.pk}/")
        phone.reads()
    phone.presses(page.locator("main a[href$='/cancel/']").first)
    phone.presses(page.locator("main form .button-danger").first)
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED


def test_she_asks_applies_books_and_cancels_in_the_language_that_she_chose(
    live_server: Any, phone: HerPhone, ward: None
) -> None:
    born = timezone.localdate() - timedelta(days=30)
    builders.usage_limits()
    Town.objects.filter(name="太子堂").update(postcode="1540004")
    asks(phone, live_server.url, born)
    waiting = applies(phone, live_server.url, born)
    with transaction.atomic():
        approve_application(registration=waiting, by=builders.user(), at=timezone.now())
    books_and_cancels(phone, live_server.url)
