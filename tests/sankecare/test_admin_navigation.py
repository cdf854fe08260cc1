"""The side of the administration leads to the day's work as well as to every table."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def side(role: Role) -> dict[str, list[str]]:
    client = Client()
    client.force_login(builders.user(role))
    shown = client.get(reverse("admin:index")).context["sidebar_navigation"]
    return {str(group["title"]): [item["link"] for item in group["items"]] for group in shown}


def test_from_every_page_of_the_administration_staff_find_back_to_the_queue() -> None:
    groups = side(Role.WARD_STAFF)
    assert next(iter(groups)) == "日々の業務"
    work = groups["日々の業務"]
    assert reverse("admin:enrollment_registration_queue") in work
    assert reverse("claims:list") in work
    assert reverse("admin:index") not in work
    assert reverse("public:availability") not in work


def test_every_table_stands_below_as_before() -> None:
    links = [link for group in side(Role.WARD_STAFF).values() for link in group]
    assert reverse("admin:enrollment_registration_changelist") in links
    assert reverse("admin:billing_tariff_changelist") in links
