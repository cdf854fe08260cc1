"""One menu by task: the same beside the administration and on every other page of the ward's staff."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.permissions import may_open
from accounts.roles import Role
from sankecare.administration.menu import MENU
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)
OF_THE_WARD = [Role.WARD_STAFF, Role.SUPERVISOR, Role.AUDITOR]


def client_of(role: Role) -> Client:
    client = Client()
    client.force_login(builders.user(role))
    return client


def side(client: Client, address: str | None = None) -> list[tuple[str, list[str]]]:
    shown = client.get(address or reverse("admin:index")).context["sidebar_navigation"]
    return [(str(group["title"]), [item["link"] for item in group["items"]]) for group in shown]


@pytest.mark.parametrize("role", OF_THE_WARD)
def test_the_menu_is_the_same_in_the_administration_and_on_every_other_page(role: Role) -> None:
    client = client_of(role)
    page = client.get(reverse("desk:search"))
    elsewhere = [(str(group.label), [item.url for item in group.items]) for group in page.context["navigation"].groups]
    assert elsewhere == side(client)
    assert page.context["navigation"].items == []


def test_from_every_page_staff_find_home_to_the_queue_and_to_the_master_data() -> None:
    groups = side(client_of(Role.WARD_STAFF), reverse("admin:billing_tariff_changelist"))
    assert groups[0] == ("", [reverse("admin:index")])
    assert groups[-1] == ("", [reverse("desk:settings")])
    assert dict(groups)["申請・通知"][0] == reverse("admin:enrollment_registration_queue")
    assert reverse("claims:list") in dict(groups)["料金と請求"]


@pytest.mark.parametrize("role", OF_THE_WARD)
def test_every_table_that_she_may_see_is_reached_from_the_menu_or_from_the_master_data(role: Role) -> None:
    client = client_of(role)
    person = builders.user(role)
    reached = {link for _title, links in side(client) for link in links}
    settings = client.get(reverse("desk:settings"))
    reached |= {table.url for _heading, tables in settings.context["groups"] for table in tables}
    lists = [f"admin:{model._meta.label_lower.replace('.', '_')}_changelist" for model in admin.site._registry]
    left = [name for name in lists if may_open(person, name) and reverse(name) not in reached]
    assert left == []


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("admin:enrollment_family_changelist", "admin:enrollment_family_changelist"),
        ("admin:enrollment_registration_queue", "admin:enrollment_registration_queue"),
        ("admin:billing_tariff_changelist", "desk:settings"),
        ("admin:index", "admin:index"),
    ],
)
def test_the_menu_says_where_she_is_and_only_there(address: str, current: str) -> None:
    shown: Any = client_of(Role.WARD_STAFF).get(reverse(address)).context["sidebar_navigation"]
    assert [item["link"] for group in shown for item in group["items"] if item["active"]] == [reverse(current)]


def test_who_has_few_pages_keeps_them_in_one_row() -> None:
    for role in (Role.HEALTH_NURSE, Role.OPERATOR, Role.ACCOUNT_ADMIN):
        navigation = client_of(role).get(reverse("mfa_index")).context["navigation"]
        assert navigation.groups == []
        assert navigation.items


def test_no_page_stands_twice_in_the_menu() -> None:
    views = [entry.view for task in MENU for entry in task.entries]
    assert len(views) == len(set(views))
