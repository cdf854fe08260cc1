"""The board at 1024x768 by touch: fifteen families without a scroll, rooms given and moved, two tablets at once."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from bookings.models import RoomUse
from tests import builders
from tests.care.factories_board import FullHouse
from tests.care.factories_rooms import RoomHouse, now_in

from .steps import is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
TABLET_ACROSS = {"width": 1024, "height": 768}
UPRIGHT = {"width": 820, "height": 1180}
LEAST_TARGET = 44


@pytest.fixture
def tablet(browser: Browser, browser_context_args: dict[str, Any]) -> Any:
    with screen(browser, {**browser_context_args, "has_touch": True}, TABLET_ACROSS) as page:
        yield page


@pytest.fixture
def other(browser: Browser, browser_context_args: dict[str, Any]) -> Any:
    with screen(browser, {**browser_context_args, "has_touch": True}, TABLET_ACROSS) as page:
        yield page


def test_fifteen_families_stand_on_one_screen_and_a_touch_on_a_row_leads_to_the_family(
    live_server: Any, tablet: Page, transactional_db: None
) -> None:
    house = FullHouse()
    sign_in(tablet, live_server.url, house.midwife)
    tablet.goto(f"{live_server.url}/facility/")
    rows = tablet.locator("[data-rows] tr")
    expect(rows).to_have_count(15)
    # The red bar of looks that are late stands above all: the rows have the rest of the screen.
    tablet.locator("#late-looks").wait_for()
    height = "document.documentElement.scrollHeight - document.getElementById('late-looks').offsetHeight"
    assert tablet.evaluate(height) <= TABLET_ACROSS["height"]
    boxes = [row.bounding_box() for row in rows.all()]
    assert all(box and box["height"] >= LEAST_TARGET for box in boxes)
    is_fit_for_everybody(tablet)
    last = boxes[-1]
    assert last is not None
    # Touched in the middle of the row, not on the name.
    rows.nth(14).tap(position={"x": last["width"] / 2, "y": last["height"] / 2})
    expect(tablet.locator("main")).to_contain_text(house.families[14].number)
    # Yesterday and tomorrow are one touch away, and one back.
    tablet.goto(f"{live_server.url}/facility/")
    tablet.locator(".board-turn", has_text="明日").tap()
    expect(rows).to_have_count(15)
    tablet.locator(".board-turn", has_text="今日").tap()
    expect(tablet.locator("[data-pulse]")).to_have_count(1)


def test_upright_the_board_shows_every_column_without_a_scroll_to_the_side_and_a_phone_its_page(
    live_server: Any, tablet: Page, transactional_db: None
) -> None:
    house = FullHouse()
    sign_in(tablet, live_server.url, house.midwife)
    tablet.set_viewport_size(UPRIGHT)
    tablet.goto(f"{live_server.url}/facility/")
    expect(tablet.locator("[data-rows] tr")).to_have_count(15)
    box = tablet.locator(".board-box")
    assert box.evaluate("box => box.scrollWidth - box.clientWidth") == 0
    over = (
        "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent.trim())"
    )
    assert tablet.locator(".board-due, .board-warm, td:nth-child(4)").evaluate_all(over) == []
    is_fit_for_everybody(tablet)
    # Another day has one link more in its head: on a phone it goes into a second line.
    tablet.set_viewport_size({"width": 390, "height": 844})
    tablet.locator(".board-turn", has_text="昨日").tap()
    expect(tablet.locator(".board-turn", has_text="今日")).to_have_count(1)
    assert tablet.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_board_renews_itself_in_place_and_leaves_what_is_open_alone(
    live_server: Any, tablet: Page, transactional_db: None
) -> None:
    house = FullHouse(families=3)
    sign_in(tablet, live_server.url, house.midwife)
    # A minute is a second here.
    tablet.route(
        "**/facility/",
        lambda route: route.fulfill(
            response=(answer := route.fetch()), body=answer.text().replace('seconds="60"', 'seconds="1"')
        ),
    )
    tablet.goto(f"{live_server.url}/facility/")
    tablet.evaluate("window.same = true")
    tablet.locator("#board-notes summary").tap()
    house.led(house.families[0], house.rooms[5])
    expect(tablet.locator(f"#row-{house.families[0].pk} .board-room")).to_contain_text("206", timeout=15_000)
    assert tablet.evaluate("window.same") is True
    expect(tablet.locator("#board-notes")).to_have_attribute("open", "")


def test_a_room_is_given_and_moved_by_touch_and_of_two_tablets_one_is_told_in_words(
    live_server: Any, tablet: Page, other: Page, transactional_db: None
) -> None:
    house = RoomHouse("201", "202", "203")
    mine, theirs = house.arrived(), house.arrived(room=house.rooms[1])
    colleague = builders.user(Role.OPERATOR)
    for page, person, booking in ((tablet, house.midwife, mine), (other, colleague, theirs)):
        sign_in(page, live_server.url, person)
        page.goto(f"{live_server.url}/facility/")
        page.locator(f"#row-{booking.pk} .board-room a").tap()
        expect(page.locator("button.room", has_text="203")).to_be_visible()
    is_fit_for_everybody(tablet)
    tablet.locator("button.room", has_text="203").tap()
    expect(tablet.locator(f"#row-{mine.pk} .board-room")).to_contain_text("203")
    other.locator("button.room", has_text="203").tap()
    expect(other.locator("main")).to_contain_text("203には、いま別のご家族がいます")
    assert (now_in(mine), now_in(theirs)) == ("203", "202")
    other.locator("button.room", has_text="201").tap()
    expect(other.locator(f"#row-{theirs.pk} .board-room")).to_contain_text("201")
    assert RoomUse.objects.filter(during__endswith__isnull=True).count() == 2
