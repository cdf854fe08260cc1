"""The admin's pages of people and of any list: nobody helps herself to rights, and no filter is an error of ours."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from tests.builders import user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.AUDITOR, Role.SUPERVISOR, Role.ACCOUNT_ADMIN])
def test_nobody_changes_an_account_in_the_admin(role: Role) -> None:
    person, client = user(), Client()
    client.force_login(user(role))
    before = User.objects.filter(pk=person.pk).values().get()
    for address in (
        reverse("admin:accounts_user_change", args=[person.pk]),
        reverse("admin:accounts_user_add"),
        reverse("admin:accounts_user_delete", args=[person.pk]),
        reverse("admin:accounts_user_changelist"),
        f"/admin/accounts/user/{person.pk}/password/",
    ):
        given = {"username": "made-up", "role": Role.SUPERVISOR, "action": "take_back_second_factor"}
        assert client.post(address, given | {"_selected_action": [person.pk]}).status_code in {200, 403, 404}, address
    assert User.objects.filter(pk=person.pk).values().get() == before
    assert not User.objects.filter(username="made-up").exists()


def test_what_the_auditor_reads_of_an_account_holds_no_password_and_no_words_about_its_hash() -> None:
    client = Client()
    client.force_login(user(Role.AUDITOR))
    page = client.get(reverse("admin:accounts_user_change", args=[user(email="hana@example.jp").pk])).text
    assert "hana@example.jp" in page
    for word in ("pbkdf2", "md5$", "Raw passwords", "ハッシュ", 'name="password"'):
        assert word not in page, word


@pytest.mark.parametrize("year", ["9999", "999999999999"])
def test_a_year_that_no_calendar_has_is_no_error_of_the_lists(year: str) -> None:
    client = Client()
    client.force_login(user())
    address = reverse("admin:bookings_booking_changelist")
    refused = client.get(address, {"booked_at__year": year})
    assert (refused.status_code, refused["Location"]) == (302, f"{address}?e=1")


@pytest.mark.parametrize(
    "asked", ["password__startswith", "password", "password__regex", "email__startswith", "is_superuser", "id__gt"]
)
def test_what_a_list_does_not_offer_as_a_filter_is_not_guessed_letter_by_letter(asked: str) -> None:
    client = Client()
    client.force_login(user(Role.AUDITOR))
    address = reverse("admin:accounts_user_changelist")
    assert client.get(address, {asked: "md5"}).status_code == 400
    assert client.get(address, {"role__exact": "auditor"}).status_code == 200


def test_no_list_of_the_admin_is_filtered_by_a_column_that_it_does_not_offer() -> None:
    for model, page in admin.site._registry.items():
        for column in model._meta.concrete_fields:
            offered = {str(name).partition("__")[0] for name in (page.date_hierarchy, *page.list_filter)}
            allowed = page.lookup_allowed(f"{column.name}__startswith", "x")
            assert allowed == (column.name in offered), f"{model._meta.label}.{column.name}"
