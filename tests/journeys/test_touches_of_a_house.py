"""What the ten most frequent tasks of a midwife take from the board on, counted at a tablet. ``make touches``."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, expect

from bookings.models import Booking, BookingState
from care.models import CheckIn, HandoverNote, InfantCare, Observation, SleepCheck
from referrals.models import Referral
from tests.care.factories_board import FullHouse
from tests.care.factories_rooms import now_in
from tools.touches import Hand, Way, table

from .steps import PATIENCE, TABLET, screen

pytestmark = pytest.mark.django_db(transaction=True)

WALKED: list[Way] = []


class Tablet:
    """The house's tablet, and the midwife who is signed in on it."""

    def __init__(self, browser: Browser, arguments: dict[str, Any], house: FullHouse) -> None:
        self.browser, self.arguments, self.house = browser, arguments, house

    @contextmanager
    def walking(self, name: str, most: int, *, fields: int = 0) -> Iterator[Hand]:
        """A way that begins on the board. ``most``: touches to reach; ``fields``: so many are typed, no more."""
        way = Way(f"board: {name}", f"{most} touches", most, "touches")
        with screen(self.browser, self.arguments, TABLET) as page:
            client = Client()
            client.force_login(self.house.midwife)
            cookie = settings.SESSION_COOKIE_NAME
            kept = {"name": cookie, "value": client.cookies[cookie].value, "url": self.arguments["base_url"]}
            page.context.add_cookies([kept])
            hand = Hand(page, way)
            page.goto("/facility/")
            way.screens = way.touches = 0
            yield hand
            hand.done()
        assert way.fields == fields, way.name
        WALKED.append(way)


@pytest.fixture
def tablet(live_server: Any, browser: Browser, browser_context_args: dict[str, Any], transactional_db: None) -> Tablet:
    return Tablet(browser, browser_context_args | {"base_url": live_server.url}, FullHouse(families=12))


def row(hand: Hand, booking: Booking) -> Locator:
    return hand.page.locator(f"#row-{booking.pk}")


def leads(hand: Hand, link: Locator) -> None:
    with hand.page.expect_navigation(wait_until="domcontentloaded"):
        hand.touch(link)


def to_hours(hand: Hand, booking: Booking) -> Locator:
    """Her hours, by the cell of the board in which her feeds stand."""
    leads(hand, row(hand, booking).locator("a[href*='/hours/']").first)
    return hand.page.locator("main")


def written(hand: Hand) -> None:
    expect(hand.page.locator("[data-just-noted]")).to_contain_text("保存しました")


def comes_true(hand: Hand, what: Callable[[], bool]) -> None:
    """What is sent in the background is written soon."""
    until = timezone.now() + timedelta(milliseconds=PATIENCE)
    while not what():
        assert timezone.now() < until
        hand.page.wait_for_timeout(100)


def of_hours(tablet: Tablet) -> None:
    first = tablet.house.families[0]
    with tablet.walking("a feed at the breast", 2) as hand:
        hand.touch(to_hours(hand, first).get_by_role("button", name=re.compile("^左")).first)
        written(hand)
    with tablet.walking("a diaper", 2) as hand:
        hand.touch(to_hours(hand, first).get_by_role("button", name=re.compile("^尿")).first)
        written(hand)
    with tablet.walking("the baby's temperature", 2, fields=1) as hand:
        group = to_hours(hand, first).get_by_role("group", name="体温").last
        hand.way.fields += 1
        group.locator("input").first.fill("36.8")
        hand.touch(group.get_by_role("button").first)
        written(hand)
    assert Observation.objects.count() == 3
    assert InfantCare.objects.filter(infant__birth__registrations=first.registration, feeds=1).exists()


def of_sleep(tablet: Tablet) -> None:
    before = SleepCheck.objects.count()
    with tablet.walking("a look at all sleeping babies", 2) as hand:
        leads(hand, hand.page.locator("#late-looks a, a[href$='/sleep-checks/']").first)
        leads(hand, hand.page.locator("button[name=all]"))
        comes_true(hand, lambda: SleepCheck.objects.count() > before)


