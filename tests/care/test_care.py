"""Care records: a day once, corrected without losing what stood there, sent twice and written once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, BookingState, Stay
from care.models import Assessment, CarePolicy, CareRecord, CheckIn, HandoverNote, InfantCare, SleepCheck, SoldOption
from care.record_queries import care_policy, records_of
from care.records import InfantFacts, MotherFacts, write_care_record
from enrollment.models import Infant
from facilities.models import Capacity, FacilityOption
from sankecare.errors import Refused
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


class House:
    """A family that is expected today at the Ward Centre, and the midwife on duty."""

    def __init__(self) -> None:
        builders.usage_limits()
        self.today = timezone.localdate()
        self.service = builders.service()
        self.registration = builders.registration(born=self.today - timedelta(days=40))
        self.booking = Booking.objects.create(
            registration=self.registration, service=self.service, booked_at=timezone.now()
        )
        self.booking.days.create(day=self.today)
        self.infant = self.registration.birth.infants.get()
        self.midwife = builders.user(Role.OPERATOR)
        self.client = Client()
        self.client.force_login(self.midwife)
        CarePolicy.objects.create(period=(builders.LONG_AGO, None), sleep_check_minutes=30, fever_from=Decimal("37.5"))

    def post(self, name: str, *more: str, **given: Any) -> Any:
        address = reverse(f"operator:{name}", args=[self.booking.pk, *more])
        return self.client.post(address, given, follow=True)

    def arrived(self) -> None:
        assert self.post("check-in", residence_confirmed="on", key="in").status_code == 200

    def look(self, key: str = "look", **found: str) -> Any:
        """A round in which the infant is found on its back, quietly, unless told."""
        row = f"{self.booking.pk}_{self.infant.pk}"
        asked = {"position": "back", "breathing": "regular", "colour": "good", "place": "mother"} | found
        fields = {f"{name}_{row}": value for name, value in asked.items() if name not in ("second_person", "all")}
        others = {name: found[name] for name in ("second_person", "all") if name in found}
        given = {"key": key, "watched_by": self.midwife.pk} | fields | others
        return self.client.post(reverse("operator:looks"), given, follow=True)

    def care(self, **given: Any) -> Any:
        return self.post("care", self.today.isoformat(), **{"key": "care-1", "mood": "1"} | given)


@pytest.fixture
def house(transactional_db: None) -> House:
    return House()


def test_checking_in_records_the_arrival_and_what_was_looked_at_once(house: House) -> None:
    for _ in range(2):
        house.post("check-in", residence_confirmed="on", mother_temperature="36.6", food="卵アレルギー", key="k")
    house.booking.refresh_from_db()
    assert (house.booking.state, Stay.objects.count(), CheckIn.objects.get().food) == (
        BookingState.ARRIVED,
        1,
        "卵アレルギー",
    )
    page = house.client.get(reverse("operator:day")).content.decode()
    assert "卵アレルギー" in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"mother_temperature": "38.2", "residence_confirmed": "on"}, "判断したか"),
        ({"mother_temperature": "73.6", "residence_confirmed": "on"}, "73.6ではなく37.6ではありませんか"),
        ({"mother_temperature": "36.6"}, "書類を確認"),
    ],
)
def test_a_fever_needs_a_decision_a_slip_is_named_and_the_residence_is_seen(
    house: House, given: dict[str, str], words: str
) -> None:
    answer = house.post("check-in", key="k", **given)
    assert (answer.status_code, words in answer.content.decode(), Stay.objects.count()) == (422, True, 0)
    assert given.get("mother_temperature", "") in answer.content.decode()


def test_a_record_sent_twice_is_written_once_and_corrected_it_keeps_what_stood_there(house: House) -> None:
    house.arrived()
    first = {f"weight_{house.infant.pk}": "3500", "note": "よく眠れた"}
    for _ in range(2):
        house.care(**first)
    house.care(**first | {"note": "よく眠れなかった", "key": "care-2"})
    assert (CareRecord.objects.get().note, InfantCare.objects.get().weight_grams) == ("よく眠れなかった", 3500)
    found = records_of(house.booking, house.today)
    assert found is not None
    (correction,) = found.corrections
    assert (correction.by, [(row.before, row.after) for row in correction.changed]) == (
        house.midwife,
        [("よく眠れた", "よく眠れなかった")],
    )
    assert "よく眠れた" in house.client.get(reverse("operator:stay", args=[house.booking.pk])).content.decode()


def test_thirty_five_kilograms_are_refused_and_nothing_typed_is_lost(house: House) -> None:
    house.arrived()
    answer = house.care(**{f"weight_{house.infant.pk}": "35000", "note": "機嫌よし"})
    assert (answer.status_code, CareRecord.objects.count()) == (422, 0)
    assert "35000" in answer.content.decode()
    assert "機嫌よし" in answer.content.decode()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"infants": {"own": InfantFacts(weight_grams=35_000)}}, "implausible"),
        ({"infants": {"other": InfantFacts()}}, "infant_of_another"),
        ({"ahead": 1}, "not_a_day_of_stay"),
    ],
)
def test_what_cannot_be_is_refused_by_the_operation_too(house: House, facts: dict[str, Any], code: str) -> None:
    house.arrived()
    keys = {"own": house.infant.pk, "other": builders.registration().birth.infants.get().pk}
    infants = {keys[name]: value for name, value in facts.get("infants", {}).items()}
    with pytest.raises(Refused) as refused:
        transaction.atomic(write_care_record)(
            booking=house.booking,
            day=house.today + timedelta(days=facts.get("ahead", 0)),
            mother=MotherFacts(),
            infants=infants,
            by=house.midwife,
            at=timezone.now(),
        )
    assert refused.value.code == code


def test_the_database_knows_no_impossible_weight_and_changes_no_look_and_no_note(house: House) -> None:
    house.arrived()
    house.care()
    house.look()
    house.post("handover", text="夜間の授乳を見守ってください", key="h")
    with pytest.raises(IntegrityError), transaction.atomic():
        InfantCare.objects.update(weight_grams=35_000)
    for kept in (SleepCheck, HandoverNote):
        with pytest.raises(DatabaseError), transaction.atomic():
            kept.objects.all().delete()


def test_a_sleeping_baby_stands_on_the_board_until_somebody_looked(house: House) -> None:
    house.arrived()
    board = reverse("operator:day")
    assert "期限超過" in house.client.get(board).content.decode()
    house.look()
    assert "期限超過" not in house.client.get(board).content.decode()


def test_a_look_touched_twice_is_written_once_and_says_when(house: House) -> None:
    house.arrived()
    board = house.client.get(reverse("operator:day"))
    assert board.headers["Cache-Control"].find("no-store") >= 0
    pages = [house.look(key=board.context["key"]) for _ in range(2)]
    assert SleepCheck.objects.count() == 1
    when = timezone.localtime(SleepCheck.objects.get().recorded_at)
    assert all(f"{when:%-H:%M}" in page.text for page in pages)


@pytest.mark.parametrize("given", [{"position": "上"}, {"position": ""}, {"place": "kept"}, {"breathing": ""}])
def test_a_look_that_cannot_be_written_is_said_and_nothing_is_lost(house: House, given: dict[str, str]) -> None:
    house.arrived()
    answer = house.look(**given)
    assert (answer.status_code, SleepCheck.objects.count()) == (422, 0)
    assert 'class="errors"' in answer.text


def test_scores_propose_a_referral_and_no_item_is_stored(house: House) -> None:
    house.arrived()
    house.post("assessment", assessed_on=house.today.isoformat(), total="9", item_10="0", key="a")
    assert (
        "フォロー依頼が提案されています"
        in house.client.get(reverse("operator:stay", args=[house.booking.pk])).content.decode()
    )
    refused = house.post("assessment", assessed_on=house.today.isoformat(), total="2", item_10="3", key="b")
    assert (refused.status_code, Assessment.objects.count()) == (422, 1)


def test_an_option_is_sold_at_the_facilitys_own_price_once(house: House) -> None:
    house.arrived()
    option = FacilityOption.objects.create(
        facility=house.service.facility, name="鍼灸", name_en="Acupuncture", period=(builders.LONG_AGO, None)
    )
    for _ in range(2):
        house.post("sale", option=option.pk, amount="3000", key="s")
    assert SoldOption.objects.get().amount == 3000


def test_nothing_is_recorded_of_a_family_that_has_not_come(house: House) -> None:
    assert house.care().status_code == 422
    assert CareRecord.objects.count() == 0


def test_a_day_without_a_record_is_named_the_day_after(house: House) -> None:
    house.arrived()
    tomorrow = house.today + timedelta(days=1)
    found = records_of(house.booking, tomorrow)
    assert found is not None
    assert found.missing == [house.today]
    house.care()
    found = records_of(house.booking, tomorrow)
    assert found is not None
    assert found.missing == []


def test_the_house_by_days_opens_from_whatever_day_is_asked(house: House) -> None:
    for first in ("", "9999-12-31", "0001-01-01", "x"):
        assert house.client.get(reverse("operator:weeks"), {"from": first}).status_code == 200


def test_another_facilitys_family_is_not_there(house: House) -> None:
    elsewhere = builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム"))
    client = Client()
    client.force_login(elsewhere)
    for name, more in (("check-in", ()), ("care", (house.today.isoformat(),)), ("assessment", ())):
        assert client.get(reverse(f"operator:{name}", args=[house.booking.pk, *more])).status_code == 404


def test_the_policy_of_the_day_counts(house: House) -> None:
    policy = care_policy(house.today)
    assert policy is not None
    assert policy.sleep_check_minutes == 30
    assert care_policy(builders.LONG_AGO - timedelta(days=1)) is None


def test_the_boards_sign_changes_with_the_house_and_names_nobody(house: House) -> None:
    pulse = reverse("operator:pulse")
    before = house.client.get(pulse).json()
    assert house.client.get(pulse).json() == before
    house.arrived()
    after = house.client.get(pulse)
    assert (set(after.json()), after.json() != before) == ({"pulse"}, True)


@pytest.mark.parametrize(
    "change",
    [
        lambda house: house.booking.days.create(day=house.today + timedelta(days=1)),
        lambda house: house.booking.days.update(with_sibling=True),
        lambda house: Booking.objects.update(food="卵アレルギー"),
        lambda house: Capacity.objects.update(slots=3),
        lambda house: Infant.objects.update(rolls_over_since=house.today),
        lambda house: CarePolicy.objects.update(sleep_check_minutes=10),
    ],
    ids=["days", "sibling", "food", "places", "rolls over", "overdue"],
)
def test_whatever_the_board_shows_changes_its_sign(house: House, change: Any) -> None:
    house.arrived()
    SleepCheck.objects.create(
        stay=Stay.objects.get(),
        infant=house.infant,
        position="back",
        recorded_at=timezone.now() - timedelta(minutes=20),
        recorded_by=house.midwife,
    )
    pulse = reverse("operator:pulse")
    before = house.client.get(pulse).json()
    change(house)
    assert house.client.get(pulse).json() != before
