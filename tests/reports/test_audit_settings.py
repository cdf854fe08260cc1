"""監査: who changed what the programme goes by, and what somebody may do: with the value before and after."""

import pghistory
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import RIGHTS, SIGN_IN, User
from accounts.roles import Role
from enrollment.models import LetterPolicy, RegistrationPolicy
from facilities.models import Capacity, PublicHoliday
from reports.audit import changes_by, changes_of_settings, rights_of
from tests.builders import LONG_AGO, district, facility, letter_policy, service, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return user()


def today():
    return timezone.localdate(), timezone.localdate()


def fields(change):
    return {row.name: (row.before, row.after) for row in change.fields}


def test_rights_that_were_changed_say_by_whom_from_what_to_what(client, staff):
    nurse = user(Role.HEALTH_NURSE)
    with pghistory.context(user=staff.pk, url="/admin/accounts/user/"):
        User.objects.filter(pk=nurse.pk).update(district=district("kitazawa"))
        User.objects.filter(pk=nurse.pk).update(is_active=False)
    ended, moved, _made = rights_of(nurse)
    assert (ended.by, ended.page) == (staff.pk, "/admin/accounts/user/")
    assert fields(moved) == {"地域（総合支所）": ("世田谷総合支所", "北沢総合支所")}
    assert fields(ended) == {"有効": ("はい", "いいえ")}
    client.force_login(user(Role.AUDITOR))
    page = str(client.get(reverse("audit:person", args=[nurse.pk])).content, "utf-8")
    assert "世田谷総合支所 → 北沢総合支所" in page
    file = str(client.get(reverse("audit:person-file", args=[nurse.pk])).content, "utf-8")
    assert "世田谷総合支所 → 北沢総合支所" in file


def test_no_password_name_or_moment_of_a_sign_in_is_in_the_history_of_an_account(client, staff):
    """That a password was set, and which address is hers, is (tests/accounts/test_account_history.py)."""
    before = len(rights_of(staff))
    client.force_login(staff)
    User.objects.filter(pk=staff.pk).update(last_name="髙﨑", last_login=timezone.now())
    assert len(rights_of(staff)) == before
    staff.set_password("another one")
    staff.save()
    assert len(rights_of(staff)) == before + 1
    assert {field.name for field in User.pgh_event_model._meta.fields} == {
        *RIGHTS,
        *SIGN_IN,
        *("pgh_id", "pgh_created_at", "pgh_label", "pgh_obj", "pgh_context"),
    }


@pytest.mark.parametrize(
    ("make", "change"),
    [
        (letter_policy, lambda row: LetterPolicy.objects.filter(pk=row.pk).update(signed_by="別の区長")),
        (
            lambda: RegistrationPolicy.objects.create(period=(LONG_AGO, None), from_pregnancy_week=28),
            lambda row: RegistrationPolicy.objects.filter(pk=row.pk).update(from_pregnancy_week=20),
        ),
        (
            lambda: service().pool.capacitys.get(),
            lambda row: Capacity.objects.filter(pk=row.pk).update(slots=row.slots + 1),
        ),
        (
            lambda: PublicHoliday.objects.create(day=LONG_AGO, name="祝日"),
            lambda row: row.delete(),
        ),
    ],
    ids=["who signs letters", "the week of pregnancy", "a capacity", "a public holiday"],
)
def test_a_setting_that_was_changed_is_found_by_its_day_and_by_the_person(client, staff, make, change):
    row = make()
    with pghistory.context(user=staff.pk):
        change(row)
    (by_day,) = [found for found in changes_of_settings(*today()) if found.by == staff.pk]
    (by_person,) = changes_by(staff, *today())
    assert by_day == by_person
    assert by_day.fields
    client.force_login(user(Role.AUDITOR))
    assert by_day.what in str(client.get(reverse("audit:settings")).content, "utf-8")


def test_a_mother_who_signs_up_is_no_change_of_rights_and_somebody_who_becomes_staff_is():
    mother = user(Role.MOTHER)
    assert changes_of_settings(*today()) == []
    User.objects.filter(pk=mother.pk).update(role=Role.WARD_STAFF)
    (change,) = changes_of_settings(*today())
    assert change.row == mother.pk


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_nobody_but_the_auditor_opens_it(client, role):
    client.force_login(user(role))
    assert client.get(reverse("audit:settings")).status_code in (302, 403, 404)


@pytest.mark.parametrize("days", ["first=2020-01-01&last=9999-12-31", "first=0001-01-01&last=2020-01-01"])
def test_the_days_at_the_ends_of_the_calendar_are_answered(client, staff, days):
    client.force_login(user(Role.AUDITOR))
    addresses = reverse("audit:settings"), reverse("audit:person", args=[staff.pk])
    assert [client.get(f"{address}?{days}").status_code for address in addresses] == [200, 200]


def test_a_place_is_told_by_its_name():
    manager = user(Role.FACILITY_MANAGER)
    (made,) = rights_of(manager)
    assert fields(made)["施設"] == ("", str(facility()))
