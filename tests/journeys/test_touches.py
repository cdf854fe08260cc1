"""The numbers to reach, counted on a phone: what the ways of a tired mother take. ``make touches`` prints them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from bookings.models import Booking, BookingState
from enrollment.models import EvidenceFile, Registration
from facilities.models import Service, Town
from tests import builders
from tests.accounts import fixtures_sign_in
from tests.enrollment.test_papers import photograph
from tools.touches import Hand, Way, table

from .steps import screen

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}
WALKED: list[Way] = []


@contextmanager
def walking(browser: Browser, arguments: dict[str, Any], person: User | None, way: Way) -> Iterator[Hand]:
    """A phone of her own; signed in already where the way begins on her page. What it took is noted."""
    with screen(browser, arguments, PHONE) as page:
        if person is not None:
            client = Client()
            client.force_login(person)
            name = settings.SESSION_COOKIE_NAME
            cookie = {"name": name, "value": client.cookies[name].value, "url": arguments["base_url"]}
            page.context.add_cookies([cookie])
        hand = Hand(page, way)
        yield hand
        hand.done()
    WALKED.append(way)


@pytest.fixture
def at(live_server: Any, browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"base_url": live_server.url}


@pytest.fixture
def hers(mother: User, ward: None) -> Registration:
    builders.usage_limits()
    born = timezone.localdate() - timedelta(days=30)
    return builders.registration(builders.family(account=mother), born=born)


def own_page(hand: Hand) -> Page:
    """My page, opened: the way begins there."""
    hand.page.goto("/my/")
    hand.way.screens, hand.way.touches = 0, 0
    return hand.page


def booked(registration: Registration, state: str, ahead: int, **more: Any) -> Booking:
    booking = Booking.objects.create(
        registration=registration,
        service=Service.objects.earliest("pk"),
        booked_at=timezone.now(),
        state=state,
        **more,
    )
    booking.days.create(day=timezone.localdate() + timedelta(days=ahead))
    return booking


def test_from_nothing_to_an_application_that_is_sent(
    browser: Browser, at: dict[str, Any], ward: None, tmp_path: Path
) -> None:
    born = timezone.localdate() - timedelta(days=30)
    with walking(browser, at, None, Way("home: soonest day and price", "1 answer", 1, "fields")) as hand:
        hand.page.goto("/")
        hand.type_day("baby_day", born)
        hand.touch(hand.page.get_by_role("button", name="いちばん早い日と料金を見る"))
        expect(hand.page.locator("main")).to_contain_text("4,500")
    Town.objects.filter(name="太子堂").update(postcode="1540004")
    picture = tmp_path / "handbook.jpg"
    picture.write_bytes(photograph())
    sent = Way("home: application sent with photographs", "6 screens", 6, "screens")
    with walking(browser, at, None, sent) as hand:
        _applies(hand, born, str(picture))
    # The page after it is no screen to fill in, and the home page is where she begins.
    sent.screens -= 2
    assert (Registration.objects.count(), EvidenceFile.objects.count()) == (1, 1)
    _print()
    assert all(way.is_reached for way in WALKED), table(WALKED)


def _applies(hand: Hand, born: date, picture: str) -> None:
    page = hand.page
    page.goto("/")
    hand.touch(page.get_by_role("link", name="はじめての方：申請する"))
    hand.type("email", "new@example.jp")
    hand.touch(page.get_by_role("button", name="確認番号を受け取る"))
    page.locator("[name=code]").wait_for()
    hand.type("code", fixtures_sign_in.mailed_code())
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/my/**")
    hers = {"mother_name": "髙﨑 𠮷子", "mother_name_kana": "たかさき よしこ", "phone": "09012345678"}
    for name, words in hers.items():
        hand.type(name, words)
    hand.type_day("mother_birth_date", date(1995, 4, 2))
    hand.type("postcode", "1540004")
    hand.type("chome", "1")
    for name in ("mother_in_ward", "infant_in_ward"):
        hand.touch(page.locator(f"[name={name}][value=yes]"))
    next_page(hand)
    hand.type_day("infant_0_birth_date", born)
    next_page(hand)
    told = {"worry": "yes", "lacks_support": "yes", "needs_medical_care": "no", "tax_class": "taxed"}
    for name, value in told.items():
        hand.touch(page.locator(f"[name={name}][value={value}]"))
    hand.attach("paper_birth", picture)
    next_page(hand)
    hand.touch(page.get_by_label("伝えることに同意します"))
    hand.touch(page.get_by_role("button", name="申請を送る"))
    expect(page.locator("main")).to_contain_text("申請を受け付けました")


def next_page(hand: Hand) -> None:
    with hand.page.expect_navigation():
        hand.touch(hand.page.get_by_role("button", name="次へ"))


def test_from_her_page_to_a_place_moved_given_back_or_taken(
    browser: Browser, at: dict[str, Any], mother: User, hers: Registration
) -> None:
    ways = [
        Way("my page: booked", "3 touches", 3, "touches"),
        Way("my page: moved", "4 touches", 4, "touches"),
        Way("my page: cancelled", "2 touches", 2, "touches"),
        Way("signed in: offer accepted", "1 touch", 1, "touches"),
    ]
    with walking(browser, at, mother, ways[0]) as hand:
        page = own_page(hand)
        go(hand, "/book/")
        proposed = page.locator(".proposals a")
        if proposed.count():
            hand.touch(proposed.first)
        else:
            hand.touch(page.locator("input[name=day]:not(:checked)").first)
            press_on(hand)
        press_on(hand)
        page.wait_for_url("**/bookings/**")
    assert Booking.objects.get().state == BookingState.BOOKED
    with walking(browser, at, mother, ways[1]) as hand:
        page = own_page(hand)
        to_booking_or(hand, "/move/")
        hand.touch(page.locator(".proposals a").first)
        if page.locator("main form[method='post'] .button").count():  # looked over, to be confirmed
            press_on(hand)
        page.wait_for_url(lambda address: "/move/" not in address)
    with walking(browser, at, mother, ways[2]) as hand:
        page = own_page(hand)
        to_booking_or(hand, "/cancel/")
        hand.touch(page.locator("main form .button-danger").first)
        page.wait_for_url(lambda address: "/cancel/" not in address)
    assert Booking.objects.get().state == BookingState.CANCELLED
    offer = booked(hers, BookingState.OFFERED, 20, offered_until=timezone.now() + timedelta(hours=20))
    with walking(browser, at, mother, ways[3]) as hand:
        hand.page.goto(f"/my/bookings/{offer.pk}/offer/")
        hand.way.screens, hand.way.touches = 0, 0
        hand.touch(hand.page.locator("main form button").first)
        hand.page.wait_for_load_state()
    assert Booking.objects.get(pk=offer.pk).state == BookingState.BOOKED
    _print()


def go(hand: Hand, where: str) -> None:
    """Touch the link that leads there."""
    with hand.page.expect_navigation():
        hand.touch(hand.page.locator(f"main a[href$='{where}']").first)


def to_booking_or(hand: Hand, where: str) -> None:
    """Straight there where her page has the link, else over the booking's own page."""
    if not hand.page.locator(f"main a[href$='{where}']").count():
        booking = Booking.objects.latest("pk")
        go(hand, f"/bookings/{booking.pk}/")
    go(hand, where)


def press_on(hand: Hand) -> None:
    """Touch the page's own button that leads on."""
    with hand.page.expect_navigation():
        hand.touch(hand.page.locator("main .button:visible:not(.button-second, .button-plain, .button-danger)").last)


def _print() -> None:
    sys.stdout.write(f"\n{table(WALKED)}\n")
