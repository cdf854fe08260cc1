"""On an old phone: how she is told, whom to call, what she must say of her baby, and what she says after a stay."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.models import MessagePreference, User
from accounts.roles import Role
from bookings.models import Booking, BookingState, Stay
from care.models import SurveyAnswer, SurveyQuestion
from enrollment.models import HardNews, NamedCaller
from facilities.models import Service
from tests import builders

from .steps import is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = {"width": 360, "height": 740}


def test_two_touches_say_it_and_nothing_more_is_asked(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], mother: User, tmp_path: Path
) -> None:
    today, here = timezone.localdate(), builders.district()
    nurse = builders.user(Role.HEALTH_NURSE, last_name="佐藤", first_name="恵", district=here)
    NamedCaller.objects.create(district=here, person=nurse, period=(builders.LONG_AGO, None))
    hers = builders.registration(builders.family(account=mother), born=today - timedelta(days=20))
    booking = Booking.objects.create(registration=hers, service=Service.objects.get(), booked_at=timezone.now())
    booking.days.create(day=today + timedelta(days=1))
    with screen(browser, browser_context_args, SMALL) as phone:
        sign_in(phone, live_server.url, mother)
        phone.click("text=お知らせの受け取り方")
        phone.fill("[name=quiet_from]", "21:00")
        phone.fill("[name=quiet_until]", "07:00")
        is_fit_for_everybody(phone)
        phone.screenshot(path=tmp_path / "messages.png", full_page=True)
        phone.click("text=保存する")
        expect(phone.locator("main")).to_contain_text("保存しました")
        assert MessagePreference.objects.get().quiet_until is not None

        phone.goto(f"{live_server.url}/my/")
        phone.locator(".help-link a").click()
        is_fit_for_everybody(phone)
        phone.screenshot(path=tmp_path / "help.png", full_page=True)
        phone.goto(f"{live_server.url}/my/baby/")
        phone.screenshot(path=tmp_path / "asked.png", full_page=True)
        phone.click("text=赤ちゃんが入院しています")
        phone.click("main form button")
        expect(phone.locator("main")).to_contain_text("佐藤 恵がお電話します")
        is_fit_for_everybody(phone)
        phone.screenshot(path=tmp_path / "told.png", full_page=True)
        booking.refresh_from_db()
        assert (booking.state, HardNews.objects.count()) == (BookingState.CANCELLED, 1)

        phone.click("text=マイページに戻る")
        expect(phone.locator("main")).not_to_contain_text("まで使えます")
        is_fit_for_everybody(phone)
        phone.screenshot(path=tmp_path / "home.png", full_page=True)
        phone.click("text=知らせてくださったこと")
        phone.click("text=赤ちゃんが家に帰ってきました")
        expect(phone.locator("main")).to_contain_text("予約する")


def test_after_a_stay_a_few_touches_say_how_it_was(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], mother: User, tmp_path: Path
) -> None:
    today, now = timezone.localdate(), timezone.now()
    for number, text in enumerate(("体を休めることができた", "聞きたいことを聞けた")):
        about = {"code": f"q{number}", "text": text, "text_en": text, "position": number}
        SurveyQuestion.objects.create(period=(builders.LONG_AGO, None), **about)
    hers = builders.registration(builders.family(account=mother), born=today - timedelta(days=20))
    booking = Booking.objects.create(registration=hers, service=Service.objects.get(), booked_at=now)
    booking.days.create(day=today - timedelta(days=1), status="used")
    Stay.objects.create(booking=booking, arrived_at=now - timedelta(days=1), departed_at=now)
    for state in (BookingState.ARRIVED, BookingState.DEPARTED):
        Booking.objects.filter(pk=booking.pk).update(state=state)
    with screen(browser, browser_context_args, SMALL) as phone:
        sign_in(phone, live_server.url, mother)
        phone.goto(f"{live_server.url}/stays/{booking.pk}/take-home/")
        phone.click("text=アンケートに答える")
        is_fit_for_everybody(phone)
        phone.screenshot(path=tmp_path / "survey.png", full_page=True)
        phone.locator("text=とてもそう思う").first.click()
        phone.click("main form button")
        expect(phone.locator("main")).to_contain_text("ありがとうございました")
        is_fit_for_everybody(phone)
    assert SurveyAnswer.objects.get().agreement == 4
