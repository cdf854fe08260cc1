"""Whatever refuses a program, it reads one shape in its language; also where no view was reached."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from tests import builders
from tests.factories_two_families import two_worlds

pytestmark = pytest.mark.django_db

LONG_QUERY = "&".join("a=1" for _ in range(1200))


def read(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/json"
    said = answer.json()
    assert set(said) == {"code", "detail", "fields"}
    return answer.status_code, said["code"]


def test_an_address_that_is_not_there_or_not_for_her_is_said_in_the_apis_shape() -> None:
    assert read(Client().get("/api/v1/nothing/")) == (404, "not_found")
    client = Client()
    client.force_login(builders.user(Role.MOTHER))
    assert read(client.get("/api/v1/referrals/")) == (404, "not_found")
    assert client.get("/nothing/")["Content-Type"].startswith("text/html")


def test_a_request_that_is_too_large_or_cannot_be_read_is_said_in_the_apis_shape() -> None:
    body = b"x" * 3_000_000
    assert read(Client().post("/api/v1/quotes/", body, "application/json")) == (413, "too_large")
    assert read(Client().get(f"/api/v1/availability/?{LONG_QUERY}")) == (400, "invalid")
    assert read(Client().get("/api/v1/facilities/", headers={"host": "elsewhere.example"})) == (400, "invalid")


def test_an_error_of_ours_is_said_in_the_apis_shape_and_says_nothing_of_itself(monkeypatch: Any) -> None:
    def fail(_day: Any) -> None:
        raise ValueError("髙﨑 𠮷子")

    monkeypatch.setattr("facilities.api.facilities_on", fail)
    answer = Client(raise_request_exception=False).get("/api/v1/facilities/")
    assert read(answer) == (500, "error")
    assert "髙﨑" not in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("bookings", {"registration": 1, "service": "x", "days": []}),
        ("bookings", {"registration": 1, "service": "x", "days": ["2023-05-01"] * 40}),
        ("bookings", {"registration": 1, "service": "a\0b", "days": ["2023-05-01"]}),
        ("eligibility", {"infants": [{"birth_date": "2023-05-01"}] * 9}),
        ("referrals/{referral}/contacts", {"made_at": "0001-01-01T00:00:00+09:00", "way": "x"}),
        ("referrals/{referral}/contacts", {"made_at": "0001-01-01T00:00:00", "way": "x"}),
        ("referrals/{referral}/contacts", {"made_at": "9999-12-31T23:59:59-12:00", "way": "x"}),
        ("referrals/{referral}/contacts", {"made_at": 1, "way": "x"}),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_japanese(address: str, asked: dict[str, Any]) -> None:
    world, _other = two_worlds()
    staff = Role.HEALTH_NURSE if "referral" in address else Role.WARD_STAFF
    client = Client()
    client.force_login(world.people[staff])
    referral = world.objects["referrals.Referral"].pk
    answer = client.post(f"/api/v1/{address.format(referral=referral)}/", asked, "application/json")
    assert answer.status_code == 400
    assert [words for words in answer.json()["fields"].values() if not re.search("[ぁ-ん]", words)] == []
