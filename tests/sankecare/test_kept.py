"""What was typed is kept until it is written: what the answers say of it, and where she goes on after signing in."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from care.models import CareRecord
from tests import builders
from tests.care.test_care import House

pytestmark = pytest.mark.django_db(transaction=True)
AS = "0a1b2c3d-0000-4000-8000-000000000001"


@pytest.fixture
def house(transactional_db: None) -> House:
    made = House()
    made.arrived()
    return made


def outcome(client: Client) -> dict[str, str]:
    return {name: client.cookies[name].value for name in ("written", "answered") if name in client.cookies}


def send(house: House, **given: str) -> int:
    address = reverse("operator:care", args=[house.booking.pk, house.today.isoformat()])
    return int(house.client.post(address, {"key": "k", "kept_as": AS} | given).status_code)


def test_what_led_on_was_written(house: House) -> None:
    assert send(house, mood="1") == 302
    assert (outcome(house.client), CareRecord.objects.count()) == ({"written": AS}, 1)


def test_what_shows_what_is_wrong_was_answered_and_not_written(house: House) -> None:
    assert send(house, **{f"weight_{house.infant.pk}": "35000"}) == 422
    assert outcome(house.client) == {"answered": AS}


def test_a_session_that_ended_says_nothing_and_leads_back_to_the_form(house: House) -> None:
    house.client.logout()
    page = f"/facility/bookings/{house.booking.pk}/care/{house.today}/"
    answer = house.client.post(
        reverse("operator:care", args=[house.booking.pk, house.today.isoformat()]),
        {"key": "k", "kept_as": AS, "mood": "1"},
        headers={"Referer": f"http://testserver{page}"},
    )
    assert (answer.status_code, outcome(house.client), CareRecord.objects.count()) == (302, {}, 0)
    assert page.replace("/", "%2F").lower() in answer.url.replace("/", "%2F").lower()


def test_a_sender_from_elsewhere_leads_nowhere_else(house: House) -> None:
    house.client.logout()
    for sender in ("http://elsewhere.example/x/", "//elsewhere.example/x/", "javascript:alert(1)"):
        answer = house.client.post(reverse("operator:absence", args=[house.booking.pk]), headers={"Referer": sender})
        assert "elsewhere" not in answer.url
        assert f"/facility/bookings/{house.booking.pk}/absence/" in answer.url


def test_a_refusal_that_leads_on_was_not_written(house: House) -> None:
    address = reverse("operator:time", args=[house.booking.pk])
    answer = house.client.post(address, {"day": "2026-01-01", "starts_at": "10:30", "kept_as": AS})
    assert (answer.status_code, outcome(house.client)) == (302, {})


@pytest.mark.parametrize("as_named", ["", "<script>", "a; Path=/", "x" * 400])
def test_nothing_but_a_number_by_chance_is_said_again(house: House, as_named: str) -> None:
    send(house, mood="1", kept_as=as_named)
    assert outcome(house.client) == {}


def test_the_page_names_a_person_by_nothing_that_can_be_read_and_each_by_another() -> None:
    keys = []
    for role in (Role.OPERATOR, Role.MOTHER):
        person = builders.user(role)
        client = Client()
        client.force_login(person)
        page = client.get(reverse("accounts:landing"), follow=True).text
        (key,) = {part.split('"')[0] for part in page.split('data-person="')[1:]}
        keys.append(key)
        assert person.username not in key
    assert len(set(keys)) == 2
    assert 'data-person="' not in Client().get("/").text
