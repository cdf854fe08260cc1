"""The admin's pages of people and of any list: nobody helps herself to rights, and no filter is an error of ours."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("year", ["9999", "999999999999"])
def test_a_year_that_no_calendar_has_is_no_error_of_the_lists(year: str) -> None:
    client = Client()
    client.force_login(user())
    address = reverse("admin:bookings_booking_changelist")
    refused = client.get(address, {"booked_at__year": year})
    assert (refused.status_code, refused["Location"]) == (302, f"{address}?e=1")
