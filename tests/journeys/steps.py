"""What every journey does: open a screen of some size, sign in, find the page fit for everybody, follow its links."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Error, Page

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingDay, BookingState, DayStatus
from enrollment.models import Family
from facilities.models import Service
from tests import builders
from tests.accounts import fixtures_sign_in

PHONE = {"width": 360, "height": 780}
TABLET = {"width": 820, "height": 1180}
DESKTOP = {"width": 1280, "height": 900}

GRAVE = ("serious", "critical")
# A busy machine is slow, not wrong: milliseconds until a page that does not come is called missing.
PATIENCE = 30_000
# Pages that sign out or change the language are posted to, and the files are tested where they are made.
NOT_FOLLOWED = ("/accounts/logout/", "/i18n/", "/admin/logout/", "/static/")


@contextmanager
def screen(browser: Browser, arguments: dict[str, Any], size: dict[str, int]) -> Iterator[Page]:
    """A browser of one person's own, with a screen of that size."""
    context = browser.new_context(**arguments, viewport=size)
    try:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
    finally:
        context.close()


def sign_in(page: Page, site: str, person: User) -> None:
    """Sign in on the page for it, in the way of her role; the person lands on her page."""
    page.goto(f"{site}/accounts/login/")
    if person.role == Role.MOTHER:
        person.email = person.email or f"{person.username}@example.jp"
        person.save()
        page.fill("[name=email]", person.email)
        page.click("text=確認番号を受け取る")
        page.locator("[name=code]").wait_for()
        page.fill("[name=code]", fixtures_sign_in.mailed_code())
    else:
        secret = fixtures_sign_in.give_app(person)
        page.click("summary:has-text('職員の方')")
        page.fill("[name=username]", person.username)
        page.fill("[name=password]", builders.PASSWORD)
        page.press("[name=password]", "Enter")
        page.locator("[name=code]").wait_for()
        page.fill("[name=code]", fixtures_sign_in.app_code(secret))
    page.press("[name=code]", "Enter")
    page.wait_for_url(lambda address: "/accounts/" not in address)


def violations(page: Page) -> list[Any]:
    """What axe finds on the page; on the next one, where this one is just being left."""
    page.wait_for_load_state()
    try:
        return list(Axe().run(page).response["violations"])
    except Error as left:
        if "context was destroyed" not in left.message:
            raise
    page.wait_for_load_state()
    return list(Axe().run(page).response["violations"])


def is_fit_for_everybody(page: Page) -> None:
    """No serious fault of accessibility, and nothing wider than the screen."""
    found = [row for row in violations(page) if row["impact"] in GRAVE]
    faults = [(row["id"], [node["html"] for node in row["nodes"]]) for row in found]
    assert not faults, f"{page.url}: {faults}"
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url


def booked(family: Family, service: Service, first: int = 0, days: int = 1) -> Booking:
    """A booking of ``days`` from ``first`` days after today, by a family registered for a baby of forty days."""
    today = timezone.localdate()
    registration = builders.registration(family, born=today - timedelta(days=40))
    booking = Booking.objects.create(
        registration=registration,
        service=service,
        state=BookingState.BOOKED,
        booked_at=builders.at(today - timedelta(days=6)),
    )
    for number in range(first, first + days):
        BookingDay.objects.create(booking=booking, day=today + timedelta(days=number), status=DayStatus.HELD)
    return booking


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (address := dict(attrs).get("href")):
            self.addresses.append(address)


def dead_links(page: Page, at_most: int = 60) -> list[tuple[str, int]]:
    """Follow the site's own links from here, page by page; return those that did not answer 200."""
    site = urlsplit(page.url).netloc
    seen, wait, dead = {page.url}, [page.url], []
    for _number in range(at_most):
        if not wait:
            break
        address = wait.pop(0)
        answer = page.context.request.get(address)
        if answer.status != 200:
            dead.append((address, answer.status))
        elif "text/html" in answer.headers["content-type"]:
            links = _Links()
            links.feed(answer.text())
            for link in links.addresses:
                target = urldefrag(urljoin(answer.url, link)).url
                parts = urlsplit(target)
                if parts.netloc == site and target not in seen and not parts.path.startswith(NOT_FOLLOWED):
                    seen.add(target)
                    wait.append(target)
    return dead


def tick(page: Page, *days: date, on: bool = True) -> None:
    """Tick days in the calendar, turning to later weeks where a day lies there."""
    for day in days:
        page.locator("input[type=checkbox][name=day]").first.wait_for()
        page.wait_for_load_state()
        box = page.locator(f"input[type=checkbox][name=day][value='{day.isoformat()}']")
        for _ in range(3):
            if box.count():
                break
            with page.expect_navigation():
                page.click("main button >> text=先の日にち")
        box.set_checked(on)
