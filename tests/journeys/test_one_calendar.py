"""One calendar of all houses: from her page to a place in three touches, by keyboard too, and what a guest needs."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from bookings.models import Booking, FreedDays
from facilities.models import PlacePool, Service, Town
from tests import builders

from .steps import is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

SMALL, TALL = {"width": 360, "height": 740}, {"width": 390, "height": 844}


@pytest.fixture
def setagaya() -> None:
    call_command("load_ward", "setagaya", verbosity=0)
    now = timezone.now()
    period = (timezone.localdate(now), timezone.localdate(now) + timedelta(days=90))
    for pool in PlacePool.objects.filter(slug="rooms"):
        FreedDays.objects.create(pool=pool, period=period, reason="最初の抽選の前", freed_at=now)


def pictured(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look (``PICTURES``: a folder)."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_from_her_page_to_a_place_in_three_touches_with_all_that_a_guest_needs(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], setagaya: None
) -> None:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    family = builders.family(account=mother)
    builders.registration(family, born=timezone.localdate() - timedelta(days=30))
    family.residences.update(town=Town.objects.get(name="赤堤"))
    with screen(browser, browser_context_args, SMALL) as phone:
        sign_in(phone, live_server.url, mother)
        phone.click("main >> text=予約する")
        is_fit_for_everybody(phone)
        pictured(phone, "calendar-360")
        phone.click(".proposals a >> nth=0")
        is_fit_for_everybody(phone)
        phone.click("summary:has-text('持ち物')")
        expect(phone.locator("main")).to_contain_text("母子健康手帳")
        expect(phone.locator("main a[href^='tel:']").first).to_be_visible()
        pictured(phone, "look-over-360")
        phone.click("text=この日にちで予約する")
        is_fit_for_everybody(phone)
        main = phone.locator("main")
        for words in ("お越しになる前に", "約", "取り消した日の料金はかかりません", "持ち物"):
            expect(main).to_contain_text(words)
        box = phone.locator(".tick input").first
        box.check()
        phone.reload()
        expect(phone.locator(".tick input").first).to_be_checked()
        pictured(phone, "booking-360")
        assert Booking.objects.count() == 1
        phone.goto(f"{live_server.url}/facilities/?town=赤堤")
        is_fit_for_everybody(phone)
        pictured(phone, "facilities-360")


def test_days_are_chosen_by_arrows_and_another_service_never_stands_in_for_the_one_that_is_shown(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], setagaya: None
) -> None:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    made = builders.registration(builders.family(account=mother), born=timezone.localdate() - timedelta(days=30))
    with screen(browser, browser_context_args, TALL) as phone:
        sign_in(phone, live_server.url, mother)
        phone.goto(f"{live_server.url}/my/registrations/{made.pk}/book/?service=shiseikai%2Fshort-stay")
        boxes = phone.locator("input[type=checkbox][name=day]")
        boxes.first.focus()
        phone.keyboard.press("Space")
        phone.keyboard.press("ArrowRight")
        phone.keyboard.press("Space")
        expect(phone.locator("input[name=day]:checked")).to_have_count(2)
        expect(phone.locator("#chosen")).to_contain_text("9,000円")
        pictured(phone, "ticked-390")
        phone.click(".tab:has-text('区立産後ケアセンター'):has-text('デイケア')")
        is_fit_for_everybody(phone)
        expect(phone.locator("input[name=day]:checked")).to_have_count(2)
        expect(phone.locator("#chosen")).to_contain_text("6,000円")
        phone.click("text=すべての施設を並べて見る")
        is_fit_for_everybody(phone)
        pictured(phone, "all-390")
        phone.click(".tab:has-text('至誠会')")
        phone.click("text=日にちと料金を確かめる")
        phone.fill("[name=food]", "卵アレルギー")  # typed while another service is shown: kept in the tab
        phone.click("text=ほかの日を選ぶ")
        phone.click(".tab:has-text('区立産後ケアセンター'):has-text('デイケア')")
        phone.click("text=日にちと料金を確かめる")
        expect(phone.locator("[name=food]")).to_have_value("卵アレルギー")
        expect(phone.locator("main form [name=service]")).to_have_value("ward-centre/day-care")
        phone.click("text=この日にちで予約する")
        phone.wait_for_url("**/bookings/**")
        booking = Booking.objects.get()
        assert (booking.service, booking.days.count()) == (Service.objects.get(slug="ward-centre/day-care"), 2)
