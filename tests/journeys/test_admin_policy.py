"""The administration under the same content policy as every page: nothing is evaluated, nothing stands inline.

Every page of it is opened in a browser that is told what to refuse: a refusal, or an expression that Alpine cannot
read without eval, is an error in its console.
"""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, expect

from accounts.roles import Role
from accounts.url_permissions import ADMIN_MODELS
from tests import builders
from tests.factories_two_families import two_worlds

from .steps import DESKTOP, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PAGES_OF_OURS = (
    "/admin/",
    "/admin/enrollment/registration/queue/",
    "/admin/billing/charge/differences/",
    "/admin/bookings/booking/capacity/",
    "/admin/referrals/placerequest/waiting/",
)


class Desk:
    """Ward staff at the administration, and what the browser's console said."""

    def __init__(self, site: str, page: Page) -> None:
        self.site, self.page = site, page
        self.said: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        not_there = "Failed to load resource" in message.text  # pages that a test opens to be refused
        if message.type in ("error", "warning") and not not_there:
            self.said.append(f"{self.page.url}: {message.text}")

    def open(self, path: str) -> int:
        answer = self.page.goto(f"{self.site}{path}")
        assert answer is not None
        return answer.status


@pytest.fixture
def desk(live_server: Any, page: Page) -> Desk:
    with transaction.atomic():
        two_worlds()
    staff = builders.user(Role.WARD_STAFF, email="staff@ward.example")
    page.set_viewport_size(DESKTOP)
    made = Desk(live_server.url, page)
    sign_in(page, live_server.url, staff)
    return made


def test_no_page_of_the_administration_is_refused_anything_by_its_policy(desk: Desk) -> None:
    lists = [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for model in admin.site._registry
        if model._meta.label_lower.replace(".", "_") in ADMIN_MODELS
    ]
    assert len(lists) > 30
    assert {desk.open(path) for path in PAGES_OF_OURS} == {200}
    theirs = [path for path in lists if desk.open(path) == 200]  # accounts are another's
    assert len(theirs) > 30
    for path in theirs:
        if desk.open(f"{path}add/") not in (200, 403, 404):
            pytest.fail(path)
        desk.open(path)
        row = desk.page.locator("#result_list tbody a[href*='/change/']").first
        if row.count():
            change = str(row.get_attribute("href")).split("?")[0]
            for verb in ("change", "delete", "history"):
                desk.open(change.replace("/change/", f"/{verb}/"))
    assert desk.said == []


def test_what_unfold_does_by_its_scripts_is_still_done(desk: Desk) -> None:
    page = desk.page
    desk.open("/admin/facilities/town/")
    bar = page.locator("#nav-sidebar")
    expect(bar).to_be_visible()
    page.get_by_text("menu", exact=True).first.or_(page.locator("[x-on\\:click='toggleSidebar()']")).first.click()
    expect(bar).to_be_hidden()
    page.reload()
    expect(bar).to_be_hidden()  # remembered
    page.locator("[x-on\\:click='toggleSidebar()']").click()
    expect(bar).to_be_visible()
    # The theme, and the menu of the person.
    page.evaluate("Alpine.$data(document.documentElement).switchTheme('dark')")
    expect(page.locator("html")).to_have_class(re.compile("dark"))
    # Ticks bring the actions up.
    page.locator("#result_list [name=_selected_action]").first.check()
    expect(page.locator("#changelist-actions")).to_be_visible()
    assert desk.said == []


def test_a_name_searched_for_is_found_and_kept_nowhere(desk: Desk) -> None:
    """In the browser, with its scripts: what keeps typed work must neither keep a search nor lead it astray."""
    desk.open("/admin/facilities/town/")
    desk.page.fill("#searchbar", "北沢")
    desk.page.press("#searchbar", "Enter")
    expect(desk.page.locator("#searchbar")).to_have_value("北沢")
    expect(desk.page.locator("#result_list tbody tr")).to_have_count(1)
    assert "%E5%8C%97" not in desk.page.url
    assert desk.page.evaluate("Object.values(sessionStorage).join()").count("北沢") == 0
    assert desk.said == []


def test_a_script_that_slipped_into_a_page_is_not_run(desk: Desk) -> None:
    """What a mother wrote is escaped; were it not, the policy stands behind."""
    desk.open("/admin/facilities/town/")
    ran = desk.page.evaluate(
        """() => { const s = document.createElement('script'); s.textContent = 'window.slipped = 1';
        document.body.append(s); const i = document.createElement('img');
        i.setAttribute('onerror', 'window.slipped = 1');
        i.src = '/nowhere.png'; document.body.append(i);
        return new Promise(done => setTimeout(() => done(window.slipped || 0), 500)) }"""
    )
    assert ran == 0


def test_the_administrations_policy_is_that_of_every_page() -> None:
    client = Client()
    client.force_login(builders.user(Role.WARD_STAFF))
    theirs = client.get("/admin/facilities/town/")["Content-Security-Policy"]
    assert theirs == client.get("/check/")["Content-Security-Policy"]
    assert "unsafe" not in theirs
    assert "unsafe" not in str(settings.CONTENT_SECURITY_POLICY)
