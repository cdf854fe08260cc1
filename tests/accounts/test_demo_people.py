"""The demo's people share a password that stands in the README: outside the demo they are nobody."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("is_demo", "goes_on"), [(True, True), (False, False)])
def test_a_person_of_the_demo_signs_in_to_the_demo_alone(
    is_demo: bool, goes_on: bool, settings, client: Client
) -> None:
    settings.DEMO = is_demo
    User.objects.create_user("demo-staff", password="sango-care-demo", role=Role.WARD_STAFF)
    answer = client.post(reverse("accounts:login"), {"username": "demo-staff", "password": "sango-care-demo"})
    assert (answer.status_code == 302) == goes_on


def test_a_session_of_the_demo_ends_with_the_demo(settings, client: Client) -> None:
    settings.DEMO = True
    User.objects.create_user("demo-staff", password="sango-care-demo", role=Role.WARD_STAFF)
    client.post(reverse("accounts:login"), {"username": "demo-staff", "password": "sango-care-demo"})
    assert client.get(reverse("admin:index")).status_code == 200
    settings.DEMO = False
    assert client.get(reverse("admin:index")).status_code == 302
