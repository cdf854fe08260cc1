"""A night in the house: feeds at three, a network that fails, a session that ends, two tablets, a slip put right."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking
from bookings.stays.stays import record_arrival
from care.hour_rules import Kind
from care.models import CarePolicy, HourPolicy, InfantCare, Observation, ObservationTakenBack, SleepCheck
from tests import builders

from .steps import PATIENCE, is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
TABLETS = ({"width": 1024, "height": 768}, {"width": 820, "height": 1180})


@pytest.fixture
def midwife() -> User:
    return builders.user(Role.OPERATOR, last_name="佐藤", first_name="恵")


@pytest.fixture
def babies(midwife: User) -> list[Booking]:
    """Three families in house since yesterday."""
    builders.usage_limits()
    HourPolicy.objects.create(period=(builders.LONG_AGO, None), ask_feed=150, ask_weight_change=150)
    service, now = builders.service(), timezone.now()
    found = []
    for name in ("髙﨑 𠮷子", "野口 里美", "渡邉 花"):
        made = builders.registration(builders.family(name), born=timezone.localdate() - timedelta(days=20))
        booking = Booking.objects.create(registration=made, service=service, booked_at=now - timedelta(days=5))
        for day in (-1, 0, 1):
            booking.days.create(day=timezone.localdate() + timedelta(days=day))
        arrived = builders.at(timezone.localdate() - timedelta(days=1), 10)
        with transaction.atomic():
            record_arrival(booking=booking, by=midwife, at=arrived, happened_at=arrived)
        found.append(booking)
    return found


def row_of(page: Page, booking: Booking) -> Any:
    return page.locator("section.touch-row", has_text=booking.registration.birth.family.mother_name)


def touch(page: Page, booking: Booking, what: str) -> None:
    row_of(page, booking).get_by_role("button", name=re.compile(rf"^{what}\s*：")).tap()


def a_slip_is_taken_back_and_a_figure_put_right(one: Page, booking: Booking) -> None:
    touch(one, booking, "便")
    line = one.locator("[data-just-noted] li", has_text="渡邉")
    expect(line).to_contain_text("保存しました")
    line.get_by_role("button", name="取り消す").tap()
    expect(line).to_contain_text("取り消しました")
    assert ObservationTakenBack.objects.get().observation.kind == Kind.STOOL
    row_of(one, booking).get_by_role("link").tap()
    one.wait_for_url("**/hours/**")
    group = one.get_by_role("group", name="体重")
    group.locator("input").fill("3250")
    group.get_by_role("button").tap()
    expect(one.locator("[data-just-noted]")).to_contain_text("3250 g")
    expect(one.locator("[data-just-noted]")).to_contain_text("保存しました")
    one.reload()
    is_fit_for_everybody(one)
    one.locator("li", has_text="3250").get_by_role("link", name="訂正").tap()
    one.fill("[name=amount]", "3520")
    one.locator("main form button").first.tap()
    expect(one.locator("main")).to_contain_text("3520 g")
    assert InfantCare.objects.get(infant__birth__registrations=booking.registration).weight_grams == 3520


def test_a_night_without_network_and_two_tablets_lose_nothing(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], babies: list[Booking], midwife: User
) -> None:
    by_touch = browser_context_args | {"has_touch": True}
    colleague = builders.user(Role.OPERATOR)
    with screen(browser, by_touch, TABLETS[0]) as one, screen(browser, by_touch, TABLETS[1]) as other:
        for page, person in ((one, midwife), (other, colleague)):
            sign_in(page, live_server.url, person)
            page.goto(f"{live_server.url}/facility/hours/")
            is_fit_for_everybody(page)
        one.context.set_offline(True)
        before = timezone.now()
        touch(one, babies[0], "左")
        touch(one, babies[0], "尿")
        row_of(one, babies[1]).locator("input[type=number]").fill("200")
        touch(one, babies[1], "ミルク ml")
        expect(one.locator("#queue")).to_be_visible()
        expect(one.locator("#queue [data-why=network]")).to_be_visible()
        assert Observation.objects.count() == 0
        # Nobody reads what lies on the tablet.
        kept = one.evaluate("JSON.stringify(localStorage)")
        assert "髙﨑" not in kept
        assert "breast" not in kept
        touch(other, babies[0], "右")
        expect(other.locator("[data-just-noted]")).to_contain_text("保存しました")
        touched = timezone.now()
        one.context.set_offline(False)
        expect(one.locator("#queue")).to_contain_text("200 mlですか")
        is_fit_for_everybody(one)
        one.locator("#queue").get_by_role("button", name="合っている：記録する").tap()
        expect(one.locator("#queue")).to_be_hidden()
        mine = Observation.objects.filter(recorded_by=midwife).order_by("pk")
        assert [row.kind for row in mine] == [Kind.BREAST, Kind.WET, Kind.FORMULA]
        assert all(before - timedelta(seconds=5) <= row.happened_at <= touched for row in mine)
        assert Observation.objects.count() == 4
        # Both sides, on two tablets, are one feed.
        assert InfantCare.objects.get(infant__birth__registrations=babies[0].registration).feeds == 1

        a_slip_is_taken_back_and_a_figure_put_right(one, babies[2])


def test_an_ended_session_keeps_the_queue_for_who_touched_or_a_colleague_sends_it_in_both_names(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], babies: list[Booking], midwife: User
) -> None:
    CarePolicy.objects.create(period=(builders.LONG_AGO, None), sleep_check_minutes=5)
    colleague = builders.user(Role.OPERATOR)
    with screen(browser, browser_context_args | {"has_touch": True}, TABLETS[0]) as tablet:
        sign_in(tablet, live_server.url, midwife)
        tablet.goto(f"{live_server.url}/facility/hours/")
        tablet.context.clear_cookies(name="sessionid")
        touch(tablet, babies[0], "左")
        expect(tablet.locator("#queue [data-why=signed-out]")).to_be_visible()
        touch(tablet, babies[0], "尿")
        tablet.locator("#queue [data-sign-in]").tap()
        # Somebody else signs in on the tablet: it is not sent in her name.
        sign_in(tablet, live_server.url, colleague)
        tablet.goto(f"{live_server.url}/facility/hours/")
        expect(tablet.locator("#queue [data-others]")).to_contain_text("佐藤 恵")
        assert Observation.objects.count() == 0
        is_fit_for_everybody(tablet)
        tablet.get_by_role("button", name="代わりに送信する").tap()
        expect(tablet.locator("#queue")).to_be_hidden()
        assert {(row.touched_by, row.recorded_by) for row in Observation.objects.all()} == {(midwife, colleague)}

        # A round of the sleeping babies waits in the same queue, and goes under who looked once she is back.
        tablet.goto(f"{live_server.url}/facility/sleep-checks/")
        tablet.context.clear_cookies(name="sessionid")
        tablet.click("button[name=all]")
        expect(tablet.locator("#queue [data-why=signed-out]")).to_be_visible()
        assert SleepCheck.objects.count() == 0
        sign_in(tablet, live_server.url, colleague)
        expect(tablet.locator("#queue")).to_be_hidden()
        deadline = timezone.now() + timedelta(milliseconds=PATIENCE)
        while SleepCheck.objects.count() < 3 and timezone.now() < deadline:
            tablet.wait_for_timeout(100)
        assert {row.recorded_by for row in SleepCheck.objects.all()} == {colleague}


def test_fifteen_touches_take_less_than_twenty_seconds_of_hands(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], babies: list[Booking], midwife: User
) -> None:
    with screen(browser, browser_context_args | {"has_touch": True}, TABLETS[0]) as tablet:
        sign_in(tablet, live_server.url, midwife)
        tablet.goto(f"{live_server.url}/facility/hours/")
        began = timezone.now()
        for what in ("左", "右", "尿", "便", "ミルク ml"):
            for booking in babies:
                touch(tablet, booking, what)
        hands = timezone.now() - began
        expect(tablet.locator("[data-just-noted] [data-state=written]")).to_have_count(15)
        assert hands < timedelta(seconds=20)
        assert Observation.objects.count() == 15
