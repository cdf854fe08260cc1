"""The March task of every ward: next April's fees are entered at the desk; touches are counted."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from billing.models import Tariff
from pages.ward.dated.forms import cell_name
from pages.ward.dated.views import next_fiscal_year
from tests import builders
from wards.dated.sheet import Line
from wards.dated.values import name_of

from .steps import booked, is_fit_for_everybody, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

OFFICE = {"width": 1366, "height": 768}
# From the home: master data, the table, what differs, the reason, yes. Each fee is one more.
MOST_TOUCHES = 5


def test_next_aprils_fees_are_entered_in_five_touches_and_one_for_each_fee(live_server: Any, page: Page) -> None:
    stay = builders.service()
    builders.usage_limits()
    april = next_fiscal_year(timezone.localdate())
    to_april = (april - timezone.localdate()).days
    booked(builders.family("渡邉 さくら"), stay, first=to_april - 1, days=3)
    page.set_viewport_size(OFFICE)
    sign_in(page, live_server.url, builders.user(last_name="大西", first_name="亮"))
    page.goto(f"{live_server.url}{reverse('admin:index')}")
    touches = 0
    page.get_by_role("link", name="基準データ").first.click()
    touches += 1
    is_fit_for_everybody(page)
    page.get_by_role("link", name="料金表：新しい日から").click()
    touches += 1
    expect(page.locator("[name=first_day]")).to_have_value(april.isoformat())
    is_fit_for_everybody(page)
    fees = {("base", "taxed"): "5000", ("base", "non_taxed"): "1700", ("sibling", "taxed"): "1900"}
    for (component, tax_class), amount in fees.items():
        cell = cell_name(Line(name_of([stay.pk, component, tax_class]), (), ()), "amount")
        page.fill(f"[name='{cell}']", amount)
        touches += 1
    page.get_by_role("button", name="違いを確かめる").click()
    touches += 1
    for said in ("4,500", "5,000", "渡邉 さくら", "+1,000"):
        expect(page.locator("main")).to_contain_text(said)
    is_fit_for_everybody(page)
    page.get_by_label("理由").first.fill("令和9年度の利用料改定（要綱改正）")
    touches += 1
    page.get_by_role("button", name="から適用する").click()
    touches += 1
    expect(page.locator("main")).to_contain_text("登録済み")
    is_fit_for_everybody(page)
    assert touches <= MOST_TOUCHES + len(fees)
    holding = Tariff.objects.filter(service=stay, period__contains=april)
    assert holding.get(component="base", tax_class="taxed").amount == 5000
    before = Tariff.objects.filter(service=stay, period__contains=april - timedelta(days=1))
    assert before.get(component="base", tax_class="taxed").amount == 4500
