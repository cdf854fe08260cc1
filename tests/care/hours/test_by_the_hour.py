"""時間ごとの記録: each touch once, with its time; the sheet of the day follows; a slip is replaced or taken back."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking
from bookings.stays.stays import record_arrival
from care.badges import badges_of
from care.hour_rules import Kind
from care.hours.record import Noted, record_observation, take_back_observation
from care.models import CarePolicy, CareRecord, HourPolicy, InfantCare, Observation, ObservationTakenBack
from care.record_queries import days_without_record, records_of
from care.records import InfantFacts, MotherFacts, write_care_record
from enrollment.models import Infant
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.as_owner import as_owner

pytestmark = pytest.mark.django_db


class Night:
    """A family in house since the day before yesterday, and who is on duty."""

    def __init__(self) -> None:
        builders.usage_limits()
        self.now = timezone.now()
        self.today = timezone.localdate()
        self.first = self.today - timedelta(days=2)
        made = builders.registration(born=self.today - timedelta(days=40))
        self.booking = Booking.objects.create(
            registration=made, service=builders.service(), booked_at=self.now - timedelta(days=9)
        )
        for number in range(3):
            self.booking.days.create(day=self.first + timedelta(days=number))
        self.infant = made.birth.infants.get()
        self.midwife = builders.user(Role.OPERATOR)
        arrived = builders.at(self.first, 10)
        record_arrival(booking=self.booking, by=self.midwife, at=arrived, happened_at=arrived)
        HourPolicy.objects.create(
            period=(builders.LONG_AGO, None), ask_weight_change=150, ask_temperature_high=Decimal("38.5"), ask_feed=150
        )

    def yesterday(self, hour: int, minute: int = 0) -> datetime:
        return builders.at(self.today - timedelta(days=1), hour, minute)

    def note(self, kind: Kind, touch: str, *, at: datetime, mother: bool = False, **facts: Any) -> Observation:
        how = {name: facts.pop(name) for name in ("sure", "corrects", "reason", "touched_by", "by") if name in facts}
        if "amount" in facts:
            facts["amount"] = Decimal(str(facts["amount"]))
        noted = Noted(kind, None if mother else self.infant.pk, **facts)
        how.setdefault("by", self.midwife)
        return record_observation(booking=self.booking, noted=noted, touch=touch, at=self.now, happened_at=at, **how)

    def sheet(self) -> tuple[CareRecord, InfantCare]:
        record = CareRecord.objects.get(day=self.today - timedelta(days=1))
        return record, record.infants.get()


@pytest.fixture
def night() -> Night:
    return Night()


def test_a_night_of_touches_makes_the_sheet_of_the_day(night: Night) -> None:
    for number, (kind, hour, facts) in enumerate(
        [
            (Kind.BREAST, 3, {"finding": "left"}),
            (Kind.FORMULA, 3, {"amount": 40}),
            (Kind.BREAST, 6, {"finding": "right"}),
            (Kind.WET, 3, {}),
            (Kind.STOOL, 6, {"finding": "yellow"}),
            (Kind.WEIGHT, 9, {"amount": 3520}),
            (Kind.TEMPERATURE, 9, {"amount": "36.9"}),
        ]
    ):
        night.note(kind, f"t{number}", at=night.yesterday(hour), **facts)
    night.note(Kind.PRESSURE, "p", at=night.yesterday(8), mother=True, amount=128, lower=82)
    night.note(Kind.BREASTS, "b", at=night.yesterday(8), mother=True, finding="engorged")
    record, row = night.sheet()
    assert (row.feeding, row.feeds, row.milk_ml, row.wets, row.stools) == ("mixed", 2, 40, 1, 1)
    assert (row.weight_grams, row.temperature) == (3520, Decimal("36.9"))
    assert (record.systolic, record.diastolic, record.breast) == (128, 82, "engorged")
    found = records_of(night.booking, night.today)
    assert found is not None
    assert found.corrections == []


def test_a_touch_sent_again_is_written_once_and_another_thing_under_its_key_is_refused(night: Night) -> None:
    for _ in range(2):
        night.note(Kind.WET, "same", at=night.yesterday(3))
    assert Observation.objects.count() == 1
    with pytest.raises(NotPossible, match="touch_reused"):
        night.note(Kind.STOOL, "same", at=night.yesterday(3))
    # A colleague to whom the tablet's touch was handed over, after it had got there all the same.
    night.note(Kind.WET, "same", at=night.yesterday(3), by=builders.user(Role.OPERATOR), touched_by=night.midwife)
    assert Observation.objects.get().recorded_by == night.midwife


def test_what_a_colleague_sends_says_who_touched_it(night: Night) -> None:
    colleague = builders.user(Role.OPERATOR)
    row = night.note(Kind.WET, "t", at=night.yesterday(3), by=colleague, touched_by=night.midwife)
    assert (row.recorded_by, row.noted_by) == (colleague, night.midwife)
    stranger = builders.user(Role.OPERATOR, facility=builders.facility("elsewhere", "ママズルーム"))
    with pytest.raises(NotPossible, match="not_of_the_house"):
        night.note(Kind.WET, "t2", at=night.yesterday(3), touched_by=stranger)


def test_a_slip_is_replaced_or_taken_back_and_stays_readable(night: Night) -> None:
    slip = night.note(Kind.WEIGHT, "slip", at=night.yesterday(9), amount=3250)
    night.note(Kind.WEIGHT, "right", at=night.yesterday(9), amount=3520, corrects=slip, sure=True)
    assert night.sheet()[1].weight_grams == 3520
    take_back_observation(booking=night.booking, touch="right", by=night.midwife, at=night.now)
    # Nothing is left on the sheet: it is none, and the month asks for one.
    assert not CareRecord.objects.exists()
    assert (Observation.objects.count(), ObservationTakenBack.objects.count()) == (2, 1)
    for again in ("slip", "right"):
        with pytest.raises(Refused, match="counts_no_more"):
            take_back_observation(booking=night.booking, touch=again, by=night.midwife, at=night.now)


def test_after_ten_minutes_a_reason_is_asked_and_after_the_stay_is_over_too(night: Night) -> None:
    row = night.note(Kind.WET, "t", at=night.yesterday(3))
    later = night.now + timedelta(minutes=11)
    with pytest.raises(NotPossible, match="no_reason"):
        take_back_observation(booking=night.booking, touch="t", by=night.midwife, at=later)
    take_back_observation(booking=night.booking, touch="t", by=night.midwife, at=later, reason="別の子でした")
    assert ObservationTakenBack.objects.get().observation == row
    with pytest.raises(NotPossible, match="no_such_observation"):
        take_back_observation(booking=night.booking, touch="never", by=night.midwife, at=later)


@pytest.mark.parametrize(
    ("kind", "facts", "code"),
    [
        (Kind.WEIGHT, {"amount": 35}, "implausible"),
        (Kind.TEMPERATURE, {"amount": "73.6"}, "implausible"),
        (Kind.FORMULA, {}, "says_nothing"),
        (Kind.BREAST, {}, "says_nothing"),
        (Kind.STOOL, {"finding": "left"}, "says_nothing"),
        (Kind.JAUNDICE, {}, "says_nothing"),
        (Kind.PRESSURE, {"amount": 80, "lower": 120, "mother": True}, "says_nothing"),
        (Kind.MEDICINE, {"text": " ", "mother": True}, "says_nothing"),
        (Kind.LOCHIA, {"finding": "much"}, "says_nothing"),
        (Kind.WET, {"mother": True}, "says_nothing"),
        (Kind.FORMULA, {"amount": 151}, "please_confirm"),
        (Kind.TEMPERATURE, {"amount": "38.5"}, "please_confirm"),
    ],
)
def test_what_cannot_be_is_refused_and_what_is_off_by_much_is_asked(
    night: Night, kind: Kind, facts: dict[str, Any], code: str
) -> None:
    with pytest.raises(NotPossible, match=code):
        night.note(kind, "t", at=night.yesterday(3), **facts)
    assert not Observation.objects.exists()
    if code == "please_confirm":
        night.note(kind, "t", at=night.yesterday(3), sure=True, **facts)


def test_a_weight_is_asked_about_by_what_the_sheet_of_the_day_before_says(night: Night) -> None:
    write_care_record(
        booking=night.booking,
        day=night.first,
        mother=MotherFacts(),
        infants={night.infant.pk: InfantFacts(weight_grams=3500)},
        by=night.midwife,
        at=night.now,
    )
    with pytest.raises(NotPossible) as asked:
        night.note(Kind.WEIGHT, "t", at=night.yesterday(9), amount=3320)
    assert asked.value.code == "please_confirm"
    assert "-180" in asked.value.detail
    night.note(Kind.WEIGHT, "t", at=night.yesterday(9), amount=3351)


def test_a_time_ahead_or_outside_the_stay_is_refused(night: Night) -> None:
    for moment in (night.now + timedelta(minutes=2), builders.at(night.first - timedelta(days=1), 23)):
        with pytest.raises(NotPossible, match=r"not_ahead|not_a_day_of_stay"):
            night.note(Kind.WET, "t", at=moment)
    with pytest.raises(IntegrityError, match="observed at"), transaction.atomic():
        Observation.objects.create(
            stay=night.booking.stay,
            infant=night.infant,
            kind=Kind.WET,
            happened_at=builders.at(night.first - timedelta(days=1), 23),
            touch="t",
            recorded_at=night.now,
            recorded_by=night.midwife,
        )
    twin = Infant.objects.create(birth=builders.registration().birth, birth_date=night.today)
    with pytest.raises(NotPossible, match="infant_of_another"):
        record_observation(
            booking=night.booking,
            noted=Noted(Kind.WET, twin.pk),
            touch="t",
            by=night.midwife,
            at=night.now,
        )


def test_what_was_noted_is_never_rewritten_nor_deleted(night: Night) -> None:
    row = night.note(Kind.WET, "t", at=night.yesterday(3))
    for forbidden in (
        lambda: Observation.objects.filter(pk=row.pk).update(kind=Kind.STOOL),
        lambda: Observation.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="pgtrigger: Cannot"), transaction.atomic(), as_owner():
            forbidden()


def test_a_sheet_by_hand_keeps_its_words_and_takes_the_sums(night: Night) -> None:
    def by_hand(note: str, feeds: int, later: timedelta = timedelta(0)) -> None:
        write_care_record(
            booking=night.booking,
            day=night.today - timedelta(days=1),
            mother=MotherFacts(note=note, mood=1),
            infants={night.infant.pk: InfantFacts(feeds=feeds, note="元気")},
            by=night.midwife,
            at=night.now + later,
        )

    by_hand("よく眠れた", feeds=8)
    night.note(Kind.BREAST, "t", at=night.yesterday(3), finding="left")
    record, row = night.sheet()
    assert (record.note, row.feeds, row.note) == ("よく眠れた", 1, "元気")
    by_hand("訂正", feeds=9, later=timedelta(minutes=5))
    record, row = night.sheet()
    assert (record.note, record.mood, row.feeds) == ("訂正", 1, 1)
    found = records_of(night.booking, night.today)
    assert found is not None
    (correction,) = found.corrections
    assert ("よく眠れた", "訂正") in [(one.before, one.after) for one in correction.changed]
    take_back_observation(booking=night.booking, touch="t", by=night.midwife, at=night.now)
    record, row = night.sheet()
    assert (record.note, row.feeds, row.feeding) == ("訂正", None, "")


def test_a_fever_of_the_mother_noted_at_night_stands_at_her_name(night: Night) -> None:
    CarePolicy.objects.create(period=(builders.LONG_AGO, None), fever_from=Decimal("37.5"))
    night.note(Kind.TEMPERATURE, "t", at=night.yesterday(3), mother=True, amount="37.8")
    (badges,) = badges_of([night.booking], night.today).values()
    assert [badge.level for badge in badges if badge.text == "発熱"] == ["error"]


def test_a_day_with_a_touch_has_its_record_and_a_departure_waits_for_the_last_one(night: Night) -> None:
    night.booking.days.update(status="used")
    assert len(days_without_record([night.booking], night.today)[night.booking.pk]) == 2
    night.note(Kind.WET, "t", at=night.yesterday(3))
    assert len(days_without_record([night.booking], night.today)[night.booking.pk]) == 1
