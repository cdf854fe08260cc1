"""A mother chooses the time of a visit, the midwife records it; who leaves takes her plan home, once it is decided."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState, Stay, VisitPolicy, VisitPreparation, VisitTime
from care.models import InfantCare, PlanPhrase
from enrollment.help_queries import kept_lines
from facilities.models import ServiceKind
from tests import builders

from .steps import TABLET, booked, is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}
ALWAYS = (builders.LONG_AGO, None)


@pytest.fixture
def mother() -> User:
    return builders.user(Role.MOTHER, email="yoshiko@example.jp")


@pytest.fixture
def screens(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[tuple[Page, Page]]:
    with (
        screen(browser, browser_context_args, TABLET) as tablet,
        screen(browser, browser_context_args, PHONE) as phone,
    ):
        yield tablet, phone


def test_a_mother_chooses_the_time_of_a_visit_and_the_midwife_records_what_she_sees(
    live_server: Any, screens: tuple[Page, Page], mother: User
) -> None:
    tablet, phone = screens
    visits = builders.service(
        ServiceKind.OUTREACH, builders.pool(3, slug="visits"), age_limit_months=12, visit_minutes=120
    )
    VisitPolicy.objects.create(service=visits, period=ALWAYS, travel_minutes=30)
    for one in (time(9, 30), time(12, 30)):
        VisitTime.objects.create(service=visits, period=ALWAYS, starts_at=one)
    VisitPreparation.objects.create(
        service=visits, code="handbook", text="母子健康手帳", text_en="Handbook", period=ALWAYS
    )
    today = timezone.localdate()
    registration = builders.registration(builders.family(account=mother), born=today - timedelta(days=40))
    day = today + timedelta(days=3)

    sign_in(phone, live_server.url, mother)
    asked = f"?service={visits.slug}&day={day.isoformat()}&ask=1"
    phone.goto(f"{live_server.url}/my/registrations/{registration.pk}/book/{asked}")
    phone.click("main form button")
    expect(phone.locator(".field-wrong")).to_contain_text("時刻を選んでください")
    is_fit_for_everybody(phone)
    phone.get_by_label("12:30–14:30").check()
    phone.click("main form button")
    expect(phone.locator("main")).to_contain_text("母子健康手帳")
    expect(phone.locator("main")).to_contain_text("12:30–14:30")
    is_fit_for_everybody(phone)
    phone.click("text=時刻を変える")
    phone.get_by_label("09:30–11:30").check()
    phone.click("text=この時刻にする")
    expect(phone.locator("main h2 >> text=09:30–11:30")).to_be_visible()

    booking = Booking.objects.get()
    booking.days.update(day=today, starts_at=time(0, 1))  # as if the day had come
    sign_in(tablet, live_server.url, builders.user(Role.OPERATOR))
    tablet.goto(f"{live_server.url}/facility/bookings/{booking.pk}/visits/{today.isoformat()}/")
    infant = registration.birth.infants.get()
    tablet.fill("[name=ended]", "00:02")
    tablet.fill(f"[name=weight_{infant.pk}]", "4120")
    tablet.check("input[name=mood][value='1']")
    tablet.fill("[name=advice]", "よく飲めています。")
    is_fit_for_everybody(tablet)
    tablet.click("main form button")
    expect(tablet.locator("main")).to_contain_text("4120 g")
    assert InfantCare.objects.get().weight_grams == 4120
    phone.goto(f"{live_server.url}/stays/{booking.pk}/take-home/")
    expect(phone.locator("main")).to_contain_text("4,120 g")
    expect(phone.locator("main")).to_contain_text("よく飲めています。")


def test_who_leaves_takes_her_plan_home_once_somebody_has_decided(
    live_server: Any, screens: tuple[Page, Page], mother: User
) -> None:
    tablet, phone = screens
    for kind, text in (("aim", "まとまって眠り、体を休める"), ("next-step", "1〜2週間後に体重を測る")):
        PlanPhrase.objects.create(kind=kind, code=kind, text=text, text_en=text, period=ALWAYS)
    kept_lines.forget()
    booking = booked(builders.family(account=mother), builders.service(), first=-1, days=2)
    Booking.objects.update(state=BookingState.ARRIVED)
    midwife = builders.user(Role.OPERATOR)
    came = builders.at(timezone.localdate() - timedelta(days=1))
    Stay.objects.create(booking=booking, arrived_at=came, arrival_recorded_by=midwife)
    stay = f"{live_server.url}/facility/bookings/{booking.pk}/"

    sign_in(tablet, live_server.url, midwife)
    tablet.goto(stay)
    tablet.click("text=目標を決める")
    tablet.get_by_label("まとまって眠り、体を休める").check()
    tablet.click("main form button")
    tablet.click("text=目標を振り返る")
    tablet.get_by_label("うまくいった").check()
    is_fit_for_everybody(tablet)
    tablet.click("main form button")
    tablet.click("main >> text=EPDS")
    tablet.fill("[name=total]", "10")
    tablet.fill("[name=item_10]", "0")
    tablet.click("main form button")
    expect(tablet.locator("main")).to_contain_text("フォロー依頼が提案されています")

    tablet.goto(f"{stay}departure/")
    expect(tablet.locator("main")).to_contain_text("判断が済むと、退所を記録できます")
    assert tablet.locator("main form button[type=submit], main form button:not([type])").count() == 0
    is_fit_for_everybody(tablet)
    tablet.click("text=依頼しない（理由を記録）")
    tablet.fill("[name=reason]", "ご本人と話し、支えがある")
    tablet.click("main form button")
    expect(tablet.locator("main")).to_contain_text("ご本人と話し、支えがある")
    tablet.goto(f"{stay}departure/")
    tablet.get_by_label("できた").check()
    tablet.get_by_label("1〜2週間後に体重を測る").check()
    tablet.fill("[name=summary]", "よく眠れるようになりました。")
    is_fit_for_everybody(tablet)
    tablet.click("main form button")
    tablet.wait_for_url(lambda address: "departure" not in address)

    sign_in(phone, live_server.url, mother)
    phone.goto(f"{live_server.url}/my/bookings/{booking.pk}/")
    phone.click("text=お持ち帰りのまとめ")
    for words in ("よく眠れるようになりました。", "できた", "1〜2週間後に体重を測る", "119"):
        expect(phone.locator("main")).to_contain_text(words)
    is_fit_for_everybody(phone)
    paper = phone.request.get(f"{live_server.url}/stays/{booking.pk}/take-home.pdf")
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
