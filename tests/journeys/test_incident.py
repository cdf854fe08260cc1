"""An accident on the tablet: written down over a network that fails, corrected, reported; the ward sees it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from bookings.models import Booking, BookingState, DayStatus, Stay
from care.models import Incident, IncidentReport, SafetyChapter
from tests import builders

from .steps import DESKTOP, TABLET, is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tablet(browser: Browser, browser_context_args: dict[str, Any]) -> Any:
    with screen(browser, browser_context_args, TABLET) as page:
        yield page


@pytest.fixture
def in_house() -> Stay:
    """A family that has been at the Ward Centre since yesterday."""
    now = timezone.now()
    registration = builders.registration(born=timezone.localdate() - timedelta(days=40))
    booking = Booking.objects.create(
        registration=registration, service=builders.service(), state=BookingState.ARRIVED, booked_at=now
    )
    booking.days.create(day=timezone.localdate(), status=DayStatus.USED)
    for number, name in ((1, "基本指針"), (2, "事故予防および発生時の対応策")):
        SafetyChapter.objects.create(number=number, name=name, name_en=name, period=(builders.LONG_AGO, None))
    return Stay.objects.create(booking=booking, arrived_at=now - timedelta(days=1))


def tells_the_ward_at_once(page: Page) -> None:
    page.click("text=区の画面とメールで知らせる")
    expect(page.locator("main")).to_contain_text("区の画面とメールで知らせました")
    is_fit_for_everybody(page)


def takes_it_up(page: Page, number: str) -> None:
    expect(page.get_by_role("alert").first).to_contain_text("まだだれも引き受けていません")
    page.get_by_role("button", name="引き受ける").click()
    expect(page.locator("main")).to_contain_text("引き受けています")
    page.click(f"text={number}")
    expect(page.locator("main")).to_contain_text("所管課に電話で報告")
    is_fit_for_everybody(page)


def test_from_the_accident_to_the_first_report_and_no_word_is_lost(
    live_server: Any, tablet: Page, in_house: Stay, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    sign_in(tablet, live_server.url, builders.user(Role.OPERATOR))
    tablet.goto(f"{live_server.url}/facility/bookings/{in_house.booking_id}/")
    tablet.click("text=ヒヤリハット・事故を記録する")
    is_fit_for_everybody(tablet)
    happened = timezone.localtime() - timedelta(minutes=30)
    tablet.check("[name=kind][value=near_miss]")
    tablet.fill("[name=happened_on]", happened.date().isoformat())
    tablet.fill("[name=happened_time]", happened.strftime("%H:%M"))
    tablet.fill("[name=place]", "階段")
    tablet.fill("[name=what_happened]", "足を踏み外し、手首を折った")
    tablet.fill("[name=done_at_once]", "固定して受診に付き添った")
    tablet.check("[name=severity][value=treated_30_days]")
    tablet.select_option("[name=chapter]", label="2. 事故予防および発生時の対応策")
    # A near miss harms nobody: what was typed stays, the sentence stands beside the field.
    tablet.click("main button >> text=記録する")
    expect(tablet.locator(".errors")).to_be_visible()
    is_fit_for_everybody(tablet)
    assert tablet.input_value("[name=what_happened]") == "足を踏み外し、手首を折った"

    tablet.check("[name=kind][value=incident]")
    tablet.context.set_offline(True)
    tablet.click("main button >> text=記録する")
    expect(tablet.locator("#not-sent")).to_be_visible()
    assert Incident.objects.count() == 0
    tablet.context.set_offline(False)
    expect(tablet.locator("main")).to_contain_text("記録しました")
    kept = Incident.objects.get()
    assert (kept.stay, kept.serious) == (in_house, True)
    expect(tablet.locator("main")).to_contain_text("未報告")
    is_fit_for_everybody(tablet)

    tells_the_ward_at_once(tablet)

    tablet.click("text=区への報告を記録する")
    tablet.fill("[name=text]", "所管課に電話で報告")
    is_fit_for_everybody(tablet)
    tablet.click("main button >> text=記録する")
    expect(tablet.locator("main")).to_contain_text("報告済み")
    assert IncidentReport.objects.get().number == 1

    tablet.click("text=訂正・追記する")
    tablet.fill("[name=prevention]", "手すりに印を付ける")
    tablet.click("main button >> text=記録する")
    expect(tablet.locator("main")).to_contain_text("手すりに印を付ける")
    expect(tablet.locator("main")).to_contain_text("訂正前の記録")
    tablet.goto(f"{live_server.url}/facility/incidents/")
    expect(tablet.locator("main")).to_contain_text(kept.number)
    is_fit_for_everybody(tablet)

    with screen(browser, browser_context_args, DESKTOP) as desk:
        sign_in(desk, live_server.url, builders.user(Role.SUPERVISOR))
        desk.goto(f"{live_server.url}/supervisor/incidents/")
        expect(desk.locator("main")).to_contain_text(kept.number)
        is_fit_for_everybody(desk)
        takes_it_up(desk, kept.number)