def of_rooms(tablet: Tablet) -> None:
    moved = tablet.house.families[1]
    with tablet.walking("another room", 2) as hand:
        leads(hand, row(hand, moved).locator(".board-room a"))
        leads(hand, hand.page.locator("button.room", has_text="空き").first)
    assert now_in(moved) not in ("", tablet.house.rooms[1].name)


def of_coming(tablet: Tablet) -> None:
    comes = tablet.house.booked(0, 1)
    with tablet.walking("an arrival with its check-in", 3, fields=1) as hand:
        leads(hand, hand.page.locator(f"a[href$='/bookings/{comes.pk}/check-in/']").last)
        hand.type("mother_temperature", "36.5")
        hand.touch(hand.page.locator("[name=residence_confirmed]"))
        leads(hand, hand.page.locator("main button", has_text="記録する").last)
    comes.refresh_from_db()
    assert (comes.state, CheckIn.objects.filter(stay__booking=comes).exists()) == (BookingState.ARRIVED, True)
    stays_away = tablet.house.booked(0)
    with tablet.walking("a family that does not come", 2) as hand:
        leads(hand, hand.page.locator(f"a[href$='/bookings/{stays_away.pk}/absence/']"))
        leads(hand, hand.page.locator("main form .button:not(.button-second, .button-plain)").last)
    stays_away.refresh_from_db()
    assert stays_away.state == BookingState.NO_SHOW


def of_leaving(tablet: Tablet) -> None:
    leaves = tablet.house.families[2]
    with tablet.walking("a departure", 3, fields=1) as hand:
        leads(hand, row(hand, leaves).locator(f"a[href$='/bookings/{leaves.pk}/']").first)
        leads(hand, hand.page.locator("main a[href$='/departure/']").first)
        hand.type("summary", "よく休めました")
        leads(hand, hand.page.locator("main form button[type=submit], main form button:not([type])").last)
    leaves.refresh_from_db()
    assert leaves.state == BookingState.DEPARTED


def of_words(tablet: Tablet) -> None:
    noted, worries = tablet.house.families[3], tablet.house.families[5]
    before = HandoverNote.objects.count()
    with tablet.walking("a hand-over note of a family", 3, fields=1) as hand:
        leads(hand, row(hand, noted).locator(f"a[href$='/bookings/{noted.pk}/']").first)
        leads(hand, hand.page.locator("main a[href$='/handover/']").first)
        hand.type("text", "沐浴は午後。")
        leads(hand, hand.page.locator("main form button").last)
    assert HandoverNote.objects.count() == before + 1
    with tablet.walking("a referral to the health nurse", 5, fields=1) as hand:
        leads(hand, row(hand, worries).locator(f"a[href$='/bookings/{worries.pk}/']").first)
        leads(hand, hand.page.locator("main a[href*='/referral/']").last)
        hand.touch(hand.page.get_by_label("気分の落ち込み、不安、眠れない"))
        hand.type("what_was_seen", "夜に眠れず、涙が出ると話していた。")
        hand.touch(hand.page.locator("[name=ground][value=consent]"))
        hand.touch(hand.page.get_by_text("依頼を送る"))
        expect(hand.page.locator("[name=what_was_seen]")).to_have_count(0)
        comes_true(hand, Referral.objects.exists)


TASKS: tuple[Callable[[Tablet], None], ...] = (of_hours, of_sleep, of_rooms, of_coming, of_leaving, of_words)


def test_the_ten_most_frequent_tasks_of_a_midwife_take_no_more_touches_than_they_should(tablet: Tablet) -> None:
    for task in TASKS:
        task(tablet)
    sys.stdout.write(f"\n{table(WALKED)}\n")
    assert len(WALKED) == 10
    assert all(way.is_reached for way in WALKED), table(WALKED)
