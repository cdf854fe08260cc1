"""Two people with the same form open: nothing is overwritten in silence, and only what was changed is written."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from care.models import CareRecord, InfantCare, Mood
from tests import builders
from tests.care.test_care import House
from tests.fixtures_opened_page import Opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: None) -> House:
    made = House()
    made.arrived()
    made.care(**{f"weight_{made.infant.pk}": "3400", "mood": "2", "note": "よく眠れた"})
    return made


def both(house: House) -> tuple[Opened, Opened]:
    """The midwife's page and that of her colleague, opened at the same time."""
    address = reverse("operator:care", args=[house.booking.pk, house.today.isoformat()])
    colleague = Client()
    colleague.force_login(builders.user(Role.OPERATOR, first_name="花", last_name="田中"))
    return Opened(house.client, address), Opened(colleague, address)


def test_the_second_keeps_what_the_first_wrote_in_other_fields(house: House) -> None:
    """The kind's first example: 3,480 g and a mood, wiped by a page that was opened before."""
    first, second = both(house)
    weight = f"weight_{house.infant.pk}"
    first.send(**{weight: "3480", "mood": "4"})
    answer = second.send(note="夜に一度起きた")
    record = CareRecord.objects.get()
    assert (InfantCare.objects.get().weight_grams, record.mood, record.note) == (3480, Mood.VERY_LOW, "夜に一度起きた")
    assert "その間に" in answer.content.decode()


def test_where_both_changed_one_field_the_second_is_shown_both_and_decides(house: House) -> None:
    first, second = both(house)
    weight = f"weight_{house.infant.pk}"
    first.send(**{weight: "3480", "mood": "4"})
    answer = second.send(**{weight: "8000"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert InfantCare.objects.get().weight_grams == 3480
    assert all(said in page for said in ("3480", "8000", "3400", str(Mood.VERY_LOW.label)))
    # What she had not touched shows what stands now; sent again, what she typed is written knowingly.
    assert (second.fields["mood"], second.fields[weight]) == ("4", "8000")
    assert second.send(key="again").status_code == 200
    assert (InfantCare.objects.get().weight_grams, CareRecord.objects.get().mood) == (8000, Mood.VERY_LOW)


def test_a_record_begun_by_both_is_not_written_over(house: House) -> None:
    """Both found the day empty; the second hears of the first one's record."""
    InfantCare.objects.all().delete()
    CareRecord.objects.all().delete()
    first, second = both(house)
    first.send(note="一人目")
    answer = second.send(note="二人目")
    assert (answer.status_code, CareRecord.objects.get().note) == (422, "一人目")


def test_the_check_in_of_two_at_once_loses_nothing(house: House) -> None:
    address = reverse("operator:check-in", args=[house.booking.pk])
    first, second = Opened(house.client, address), Opened(house.client, address)
    first.send(food="卵アレルギー")
    answer = second.send(mother_temperature="36.6", key="two")
    house.booking.stay.refresh_from_db()
    checked = house.booking.stay.check_in
    assert (answer.status_code, checked.food, str(checked.mother_temperature)) == (200, "卵アレルギー", "36.6")
