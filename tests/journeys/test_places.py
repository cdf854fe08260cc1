"""Places from a phone: first come with scripts on, a draw, the waiting list, a change and a cancellation."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.models import Booking
from bookings.places.cancel import cancel_booking
from enrollment.models import Registration
from facilities.models import Service
from sankecare import outbox
from tests import builders

from .steps import sign_in, tick, violations

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 780}


@pytest.fixture
def stay() -> Service:
    builders.usage_limits()
    builders.draw_policy()
    return builders.service(slots=1)


def mother_of(name: str = "yoshiko") -> tuple[User, Registration]:
    mother = builders.user(Role.MOTHER, email=f"{name}@example.jp")
    born = timezone.localdate() - timedelta(days=40)
    return mother, builders.registration(builders.family(account=mother), born=born)


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size(PHONE)
    return page


def is_fit(page: Page) -> None:
    """Accessible by axe, and no wider than the phone."""
    assert [(row["id"], [node["html"] for node in row["nodes"]]) for row in violations(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_first_come_the_price_follows_her_ticks_and_then_she_changes_and_cancels(
    live_server: Any, phone: Page, stay: Service
) -> None:
    mother, _registration = mother_of()
    first = timezone.localdate() + timedelta(days=3)
    sign_in(phone, live_server.url, mother)
    phone.click("main >> text=予約する")
    tick(phone, first)
    expect(phone.locator("#price")).to_contain_text("4,500")
    tick(phone, first + timedelta(days=2))
    expect(phone.locator("#price")).to_contain_text("9,000")
    is_fit(phone)
    phone.click("text=日にちと料金を確かめる")
    is_fit(phone)
    phone.dblclick("text=この日にちで予約する")
    expect(phone.locator("main")).to_contain_text("ご予約ありがとうございます")
    assert Booking.objects.count() == 1
    is_fit(phone)

    phone.click("text=日にちを変える")
    tick(phone, first + timedelta(days=2), on=False)
    expect(phone.locator("#price")).to_contain_text("4,500")
    phone.click("text=日にちと料金を確かめる")
    phone.click("main button >> text=この日にちに変える")
    expect(phone.locator("main")).to_contain_text("日にちを変えました")
    assert Booking.objects.get().days.exclude(status="released").count() == 1

    phone.click("text=この予約を取り消す")
    phone.click("main form button")
    expect(phone.locator("main")).to_contain_text("予約を取り消しました")
    assert not Booking.objects.get().days.exclude(status="released").exists()


def test_who_waits_is_offered_the_place_by_mail_and_takes_it_with_one_tap(
    live_server: Any, phone: Page, stay: Service
) -> None:
    mother, registration = mother_of()
    other = mother_of("other")[1]
    day = timezone.localdate() + timedelta(days=5)
    taken = Booking.objects.create(registration=other, service=stay, booked_at=timezone.now())
    taken.days.create(day=day)
    sign_in(phone, live_server.url, mother)
    phone.click("main >> text=予約する")
    phone.click("text=満員の日は、キャンセル待ちをする")
    phone.select_option("[name=service]", label=str(stay))
    phone.fill("[name=first_day]", day.isoformat())
    phone.fill("[name=last_day]", day.isoformat())
    phone.locator("main form").last.locator("button.button").click()
    expect(phone.locator("main")).to_contain_text("キャンセル待ちに登録しました")
    is_fit(phone)

    with transaction.atomic():
        cancel_booking(booking=taken, by=builders.user(), at=timezone.now())
    outbox.take_all(at=timezone.now())
    (told,) = [one for one in mail.outbox if "/offer/" in one.body]
    held = Booking.objects.get(registration=registration)
    assert f"/my/bookings/{held.pk}/offer/" in told.body
    phone.goto(f"{live_server.url}/my/bookings/{held.pk}/offer/")
    is_fit(phone)
    phone.click("[name=accept]")
    held.refresh_from_db()
    assert held.state == "booked"


def test_she_enters_a_draw_wins_and_accepts(live_server: Any, phone: Page, stay: Service) -> None:
    mother, registration = mother_of()
    now, today = timezone.now(), timezone.localdate()
    first = today + timedelta(days=10)
    announced = transaction.atomic(announce_round)(
        pool=stay.pool,
        first_day=first,
        last_day=first + timedelta(days=6),
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=1),
        draw_at=now + timedelta(days=2),
        by=None,
        at=now,
    )
    sign_in(phone, live_server.url, mother)
    phone.click("main >> text=予約する")
    expect(phone.locator("main")).to_contain_text("抽選")
    phone.click("text=抽選の日は、抽選に申し込む")
    is_fit(phone)
    phone.locator(f"main a[href*='/draws/{announced.pk}/']").first.click()
    choose_first_wish(phone, first.isoformat())
    phone.select_option("[name=shorter]", "all")
    is_fit(phone)
    phone.click("main form .button >> nth=0")
    expect(phone.locator("main")).to_contain_text("申込み済みです")
    entry = registration.draw_entries.get()
    phone.click("text=変更・取下げ")
    expect(phone.locator("main")).to_contain_text(entry.sign)
    transaction.atomic(close_round)(draw_round=announced, at=now + timedelta(days=1))
    transaction.atomic(run_draw)(draw_round=announced, at=now + timedelta(days=2))
    entry.refresh_from_db()
    phone.goto(f"{live_server.url}/my/")
    phone.click("text=返事をする")
    phone.click("[name=accept]")
    entry.booking.refresh_from_db()
    assert entry.booking.state == "booked"


def choose_first_wish(phone: Page, day: str) -> None:
    phone.select_option("[name=first_1]", day)
    phone.select_option("[name=length_1]", "1")


def test_staff_book_for_a_caller_by_keyboard_and_see_the_price(live_server: Any, page: Page, stay: Service) -> None:
    _mother, registration = mother_of()
    staff = builders.user()
    sign_in(page, live_server.url, staff)
    page.goto(f"{live_server.url}/my/registrations/{registration.pk}/book/")
    day = timezone.localdate() + timedelta(days=4)
    page.locator(f"input[name=day][value='{day.isoformat()}']").focus()
    page.keyboard.press("Space")
    expect(page.locator("#price")).to_contain_text("4,500")
    page.locator("main button.button >> text=日にちと料金を確かめる").focus()
    page.keyboard.press("Enter")
    page.locator("main button >> text=この日にちで予約する").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("ご予約ありがとうございます")
    assert Booking.objects.get().booked_by == staff


def test_out_of_the_network_her_choice_is_kept_and_the_booking_is_made_once(
    live_server: Any, phone: Page, stay: Service
) -> None:
    mother, _registration = mother_of()
    first = timezone.localdate() + timedelta(days=3)
    sign_in(phone, live_server.url, mother)
    phone.click("main >> text=予約する")
    tick(phone, first)
    phone.context.set_offline(True)
    phone.click("text=日にちと料金を確かめる")
    phone.wait_for_url("chrome-error://**")
    phone.context.set_offline(False)
    phone.reload()
    expect(phone.locator("main")).to_contain_text("4,500")

    phone.fill("[name=food]", "卵アレルギー")
    phone.context.set_offline(True)
    phone.click("text=この日にちで予約する")
    phone.wait_for_url("chrome-error://**")
    phone.context.set_offline(False)
    phone.go_back()
    box = phone.locator(f"input[name=day][value='{first.isoformat()}']")
    expect(box).to_be_checked()
    expect(phone.locator("#price")).to_contain_text("4,500")
    phone.click("text=日にちと料金を確かめる")
    expect(phone.locator("[name=food]")).to_have_value("卵アレルギー")
    phone.click("text=この日にちで予約する")
    expect(phone.locator("main")).to_contain_text("ご予約ありがとうございます")
    assert [booking.food for booking in Booking.objects.all()] == ["卵アレルギー"]
