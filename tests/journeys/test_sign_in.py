"""Signing in with a real browser: the code of the mail, the app's code, passkeys, on a phone and at a desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from tests import builders
from tests.accounts import fixtures_sign_in

from .steps import DESKTOP, PHONE, is_fit_for_everybody, screen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desk"])
def device(browser: Browser, browser_context_args: dict[str, Any], request: Any) -> Iterator[Page]:
    """A browser that has a passkey device built in: it always says yes."""
    with screen(browser, browser_context_args, request.param) as page:
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        yes = {"isUserVerified": True, "automaticPresenceSimulation": True}
        session.send("WebAuthn.addVirtualAuthenticator", {"options": kind | yes})
        yield page


@pytest.fixture
def site(live_server: Any) -> str:
    """A passkey belongs to a name; an IP address has none."""
    return str(live_server.url).replace("127.0.0.1", "localhost")


def sign_out(page: Page) -> None:
    menu = page.locator(".nav-menu summary")
    if menu.is_visible():
        menu.click()
    page.get_by_role("button", name="サインアウト").locator("visible=true").click()


def test_a_mother_signs_up_by_code_adds_a_passkey_and_next_time_needs_nothing_else(site: str, device: Page) -> None:
    device.goto(f"{site}/accounts/login/")
    is_fit_for_everybody(device)
    device.fill("[name=email]", "hana@example.jp")
    device.click("text=確認番号を受け取る")
    device.locator("[name=code]").wait_for()
    is_fit_for_everybody(device)
    device.fill("[name=code]", "0000")
    device.press("[name=code]", "Enter")
    expect(device.get_by_role("alert")).to_contain_text("確認番号と違います")
    device.fill("[name=code]", fixtures_sign_in.mailed_code())
    device.press("[name=code]", "Enter")
    device.wait_for_url("**/my/**")

    device.goto(f"{site}/accounts/security/")
    is_fit_for_everybody(device)
    device.click("text=パスキーを追加する")
    is_fit_for_everybody(device)
    device.click("#passkey_add")
    device.wait_for_url("**/accounts/security/")
    expect(device.locator("main")).to_contain_text("パスキー1")
    device.click("text=パスキーの名前の変更・削除")
    is_fit_for_everybody(device)

    sign_out(device)
    device.goto(f"{site}/accounts/login/")
    device.click("text=パスキーでサインインする")
    device.wait_for_url("**/my/**")


def test_a_nurse_sets_up_a_passkey_before_anything_opens_and_uses_it_after_the_password(
    site: str, device: Page
) -> None:
    nurse = builders.user(Role.HEALTH_NURSE)

    def by_password() -> None:
        device.goto(f"{site}/nurse/")
        device.click("summary:has-text('職員の方')")
        device.fill("[name=username]", nurse.username)
        device.fill("[name=password]", builders.PASSWORD)
        device.press("[name=password]", "Enter")

    by_password()
    device.wait_for_url("**/accounts/security/")
    is_fit_for_everybody(device)
    device.click("text=パスキーを追加する")
    device.click("#passkey_add")
    device.wait_for_url("**/recovery-codes/")
    is_fit_for_everybody(device)
    expect(device.locator(".codes li")).to_have_count(10)
    device.click("text=保管しました")
    device.wait_for_url("**/nurse/")

    sign_out(device)
    by_password()
    device.wait_for_url("**/login/check/")
    is_fit_for_everybody(device)
    device.click("#passkey_use")
    device.wait_for_url("**/nurse/")


def test_staff_set_up_the_app_from_the_picture(site: str, device: Page) -> None:
    staff = builders.user()
    device.goto(f"{site}/accounts/login/")
    device.click("summary:has-text('職員の方')")
    device.fill("[name=username]", staff.username)
    device.fill("[name=password]", builders.PASSWORD)
    device.press("[name=password]", "Enter")
    device.click("text=認証アプリを設定する")
    expect(device.locator(".qr-code svg path")).to_be_visible()
    is_fit_for_everybody(device)
    device.fill("[name=code]", fixtures_sign_in.app_code(device.locator("code.key").inner_text()))
    device.press("[name=code]", "Enter")
    device.wait_for_url("**/recovery-codes/")
    device.goto(f"{site}/admin/")
    expect(device.locator("body")).to_contain_text(staff.username)


def test_the_pages_of_ones_own_sign_in_are_fit_for_everybody(site: str, device: Page) -> None:
    sign_in(device, site, builders.user())
    for page in ("security/", "security/app/remove/", "security/recovery-codes/new/", "password/"):
        device.goto(f"{site}/accounts/{page}")
        is_fit_for_everybody(device)
    device.context.clear_cookies()
    for page in ("password/forgotten/", "password/sent/", "password/new/x/y/"):
        device.goto(f"{site}/accounts/{page}")
        is_fit_for_everybody(device)
