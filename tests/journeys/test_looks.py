"""A night at the house: 15 babies looked at by one touch, a look that is late seen and heard, the tablet changed."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from accounts.shift import set_pin
from bookings.models import Booking
from bookings.stays.stays import record_arrival
from care.models import CarePolicy, SleepCheck
from tests import builders
from tests.accounts import fixtures_sign_in

from .steps import is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

LANDSCAPE = {"width": 1024, "height": 768}
FAMILIES, MINUTES, PIN = 15, 5, "7294"
COUNT_TOUCHES = (
    "addEventListener('pointerdown', () => { sessionStorage.touches = 1 + +(sessionStorage.touches || 0); }, true)"
)


@pytest.fixture
def tablet(browser: Browser, browser_context_args: dict[str, Any]) -> Any:
    with screen(browser, browser_context_args | {"has_touch": True}, LANDSCAPE) as page:
        page.add_init_script(COUNT_TOUCHES)
        page.clock.install(time=timezone.now())
        yield page


@pytest.fixture
def house() -> list[Booking]:
    """Fifteen families in house, with a baby each, that stay until the day after tomorrow."""
    today, now = timezone.localdate(), timezone.now()
    builders.usage_limits()
    CarePolicy.objects.create(period=(builders.LONG_AGO, None), sleep_check_minutes=MINUTES)
    service, midwife = builders.service(), builders.user(Role.OPERATOR)
    made = []
    for number in range(FAMILIES):
        family = builders.family(f"試験 {number + 1}子")
        registration = builders.registration(family, born=today - timedelta(days=30))
        booking = Booking.objects.create(registration=registration, service=service, booked_at=now)
        for day in range(3):
            booking.days.create(day=today + timedelta(days=day))
        with transaction.atomic():
            record_arrival(booking=booking, by=midwife, at=now)
        made.append(booking)
    return made


def midwife(name: str) -> User:
    made = builders.user(Role.OPERATOR, last_name=name, first_name="光")
    with transaction.atomic():
        set_pin(pin=PIN, by=made, at=timezone.now())
    return made


def take_over(page: Page, site: str, person: User) -> None:
    """Somebody who has not signed in on this tablet yet takes it from who has it."""
    page.goto(f"{site}/accounts/shift/")
    page.get_by_role("button", name="ほかの人がサインインする").tap()
    page.wait_for_url("**/accounts/login/**")
    secret = fixtures_sign_in.give_app(person)
    page.click("summary:has-text('職員の方')")
    page.fill("[name=username]", person.username)
    page.fill("[name=password]", builders.PASSWORD)
    page.press("[name=password]", "Enter")
    page.locator("[name=code]").wait_for()
    page.fill("[name=code]", fixtures_sign_in.app_code(secret))
    page.press("[name=code]", "Enter")
    page.wait_for_url(lambda address: "/accounts/" not in address)


def touches(page: Page) -> int:
    return int(page.evaluate("+(sessionStorage.touches || 0)"))


def test_a_night_with_one_sign_in_a_change_by_pin_and_a_look_that_is_late(
    live_server: Any, tablet: Page, house: list[Booking]
) -> None:
    aya, mio = midwife("青木"), midwife("森")
    looks = f"{live_server.url}/facility/sleep-checks/"
    sign_in(tablet, live_server.url, aya)
    take_over(tablet, live_server.url, mio)

    # Fifteen babies, one of them on its side: two touches, and all of it stands under who has the tablet.
    tablet.goto(looks)
    is_fit_for_everybody(tablet)
    before = touches(tablet)
    tablet.locator("tr[data-look]").nth(2).get_by_text("横向き").tap()
    tablet.get_by_role("button", name="全員確認").tap()
    expect(tablet.get_by_text("見守りを記録しました").first).to_be_visible()
    assert touches(tablet) - before == 2
    found = list(SleepCheck.objects.values_list("position", "recorded_by", "watched_by"))
    assert (len(found), sum(row[0] == "side" for row in found)) == (FAMILIES, 1)
    assert {row[1:] for row in found} == {(mio.pk, mio.pk)}

    # Past the interval amber, past two red and heard; both without touching the page.
    tablet.get_by_role("button", name="音を鳴らす").first.tap()
    bar = tablet.locator("#late-looks")
    expect(bar).to_be_hidden()
    for minutes, late in ((MINUTES + 1, "amber"), (2 * MINUTES + 1, "red")):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
            tablet.clock.fast_forward(31_000)
            expect(bar).to_have_attribute("data-late", late)
            expect(bar).to_be_visible()
            expect(tablet.locator(f"tr[data-look][data-late={late}]")).to_have_count(FAMILIES)
            if late == "red":
                expect(bar).to_have_attribute("data-beeps", "1")
                # It is seen and heard on every other page of the house, too.
                tablet.goto(f"{live_server.url}/facility/coming/")
                expect(bar).to_have_attribute("data-late", "red")

    # The colleague takes the tablet by her PIN: where it was, and the next round is hers.
    tablet.goto(looks)
    before = touches(tablet)
    tablet.get_by_role("link", name="担当交代").tap()
    tablet.get_by_label("青木 光").tap()
    tablet.fill("[name=pin]", PIN)
    is_fit_for_everybody(tablet)
    tablet.get_by_role("button", name="交代する").tap()
    tablet.wait_for_url(looks)
    assert touches(tablet) - before == 3
    tablet.get_by_role("button", name="全員確認").tap()
    expect(tablet.get_by_text("見守りを記録しました").first).to_be_visible()
    assert set(SleepCheck.objects.order_by("-pk")[:FAMILIES].values_list("recorded_by", "watched_by")) == {
        (aya.pk, aya.pk)
    }

    # Sixteen hours on, with a request at least every 50 minutes: still her first sign-in.
    start = timezone.now()
    for step in range(1, 20):
        with time_machine.travel(start + timedelta(minutes=50 * step), tick=True):
            assert tablet.context.request.get(f"{looks}due/", max_redirects=0).status == 200
    with time_machine.travel(start + timedelta(hours=16), tick=True):
        tablet.clock.set_system_time(timezone.now())
        tablet.goto(looks)
        tablet.get_by_role("button", name="全員確認").tap()
        expect(tablet.get_by_text("見守りを記録しました").first).to_be_visible()
        assert SleepCheck.objects.filter(recorded_by=aya).count() == 2 * FAMILIES
