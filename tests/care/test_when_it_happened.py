"""いつ起きたか: what happened has its own time, whenever it is written; the days used follow from it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.correct_stay import correct_step
from billing.models import Charge
from billing.queries import owed
from bookings.models import Booking, Stay, StayStep, StepKind
from bookings.places.queries import facility_day
from bookings.stays.stays import record_absence, record_missed_day
from bookings.stays.steps import settle_steps
from care.incidents import IncidentFacts, record_incident
from care.models import CarePolicy, IncidentKind, SafetyChapter, Severity, SleepCheck
from care.record_queries import last_looks
from care.records import CheckInFacts, MotherFacts, record_check_in, write_care_record
from facilities.models import ServiceKind
from reports.invariants import broken_invariants
from sankecare.errors import Refused
from tests import builders
from tests.care.factories_moments import FIFTH, Expected, on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(transactional_db: None) -> Iterator[Expected]:
    made = Expected()
    yield made
    impossible = {"stay_with_days_apart", "recorded_before_it_happened"}
    assert not impossible & {row.what for row in broken_invariants(at=on(31, 10))}


def test_who_came_in_the_evening_and_is_touched_after_midnight_has_used_the_evenings_day(here: Expected) -> None:
    """Came on the 5th at 18:00, touched at 0:10; three days of 4,500 yen."""
    stay = here.arrives(on(6, 0, 10), on(5, 18))
    assert (stay.arrived_at, stay.arrival_recorded_at) == (on(5, 18), on(6, 0, 10))
    assert here.statuses == ["used", "held", "held"]
    here.leaves(on(7, 15))
    assert here.charged() == 13_500


def test_who_left_in_the_evening_and_is_touched_after_midnight_pays_no_further_day(here: Expected) -> None:
    """Left on the 6th at 20:00, touched on the 7th at 0:10; two days of 4,500 yen, and the 7th is free."""
    here.arrives(on(5, 10))
    stay = here.leaves(on(7, 0, 10), on(6, 20)).stay
    assert (stay.departed_at, stay.departure_recorded_at) == (on(6, 20), on(7, 0, 10))
    assert (here.charged(), here.statuses) == (9000, ["used", "used", "released"])
    assert facility_day(here.service.facility, FIFTH.replace(day=6)).departed == [here.booking]


def test_a_single_day_touched_after_midnight_is_used(transactional_db: None) -> None:
    here = Expected(5, kind=ServiceKind.DAY_CARE)
    here.arrives(on(6, 0, 10), on(5, 9, 30))
    here.leaves(on(6, 0, 12), on(5, 17))
    assert (here.charged(), here.statuses) == (3000, ["used"])


def test_what_is_not_said_happened_now(here: Expected) -> None:
    stay = here.arrives(on(5, 10))
    assert (stay.arrived_at, stay.arrival_recorded_at) == (on(5, 10), on(5, 10))
    step = StayStep.objects.get()
    assert (step.happened_at, step.recorded_at) == (on(5, 10), on(5, 10))


def test_one_touch_can_be_taken_back_ten_minutes_after_it_was_written(here: Expected) -> None:
    here.arrives(on(6, 0, 10), on(5, 18))
    step = StayStep.objects.get()
    assert (step.happened_at, step.undo_until) == (on(5, 18), on(6, 0, 20))


REFUSED: list[tuple[str, datetime, datetime, str]] = [
    ("arrival ahead", on(5, 10), on(5, 10, 1), "not_over_yet"),
    ("arrival before the first day", on(6, 0, 10), on(4, 23, 59), "not_expected_today"),
    ("arrival on a day that is not hers", on(8, 0, 10), on(8, 0, 5), "not_expected_today"),
]


@pytest.mark.parametrize(("at", "happened_at", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_an_arrival_that_cannot_be_is_refused(here: Expected, at: datetime, happened_at: datetime, code: str) -> None:
    with pytest.raises(Refused, match=code) as refused:
        here.arrives(at, happened_at)
    assert "happened_at" in refused.value.fields
    assert here.statuses == ["held", "held", "held"]


def test_a_departure_lies_between_the_arrival_and_now(here: Expected) -> None:
    here.arrives(on(5, 18))
    for moment, code in ((on(5, 17, 59), "departure_before_arrival"), (on(6, 9, 1), "not_over_yet")):
        with pytest.raises(Refused, match=code) as refused:
            here.leaves(on(6, 9), moment)
        assert "happened_at" in refused.value.fields
    assert not Charge.objects.exists()


def test_a_departure_typed_by_the_minute_of_the_arrival_is_not_before_it(here: Expected) -> None:
    here.arrives(on(5, 10) + timedelta(seconds=40))
    assert here.leaves(on(5, 10, 5), on(5, 10)).stay.departed_at == on(5, 10) + timedelta(seconds=40)


def test_nobody_has_left_before_a_baby_was_looked_at(here: Expected) -> None:
    here.arrives(on(5, 10))
    here.looks(on(6, 21))
    with pytest.raises(Refused, match="seen_after"):
        here.leaves(on(7, 0, 10), on(6, 20))
    here.leaves(on(7, 0, 12), on(6, 21))
    assert here.charged() == 9000


def test_nobody_has_left_before_a_day_of_which_a_record_is_written(here: Expected) -> None:
    here.arrives(on(5, 10))
    with transaction.atomic():
        day = FIFTH.replace(day=6)
        write_care_record(
            booking=here.booking, day=day, mother=MotherFacts(), infants={}, by=here.midwife, at=on(6, 20)
        )
    with pytest.raises(Refused, match="seen_after"):
        here.leaves(on(6, 21), on(5, 20))


def test_an_absence_has_the_moment_at_which_it_was_clear(here: Expected) -> None:
    with pytest.raises(Refused, match="not_due_yet"), transaction.atomic():
        record_absence(booking=here.booking, by=here.midwife, at=on(5, 9), happened_at=on(4, 20))
    with pytest.raises(Refused, match="not_over_yet"), transaction.atomic():
        record_absence(booking=here.booking, by=here.midwife, at=on(5, 9), happened_at=on(5, 20))
    with transaction.atomic():
        record_absence(booking=here.booking, by=here.midwife, at=on(6, 0, 10), happened_at=on(5, 21))
    step = StayStep.objects.get()
    assert (step.kind, step.happened_at, step.recorded_at) == (StepKind.ABSENCE, on(5, 21), on(6, 0, 10))


def test_the_database_writes_nothing_before_it_happened(here: Expected) -> None:
    here.arrives(on(5, 10))
    ahead: list[tuple[str, Any, dict[str, Any]]] = [
        ("stay_arrival_is_not_ahead", Stay.objects, {"arrival_recorded_at": on(5, 9)}),
        ("stay_departure_is_not_ahead", Stay.objects, {"departed_at": on(6, 9), "departure_recorded_at": on(6, 8)}),
    ]
    for name, rows, change in ahead:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="stay_step_is_not_ahead"), transaction.atomic():
        StayStep.objects.create(
            booking=here.booking,
            kind=StepKind.DEPARTURE,
            held=[],
            happened_at=on(6, 10),
            recorded_at=on(6, 9),
            recorded_by=here.midwife,
            undo_until=on(6, 10),
        )


def test_the_database_knows_when_a_stay_was_written_where_nobody_says_it(here: Expected) -> None:
    written = Stay.objects.create(booking=here.booking, arrived_at=on(5, 10))
    written.refresh_from_db()
    assert written.arrival_recorded_at is not None
    assert written.arrival_recorded_at > on(5, 10)
    assert written.departure_recorded_at is None


# ---- Observations ---------------------------------------------------------------------------------------------------


def test_a_look_counts_from_when_it_was_made_not_from_when_it_was_sent(here: Expected) -> None:
    CarePolicy.objects.create(period=(builders.LONG_AGO, None), sleep_check_minutes=30)
    here.arrives(on(5, 10))
    here.booking.refresh_from_db()
    check = here.looks(on(6, 0, 10), on(5, 23, 50))
    assert (check.happened_at, check.recorded_at) == (on(5, 23, 50), on(6, 0, 10))
    (state,) = last_looks([here.booking], 30, on(6, 0, 15)).values()
    assert (state.next_at, state.overdue) == (on(6, 0, 20), False)


def test_the_database_takes_a_look_without_a_moment_as_made_when_written(here: Expected) -> None:
    stay = here.arrives(on(5, 10))
    check = SleepCheck.objects.create(
        stay=stay, infant=here.infant, position="back", recorded_at=on(5, 11), recorded_by=here.midwife
    )
    check.refresh_from_db()
    assert check.happened_at == on(5, 11)
    with pytest.raises(IntegrityError, match="sleep_check_is_not_ahead"), transaction.atomic():
        SleepCheck.objects.create(
            stay=stay,
            infant=here.infant,
            position="back",
            happened_at=on(5, 13),
            recorded_at=on(5, 12),
            recorded_by=here.midwife,
        )


def test_what_is_looked_at_on_arrival_is_of_the_evening(here: Expected) -> None:
    with transaction.atomic():
        record_check_in(
            booking=here.booking, facts=CheckInFacts(), by=here.midwife, at=on(6, 0, 10), happened_at=on(5, 18)
        )
    assert (Stay.objects.get().arrived_at, here.statuses) == (on(5, 18), ["used", "held", "held"])


# ---- Incidents ------------------------------------------------------------------------------------------------------


def unconscious(stay: Stay, happened_at: datetime) -> IncidentFacts:
    chapter = SafetyChapter.objects.create(
        number=2, name="事故", name_en="Accidents", period=(builders.LONG_AGO, None)
    )
    return IncidentFacts(
        kind=IncidentKind.INCIDENT,
        chapter=chapter,
        happened_at=happened_at,
        place="居室",
        what_happened="呼びかけに反応しない",
        done_at_once="119番",
        severity=Severity.UNCONSCIOUS,
        stay=stay,
        infant=stay.booking.registration.birth.infants.get(),
    )


@pytest.mark.parametrize("came", [on(5, 18), None], ids=["arrival of the evening", "touched at ten past midnight"])
def test_an_incident_of_the_evening_before_the_late_touch_is_written_down(
    here: Expected, came: datetime | None
) -> None:
    """Unconscious at 22:00; the arrival touched at 0:10, whether its time was said or not: safety is written first."""
    stay = here.arrives(on(6, 0, 10), came)
    with transaction.atomic():
        written = record_incident(
            facility=here.service.facility, facts=unconscious(stay, on(5, 22)), by=here.midwife, at=on(6, 0, 20)
        )
    assert (written.happened_at, written.recorded_at, written.serious) == (on(5, 22), on(6, 0, 20), True)


def test_an_incident_before_the_first_day_of_the_stay_is_of_another(here: Expected) -> None:
    stay = here.arrives(on(5, 10))
    with pytest.raises(Refused, match="before_arrival"), transaction.atomic():
        record_incident(
            facility=here.service.facility, facts=unconscious(stay, on(4, 22)), by=here.midwife, at=on(5, 12)
        )


# ---- Put right ------------------------------------------------------------------------------------------------------


def test_an_arrival_put_on_the_evening_before_uses_that_day_and_what_is_owed_follows(here: Expected) -> None:
    """Touched at 0:10 without a time: the 5th counts as missed. Corrected: three days, 13,500 yen."""
    here.arrives(on(6, 0, 10))
    assert here.statuses == ["missed", "used", "held"]
    arrival = StayStep.objects.get()
    settle_steps(at=on(6, 1))
    with transaction.atomic():
        correct_step(step=arrival, reason="深夜に記録した", by=here.midwife, at=on(6, 9), moment=on(5, 18))
    assert (Stay.objects.get().arrived_at, here.statuses) == (on(5, 18), ["used", "held", "held"])
    old, new = StayStep.objects.order_by("recorded_at")
    assert (old.reason, new.happened_at, new.recorded_at) == ("深夜に記録した", on(5, 18), on(6, 9))
    here.leaves(on(7, 15))
    assert here.charged() == 13_500


def test_an_arrival_put_right_after_the_departure_changes_what_is_owed(here: Expected) -> None:
    here.arrives(on(6, 0, 10))
    arrival = StayStep.objects.get()
    here.leaves(on(7, 15))
    assert here.charged() == 9000
    with transaction.atomic():
        correct_step(step=arrival, reason="深夜に記録した", by=here.midwife, at=on(8, 9), moment=on(5, 18))
    assert (owed(Charge.objects.get()), here.statuses) == (13_500, ["used", "used", "used"])


def test_an_arrival_that_was_a_day_later_leaves_the_day_before_missed(here: Expected) -> None:
    here.arrives(on(5, 18))
    with transaction.atomic():
        correct_step(step=StayStep.objects.get(), reason="翌日だった", by=here.midwife, at=on(6, 12), moment=on(6, 10))
    assert here.statuses == ["missed", "used", "held"]
    here.leaves(on(7, 15))
    assert here.charged() == 9000


def test_who_did_not_leave_after_all_was_there_on_the_day_to_which_its_arrival_was_put(here: Expected) -> None:
    """Else the house could say that it missed its only day, and would have a family in house without any day."""
    here.arrives(on(5, 18))
    arrival = StayStep.objects.get()
    here.leaves(on(7, 15))
    departure = StayStep.objects.get(kind=StepKind.DEPARTURE)
    with transaction.atomic():
        correct_step(step=arrival, reason="翌日だった", by=here.midwife, at=on(8, 9), moment=on(6, 10))
    with transaction.atomic():
        correct_step(step=departure, reason="まだいる", by=here.midwife, at=on(8, 10), days=[on(7, 0).date()])
    assert here.statuses == ["missed", "used", "held"]
    with pytest.raises(Refused, match="day_used"), transaction.atomic():
        record_missed_day(booking=here.booking, day=on(6, 0).date(), by=here.midwife, at=on(8, 11))
    assert not broken_invariants(at=on(8, 11))


def test_an_arrival_is_not_put_on_a_day_that_another_family_has(here: Expected) -> None:
    here.arrives(on(6, 0, 10))
    other = Booking.objects.create(
        registration=builders.registration(born=FIFTH - timedelta(days=40)), service=here.service, booked_at=on(1, 10)
    )
    other.days.create(day=FIFTH)
    arrival = StayStep.objects.get()
    for moment, code in ((on(5, 18), "day_full"), (on(4, 18), "another_day"), (on(8, 18), "not_over_yet")):
        with pytest.raises(Refused, match=code), transaction.atomic():
            correct_step(step=arrival, reason="訂正", by=here.midwife, at=on(6, 9), moment=moment)
    assert here.statuses == ["missed", "used", "held"]
    other.days.all().delete()
