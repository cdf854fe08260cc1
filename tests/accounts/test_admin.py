"""The admin's pages of people and of any list: nobody helps herself to rights, and no filter is an error of ours."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from tests.builders import district, user

pytestmark = pytest.mark.django_db


def test_nobody_changes_her_own_rights() -> None:
    person, other = user(district=district()), user()
    client = Client()
    client.force_login(person)
    for whose, district_afterwards in ((person, person.district), (other, None)):
        address = reverse("admin:accounts_user_change", args=[whose.pk])
        given = {"username": whose.username, "role": Role.WARD_STAFF, "district": "", "is_active": "on", "email": ""}
        assert client.post(address, given).status_code == 302
        whose.refresh_from_db()
        assert (whose.district, whose.is_active) == (district_afterwards, True)
    client.post(reverse("admin:accounts_user_change", args=[other.pk]), given | {"district": district().pk})
    other.refresh_from_db()
    assert other.district == district()


@pytest.mark.parametrize("year", ["9999", "999999999999"])
def test_a_year_that_no_calendar_has_is_no_error_of_the_lists(year: str) -> None:
    client = Client()
    client.force_login(user())
    address = reverse("admin:bookings_booking_changelist")
    refused = client.get(address, {"booked_at__year": year})
    assert (refused.status_code, refused["Location"]) == (302, f"{address}?e=1")
