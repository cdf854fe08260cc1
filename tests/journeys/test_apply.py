"""The application at three in the morning: on a phone, interrupted, on another device, by keyboard, out of network."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from enrollment.applications.drafts import load_draft
from enrollment.models import Infant, Registration

from .applying import NAME, about_herself, agree_and_send, go_on, her_home, her_twins, how_she_is
from .steps import is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 360, "height": 740}


def signed_in(context: BrowserContext, site: str, person: User) -> Page:
    """A page of a device on which she is signed in already."""
    client = Client()
    client.force_login(person)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
    return context.new_page()


def test_a_mother_applies_for_twins_on_her_phone_from_sign_in_to_received(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], mother: User
) -> None:
    with screen(browser, browser_context_args, PHONE) as phone:
        sign_in(phone, live_server.url, mother)
        phone.get_by_role("link", name="利用登録を申請する").click()
        about_herself(phone, mother)
        her_home(phone)
        go_on(phone, "babies")
        her_twins(phone, timezone.localdate() - timedelta(days=30))
        go_on(phone, "health")
        how_she_is(phone)
        go_on(phone, "send")
        expect(phone.locator("main")).to_contain_text("出産予定日（")
        expect(phone.locator("main")).to_contain_text("北沢総合支所の地域です。")
        is_fit_for_everybody(phone)
        agree_and_send(phone)
        expect(phone.get_by_text("申請を受け付けました")).to_be_visible()
        is_fit_for_everybody(phone)
        phone.get_by_role("link", name="利用できる条件を確認する").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("利用できる条件")
        is_fit_for_everybody(phone)
    assert Registration.objects.get().birth.family.mother_name == NAME
    assert [infant.gestation_days for infant in Infant.objects.order_by("pk")] == [245, None]


def test_begun_on_the_phone_she_goes_on_elsewhere_and_the_stale_page_overwrites_nothing(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], mother: User
) -> None:
    with (
        screen(browser, browser_context_args, PHONE) as begun,
        screen(browser, browser_context_args, {"width": 1280, "height": 900}) as other,
    ):
        phone = signed_in(begun.context, live_server.url, mother)
        phone.goto(f"{live_server.url}/my/apply/")
        phone.fill("[name=mother_name]", NAME)
        phone.locator("[name=phone]").focus()
        expect(phone.get_by_text("保存しました")).to_be_visible()

        desk = signed_in(other.context, live_server.url, mother)
        desk.goto(f"{live_server.url}/my/")
        desk.get_by_role("link", name="申請の続きを入力する").click()
        expect(desk.locator("[name=mother_name]")).to_have_value(NAME)
        is_fit_for_everybody(desk)
        desk.fill("[name=phone]", "03-1111-1111")
        desk.get_by_role("button", name="保存して中断する").click()
        expect(desk.get_by_text("ここまでを保存しました")).to_be_visible()

        phone.fill("[name=phone]", "03-2222-2222")
        phone.get_by_role("button", name="次へ").click()
        expect(phone.get_by_role("alert").first).to_contain_text("新しい答えがあります")
        expect(phone.locator("[name=phone]")).to_have_value("03-2222-2222")
        is_fit_for_everybody(phone)
        typed = load_draft(mother)
        assert typed is not None
        assert (typed.typed("mother") or {})["phone"] == ["03-1111-1111"]
        phone.get_by_role("link", name="別の画面の答えを使う").click()
        expect(phone.locator("[name=phone]")).to_have_value("03-1111-1111")


def test_out_of_the_network_it_waits_and_is_saved_once_she_is_back(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], mother: User
) -> None:
    with screen(browser, browser_context_args, PHONE) as first:
        phone = signed_in(first.context, live_server.url, mother)
        phone.goto(f"{live_server.url}/my/apply/")
        phone.context.set_offline(True)
        phone.fill("[name=mother_name]", NAME)
        phone.locator("[name=phone]").focus()
        expect(phone.get_by_text("つながったら保存します")).to_be_visible()
        phone.context.set_offline(False)
        expect(phone.get_by_text("保存しました")).to_be_visible()
    kept = load_draft(mother)
    assert kept is not None
    assert (kept.typed("mother") or {})["mother_name"] == [NAME]


def test_with_the_keyboard_alone_she_fills_in_a_step_and_is_led_to_what_is_wrong(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], mother: User
) -> None:
    with screen(browser, browser_context_args, PHONE) as first:
        phone = signed_in(first.context, live_server.url, mother)
        phone.goto(f"{live_server.url}/my/apply/mother/")
        for name, words in (("mother_name", NAME), ("mother_name_kana", "たかさき よしこ"), ("phone", "0312345678")):
            _tab_to(phone, f"[name={name}]")
            phone.keyboard.insert_text(words)
        phone.keyboard.press("Enter")
        phone.get_by_role("alert").wait_for()
        expect(phone.locator(".errors")).to_be_focused()
        phone.keyboard.press("Tab")
        phone.keyboard.press("Enter")
        phone.wait_for_url("**/my/apply/mother/#*")
        _tab_to(phone, "[name=mother_birth_date_0]")
        for part in ("1995", "4", "2"):
            phone.keyboard.type(part)
            phone.keyboard.press("Tab")
        _tab_to(phone, "[name=mother_in_ward]")
        phone.keyboard.press("Space")
        expect(phone.locator("[name=mother_in_ward][value=yes]")).to_be_checked()


def _tab_to(page: Page, target: str) -> None:
    for _press in range(40):
        if page.locator(f"{target}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {target}")
