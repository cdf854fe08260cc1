"""What has history is ended, never deleted: the page says so without walking what hangs on it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.admin_site import ModelAdmin
from accounts.administration.deletion import MOST_KINDS, deletable, how_to_end, kinds_that_refer_to
from accounts.models import User
from accounts.roles import Role
from accounts.url_permissions import ADMIN_MODELS
from bookings.models import UsageLimits
from facilities.models import Capacity, DayOverride, Facility, PlacePool, Town
from tests import builders
from tests.factories_two_families import two_worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(builders.user(Role.WARD_STAFF))
    return client


def page_of(thing: Any, verb: str = "delete") -> str:
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{verb}", args=[thing.pk])


def test_no_admin_page_of_ours_collects_what_hangs_on_something() -> None:
    """Every registered page answers by ``deletable``, whatever it is of."""
    ours = [
        page
        for page in admin.site._registry.values()
        if page.model._meta.label_lower.replace(".", "_") in ADMIN_MODELS
    ]
    assert len(ours) > 30
    for page in ours:
        assert isinstance(page, ModelAdmin) or type(page).get_deleted_objects is ModelAdmin.get_deleted_objects, page


def test_a_facility_and_a_pool_with_a_history_are_not_deleted_and_the_page_says_how_to_end_them(
    staff: Client,
) -> None:
    mine, _other = two_worlds()
    for thing in (
        mine.objects["facilities.Facility"],
        mine.objects["facilities.PlacePool"],
    ):
        answer = staff.get(page_of(thing))
        assert "削除できません" in answer.text, thing
        assert how_to_end(type(thing)) in answer.text
        assert len(answer.content) < 100_000
        assert staff.post(page_of(thing), {"post": "yes"}).status_code == 200
        assert type(thing).objects.filter(pk=thing.pk).exists()


def test_the_page_costs_the_same_whatever_hangs_on_it(staff: Client) -> None:
    place = builders.service(slots=3)

    def asked() -> int:
        with CaptureQueriesContext(connection) as taken:
            staff.get(page_of(place.pool))
        return len(taken)

    before = asked()
    for _number in range(30):
        registration = builders.registration(builders.family())
        registration.bookings.create(service=place, booked_at=builders.at(builders.A_DAY))
    assert asked() == before


def test_several_ticked_with_one_that_has_a_history_all_stay(staff: Client) -> None:
    used, unused = builders.town(), Town.objects.create(name="新町", name_kana="しんまち")
    address = reverse("admin:facilities_town_changelist")
    ticked = {"action": "delete_selected", "_selected_action": [used.pk, unused.pk]}
    assert "削除していません" in staff.post(address, ticked).text
    staff.post(address, ticked | {"post": "yes"})
    assert Town.objects.filter(pk__in=[used.pk, unused.pk]).count() == 2


@pytest.mark.django_db(transaction=True)
def test_several_ticked_that_the_database_keeps_stay_and_why_is_said(staff: Client) -> None:
    """Nothing refers to the slots of one day; but without them the family booked would have none."""
    with transaction.atomic():
        own, _others = two_worlds()
    booked = own.objects["bookings.BookingDay"]
    slots = DayOverride.objects.create(pool=booked.pool, day=booked.day, slots=1, reason="増床")
    Capacity.objects.filter(pool=booked.pool).update(slots=0)
    address = reverse("admin:facilities_dayoverride_changelist")
    ticked = {"action": "delete_selected", "_selected_action": [slots.pk], "post": "yes"}
    answer = staff.post(address, ticked, follow=True)
    assert DayOverride.objects.filter(pk=slots.pk).exists()
    assert "削除できませんでした" in answer.text


def test_what_nothing_refers_to_is_deleted_as_ever(staff: Client) -> None:
    slip = Town.objects.create(name="新町", name_kana="しんまち")
    assert "新町" in staff.get(page_of(slip)).text
    staff.post(page_of(slip), {"post": "yes"})
    assert not Town.objects.filter(pk=slip.pk).exists()
    limits = builders.usage_limits()
    assert "適用が終わった設定" in staff.get(page_of(limits)).text
    staff.post(page_of(limits), {"post": "yes"})
    assert UsageLimits.objects.exists()
    UsageLimits.objects.update(period=(timezone.localdate() + timedelta(days=1), None))
    staff.post(page_of(limits), {"post": "yes"})
    assert not UsageLimits.objects.exists()


def test_more_than_a_page_of_ticks_is_not_deleted_at_once() -> None:
    Town.objects.bulk_create(Town(name=f"町{number}", name_kana="まち") for number in range(101))
    objects, _counts, _lacking, against = deletable(Town, Town.objects.all())
    assert (objects, len(against)) == ([], 1)


def test_it_is_found_from_the_models_what_refers_to_a_person() -> None:
    """A person who only signed in, looked or is named by a row without a way back has a history too."""
    mine, _other = two_worlds()
    nobody = builders.user(Role.OPERATOR)
    assert kinds_that_refer_to(User, [nobody.pk]) == []
    assert len(kinds_that_refer_to(User, [mine.people[Role.OPERATOR].pk])) == MOST_KINDS
    assert kinds_that_refer_to(PlacePool, [mine.objects["facilities.PlacePool"].pk])
    assert kinds_that_refer_to(Facility, Facility.objects.values("pk"))


def test_how_something_is_ended_follows_its_fields() -> None:
    assert "有効" in how_to_end(User)
    assert "最終日" in how_to_end(UsageLimits)
    assert "そのまま" in how_to_end(Facility)
