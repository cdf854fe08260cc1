"""One calendar for all services: what is shown is what is booked, prices and places, where a closed day leads."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from billing.models import Component, Tariff
from bookings.models import Booking, DayStatus
from enrollment.models import Registration, TaxClass
from enrollment.protection.protect import protect_family
from facilities.models import FacilityOption, Service, ServiceKind, ServiceTermsRow, Town, TownMinutes
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def day(days: int) -> str:
    return ahead(days).isoformat()


class Ward:
    """A short stay with two places a day and a day care elsewhere, a mother of a taxed household."""

    def __init__(self) -> None:
        builders.usage_limits()
        self.stay = builders.service(slots=2)
        self.day_care = builders.service(ServiceKind.DAY_CARE, builders.pool(5, slug="day"))
        self.mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
        born = timezone.localdate() - timedelta(days=40)
        self.registration = builders.registration(builders.family(account=self.mother), born=born)
        self.client = Client()
        self.client.force_login(self.mother)
        self.book = reverse("family:book", args=[self.registration.pk])

    def page(self, **given: Any) -> Any:
        return self.client.get(self.book, {"service": self.stay.slug} | given)

    def others_take(self, service: Service, *days: int) -> None:
        for _ in range(2):
            known = builders.registration(born=timezone.localdate() - timedelta(days=40))
            booking = Booking.objects.create(registration=known, service=service, booked_at=timezone.now())
            for one in days:
                booking.days.create(day=ahead(one))


@pytest.fixture
def ward(transactional_db: None) -> Ward:
    return Ward()


def test_another_service_keeps_the_weeks_and_the_days_and_is_the_one_that_is_shown_and_booked(ward: Ward) -> None:
    chosen = {"day": [day(3), day(40)], "from": day(35)}
    first = ward.page(**chosen)
    other = ward.page(**chosen, to=ward.day_care.slug, ask="1")
    assert (other.context["service"], other.context["step"]) == (ward.day_care, 1)
    assert other.context["shown"] == first.context["shown"]
    assert f'name="service" value="{ward.day_care.slug}"' in other.text
    assert other.context["form"].ticked() == [ahead(3), ahead(40)]
    looked_over = ward.page(service=ward.day_care.slug, day=[day(3)], ask="1")
    assert (looked_over.context["service"], looked_over.context["step"]) == (ward.day_care, 2)
    sent = dict(re.findall(r'name="(service|day)" value="([^"]+)"', looked_over.text))
    assert sent == {"service": ward.day_care.slug, "day": day(3)}
    ward.client.post(ward.book, sent | {"key": "a-key-of-the-page"})
    assert [row.service for row in Booking.objects.all()] == [ward.day_care]


def test_every_form_of_the_page_of_days_names_one_service_alone_the_one_that_is_shown(ward: Ward) -> None:
    for given in ({}, {"to": ward.day_care.slug}, {"pick": f"{ward.day_care.slug} {day(4)}"}, {"to": "all"}):
        page = ward.page(day=[day(3)], **given)
        assert re.findall(r'name="service" value="([^"]+)"', page.text) == [page.context["service"].slug]
        assert "<select" not in page.text


def test_a_day_touched_in_the_table_of_all_is_chosen_with_its_service_and_of_no_other(ward: Ward) -> None:
    table = ward.page(to="all", day=[day(3)])
    assert f'name="pick" value="{ward.day_care.slug} {day(4)}"' in table.text
    same = ward.page(view="all", day=[day(3)], pick=f"{ward.stay.slug} {day(4)}")
    assert (same.context["service"], same.context["form"].ticked()) == (ward.stay, [ahead(3), ahead(4)])
    other = ward.page(view="all", day=[day(3)], pick=f"{ward.day_care.slug} {day(4)}")
    assert (other.context["service"], other.context["form"].ticked()) == (ward.day_care, [ahead(4)])
    for nonsense in ("x", f"{ward.stay.slug} never", "../x 9999-12-31"):
        assert ward.page(pick=nonsense).status_code == 200


def test_each_day_says_what_it_costs_her_and_how_many_places_are_left_where_they_are_few(ward: Ward) -> None:
    cells = {one.date: one for week in ward.page().context["weeks"].weeks for one in week if one}
    assert (cells[ahead(3)].price, cells[ahead(3)].left) == ("4,500", 2)
    other = {one.date: one for week in ward.page(to=ward.day_care.slug).context["weeks"].weeks for one in week if one}
    assert (other[ahead(3)].price, other[ahead(3)].left) == ("3,000", None)


def test_a_full_day_leads_to_the_waiting_list_and_a_day_of_a_draw_to_its_wish(ward: Ward) -> None:
    ward.others_take(ward.stay, 3)
    draw = builders.draw_round(ward.day_care, ahead(10))
    page = ward.page()
    waiting = reverse("family:waiting", args=[ward.registration.pk])
    assert f"{waiting}?service={ward.stay.slug.replace('/', '%2F')}&amp;day={day(3)}" in page.text
    wish = reverse("family:draw", args=[ward.registration.pk, draw.pk])
    asked = f"?service={ward.day_care.slug.replace('/', '%2F')}&day={day(11)}"
    assert wish + asked.replace("&", "&amp;") in ward.page(to=ward.day_care.slug).text
    form = ward.client.get(wish + asked).context["form"]
    assert form["first_1"].value() == day(11)


def test_the_soonest_day_and_days_together_stand_on_top_one_touch_from_their_price(ward: Ward) -> None:
    ward.others_take(ward.stay, *range(5))
    ServiceTermsRow.objects.filter(service=ward.day_care).update(age_limit_months=1)  # hers is older
    rows = ward.page().context["proposals"]
    assert [(row["price"], row["words"]) for row in rows] == [("4,500", "いちばん早い日"), ("13,500", "続けて3日")]
    looked_over = ward.client.get(rows[1]["url"])
    assert looked_over.context["step"] == 2
    assert looked_over.context["form"].cleaned_data["day"] == [ahead(5), ahead(6), ahead(7)]


def test_a_booking_is_moved_by_one_touch_on_the_soonest_other_days_or_those_a_week_later(ward: Ward) -> None:
    booking = Booking.objects.create(
        registration=ward.registration, service=ward.stay, booked_at=timezone.now(), booked_by=ward.mother
    )
    for one in (4, 5):
        booking.days.create(day=ahead(one))
    ward.others_take(ward.stay, 0, 1, 2, 3)
    move = reverse("family:move", args=[booking.pk])
    rows = ward.client.get(move).context["proposals"]
    found = [ward.client.get(row["url"]) for row in rows]
    assert [page.context["form"].cleaned_data["day"] for page in found] == [
        [ahead(6), ahead(7)],
        [ahead(11), ahead(12)],
    ]
    sent = dict(re.findall(r'name="(stood)" value="([^"]+)"', found[1].text))
    assert sent
    ward.client.post(move, {"day": [day(11), day(12)], "stood": [day(4), day(5)]})
    kept = booking.days.filter(status=DayStatus.HELD).order_by("day").values_list("day", flat=True)
    assert list(kept) == [ahead(11), ahead(12)]


def test_a_helper_books_without_reading_a_fee_or_coupons(ward: Ward) -> None:
    builders.coupon_policy()
    partner = builders.user(Role.MOTHER, email="papa@example.jp")
    builders.helper(ward.registration.birth.family, partner)
    helper = Client()
    helper.force_login(partner)
    ward.others_take(ward.stay, 5)
    chosen = {"service": ward.stay.slug, "day": day(3), "coupons": "1"}
    shown, looked_over = helper.get(ward.book, chosen), helper.get(ward.book, chosen | {"ask": "1"})
    assert (shown.context["step"], looked_over.context["step"]) == (1, 2)
    assert re.search(r"4,500", ward.page(day=day(3)).text)
    for page in (shown, looked_over, helper.get(ward.book, chosen | {"to": "all"})):
        assert not re.search(r"\d円|\d,\d{3}|クーポン", page.text)
        assert not re.search(r"/(waiting|draws)/", page.text)
    helper.post(ward.book, chosen | {"key": looked_over.context["key"]})
    booking = ward.registration.bookings.get()
    assert (booking.coupons, booking.booked_by) == (0, partner)
    assert helper.get(reverse("family:move", args=[booking.pk])).status_code == 404


def test_the_way_from_her_town_is_told_and_of_a_protected_family_nothing_is(ward: Ward) -> None:
    town = Town.objects.create(name="赤堤", name_kana="あかつつみ")
    TownMinutes.objects.create(
        town=town, facility=ward.stay.facility, period=DateRange(builders.LONG_AGO, None), minutes=25
    )
    family = ward.registration.birth.family
    assert "約25分" not in ward.page().text
    family.residences.update(town=town)
    assert "約25分" in ward.page().text
    with transaction.atomic():
        protect_family(family=family, reason="支援措置", by=builders.user(), at=timezone.now())
    assert "約25分" not in ward.page().text


def test_who_came_and_what_was_wished_the_last_time_is_filled_in(ward: Ward) -> None:
    wish = FacilityOption.objects.create(
        facility=ward.stay.facility, name="鍼灸", name_en="Acupuncture", period=(builders.LONG_AGO, None)
    )
    sibling = builders.sibling(ward.registration.birth.family, born=timezone.localdate() - timedelta(days=700))
    ServiceTermsRow.objects.update(takes_siblings=True)
    sent = {"service": ward.stay.slug, "day": day(3), "options": wish.pk, "sibling": sibling.pk, "food": "卵なし"}
    ward.client.post(ward.book, sent | {"key": "a-key-of-the-page"})
    made = Booking.objects.get()
    form = ward.client.get(ward.book).context["form"]
    assert (form["options"].value(), form["sibling"].value()) == ([wish.pk], sibling.pk)
    again = ward.page(day=day(9), sibling=sibling.pk, ask="1")
    assert (made.food, again.context["eats"]["food"].value()) == ("卵なし", "卵なし")
    FacilityOption.objects.update(period=(builders.LONG_AGO, ahead(-1)))
    assert "options" not in ward.client.get(ward.book).context["form"].fields


def test_the_calendar_of_all_services_takes_as_many_queries_for_two_as_for_four(
    ward: Ward, django_assert_max_num_queries: Any
) -> None:
    for number in range(2):
        builders.service(ServiceKind.DAY_CARE, builders.pool(3, of=builders.facility(f"house-{number}")))
    assert Registration.objects.count() == 1
    with django_assert_max_num_queries(30):
        assert ward.page(to="all").status_code == 200


def test_what_nobody_has_published_has_no_price_in_its_days(ward: Ward) -> None:
    Tariff.objects.filter(service=ward.stay, component=Component.BASE, tax_class=TaxClass.TAXED).delete()
    cells = [one for week in ward.page().context["weeks"].weeks for one in week if one]
    assert {one.price for one in cells} == {""}
