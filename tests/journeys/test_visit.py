"""A midwife comes back from a visit and records it; the mother reads her advice; the supervisor sees it counted."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from billing.models import Charge, Component, Tariff
from bookings.models import Booking
from care.models import ConsultationTopic, CoordinatorSession, SessionSignUp, VisitRecord
from facilities.models import ServiceKind
from tests import builders

from .steps import DESKTOP, PHONE, TABLET, booked, dead_links, is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mother() -> User:
    return builders.user(Role.MOTHER, email="yoshiko@example.jp")


@pytest.fixture
def visit(mother: User) -> Booking:
    """A visit at one minute past midnight today, so that it is over whenever the test runs."""
    outreach = builders.service(ServiceKind.OUTREACH, builders.pool(3, slug="visits"))
    period = (builders.LONG_AGO, None)
    Tariff.objects.create(service=outreach, component=Component.BASE, tax_class="taxed", amount=2000, period=period)
    for number, (code, name) in enumerate(
        (("feeding", "授乳"), ("child-care", "育児"), ("mind", "気持ち・睡眠・疲れ"))
    ):
        ConsultationTopic.objects.create(code=code, name=name, name_en=code, period=period, position=number)
    made = booked(builders.family(account=mother), outreach)
    made.days.update(starts_at=time(0, 1))
    return made


@pytest.fixture
def screens(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[dict[str, Page]]:
    with (
        screen(browser, browser_context_args, TABLET) as tablet,
        screen(browser, browser_context_args, PHONE) as phone,
        screen(browser, browser_context_args, DESKTOP) as desk,
    ):
        yield {"tablet": tablet, "phone": phone, "desk": desk}


def test_a_visit_is_recorded_charged_read_and_counted(
    live_server: Any, screens: dict[str, Page], visit: Booking, mother: User
) -> None:
    tablet, phone, desk = screens["tablet"], screens["phone"], screens["desk"]
    sign_in(tablet, live_server.url, builders.user(Role.OPERATOR))
    tablet.goto(f"{live_server.url}/facility/")
    expect(tablet.locator("main")).to_contain_text("00:01")
    is_fit_for_everybody(tablet)
    tablet.click("#visits summary")
    tablet.click("text=訪問・相談を記録する")
    tablet.fill("[name=ended]", "00:00")
    tablet.get_by_role("checkbox", name="授乳", exact=True).check()
    tablet.fill("[name=talked_about]", "体重の増え方を確認")
    tablet.fill("[name=advice]", "日中に少し横になってください。")
    tablet.click("main form button")
    expect(tablet.locator(".errors")).to_be_visible()
    assert tablet.input_value("[name=advice]") == "日中に少し横になってください。"
    is_fit_for_everybody(tablet)
    tablet.fill("[name=ended]", "00:02")
    tablet.context.set_offline(True)
    tablet.click("main form button")
    expect(tablet.locator("#not-sent")).to_be_visible()
    assert VisitRecord.objects.count() == 0
    tablet.context.set_offline(False)
    expect(tablet.locator("main")).to_contain_text("残り 2,000 円")
    assert (VisitRecord.objects.count(), Charge.objects.get().total) == (1, 2000)
    tablet.goto(f"{live_server.url}/facility/")
    expect(tablet.locator("#visits")).to_contain_text("記録")
    tablet.goto(f"{live_server.url}/facility/bookings/{visit.pk}/")
    expect(tablet.locator("main")).to_contain_text("体重の増え方を確認")
    is_fit_for_everybody(tablet)

    sign_in(phone, live_server.url, mother)
    phone.goto(f"{live_server.url}/my/bookings/{visit.pk}/")
    expect(phone.locator("main")).to_contain_text("日中に少し横になってください。")
    expect(phone.locator("main")).not_to_contain_text("体重の増え方を確認")
    is_fit_for_everybody(phone)

    sign_in(desk, live_server.url, builders.user(Role.SUPERVISOR))
    desk.goto(f"{live_server.url}/supervisor/consultations/")
    expect(desk.locator("#topics ~ .table-box")).to_contain_text("授乳")
    is_fit_for_everybody(desk)
    desk.set_viewport_size(PHONE)
    is_fit_for_everybody(desk)


def test_a_session_is_planned_joined_and_attended(live_server: Any, screens: dict[str, Page], mother: User) -> None:
    tablet, phone = screens["tablet"], screens["phone"]
    tomorrow = timezone.localdate() + timedelta(days=1)
    stay = booked(builders.family(account=mother), builders.service(), first=1)
    sign_in(tablet, live_server.url, builders.user(Role.OPERATOR))
    tablet.goto(f"{live_server.url}/facility/sessions/")
    tablet.fill("[name=day]", tomorrow.isoformat())
    tablet.fill("[name=starts]", "14:00")
    tablet.fill("[name=minutes]", "30")
    tablet.fill("[name=places]", "6")
    tablet.fill("[name=about]", "赤ちゃんと行けるおでかけひろば")
    is_fit_for_everybody(tablet)
    tablet.click("main button >> text=登録する")
    expect(tablet.locator("main")).to_contain_text("6組中0組")

    sign_in(phone, live_server.url, mother)
    phone.click("text=滞在中に参加できる相談会があります")
    is_fit_for_everybody(phone)
    phone.click("main button >> text=申し込む")
    expect(phone.locator("main")).to_contain_text("申込済み")

    session = CoordinatorSession.objects.get()
    tablet.goto(f"{live_server.url}/facility/sessions/{session.pk}/")
    expect(tablet.locator("main")).to_contain_text("申込済み")
    is_fit_for_everybody(tablet)
    _begin(session, stay)
    tablet.reload()
    tablet.check("input[type=radio][value=came]")
    is_fit_for_everybody(tablet)
    tablet.click("main button >> text=記録する")
    expect(tablet.locator("main")).to_contain_text("参加の有無を記録しました")
    assert SessionSignUp.objects.get().attended is True
    assert dead_links(tablet, at_most=25) == []


def _begin(session: CoordinatorSession, stay: Booking) -> None:
    """The session and the stay lie a day back, as if a day had passed."""
    began: datetime = timezone.now() - timedelta(minutes=5)
    SessionSignUp.objects.update(signed_up_at=began - timedelta(hours=1))
    CoordinatorSession.objects.filter(pk=session.pk).update(starts_at=began)
    stay.days.update(day=timezone.localdate(began))
