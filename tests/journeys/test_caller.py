"""A mother is on the telephone: the desk finds her, reads everything, and books for her; clicks are counted."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from bookings.models import Booking
from enrollment.models import Family
from tests import builders

from .steps import booked, is_fit_for_everybody, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

OFFICE = {"width": 1366, "height": 768}


@pytest.fixture
def called(live_server: Any, page: Page) -> Family:
    """Staff, signed in; a family that is registered, with its telephone number."""
    service = builders.service()
    builders.usage_limits()
    builders.coupon_policy()
    registration = builders.registration(born=timezone.localdate() - timedelta(days=40))
    family = registration.birth.family
    Family.objects.filter(pk=family.pk).update(phone="09012345678")
    booked(builders.family("渡邉 さくら"), service, first=1, days=2)
    page.set_viewport_size(OFFICE)
    sign_in(page, live_server.url, builders.user(last_name="大西", first_name="亮"))
    return family


def test_a_caller_is_found_by_her_telephone_number_and_all_of_her_stands_on_one_page(
    live_server: Any, page: Page, called: Family
) -> None:
    page.goto(f"{live_server.url}{reverse('admin:index')}")
    page.locator("[name=words], [name=q]").first.fill("090-1234-5678")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="髙﨑 𠮷子").first.click()  # the second of two
    expect(page).to_have_url(f"{live_server.url}{reverse('ward_family', args=[called.pk])}")
    for said in ("090-1234-5678", "太子堂1-1", "残り 7日", "電話のメモ", "利用料"):
        expect(page.locator("main")).to_contain_text(said)
    is_fit_for_everybody(page)


def test_a_caller_is_booked_for_in_four_clicks(live_server: Any, page: Page, called: Family) -> None:
    page.goto(f"{live_server.url}{reverse('ward_family', args=[called.pk])}")
    clicks = 0
    page.get_by_role("link", name="代わりに予約する").click()
    clicks += 1
    page.locator("label.month-day:has(input:not(:disabled))").nth(4).click()
    clicks += 1
    page.locator("form button[name=ask]:not(.visually-hidden)").first.click()
    clicks += 1
    page.locator("form[method=post] button.button:has-text('予約')").last.click()
    clicks += 1
    expect(page).to_have_url(f"{live_server.url}{reverse('ward_family', args=[called.pk])}")
    assert clicks == 4
    made = Booking.objects.get(registration__birth__family=called)
    assert str(made.booked_by) == "大西 亮"
    expect(page.locator("main")).to_contain_text(made.number)
    is_fit_for_everybody(page)


def test_a_note_of_the_call_is_kept_with_a_day_to_look_again(live_server: Any, page: Page, called: Family) -> None:
    page.goto(f"{live_server.url}{reverse('ward_family', args=[called.pk])}")
    page.click("text=電話のメモを書く")
    page.fill("[name=text]", "折り返し希望")
    page.get_by_role("button", name="メモを残す").click()
    expect(page.locator("main")).to_contain_text("折り返し希望")
