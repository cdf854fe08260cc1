"""On a slow line, with large letters, by night, on paper and without a script: her pages hold."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from accounts.models import User
from facilities.models import Service
from tests import builders

from .steps import PHONE, booked, is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

# 1,280 pixels at 400 %.
AT_400_PERCENT = {"width": 320, "height": 640}
# What stands out beyond the right edge of a page that is wider than its screen: tag, class, words.
WIDER = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > edge + 1 && !one.closest(".visually-hidden, .table-box"))
    .map((one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 30)}`);
}"""
BACKGROUND = "getComputedStyle(document.querySelector('.button')).backgroundColor"


def _holds(page: Page) -> None:
    """The page is not wider than its screen at 400 %, nor with letters twice as large on a phone."""
    page.set_viewport_size(AT_400_PERCENT)
    assert page.evaluate(WIDER) == [], f"400 %: {page.url}"
    page.set_viewport_size(PHONE)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(WIDER) == [], f"letters twice as large: {page.url}"
    page.evaluate("document.documentElement.style.fontSize = ''")


def test_the_first_page_is_drawn_with_one_answer_and_the_policy_obeys_our_sheet_alone(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], ward: None
) -> None:
    with screen(browser, browser_context_args, PHONE) as page:
        refused: list[str] = []
        page.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)
        page.context.route("**/*.css", lambda route: route.abort())
        page.goto(live_server.url)
        styled = page.evaluate(BACKGROUND)
        assert styled not in ("rgba(0, 0, 0, 0)", "rgb(239, 239, 239)")
        assert refused == []
        # Another style in the page is not obeyed.
        page.evaluate(
            "document.head.append(Object.assign(document.createElement('style'), {textContent: '*{color:red}'}))"
        )
        assert refused
        page.context.unroute("**/*.css")
        page.goto(f"{live_server.url}/check/")
        assert page.locator("head link[rel=stylesheet]").count() == 1
        assert page.evaluate(BACKGROUND) == styled


def test_her_pages_hold_enlarged_by_night_on_paper_and_lead_the_focus_to_what_is_wrong(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], mother: User
) -> None:
    booking = booked(builders.family("髙﨑 𠮷子", account=mother), Service.objects.get(), first=14, days=2)
    born = timezone.localdate() - timedelta(days=40)
    assert booking.registration.birth.infants.get().birth_date == born
    own = [
        reverse("family:home"),
        reverse("family:book", args=[booking.registration_id]),
        reverse("family:booking", args=[booking.pk]),
        reverse("family:cancel", args=[booking.pk]),
        reverse("mfa_index"),
        reverse("life:overview", args=[booking.registration.birth.family_id]),
    ]
    with screen(browser, browser_context_args, PHONE) as page:
        sign_in(page, live_server.url, mother)
        page.emulate_media(color_scheme="dark")
        for address in own:
            page.goto(f"{live_server.url}{address}")
            _holds(page)
            is_fit_for_everybody(page)
        page.emulate_media(media="print", color_scheme="light")
        assert not page.locator(".site-head .nav-menu").is_visible()
        page.emulate_media(media="screen")
        page.goto(f"{live_server.url}{reverse('family:email')}")
        page.fill("[name=address]", "no address")
        page.click("main form button")
        page.locator(".errors").wait_for()
        assert page.evaluate("document.activeElement.className") == "errors"
    with screen(browser, browser_context_args | {"java_script_enabled": False}, PHONE) as page:
        page.goto(f"{live_server.url}/accounts/login/")
        page.click("text=確認番号を受け取る")
        page.locator(".errors:focus").wait_for()
