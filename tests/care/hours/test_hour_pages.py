"""The pages of the hours: one touch notes once, what is off by much comes back as a question, the queue is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from care.models import CareRecord, HourPolicy, InfantCare, Observation, ObservationTakenBack
from sankecare.person_key import key_of_person
from tests import builders
from tests.care.test_care import House

pytestmark = pytest.mark.django_db(transaction=True)


class Ward(House):
    """The house, with a family in it; a touch as a button of a page sends it."""

    def __init__(self) -> None:
        super().__init__()
        HourPolicy.objects.create(period=(builders.LONG_AGO, None), ask_feed=150)
        self.arrived()

    def touch(self, what: str, key: str = "t1", *, by: Client | None = None, queued: bool = True, **more: Any) -> Any:
        kind, *finding = what.split(":")
        of_mother = kind in ("pressure", "medicine")
        observed = ":".join([kind, "" if of_mother else str(self.infant.pk), *finding])
        address = reverse("operator:observe", args=[self.booking.pk])
        given = {"key": key, "back": "house", "observed": observed} | more
        return (by or self.client).post(address, given, headers=self.sign(by) if queued else {})

    def sign(self, by: Client | None = None) -> dict[str, str]:
        """By which the queue says who touched: who is to be signed in."""
        who = int((by or self.client).session.get("_auth_user_id", self.midwife.pk))
        return {"X-Queue": key_of_person(who)}


@pytest.fixture
def ward(transactional_db: None) -> Ward:
    return Ward()


def test_a_button_notes_the_time_of_its_touch_once_and_leads_back(ward: Ward) -> None:
    touched = timezone.now() - timedelta(seconds=90)
    for _ in range(2):
        answer = ward.touch("breast:left", touched_at=int(touched.timestamp() * 1000), queued=False)
        assert answer.headers["Location"] == reverse("operator:hours")
    row = Observation.objects.get()
    assert (row.finding, abs(row.happened_at - touched) < timedelta(seconds=1)) == ("left", True)
    assert InfantCare.objects.get().feeds == 1
    page = ward.client.get(reverse("operator:hours")).text
    assert "直母 左" in page
    assert "授乳1回" in page


def test_the_queue_is_told_what_became_of_a_touch(ward: Ward) -> None:
    answer = ward.touch("wet")
    assert (answer.status_code, answer.headers["X-Led-To"]) == (204, reverse("operator:hours"))
    beside = f"{ward.booking.pk}-{ward.infant.pk}"
    asked = ward.touch("formula", "t2", **{f"amount-formula-{beside}": "200"})
    assert (asked.status_code, "200 mlですか" in asked.text, "data-asks-again" in asked.text) == (422, True, True)
    assert ward.touch("formula", "t2", amount="200", sure="1").status_code == 204
    impossible = ward.touch("temperature", "t3", amount="73.6")
    assert (impossible.status_code, "data-asks-again" in impossible.text) == (422, False)
    assert "37.6" in impossible.text
    assert ward.touch("wet", "t4", by=Client()).status_code == 401
    assert Observation.objects.count() == 2
    # Another has signed in on the tablet meanwhile: it is not written under her name.
    hers = Client()
    hers.force_login(builders.user(Role.OPERATOR))
    address = reverse("operator:observe", args=[ward.booking.pk])
    given = {"key": "t5", "observed": f"wet:{ward.infant.pk}:"}
    assert hers.post(address, given, headers=ward.sign()).status_code == 401
    assert Observation.objects.count() == 2


def test_a_page_of_a_family_takes_a_pressure_with_two_figures(ward: Ward) -> None:
    given = {f"{name}-pressure-{ward.booking.pk}-m": value for name, value in (("amount", "128"), ("lower", "82"))}
    assert ward.touch("pressure", **given).status_code == 204
    record = CareRecord.objects.get()
    assert (record.systolic, record.diastolic) == (128, 82)
    page = ward.client.get(reverse("operator:hours-of", args=[ward.booking.pk, ward.today.isoformat()])).text
    assert "128/82 mmHg" in page


def test_a_colleague_takes_a_touch_over_under_the_name_of_who_touched(ward: Ward) -> None:
    colleague, at_the_other_house = builders.user(Role.OPERATOR), Client()
    hers = Client()
    hers.force_login(colleague)
    sign = key_of_person(ward.midwife.pk)
    assert ward.touch("wet", by=hers, for_person=sign).status_code == 204
    row = Observation.objects.get()
    assert (row.touched_by, row.recorded_by) == (ward.midwife, colleague)
    at_the_other_house.force_login(builders.user(Role.OPERATOR, facility=builders.facility("elsewhere", "よそ")))
    assert ward.touch("wet", "t2", by=at_the_other_house).status_code == 404
    assert ward.touch("wet", "t3", for_person="0123456789abcdef").status_code == 404


def test_a_touch_is_taken_back_or_corrected_and_both_stay_on_the_page(ward: Ward) -> None:
    ward.touch("weight", "w1", amount="3250")
    ward.touch("wet", "w2")
    undone = ward.client.post(reverse("operator:observation-undo", args=[ward.booking.pk, "w2"]), headers=ward.sign())
    assert (undone.status_code, ObservationTakenBack.objects.count()) == (204, 1)
    again = ward.client.post(reverse("operator:observation-undo", args=[ward.booking.pk, "w2"]), headers=ward.sign())
    assert (again.status_code, "取り消された" in again.text) == (422, True)
    address = reverse("operator:observation-correct", args=[ward.booking.pk, "w1"])
    assert 'value="3250"' in ward.client.get(address).text
    assert ward.client.post(address, {"key": "w3", "amount": "3520", "back": "family"}).status_code == 302
    assert InfantCare.objects.get().weight_grams == 3520
    page = ward.client.get(reverse("operator:hours-of", args=[ward.booking.pk, ward.today.isoformat()])).text
    assert page.count("<s>") == 2
    stay = ward.client.get(reverse("operator:stay", args=[ward.booking.pk])).text
    assert "3520 g" in stay


def test_the_sheet_of_the_day_shows_what_adds_up_and_asks_only_for_the_rest(ward: Ward) -> None:
    ward.touch("weight", "w1", amount="3520")
    address = reverse("operator:care", args=[ward.booking.pk, ward.today.isoformat()])
    page = ward.client.get(address).text
    assert f'name="weight_{ward.infant.pk}"' not in page
    assert f'name="temperature_{ward.infant.pk}"' in page
    assert "3520" in page
    assert ward.client.post(address, {"key": "c", "mood": "2", "note": "元気"}).status_code == 302
    record = CareRecord.objects.get()
    assert (record.mood, record.note, record.infants.get().weight_grams) == (2, "元気", 3520)


def test_the_house_is_shown_in_as_many_questions_however_many_families(
    ward: Ward, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        ward.touch("wet", f"n{number}")
    with django_assert_max_num_queries(45):
        ward.client.get(reverse("operator:hours"))
