"""A family comes and goes at the facility; what worried the operator reaches the district's nurse, and only her."""

from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from bookings.models import Booking, BookingState
from bookings.stays.stays import record_arrival
from referrals.models import Referral, SectionDeputy
from tests import builders
from tests.accounts.fixtures_sign_in import app_code, give_app

from .steps import PHONE, TABLET, booked, dead_links, is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

COMES = "髙﨑 𠮷子"
LEAVES = "渡邉 さくら"
OUTCOME = "家庭訪問をし、医療機関につないだ"
FOUND = "お話をうかがい、受診を一緒に決めた"
SHARED = "お会いできました。ご連絡ありがとうございました。"


@pytest.fixture
def operator() -> Any:
    """An operator of the Ward Centre, where today one family comes and another one leaves."""
    person = builders.user(Role.OPERATOR)
    service = builders.service()
    builders.usage_limits()
    booked(builders.family(COMES), service, days=3)
    leaves = booked(builders.family(LEAVES), service)
    with transaction.atomic():
        record_arrival(booking=leaves, by=person, at=timezone.now())
    return person


@pytest.fixture
def nurses() -> dict[str, Any]:
    return {
        slug: builders.user(Role.HEALTH_NURSE, district=builders.district(slug)) for slug in ("setagaya", "kitazawa")
    }


def raise_from_the_stay(page: Page) -> None:
    left = Booking.objects.get(state=BookingState.DEPARTED)
    page.goto(urljoin(page.url, f"/facility/bookings/{left.pk}/"))
    is_fit_for_everybody(page)
    page.click("main >> text=フォロー依頼を出す")
    is_fit_for_everybody(page)
    page.get_by_label("気分の落ち込み、不安、眠れない").check()
    page.fill("[name=what_was_seen]", "夜に眠れず、涙が出ると話していた。")
    page.check("[name=ground][value=consent]")
    page.click("text=依頼を送る")
    expect(page.locator("[name=what_was_seen]")).to_have_count(0)  # sent in the background


def visits_and_tells_the_facility(page: Page) -> None:
    """A home visit is recorded, the next contact planned, and the facility is told what it may know."""
    page.get_by_role("link", name="連絡・訪問を記録する").click()
    is_fit_for_everybody(page)
    page.check("[name=way][value=home_visit]")
    page.check("[name=met][value=mother]")
    page.get_by_role("button", name="記録する").click()
    expect(page.get_by_role("alert").first).to_contain_text("話したこと・様子")
    page.fill("[name=text]", FOUND)
    page.fill("[name=next_contact_on]", (timezone.localdate() + timedelta(days=7)).isoformat())
    page.get_by_role("button", name="記録する").click()
    expect(page.get_by_role("region", name="連絡・訪問")).to_contain_text(FOUND)
    is_fit_for_everybody(page)
    page.get_by_role("link", name="施設に伝える").click()
    is_fit_for_everybody(page)
    page.fill("[name=shared]", SHARED)
    page.get_by_role("button", name="施設に表示する").click()
    expect(page.get_by_text("施設の画面に表示しました")).to_be_visible()


def can_hand_over_to_the_deputy(page: Page, nurses: dict[str, Any]) -> None:
    """She is alone in her section: the ward has named who takes over."""
    SectionDeputy.objects.create(
        district=nurses["setagaya"].district,
        recipient=Role.HEALTH_NURSE,
        deputy=nurses["kitazawa"].district,
        period=(builders.LONG_AGO, None),
    )
    page.get_by_role("link", name="引き継ぐ").click()
    expect(page.locator("[name=to]")).to_contain_text(str(nurses["kitazawa"]))
    is_fit_for_everybody(page)
    page.get_by_role("link", name="戻る", exact=True).click()


def closes(page: Page) -> None:
    page.get_by_role("link", name="終了する").click()
    is_fit_for_everybody(page)
    page.check("[name=kind][value=medical]")
    page.fill("[name=outcome]", OUTCOME)
    page.check("[name=plan_called_off]")  # the next contact was planned
    page.get_by_role("button", name="終了する").click()


