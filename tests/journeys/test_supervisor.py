"""The supervisor sees how full the facilities are, and takes the tables along."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import AccessLogEntry
from accounts.roles import Role
from bookings.models import Booking, BookingDay, BookingState, DayStatus
from tests import builders
from tests.as_owner import as_owner

from .steps import DESKTOP, PHONE, dead_links, is_fit_for_everybody, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

FILE_BEGINNINGS = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF"}
LINKS = {"csv": "CSV（UTF-8）", "xlsx": "Excel", "pdf": "PDF（印刷用）"}


@pytest.fixture
def desk(live_server: Any, page: Page) -> Page:
    """The supervisor, signed in, in a ward with use in the fiscal years 2022 and 2023."""
    service = builders.service()
    builders.usage_limits()
    builders.coupon_policy()
    for year, days in ((2022, 3), (2023, 5)):
        first = date(year, 5, 11)
        booking = Booking.objects.create(
            registration=builders.registration(builders.family(), born=first - timedelta(days=40)),
            service=service,
            state=BookingState.DEPARTED,
            booked_at=builders.at(first - timedelta(days=9)),
        )
        for number in range(days):
            BookingDay.objects.create(booking=booking, day=first + timedelta(days=number), status=DayStatus.USED)
    page.set_viewport_size(DESKTOP)
    sign_in(page, live_server.url, builders.user(Role.SUPERVISOR))
    page.locator("a:visible", has_text="稼働率").first.click()  # from the home, by the menu
    page.wait_for_url("**/supervisor/**")
    return page


def test_the_supervisor_sees_a_year_as_chart_and_table_and_changes_it(desk: Page) -> None:
    expect(desk.get_by_role("heading", level=1)).to_contain_text("2023")
    expect(desk.get_by_role("img", name="月ごとの稼働率")).to_be_visible()
    assert desk.locator("#monthly ~ .table-box tbody tr").count() == 12
    is_fit_for_everybody(desk)
    desk.select_option("#year", "2022")
    desk.click("text=表示")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("2022")
    expect(desk.locator("#monthly ~ .table-box tbody")).to_contain_text("3")
    desk.set_viewport_size(PHONE)
    is_fit_for_everybody(desk)


@pytest.mark.parametrize("file_format", FILE_BEGINNINGS)
def test_the_supervisor_takes_a_table_along(desk: Page, file_format: str) -> None:
    with desk.expect_download() as taken:
        desk.get_by_role("link", name=LINKS[file_format]).first.click()
    assert taken.value.suggested_filename == f"表1-1_施設別・年度別の利用実績_2022-2023.{file_format}"
    assert Path(taken.value.path()).read_bytes().startswith(FILE_BEGINNINGS[file_format])


def test_from_the_front_page_to_a_figure_its_rows_and_a_file(desk: Page) -> None:
    desk.locator("summary:visible", has_text="統計・会議").first.click()
    desk.locator("a:visible", has_text="数字の入口").first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("数字の入口")
    expect(desk.locator("#changed ~ ol li")).to_have_count(3)
    is_fit_for_everybody(desk)
    desk.get_by_role("link", name="施設別・年度別の利用実績").click()
    desk.fill("#from", "2023")
    desk.fill("#to", "2023")
    desk.get_by_role("button", name="表示", exact=True).click()
    expect(desk.locator("#address")).to_have_value(
        re.compile(r"/supervisor/tables/facility-year/\?from=2023&to=2023$")
    )
    is_fit_for_everybody(desk)
    desk.locator("td a").last.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("区立産後ケアセンター")
    expect(desk.locator("body")).to_contain_text("分母：枠の延べ数")
    is_fit_for_everybody(desk)
    desk.click("text=記録を見る")
    expect(desk.locator("tbody tr")).to_have_count(5)
    assert AccessLogEntry.objects.filter(page="supervisor:figure-rows").count() == 1
    is_fit_for_everybody(desk)
    desk.go_back()
    desk.go_back()
    with desk.expect_download() as taken:
        desk.get_by_role("link", name="CSV（UTF-8）").click()
    assert Path(taken.value.path()).read_bytes().startswith(FILE_BEGINNINGS["csv"])


def test_no_link_is_dead(desk: Page) -> None:
    assert dead_links(desk) == []


def entered_long_ago() -> None:
    """Let all that stands have been entered a year ago: the clock of histories is the database's own."""
    histories = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
    with transaction.atomic(), as_owner(), connection.cursor() as cursor:
        for model in histories:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE {table} SET pgh_created_at = pgh_created_at - interval '1 year'")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_from_the_front_page_to_a_past_day_a_kept_table_a_file_and_planning(desk: Page) -> None:
    entered_long_ago()
    yesterday, tomorrow = (timezone.localdate() + timedelta(days=days) for days in (-1, 1))
    desk.locator("summary:visible", has_text="統計・会議").first.click()
    desk.locator("a:visible", has_text="数字の入口").first.click()
    desk.get_by_role("link", name="施設別・年度別の利用実績").click()
    desk.fill("#from", "2023")
    desk.fill("#to", "2023")
    desk.fill("#known", yesterday.isoformat())
    desk.get_by_role("button", name="表示", exact=True).click()
    expect(desk.locator("main")).to_contain_text("の終わりの時点")
    is_fit_for_everybody(desk)
    desk.locator("main a[href*='changed=yes']").first.click()
    expect(desk.locator("#changed")).to_be_visible()
    is_fit_for_everybody(desk)
    desk.locator("a[href*='/keep/']").click()
    desk.fill("[name=known]", tomorrow.isoformat())
    desk.fill("[name=purpose]", "令和6年第2回定例会")
    desk.locator("main form button").click()
    expect(desk.locator("main")).to_contain_text("昨日まで")
    expect(desk.locator("[name=purpose]")).to_have_value("令和6年第2回定例会")
    is_fit_for_everybody(desk)
    desk.fill("[name=known]", yesterday.isoformat())
    desk.locator("main form button").click()
    expect(desk.locator("#kept ~ .table-box tbody")).to_contain_text("令和6年第2回定例会")
    desk.locator("summary:visible", has_text="統計・会議").first.click()
    desk.locator("a:visible", has_text="数字の入口").first.click()
    desk.locator("main a[href$='/supervisor/files/']").click()
    desk.locator("main form button").click()
    expect(desk.locator("main tbody tr")).to_have_count(1)
    is_fit_for_everybody(desk)
    desk.locator("summary:visible", has_text="統計・会議").first.click()
    desk.locator("a:visible", has_text="数字の入口").first.click()
    desk.locator("main a[href*='/planning/what-if/']").click()
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    is_fit_for_everybody(desk)
    desk.select_option("[name=house_district]", "setagaya")
    desk.locator("main form button").click()
    desk.wait_for_url(re.compile(r"/planning/\d+/$"))
    expect(desk.locator("main")).to_contain_text("計算待ち")
    is_fit_for_everybody(desk)
