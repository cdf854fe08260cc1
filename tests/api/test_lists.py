"""The API's lists: paged, sorted, filtered; a value that is not known is refused; queries do not grow with rows."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from tests import builders

pytestmark = pytest.mark.django_db

LISTS = ("registrations", "bookings", "stays", "charges", "referrals")


@pytest.fixture
def supervisor() -> User:
    return builders.user(Role.SUPERVISOR)


def get(person: User, name: str, **asked: Any) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(f"/api/v1/{name}/", asked)


def ids(person: User, name: str, **asked: Any) -> list[int]:
    answer = get(person, name, **asked)
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("colour", "red"),
        ("ordering", "password"),
        ("ordering", ""),
        ("page_size", "many"),
        ("page_size", "0"),
    ],
)
def test_what_no_list_knows_is_refused(supervisor: User, name: str, field: str, value: str) -> None:
    answer = get(supervisor, name, **{field: value})
    assert (answer.status_code, set(answer.json())) == (400, {"code", "detail", "fields"})
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("registrations", "state", "asleep"),
        ("registrations", "applied_from", "2023-02-30"),
        ("bookings", "service", "ward-centre/sauna"),
        ("bookings", "registration", "1e3"),
        ("bookings", "registration", "9" * 30),
        ("bookings", "day_from", "2023/05/01"),
        ("bookings", "day_to", "9999-12-31"),
        ("stays", "departed", "maybe"),
        ("stays", "arrived_to", "9999-12-31"),
        ("charges", "booking", "-1"),
        ("charges", "issued_to", "yesterday"),
        ("referrals", "state", "lost"),
        ("referrals", "urgency", ["soon", "today"]),
        ("referrals", "recipient", "x"),
    ],
)
def test_a_malformed_value_names_its_filter(supervisor: User, name: str, field: str, value: Any) -> None:
    answer = get(supervisor, name, **{field: value})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert list(answer.json()["fields"]) == [field]
