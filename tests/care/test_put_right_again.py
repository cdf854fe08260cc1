"""取消し・訂正 after a correction: what is owed follows, the order of what happened stays, no day is given twice."""

from datetime import datetime

import pytest
from django.db import transaction

from billing.correct_stay import correct_step
from billing.models import Charge
from billing.queries import owed
from bookings.models import Booking, BookingState, StayStep, StepKind
from bookings.places.reserve import reserve_days
from bookings.stays.stays import record_absence
from bookings.stays.step_queries import steps_to_undo, told_of
from bookings.stays.steps import settle_steps
from reports.invariants import broken_invariants
from sankecare.errors import Refused
from tests.builders import user
from tests.care.factories_moments import FIFTH, Expected, on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(transactional_db: None) -> Expected:
    return Expected()


def corrected(here: Expected, kind: StepKind, at: datetime, moment: datetime | None = None) -> Booking:
    step = StayStep.objects.filter(booking=here.booking, kind=kind, taken_back_at=None).latest("pk")
    with transaction.atomic():
        return correct_step(step=step, reason="別の家族と間違えた", by=here.midwife, at=at, moment=moment)


def left(here: Expected) -> None:
    here.arrives(on(6, 9))
    here.leaves(on(7, 15))


def owed_now() -> int:
    return owed(Charge.objects.get())


def test_who_was_never_there_owes_nothing_once_that_is_put_right(here: Expected) -> None:
    left(here)
    corrected(here, StepKind.DEPARTURE, on(7, 16))
    assert owed_now() == 9000  # in house again: what it comes to is said when it leaves
    corrected(here, StepKind.ARRIVAL, on(7, 17))
    assert (owed_now(), Charge.objects.get().total) == (0, 9000)
    assert here.statuses == ["held", "held", "held"]


def test_a_day_that_a_correction_added_is_taken_off_again_by_another(here: Expected) -> None:
    """The 6th and 7th, 9,000 yen; came on the 5th after all, 13,500; no, on the 6th, 9,000."""
    left(here)
    corrected(here, StepKind.ARRIVAL, on(8, 9), on(5, 18))
    assert owed_now() == 13_500
    corrected(here, StepKind.ARRIVAL, on(8, 10), on(6, 18))
    assert owed_now() == 9000


def test_an_arrival_whose_time_was_put_right_stays_before_the_departure(here: Expected) -> None:
    left(here)
    corrected(here, StepKind.ARRIVAL, on(8, 9), on(5, 18))
    here.booking.refresh_from_db()
    last = told_of(here.booking, on(8, 9)).last
    assert last is not None
    assert last.kind == StepKind.DEPARTURE
    assert steps_to_undo(here.service.facility, on(8, 9)) == []
    with pytest.raises(Refused, match="not_the_last_step"):
        corrected(here, StepKind.ARRIVAL, on(8, 9, 5))
    assert corrected(here, StepKind.DEPARTURE, on(8, 9, 6)).state == BookingState.ARRIVED
    assert corrected(here, StepKind.ARRIVAL, on(8, 9, 7)).state == BookingState.BOOKED


def test_an_absence_taken_back_gives_no_more_days_than_the_birth_has(here: Expected) -> None:
    """Seven days a birth: three not come to, seven booked in their stead."""
    with transaction.atomic():
        record_absence(booking=here.booking, by=here.midwife, at=on(5, 20))
    settle_steps(at=on(5, 21))
    with transaction.atomic():
        reserve_days(
            registration=here.registration,
            service=here.service,
            days=[FIFTH.replace(day=day) for day in range(10, 17)],
            by=user(),
            at=on(6, 10),
        )
    with pytest.raises(Refused, match="too_many_days"):
        corrected(here, StepKind.ABSENCE, on(6, 11))
    assert here.statuses == ["missed", "missed", "missed"]
    assert not {"more_days_than_a_birth_may_use"} & {row.what for row in broken_invariants(at=on(6, 12))}


def test_days_to_come_that_she_may_not_use_any_more_are_not_given_again(here: Expected) -> None:
    with transaction.atomic():
        record_absence(booking=here.booking, by=here.midwife, at=on(5, 20))
    settle_steps(at=on(5, 21))
    here.registration.state = "ended"
    here.registration.save()
    with pytest.raises(Refused, match="not_approved"):
        corrected(here, StepKind.ABSENCE, on(6, 9))
