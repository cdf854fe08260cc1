"""What the ten most frequent tasks of the ward's desk take, counted in a browser at 1366x768. ``make touches``."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Locator, expect

from accounts.roles import Role
from billing.models import Claim, ClaimState
from bookings.models import Booking
from enrollment.models import CallNote, Family, Posting, Registration, RegistrationState, TaxClassPeriod
from tests import builders
from tests.billing.factories_claims import enter_rates, facility_of, payee, settled, submit
from tools.touches import Hand, Way, table

from .steps import screen

pytestmark = pytest.mark.django_db(transaction=True)

OFFICE = {"width": 1366, "height": 768}
WALKED: list[Way] = []


class Desk:
    """A registered family that calls, a clean application, a month handed in, a letter to send; who works there."""

    def __init__(self, browser: Browser, arguments: dict[str, Any]) -> None:
        self.browser, self.arguments = browser, arguments
        today = timezone.localdate()
        last_month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        manager = builders.user(Role.FACILITY_MANAGER)
        settled(last_month + timedelta(days=3), by=manager)
        builders.coupon_policy()
        builders.letter_policy()
        builders.usage_limits()
        enter_rates()
        payee(facility_of(manager))
        with transaction.atomic():
            submit(manager, last_month, at=timezone.now())
        self.staff = builders.user(last_name="大西", first_name="亮")
        self.registered = builders.registration(builders.family("渡邉 さくら"), born=today - timedelta(days=40))
        self.family = self.registered.birth.family
        Family.objects.filter(pk=self.family.pk).update(phone="09012345678", mother_name_kana="わたなべ さくら")
        with transaction.atomic():
            builders.letter(self.registered, self.staff)
        clean = builders.family("試験 花子")
        Family.objects.filter(pk=clean.pk).update(mother_name_kana="しけん はなこ")
        clean.residences.update(block=9, rest="9号")
        self.applied = builders.registration(
            clean, born=today - timedelta(days=25), state=RegistrationState.APPLIED, applied_at=timezone.now()
        )

    @contextmanager
    def walking(self, name: str, most: int, start: str, *, fields: int = 0) -> Iterator[Hand]:
        """A way from the page ``start``. ``most``: touches to reach; ``fields``: so many are typed, no more."""
        way = Way(name, f"{most} touches", most, "touches")
        with screen(self.browser, self.arguments, OFFICE) as page:
            client = Client()
            client.force_login(self.staff)
            cookie = settings.SESSION_COOKIE_NAME
            kept = {"name": cookie, "value": client.cookies[cookie].value, "url": self.arguments["base_url"]}
            page.context.add_cookies([kept])
            hand = Hand(page, way)
            page.goto(start)
            way.screens = way.touches = 0
            yield hand
            hand.done()
        assert way.fields == fields, way.name
        WALKED.append(way)

    @property
    def page(self) -> str:
        return reverse("ward_family", args=[self.family.pk])


@pytest.fixture
def desk(live_server: Any, browser: Browser, browser_context_args: dict[str, Any], transactional_db: None) -> Desk:
    return Desk(browser, browser_context_args | {"base_url": live_server.url})


def leads(hand: Hand, what: Locator) -> None:
    with hand.page.expect_navigation(wait_until="domcontentloaded"):
        hand.touch(what)


def of_a_call(desk: Desk) -> None:
    with desk.walking("find by telephone, see all", 1, "/admin/", fields=1) as hand:
        hand.type("words", "090-1234-5678")
        hand.page.keyboard.press("Enter")
        leads(hand, hand.page.get_by_role("link", name="渡邉 さくら").first)
        expect(hand.page.locator("main")).to_contain_text("残り 7日")
    with desk.walking("note a call", 2, desk.page, fields=1) as hand:
        hand.touch(hand.page.get_by_text("電話のメモを書く"))
        hand.type("text", "折り返し希望")
        leads(hand, hand.page.get_by_role("button", name="メモを残す"))
    assert CallNote.objects.count() == 1
    with desk.walking("book for a caller", 4, desk.page) as hand:
        leads(hand, hand.page.get_by_role("link", name="代わりに予約する"))
        hand.touch(hand.page.locator("label.month-day:has(input:not(:disabled))").nth(4))
        leads(hand, hand.page.locator("form button[name=ask]:not(.visually-hidden)").first)
        leads(hand, hand.page.locator("form[method=post] button.button:has-text('予約')").last)
    assert Booking.objects.filter(registration=desk.registered).count() == 1
    with desk.walking("another tax class", 5, desk.page, fields=2) as hand:
        hand.touch(hand.page.get_by_text("届出・変更を入力する"))
        leads(hand, hand.page.locator(f"a[href$='/families/{desk.family.pk}/tax-class/']").first)
        hand.touch(hand.page.locator("[name=tax_class][value=non_taxed]"))
        hand.type("from_day", timezone.localdate().isoformat())
        hand.type("evidence", "非課税証明書")
        leads(hand, hand.page.locator("main form .actions button").first)
    assert TaxClassPeriod.objects.filter(family=desk.family, tax_class="non_taxed").exists()


def of_applications(desk: Desk) -> None:
    case = reverse("admin:enrollment_registration_decide", args=[desk.applied.pk])
    with desk.walking("approve a clean application", 2, case) as hand:
        hand.touch(hand.page.locator("input[type=radio][value=approve]"))
        leads(hand, hand.page.locator("button[name=do][value=decide]"))
    assert Registration.objects.get(pk=desk.applied.pk).state == RegistrationState.APPROVED
    with desk.walking("to the page for a paper", 1, "/admin/") as hand:
        leads(hand, hand.page.locator(f"a[href='{reverse('entry:new')}']").first)
    with desk.walking("print the day's letters", 2, "/admin/") as hand:
        leads(hand, hand.page.get_by_role("link", name="印刷を待つ通知書").first)
        hand.touch(hand.page.locator("button[name=do][value=print]"))
        expect(hand.page.get_by_role("link", name=re.compile("PDF|印刷")).first).to_be_visible()
    assert Posting.objects.exists()


def of_money_and_draws(desk: Desk) -> None:
    with desk.walking("accept a month", 2, "/admin/") as hand:
        leads(hand, hand.page.locator(f"a[href='{reverse('claims:claim', args=[Claim.objects.get().pk])}']").first)
        leads(hand, hand.page.get_by_role("button", name="受理する"))
    assert Claim.objects.get().state == ClaimState.ACCEPTED
    with desk.walking("what is unpaid", 1, "/admin/") as hand:
        leads(hand, hand.page.locator(f"a[href='{reverse('money:unpaid')}']").first)
    with desk.walking("who waits for which day", 1, "/admin/") as hand:
        leads(hand, hand.page.locator(f"a[href='{reverse('desk:lines')}']").first)


TASKS: tuple[Callable[[Desk], None], ...] = (of_a_call, of_applications, of_money_and_draws)


def test_the_ten_most_frequent_tasks_of_the_desk_take_no_more_touches_than_they_should(desk: Desk) -> None:
    for task in TASKS:
        task(desk)
    sys.stdout.write(f"\n{table(WALKED)}\n")
    assert len(WALKED) == 10
    assert all(way.is_reached for way in WALKED), table(WALKED)
