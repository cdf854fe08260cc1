"""A month's claim: submitted at the tablet, returned by the ward with a reason, mended, submitted anew, accepted."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from billing.issue import issue_charge
from billing.models import Claim, ClaimState, Payment
from tests import builders
from tests.billing.factories_claims import enter_rates, facility_of, left, payee, settled

from .steps import DESKTOP, TABLET, dead_links, is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def last_month() -> date:
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


@pytest.fixture
def tablet(browser: Browser, browser_context_args: dict[str, Any]) -> Any:
    with screen(browser, browser_context_args, TABLET) as page:
        yield page


@pytest.fixture
def desk(browser: Browser, browser_context_args: dict[str, Any]) -> Any:
    with screen(browser, browser_context_args, DESKTOP) as page:
        yield page


@pytest.fixture
def manager(transactional_db: None) -> User:
    return builders.user(Role.FACILITY_MANAGER)


def reads_why_it_was_given_back(page: Page, url: str) -> None:
    """On the board, then first on the month's page; what is open names the person."""
    page.goto(f"{url}/facility/")
    expect(page.get_by_role("alert")).to_contain_text("入金を確認してください")
    is_fit_for_everybody(page)
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("入金を確認してください")
    expect(page.locator("main")).to_contain_text("髙﨑 𠮷子さん")
    expect(page.get_by_role("region", name="支払先")).to_contain_text("みほん銀行 三軒茶屋支店 普通 0012345")


def to_the_months(tablet: Page) -> None:
    """By the menu: on the board it is folded, the day has the screen."""
    folded = tablet.locator("text=メニュー >> visible=true")
    if folded.count():
        folded.first.click()
    tablet.click("header >> text=月次実績・請求 >> visible=true")


def test_submitted_returned_mended_submitted_anew_and_accepted(
    live_server: Any, tablet: Page, desk: Page, manager: User, last_month: date
) -> None:
    paid = settled(last_month + timedelta(days=3), by=manager)
    booking = left(last_month + timedelta(days=8))
    enter_rates()
    payee(facility_of(manager))
    month, words = f"{last_month:%Y-%m}", f"{last_month.year}年{last_month.month}月"

    sign_in(tablet, live_server.url, manager)
    to_the_months(tablet)
    is_fit_for_everybody(tablet)
    tablet.click(f"main >> text={words}")
    expect(tablet.locator("main")).to_contain_text("料金が発行されていません")
    is_fit_for_everybody(tablet)
    tablet.fill("[name=remark]", "確認しました")
    tablet.click("text=提出する")
    expect(tablet.locator(".errors")).to_contain_text("先に直してください")
    assert (tablet.input_value("[name=remark]"), Claim.objects.count()) == ("確認しました", 0)

    transaction.atomic(durable=True)(issue_charge)(booking=booking, by=manager, at=timezone.now())
    tablet.goto(f"{live_server.url}/facility/claims/{month}/")
    tablet.fill("[name=remark]", "1件は翌月入金")
    tablet.click("text=提出する")
    expect(tablet.locator("main")).to_contain_text("提出しました")
    is_fit_for_everybody(tablet)

    sign_in(desk, live_server.url, builders.user())
    desk.goto(f"{live_server.url}/claims/")
    is_fit_for_everybody(desk)
    desk.click(f"main >> text={words}")
    expect(desk.locator("main")).to_contain_text("1件は翌月入金")
    is_fit_for_everybody(desk)
    desk.click("text=施設に差し戻す")
    expect(desk.locator(".errors")).to_be_visible()
    desk.fill("[name=reason]", "入金を確認してください")
    desk.click("text=施設に差し戻す")
    expect(desk.locator("main")).to_contain_text("施設に差し戻しました")

    reads_why_it_was_given_back(tablet, live_server.url)
    tablet.locator("main li", has_text="料金の精算が済んでいません").locator("a").click()
    tablet.check("[name=method][value=cash]")
    tablet.click("text=入金を記録する")
    tablet.goto(f"{live_server.url}/facility/claims/{month}/")
    expect(tablet.locator("main")).not_to_contain_text("料金の精算が済んでいません")
    tablet.fill("[name=remark]", "入金済み。ケア記録は紙で保管")
    tablet.click("text=提出する")
    expect(tablet.locator("main")).to_contain_text("提出しました")

    desk.goto(f"{live_server.url}/claims/")
    desk.click(f"main >> text={words}")
    desk.click("main button >> text=受理する")
    expect(desk.locator("main")).to_contain_text("この月は変更できなくなりました")
    claim = Claim.objects.get()
    assert (claim.state, Payment.objects.count(), claim.steps.count()) == (ClaimState.ACCEPTED, 2, 4)
    assert paid.booking.number in desk.inner_text("main")
    tablet.goto(f"{live_server.url}/facility/claims/")
    assert dead_links(tablet, at_most=25) == []
