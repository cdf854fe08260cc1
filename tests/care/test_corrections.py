"""訂正の記録: who, when, which field, from what to what, in words; an undecided proposal is asked about."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from bookings.models import BookingState, Stay
from care.models import Assessment, Mood
from tests import builders
from tests.care.test_care import House

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: None) -> House:
    made = House()
    made.arrived()
    return made


def stay_page(house: House) -> str:
    return str(house.client.get(reverse("operator:stay", args=[house.booking.pk])).text)


def test_a_correction_says_who_which_field_and_from_what_to_what(house: House) -> None:
    """The kind's example read “2026-11-29 8000 36.6 breast 8”."""
    weight, feeding = f"weight_{house.infant.pk}", f"feeding_{house.infant.pk}"
    house.care(**{weight: "8000", feeding: "breast", "mood": "2"})
    colleague = builders.user(Role.OPERATOR, last_name="田中", first_name="花")
    client = Client()
    client.force_login(colleague)
    address = reverse("operator:care", args=[house.booking.pk, house.today.isoformat()])
    client.post(address, {"key": "c2", weight: "3480", feeding: "mixed", "mood": "4"})
    page = stay_page(house)
    changed = (
        "「8000」から「3480」に",
        "「母乳」から「混合栄養」に",
        f"「{Mood.FAIR.label}」から「{Mood.VERY_LOW.label}」に",
    )
    for said in (str(colleague), "𠮷太郎：", *changed):
        assert said in page, said
    assert "breast" not in page.split("<main")[1].split("</main")[0].replace("breast_", "")


def test_a_check_in_corrected_says_so_too(house: House) -> None:
    house.post("check-in", residence_confirmed="on", mother_temperature="36.6", key="in2")
    assert "「空欄」から「36.6」に" in stay_page(house)


def test_nobody_leaves_while_a_proposal_is_undecided(house: House) -> None:
    """The kind's example: EPDS item 10 = 1, and the family left without a word."""
    house.post("assessment", assessed_on=house.today.isoformat(), total="5", item_10="1", key="a")
    answer = house.post("departure", key="d", undecided_seen="on")
    assert (answer.status_code, Stay.objects.get().departed_at) == (422, None)
    assert "先に判断してください" in answer.text
    address = f"/api/v1/bookings/{house.booking.pk}/departure/"
    send = {"content_type": "application/json"}
    refused = house.client.post(address, {}, **send, headers={"Idempotency-Key": "one"})
    assert (refused.status_code, refused.json()["code"]) == (409, "proposal_undecided")
    dismissal = reverse("operator:dismissal", args=[house.booking.pk, Assessment.objects.get().pk])
    assert house.client.post(dismissal, {"key": "n" * 24}).status_code == 422  # the reason is asked for
    house.client.post(dismissal, {"reason": "ご本人と話し、通院中で支えがある", "key": "m" * 24})
    house.post("departure", key="e")
    house.booking.refresh_from_db()
    assert house.booking.state == BookingState.DEPARTED
