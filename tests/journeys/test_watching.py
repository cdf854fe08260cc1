"""A nurse asks for a place for a family of her list; staff accept; the draw shows the reason and who asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.entering import enter_draw
from bookings.models import DrawEntry, DrawPolicy
from referrals.models import PlaceRequest, WatchMark, WatchPolicy
from referrals.watch import make_watch_lists
from tests import builders

from .steps import DESKTOP, PHONE, dead_links, is_fit_for_everybody, screen, sign_in

enter_draw = transaction.atomic()(enter_draw)

pytestmark = pytest.mark.django_db(transaction=True)

MOTHER = "髙﨑 𠮷子"
WHY = "夜に眠れず、手伝える家族がいない。"


@pytest.fixture
def ward() -> Any:
    """A family near the age limit that has no place but has entered a draw; the list is on, and made."""
    builders.usage_limits()
    now, today = timezone.now(), timezone.localdate()
    numbers = {"high_need_tickets": 2, "lost_before_tickets": 0, "most_lost_counted": 0, "window_tickets": 0}
    DrawPolicy.objects.create(
        period=(builders.LONG_AGO, None), window_days=30, answer_hours=48, offer_hours=24, **numbers
    )
    WatchPolicy.objects.create(period=(builders.LONG_AGO, None), is_on=True)
    stay = builders.service()
    registration = builders.registration(builders.family(MOTHER), born=today - timedelta(days=104))
    day = today + timedelta(days=6)
    announced = transaction.atomic(announce_round)(
        pool=stay.pool,
        first_day=day,
        last_day=day + timedelta(days=6),
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=2),
        draw_at=now + timedelta(days=3),
        by=None,
        at=now,
    )
    transaction.atomic(enter_draw)(
        draw_round=announced,
        registration=registration,
        choices=builders.wished(announced, [day]),
        by=builders.user(),
        at=now,
    )
    make_watch_lists(at=now)
    return registration


def test_from_the_watch_list_to_the_draw(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], ward: Any
) -> None:
    nurse = builders.user(Role.HEALTH_NURSE, last_name="桜井", first_name="光")
    staff = builders.user(Role.WARD_STAFF)
    with screen(browser, browser_context_args, PHONE) as phone:
        sign_in(phone, live_server.url, nurse)
        phone.goto(f"{live_server.url}/nurse/watch/")
        expect(phone.locator(".card", has_text=MOTHER)).to_contain_text("月齢の期限")
        is_fit_for_everybody(phone)
        phone.get_by_role("link", name=MOTHER).click()
        is_fit_for_everybody(phone)
        phone.check("[name=kind][value=contacted]")
        phone.click("text=記録する")
        expect(phone.get_by_role("alert")).to_contain_text("連絡の方法を選んで")
        phone.select_option("[name=way]", "phone")
        phone.click("text=記録する")
        expect(phone.locator(".card", has_text=MOTHER)).to_contain_text("連絡した")
        assert WatchMark.objects.get().by == nurse

        phone.get_by_role("link", name=MOTHER).click()
        phone.click("text=優先利用を依頼する")
        is_fit_for_everybody(phone)
        phone.get_by_label("疲れが強い、家に手伝う人がいない").check()
        phone.fill("[name=details]", WHY)
        phone.click("text=区に依頼する")
        expect(phone.locator("main")).to_contain_text("回答待ち")
        number = PlaceRequest.objects.get().number
        expect(phone.locator("main")).to_contain_text(number)
        is_fit_for_everybody(phone)

        with screen(browser, browser_context_args, DESKTOP) as desk:
            sign_in(desk, live_server.url, staff)
            desk.goto(f"{live_server.url}/admin/referrals/placerequest/waiting/")
            is_fit_for_everybody(desk)
            desk.get_by_role("link", name=number).click()
            is_fit_for_everybody(desk)
            expect(desk.locator("#content, main").first).to_contain_text(WHY)
            desk.locator("button[name=do][value=accept]").click()
            expect(desk.get_by_text("回答を待つ依頼はありません")).to_be_visible()
            desk.goto(f"{live_server.url}/admin/bookings/drawentry/{DrawEntry.objects.get().pk}/change/")
            entry = desk.locator("main, #content").first
            expect(entry).to_contain_text(WHY)
            expect(entry).to_contain_text("桜井 光")

        phone.reload()
        expect(phone.locator("main")).to_contain_text("承諾")
        expect(phone.locator("main")).to_contain_text("申込み済み")
        is_fit_for_everybody(phone)
        assert dead_links(phone, at_most=25) == []


def test_a_family_is_found_by_its_kana(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], ward: Any
) -> None:
    with screen(browser, browser_context_args, PHONE) as phone:
        sign_in(phone, live_server.url, builders.user(Role.HEALTH_NURSE))
        phone.goto(f"{live_server.url}/nurse/families/")
        is_fit_for_everybody(phone)
        phone.fill("[name=text]", "タカサキ")
        phone.get_by_role("button", name="探す").click()
        is_fit_for_everybody(phone)
        assert "タカサキ" not in phone.url
        phone.get_by_role("link", name=MOTHER).click()
        expect(phone.get_by_role("heading", level=1)).to_contain_text("優先利用を依頼する")
