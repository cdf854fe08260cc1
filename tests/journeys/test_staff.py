"""Ward staff at a desk: an application decided, the reference pages opened, a cut that families stand against."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from enrollment.models import RegistrationState
from facilities.models import Capacity, PlacePool
from tests import builders

from .steps import DESKTOP, booked, dead_links, is_fit_for_everybody, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

MOTHER = "髙﨑 𠮷子"


@pytest.fixture
def desk(live_server: Any, page: Page) -> Page:
    """Staff, signed in, in a ward with two booked families and one that has applied."""
    service = builders.service()
    builders.usage_limits()
    builders.coupon_policy()
    for name in ("渡邉 さくら", "斎藤 葵"):
        booked(builders.family(name), service, first=1, days=2)
    born = timezone.localdate() - timedelta(days=40)
    builders.registration(builders.family(MOTHER), born=born, state=RegistrationState.APPLIED)
    page.set_viewport_size(DESKTOP)
    sign_in(page, live_server.url, builders.user())
    return page


def test_from_the_list_staff_come_to_the_decision(live_server: Any, desk: Page) -> None:
    desk.goto(f"{live_server.url}/admin/enrollment/registration/?state__exact=applied")
    expect(desk.locator("#result_list tbody tr")).to_have_count(1)
    is_fit_for_everybody(desk)
    desk.click("text=内容を見て決定する")
    expect(desk.locator("main, #main").first).to_contain_text(MOTHER)
    is_fit_for_everybody(desk)


@pytest.mark.parametrize("model", ["enrollment/family", "billing/tariff", "facilities/placepool"])
def test_staff_open_a_list_and_its_first_row(live_server: Any, desk: Page, model: str) -> None:
    desk.goto(f"{live_server.url}/admin/{model}/")
    is_fit_for_everybody(desk)
    desk.locator("#result_list tbody a").first.click()
    expect(desk.get_by_role("button", name="保存", exact=True)).to_be_visible()
    is_fit_for_everybody(desk)


def test_a_capacity_below_what_is_booked_is_refused_in_words_and_nothing_changes(live_server: Any, desk: Page) -> None:
    pool, tomorrow = PlacePool.objects.get(), timezone.localdate() + timedelta(days=1)
    with transaction.atomic(), connection.cursor() as cursor:  # what has begun is read only
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        Capacity.objects.update(period=(builders.LONG_AGO, tomorrow))
        Capacity.objects.create(pool=pool, period=(tomorrow, None), slots=15)
    desk.goto(f"{live_server.url}/admin/facilities/placepool/{pool.pk}/change/")
    slots = desk.locator("[name$='-1-slots']:not([name*=__prefix__])").first
    slots.evaluate("field => field.value = '1'")
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.locator("body")).to_contain_text("減らした後の枠より多くのご家庭の予約が入っています")
    expect(desk.locator("[name$='-1-slots']:not([name*=__prefix__])").first).to_have_value("1")
    assert Capacity.objects.latest("period").slots == 15


def test_no_link_is_dead(desk: Page) -> None:
    assert dead_links(desk) == []
