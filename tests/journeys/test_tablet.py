"""A midwife at the tablet: check-in, a care record over a network that fails, leaving with a coupon, the till."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from billing.models import Charge, Payment
from bookings.models import Booking
from bookings.stays.stays import record_arrival
from care.models import CareRecord, InfantCare
from enrollment.models import RegistrationState
from tests import builders

from .steps import PATIENCE, TABLET, is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tablet(browser: Browser, browser_context_args: dict[str, Any]) -> Any:
    with screen(browser, browser_context_args, TABLET) as page:
        yield page


@pytest.fixture
def expected() -> Booking:
    """A family that is expected today for one day at the Ward Centre, with a coupon in her hand."""
    today = timezone.localdate()
    builders.usage_limits()
    builders.coupon_policy()
    registration = builders.registration(born=today - timedelta(days=40))
    booking = Booking.objects.create(
        registration=registration, service=builders.service(), booked_at=timezone.now(), food="卵アレルギー"
    )
    booking.days.create(day=today)
    return booking


def test_from_check_in_to_the_receipt_and_no_entry_is_lost_on_the_way(
    live_server: Any, tablet: Page, expected: Booking
) -> None:
    infant = expected.registration.birth.infants.get()
    sign_in(tablet, live_server.url, builders.user(Role.OPERATOR))
    tablet.goto(f"{live_server.url}/facility/")
    expect(tablet.locator("main")).to_contain_text("卵アレルギー")
    is_fit_for_everybody(tablet)
    tablet.click("text=入所を記録する")
    tablet.fill("[name=mother_temperature]", "36.5")
    tablet.check("[name=residence_confirmed]")
    is_fit_for_everybody(tablet)
    tablet.click("main button >> text=記録する")
    expect(tablet.locator("main")).to_contain_text("入所時の確認：お母さん 36.5")

    tablet.click("text=今日のケア記録")
    tablet.fill(f"[name=weight_{infant.pk}]", "3520")
    tablet.fill("[name=note]", "夜中に二度授乳")
    tablet.context.set_offline(True)
    tablet.click("main button >> text=記録する")
    expect(tablet.locator("#not-sent")).to_be_visible()
    assert (tablet.input_value("[name=note]"), CareRecord.objects.count()) == ("夜中に二度授乳", 0)
    # Back in the network it is sent by itself, once.
    tablet.context.set_offline(False)
    expect(tablet.locator("main")).to_contain_text("ケア記録を保存しました")
    assert (CareRecord.objects.get().note, InfantCare.objects.get().weight_grams) == ("夜中に二度授乳", 3520)
    is_fit_for_everybody(tablet)

    tablet.click("text=今日のケア記録")
    tablet.fill(f"[name=weight_{infant.pk}]", "35200")
    tablet.fill("[name=note]", "訂正します")
    tablet.click("main button >> text=記録する")
    expect(tablet.locator(".errors")).to_be_visible()
    assert tablet.input_value("[name=note]") == "訂正します"
    tablet.fill(f"[name=weight_{infant.pk}]", "3521")
    tablet.click("main button >> text=記録する")
    expect(tablet.locator("main")).to_contain_text("訂正の記録")

    tablet.click("text=退所を記録する")
    tablet.fill("[name=summary]", "よく休めました")
    tablet.check("[name=coupons][value='1']")
    is_fit_for_everybody(tablet)
    tablet.click("main form button >> nth=0")
    expect(tablet.locator("main")).to_contain_text("残り 2,000 円")
    tablet.check("[name=method][value=cash]")
    tablet.click("text=入金を記録する")
    expect(tablet.locator("main")).to_contain_text("残り 0 円")
    is_fit_for_everybody(tablet)
    assert (Charge.objects.get().total, Payment.objects.get().amount) == (2_000, 2_000)
    receipt = tablet.locator("main a", has_text="領収書").get_attribute("href")
    assert tablet.context.request.get(f"{live_server.url}{receipt}").body()[:5] == b"%PDF-"


def test_a_day_more_is_seen_with_its_fee_then_given_and_stands_in_the_plan(
    live_server: Any, tablet: Page, expected: Booking
) -> None:
    midwife = builders.user(Role.OPERATOR)
    with transaction.atomic():
        record_arrival(booking=expected, by=midwife, at=timezone.now())
    builders.sibling(expected.registration.birth.family)
    sign_in(tablet, live_server.url, midwife)
    tablet.goto(f"{live_server.url}/facility/bookings/{expected.pk}/")
    tablet.click("text=日にち・利用者を変更")
    is_fit_for_everybody(tablet)
    tablet.fill("[name=last_day]", (timezone.localdate() + timedelta(days=1)).isoformat())
    tablet.click("text=日にちと料金を確かめる >> nth=0")
    expect(tablet.locator("main")).to_contain_text("9,000")
    is_fit_for_everybody(tablet)
    tablet.click("main button >> text=変更する")
    expect(tablet.locator("main")).to_contain_text("変更しました")
    assert expected.days.count() == 2
    tablet.goto(f"{live_server.url}/facility/weeks/")
    expect(tablet.locator("td[colspan='2']")).to_contain_text(expected.registration.birth.family.mother_name)
    is_fit_for_everybody(tablet)


def test_a_session_that_ended_while_she_typed_takes_no_word_with_it(
    live_server: Any, tablet: Page, expected: Booking
) -> None:
    midwife, colleague = builders.user(Role.OPERATOR), builders.user(Role.OPERATOR)
    with transaction.atomic():
        record_arrival(booking=expected, by=midwife, at=timezone.now())
    sign_in(tablet, live_server.url, midwife)
    address = f"{live_server.url}/facility/bookings/{expected.pk}/care/{timezone.localdate()}/"
    tablet.goto(address)
    tablet.fill("[name=note]", "夜中に二度授乳")
    tablet.context.clear_cookies(name="sessionid")
    tablet.click("main button >> text=記録する")
    expect(tablet.locator("#not-sent [data-why=signed-out]")).to_be_visible()
    assert (tablet.input_value("[name=note]"), CareRecord.objects.count()) == ("夜中に二度授乳", 0)
    # Somebody else at the same tablet sees nothing of it.
    sign_in(tablet, live_server.url, colleague)
    tablet.goto(address)
    assert tablet.input_value("[name=note]") == ""
    tablet.context.clear_cookies(name="sessionid")
    sign_in(tablet, live_server.url, midwife)
    # Back, what she sent goes on under her own name, by itself.
    expect(tablet.locator("#queue")).to_be_hidden()
    deadline = timezone.now() + timedelta(milliseconds=PATIENCE)
    while not CareRecord.objects.exists() and timezone.now() < deadline:
        tablet.wait_for_timeout(100)
    record = CareRecord.objects.get()
    assert (record.note, record.recorded_by) == ("夜中に二度授乳", midwife)
    tablet.goto(address)
    assert tablet.input_value("[name=note]") == "夜中に二度授乳"
    is_fit_for_everybody(tablet)
    # Written is forgotten.
    tablet.goto(address)
    expect(tablet.locator("#not-sent [data-why=back]")).to_be_hidden()


def test_a_form_that_is_not_sent_in_the_background_keeps_its_words_too(
    live_server: Any, tablet: Page, expected: Booking
) -> None:
    """The administration's decision: what a return says, typed into a page whose session ended."""
    made = builders.registration(born=timezone.localdate() - timedelta(days=40), state=RegistrationState.APPLIED)
    builders.letter_policy()
    staff = builders.user()
    sign_in(tablet, live_server.url, staff)
    address = f"{live_server.url}/admin/enrollment/registration/{made.pk}/decide/"
    tablet.goto(address)
    tablet.check("[name=decision][value=return]")
    tablet.fill("form:has([name=decision]) [name=reason]", "書類が足りません")
    tablet.context.clear_cookies()
    tablet.click("button[name=do][value=decide]")
    sign_in(tablet, live_server.url, staff)
    tablet.goto(address)
    expect(tablet.locator("form:has([name=decision]) [name=reason]")).to_have_value("書類が足りません")
    tablet.click("button[name=do][value=decide]")
    tablet.wait_for_url("**/queue/")
    made.refresh_from_db()
    assert (made.state, made.decision_reason) == (RegistrationState.RETURNED, "書類が足りません")
