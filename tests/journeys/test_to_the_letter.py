"""From the first page to the ward's letter: a mother on her phone, two of the staff at their desks."""

import io
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from enrollment.models import Letter, Registration, RegistrationState
from tests import builders

from .applying import NAME, about_herself, agree_and_send, go_on, her_home, her_twins, how_she_is
from .steps import DESKTOP, PHONE, is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk_of_the_ward(ward: None) -> None:
    builders.letter_policy()


def test_from_the_first_page_to_the_letter(
    live_server: Any,
    browser: Browser,
    browser_context_args: dict[str, Any],
    mother: User,
    desk_of_the_ward: None,
) -> None:
    with screen(browser, browser_context_args, PHONE) as phone, screen(browser, browser_context_args, DESKTOP) as desk:
        phone.goto(live_server.url)
        is_fit_for_everybody(phone)
        sign_in(phone, live_server.url, mother)
        _applies(phone, mother)
        sign_in(desk, live_server.url, builders.user())
        expect(desk).to_have_url(f"{live_server.url}/admin/")
        desk.locator(".ward-due-row").filter(has_text="審査待ちの申請").click()
        expect(desk).to_have_url(f"{live_server.url}/admin/enrollment/registration/queue/")
        _is_decided(desk)
        phone.goto(f"{live_server.url}/my/")
        is_fit_for_everybody(phone)
        with phone.expect_download() as download:
            phone.get_by_role("link", name="決定通知書").first.evaluate(
                "link => { link.download = ''; link.click(); }"
            )
        pages = PdfReader(io.BytesIO(download.value.path().read_bytes())).pages
        assert NAME in "".join(page.extract_text() for page in pages)
    assert Letter.objects.get().first_opened_at is not None
    assert Registration.objects.get().state == RegistrationState.APPROVED


def _applies(phone: Page, mother: User) -> None:
    phone.get_by_role("link", name="利用登録を申請する").click()
    about_herself(phone, mother)
    her_home(phone)
    go_on(phone, "babies")
    her_twins(phone, timezone.localdate() - timedelta(days=30))
    go_on(phone, "health")
    how_she_is(phone)
    go_on(phone, "send")
    agree_and_send(phone)
    expect(phone.get_by_text("申請を受け付けました")).to_be_visible()


def _is_decided(desk: Page) -> None:
    is_fit_for_everybody(desk)
    desk.get_by_role("link", name=NAME).click()
    expect(desk.get_by_text("要件の判定")).to_be_visible()
    is_fit_for_everybody(desk)
    desk.get_by_label("不承認にする").check()
    desk.get_by_role("button", name="決定する").click()
    expect(desk.get_by_role("alert")).to_contain_text("理由")
    expect(desk.get_by_label("不承認にする")).to_be_checked()
    desk.get_by_label("承認する", exact=True).check()
    desk.get_by_role("button", name="決定する").click()
    expect(desk.get_by_text("審査待ちの申請はありません。")).to_be_visible()
    is_fit_for_everybody(desk)


def test_an_exception_takes_two_people_and_two_entries_become_one(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], desk_of_the_ward: None
) -> None:
    born = timezone.localdate() - timedelta(days=40)
    twice = [builders.family(NAME), builders.family(NAME)]
    for family in twice:
        family.phone = "0312345678"
        family.save()
    made = builders.registration(twice[0], born=born, state=RegistrationState.APPLIED, lacks_support=False)
    page = f"{live_server.url}/admin/enrollment/registration/{made.pk}/decide/"
    with screen(browser, browser_context_args, DESKTOP) as one, screen(browser, browser_context_args, DESKTOP) as two:
        sign_in(one, live_server.url, builders.user())
        one.goto(page)
        one.get_by_role("link", name="並べて比べる").click()
        is_fit_for_everybody(one)
        one.locator("[name=reason]").fill("電話でご本人に確認")
        one.get_by_role("button", name="2つの登録を統合する").click()
        expect(one.get_by_text("2つの登録を統合しました")).to_be_visible()
        one.goto(page)
        one.get_by_text("例外を提案する").click()
        one.locator("[name=exception-rule]").select_option("support")
        one.locator("[name=exception-last_day]").fill((timezone.localdate() + timedelta(days=60)).isoformat())
        one.locator("[name=exception-reason]").fill("祖父母は高齢で手伝えない")
        one.get_by_role("button", name="提案する", exact=True).click()
        expect(one.get_by_text("もう一人の職員が認める必要があります")).to_be_visible()
        second = builders.user(Role.WARD_STAFF)
        sign_in(two, live_server.url, second)
        Authenticator.objects.filter(user=second).update(created_at=builders.at(builders.LONG_AGO))
        two.goto(page)
        two.get_by_role("button", name="例外を認める").click()
        expect(two.get_by_text("承認：")).to_be_visible()
        is_fit_for_everybody(two)
    assert made.exceptions.get().granted_at is not None


def test_what_came_by_telephone_is_typed_in(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], desk_of_the_ward: None
) -> None:
    with screen(browser, browser_context_args, DESKTOP) as desk:
        sign_in(desk, live_server.url, builders.user())
        desk.get_by_role("link", name="申請を入力する").first.click()
        is_fit_for_everybody(desk)
        desk.get_by_role("button", name="登録する").click()
        expect(desk.locator("main .field-error").first).to_be_visible()
        is_fit_for_everybody(desk)