def test_a_worry_of_the_facility_reaches_the_nurse_of_the_family_and_nobody_elses(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], operator: Any, nurses: dict[str, Any]
) -> None:
    with screen(browser, browser_context_args, TABLET) as tablet:
        sign_in(tablet, live_server.url, operator)
        is_fit_for_everybody(tablet)
        tablet.locator("[data-rows]").get_by_role("link", name=COMES, exact=True).click()
        tablet.check("[name=residence_confirmed]")
        tablet.get_by_role("button", name="記録する").click()
        expect(tablet.get_by_text("の入所を記録しました")).to_be_visible()
        tablet.click("text=今日の一覧に戻る")
        tablet.locator("[data-rows] a[href$='/departure/']").first.click()
        is_fit_for_everybody(tablet)
        tablet.get_by_role("button", name="退所を記録する").click()
        expect(tablet.locator("tfoot")).to_contain_text("4,500")
        is_fit_for_everybody(tablet)

        tablet.click("text=今日の一覧に戻る")
        raise_from_the_stay(tablet)
        number = Referral.objects.get().number
        expect(tablet.get_by_role("heading", level=1)).to_contain_text(number)
        is_fit_for_everybody(tablet)

        with screen(browser, browser_context_args, PHONE) as elsewhere:
            sign_in(elsewhere, live_server.url, nurses["kitazawa"])
            expect(elsewhere.locator("main")).not_to_contain_text(number)
            answer = elsewhere.goto(f"{live_server.url}/nurse/referrals/{Referral.objects.get().pk}/")
            assert answer is not None
            assert answer.status == 404

        with screen(browser, browser_context_args, PHONE) as phone:
            sign_in(phone, live_server.url, nurses["setagaya"])
            expect(phone.locator(".card", has_text=number)).to_contain_text("新着")
            is_fit_for_everybody(phone)
            phone.get_by_role("link", name=number).click()
            is_fit_for_everybody(phone)
            phone.click("text=受け付ける（私が担当になる）")
            is_fit_for_everybody(phone)
            can_hand_over_to_the_deputy(phone, nurses)
            visits_and_tells_the_facility(phone)
            closes(phone)
            expect(phone.locator("main")).to_contain_text("受け付け待ちの依頼はありません")
            is_fit_for_everybody(phone)

        tablet.click("text=施設のフォロー依頼の一覧")
        is_fit_for_everybody(tablet)
        expect(tablet.get_by_role("row", name=number)).to_contain_text("終了")
        tablet.get_by_role("link", name=number).click()
        expect(tablet.locator("main")).to_contain_text(nurses["setagaya"].username)
        expect(tablet.get_by_role("region", name="総合支所から")).to_contain_text(SHARED)
        is_fit_for_everybody(tablet)
        assert not [word for word in (OUTCOME, FOUND) if word in tablet.content()]


def test_with_the_keyboard_alone_one_signs_in_and_records_an_arrival(
    live_server: Any, page: Page, operator: Any
) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    secret = give_app(operator)
    _tab_to(page, "#staff > summary")
    page.keyboard.press("Enter")
    _tab_to(page, "#id_username")
    page.keyboard.type(operator.username)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(builders.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/check/")
    _tab_to(page, "[name=code]")
    page.keyboard.type(app_code(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/facility/")
    comes = Booking.objects.get(state=BookingState.BOOKED)
    _tab_to(page, f"a[href$='/{comes.pk}/check-in/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check-in/")
    _tab_to(page, "[name=residence_confirmed]")
    page.keyboard.press("Space")
    _tab_to(page, "form[data-keep] button")
    page.keyboard.press("Enter")
    page.get_by_text("の入所を記録しました").wait_for()
    page.wait_for_url(lambda url: "/check-in/" not in url)
    assert not Booking.objects.filter(state=BookingState.BOOKED).exists()


def _tab_to(page: Page, target: str) -> None:
    for _press in range(40):
        if page.evaluate("target => document.activeElement.matches(target)", target):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"nobody sees that {target} has the focus"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {target}")


@pytest.mark.parametrize("who", ["operator", "setagaya", "nobody"])
def test_no_link_is_dead(live_server: Any, page: Page, operator: Any, nurses: dict[str, Any], who: str) -> None:
    builders.coupon_policy()
    if who == "nobody":
        page.goto(live_server.url)
    else:
        sign_in(page, live_server.url, nurses.get(who, operator))
    assert dead_links(page) == []
