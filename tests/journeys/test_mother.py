"""A mother with a phone of 360 pixels: she checks, applies, books and gives back, without any JavaScript."""

from datetime import date, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page

from accounts.roles import Role
from enrollment.decisions.decide import approve_application
from enrollment.models import Registration
from tests.builders import coupon_policy, family, registration, service, town, usage_limits, user

from .steps import sign_in, tick

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 360, "height": 780}


@pytest.fixture
def phone(browser: Browser, browser_context_args: dict[str, Any]) -> Any:
    context = browser.new_context(**browser_context_args, viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def ward() -> None:
    service()
    usage_limits()
    coupon_policy()
    town()


def fill_day(page: Page, name: str, day: date) -> None:
    for number, part in enumerate((day.year, day.month, day.day)):
        page.fill(f"[name={name}_{number}]", str(part))


def choose(page: Page, **answers: str) -> None:
    for name, value in answers.items():
        page.check(f'[name={name}][value="{value}"]')


def go_on(page: Page) -> None:
    page.click("button[name=next]")


def apply_step_by_step(phone: Page, born: date) -> None:
    """Every step of the application, with one slip and one interruption."""
    phone.fill("[name=mother_name]", "髙﨑 𠮷子")
    phone.fill("[name=mother_name_kana]", "タカサキ ヨシコ")
    fill_day(phone, "mother_birth_date", date(1995, 4, 2))
    phone.fill("[name=phone]", "090-1234-5678")
    choose(phone, mother_in_ward="yes", infant_in_ward="yes")
    phone.fill("[name=town]", "渋谷")
    go_on(phone)
    assert "「渋谷」は区内の町名にありません" in phone.inner_text("main")
    phone.fill("[name=town]", "太子堂")
    go_on(phone)
    phone.select_option("[name=babies]", "1")
    go_on(phone)
    fill_day(phone, "infant_0_birth_date", born)
    go_on(phone)
    choose(phone, worry="yes", lacks_support="yes", needs_medical_care="no")
    choose(phone, tax_class="taxed")
    phone.click("text=保存して中断する")
    phone.click("text=申請の続きを入力する")
    phone.click(".part-head a[href$='/apply/health/']")
    assert phone.is_checked("[name=tax_class][value=taxed]")
    go_on(phone)
    assert "世田谷総合支所の地域です" in phone.inner_text("main")
    phone.click("text=申請を送る")


def test_from_the_first_page_to_a_booking_given_back(live_server: Any, phone: Page, ward: None) -> None:
    today = timezone.localdate()
    first, born = today + timedelta(days=14), today - timedelta(days=30)
    mother, staff = user(Role.MOTHER, email="yoshiko@example.jp"), user()

    phone.goto(live_server.url)
    phone.goto(f"{live_server.url}/check/days/")
    choose(phone, service="ward-centre/short-stay", home="both", worry="yes", lacks_support="yes")
    choose(phone, needs_medical_care="no", tax_class="taxed")
    phone.fill("[name=first_day]", first.isoformat())
    phone.fill("[name=last_day]", (first + timedelta(days=6)).isoformat())
    fill_day(phone, "birth_date", born)
    phone.click("text=結果を見る")
    assert "この日程でご利用いただけます" in phone.inner_text("main")
    assert "31,500" in phone.inner_text("main")

    sign_in(phone, live_server.url, mother)
    phone.click("text=利用登録を申請する")
    apply_step_by_step(phone, born)
    assert "申請を受け付けました" in phone.inner_text("main")

    transaction.atomic(approve_application)(registration=Registration.objects.get(), by=staff, at=timezone.now())
    phone.reload()
    phone.click("main >> text=予約する")
    tick(phone, *(first + timedelta(days=number) for number in range(3)))
    phone.click("text=日にちと料金を確かめる")
    assert "13,500" in phone.inner_text("main")
    phone.click("text=この日にちで予約する")
    assert "ご予約ありがとうございます" in phone.inner_text("main")
    phone.click("text=この予約を取り消す")
    phone.click("main form button")
    assert "予約を取り消しました" in phone.inner_text("main")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "path", ["/", "/check/", "/check/days/", "/fees/", "/facilities/", "/availability/", "/accounts/login/"]
)
def test_a_public_page_is_accessible_and_no_wider_than_the_screen(
    live_server: Any, page: Page, ward: None, path: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 780})
    page.goto(live_server.url + path)
    found = Axe().run(page).response["violations"]
    assert [(row["id"], [node["html"] for node in row["nodes"]]) for row in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_year_month_and_day_stand_in_one_line_on_a_phone(live_server: Any, phone: Page, ward: None) -> None:
    phone.goto(f"{live_server.url}/check/days/")
    phone.click("main form button")
    wrong = phone.locator(".field-wrong .date-parts").first
    tops = wrong.evaluate("all => [...all.querySelectorAll('input')].map(one => one.getBoundingClientRect().top)")
    ends = wrong.evaluate("all => [...all.querySelectorAll('label')].map(one => one.getBoundingClientRect().right)")
    assert len(set(tops)) == 1
    assert max(ends) <= PHONE["width"]


def test_what_was_typed_without_a_break_widens_no_page(live_server: Any, phone: Page, ward: None) -> None:
    mother = user(Role.MOTHER, email="yoshiko@example.jp")
    registered = registration(family(account=mother), born=timezone.localdate() - timedelta(days=30))
    first = timezone.localdate() + timedelta(days=14)
    sign_in(phone, live_server.url, mother)
    phone.goto(f"{live_server.url}/my/registrations/{registered.pk}/book/?month={first:%Y-%m}")
    tick(phone, first)
    phone.click("text=日にちと料金を確かめる")
    phone.fill("[name=food]", "あ" * 200)
    phone.click("text=この日にちで予約する")
    assert "ご予約ありがとうございます" in phone.inner_text("main")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
