"""取消し・訂正: an arrival, an absence, a departure taken back; until then nothing is passed on."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from billing.correct_stay import correct_step
from billing.models import Charge
from billing.queries import owed
from bookings.models import Booking, BookingState, DayStatus, Stay, StayStep, StepKind
from bookings.places.queries import places_on
from bookings.stays.steps import settle_steps
from bookings.tasks import give_back_offers
from care.models import CheckIn
from care.undo import take_back
from reports.invariants import broken_invariants
from sankecare.errors import NotPossible, Refused
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(minutes=10, seconds=1)


class Expected:
    """A family that is expected for seven days from today, and the midwife."""

    def __init__(self) -> None:
        builders.usage_limits()
        self.today = timezone.localdate()
        self.service = builders.service(slots=1)
        self.registration = builders.registration(born=self.today - timedelta(days=40))
        self.booking = Booking.objects.create(
            registration=self.registration, service=self.service, booked_at=timezone.now()
        )
        for number in range(7):
            self.booking.days.create(day=self.today + timedelta(days=number))
        self.midwife = builders.user(Role.OPERATOR)
        self.client = Client()
        self.client.force_login(self.midwife)

    def post(self, name: str, *more: Any, **given: Any) -> Any:
        return self.client.post(reverse(f"operator:{name}", args=[self.booking.pk, *more]), given, follow=True)

    def page(self) -> str:
        return str(self.client.get(reverse("operator:stay", args=[self.booking.pk])).text)

    @property
    def state(self) -> str:
        self.booking.refresh_from_db()
        return str(self.booking.state)

    @property
    def held(self) -> int:
        return self.booking.days.filter(status=DayStatus.HELD).count()

    def free(self) -> list[int]:
        return [
            row.free for row in places_on(self.service.pool_id, [self.today + timedelta(days=n) for n in range(7)])
        ]

    def step(self) -> StayStep:
        found = StayStep.objects.filter(taken_back_at__isnull=True).first()
        assert found is not None
        return found

    def undo(self) -> Any:
        return self.post("step-undo", self.step().pk)


@pytest.fixture
def here(transactional_db: None) -> Expected:
    return Expected()


def test_an_absence_frees_nothing_until_ten_minutes_are_over(here: Expected) -> None:
    here.post("absence", reason="")
    assert (here.state, here.held, here.free()) == (BookingState.NO_SHOW, 7, [0] * 7)
    assert not broken_invariants(at=timezone.now())
    assert settle_steps(at=timezone.now()) == 0
    assert settle_steps(at=timezone.now() + LATER) == 1
    assert (here.held, here.free()) == (0, [1] * 7)
    assert settle_steps(at=timezone.now() + LATER) == 0


def test_one_touch_takes_an_absence_back_with_all_its_days(here: Expected) -> None:
    here.post("absence", reason="連絡なし")
    assert "取り消す" in here.client.get(reverse("operator:day")).text
    here.undo()
    here.booking.refresh_from_db()
    assert (here.state, here.held, here.booking.ended_reason) == (BookingState.BOOKED, 7, "")
    assert settle_steps(at=timezone.now() + LATER) == 0
    assert "取り消し" in here.page()


def test_the_page_of_an_absence_asks_when_it_was_clear(here: Expected) -> None:
    page = here.client.get(reverse("operator:absence", args=[here.booking.pk])).text
    assert f'value="{timezone.localtime():%Y-%m-%dT%H}' in page
    refused = here.post("absence", key="k", happened_at=f"{here.today - timedelta(days=1)}T20:00")
    assert (refused.status_code, here.state) == (422, BookingState.BOOKED)
    assert "happened_at" in refused.context["form"].errors
    this_morning = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    here.post("absence", key="k", happened_at=f"{this_morning:%Y-%m-%dT%H:%M}")
    step = here.step()
    assert (here.state, step.kind, step.happened_at) == (BookingState.NO_SHOW, StepKind.ABSENCE, this_morning)


def test_later_an_absence_is_corrected_with_a_reason_and_the_days_that_are_free_still(here: Expected) -> None:
    here.post("absence", reason="")
    settle_steps(at=timezone.now() + LATER)
    assert "来なかった日" in here.page()
    taken = here.today + timedelta(days=3)
    other = Booking.objects.create(
        registration=builders.registration(), service=here.service, booked_at=timezone.now()
    )
    other.days.create(day=taken)
    at = timezone.now() + LATER
    days = [here.today + timedelta(days=number) for number in range(7) if number != 3]
    with pytest.raises(NotPossible), transaction.atomic():
        take_back(step=here.step(), by=here.midwife, at=at)
    with pytest.raises(Refused) as full, transaction.atomic():
        take_back(step=here.step(), by=here.midwife, at=at, reason="間違えた")
    assert full.value.code == "day_full"
    with transaction.atomic():
        correct_step(step=here.step(), reason="間違えた", by=here.midwife, at=at, moment=timezone.now(), days=days)
    assert (here.state, Stay.objects.get().arrival_recorded_by, here.held) == (BookingState.ARRIVED, here.midwife, 2)
    part = Booking.objects.get(part_of=here.booking)  # what lies behind the day that is taken
    assert [row.day for row in part.days.all()] == days[3:]
    assert StayStep.objects.get(kind=StepKind.ABSENCE).reason == "間違えた"


def test_the_page_of_the_correction_offers_the_free_days_and_asks_the_reason(here: Expected) -> None:
    here.post("absence", reason="")
    step = here.step()
    settle_steps(at=timezone.now() + LATER)
    address = reverse("operator:step-correct", args=[here.booking.pk, step.pk])
    assert here.client.get(address).text.count('name="days"') == 7
    answer = here.client.post(address, {"key": "k", "was": "then", "reason": ""})
    assert (answer.status_code, here.state) == (422, BookingState.NO_SHOW)


def test_one_touch_takes_an_arrival_back_with_its_check_in(here: Expected) -> None:
    here.post("check-in", residence_confirmed="on", key="in")
    assert (here.state, here.held) == (BookingState.ARRIVED, 6)
    here.undo()
    assert (here.state, here.held, Stay.objects.count(), CheckIn.objects.count()) == (BookingState.BOOKED, 7, 0, 0)
    here.post("check-in", residence_confirmed="on", key="again")
    assert here.state == BookingState.ARRIVED


def test_an_arrival_on_which_something_was_written_is_not_taken_back(here: Expected) -> None:
    here.post("check-in", residence_confirmed="on", key="in")
    here.post("care", here.today.isoformat(), mood="1", key="care")
    assert "すでに書かれた記録" in here.undo().text
    assert (here.state, CheckIn.objects.count()) == (BookingState.ARRIVED, 1)


def test_a_departure_keeps_the_days_for_ten_minutes_and_one_touch_brings_them_back(here: Expected) -> None:
    here.post("check-in", residence_confirmed="on", key="in")
    here.post("departure", summary="よく休めました", key="out")
    assert (here.state, here.held, here.free()[1]) == (BookingState.DEPARTED, 6, 0)
    assert not broken_invariants(at=timezone.now())
    here.undo()
    assert (here.state, here.held, Stay.objects.get().departed_at) == (BookingState.ARRIVED, 6, None)
    assert Charge.objects.get().total == 4500
    assert "よく休めました" in here.client.get(reverse("operator:departure", args=[here.booking.pk])).text


def test_a_departure_on_the_last_day_is_taken_back_too(here: Expected) -> None:
    here.booking.days.exclude(day=here.today).delete()
    here.post("check-in", residence_confirmed="on", key="in")
    here.post("departure", key="out")
    here.undo()
    assert (here.state, here.held) == (BookingState.ARRIVED, 0)
    assert not broken_invariants(at=timezone.now())


def test_what_a_departure_recorded_anew_costs_is_owed(here: Expected) -> None:
    """Left after a day by mistake, then after three: a charge is never edited, an adjustment makes the difference."""
    here.post("check-in", residence_confirmed="on", key="in")
    here.post("departure", key="out")
    here.undo()
    here.booking.days.filter(day__gt=here.today).update(status=DayStatus.HELD)
    at = timezone.now() + timedelta(days=2)
    with transaction.atomic():
        from billing.check_out import check_out

        check_out(booking=here.booking, by=here.midwife, at=at)
    assert (Charge.objects.get().total, owed(Charge.objects.get())) == (4500, 13_500)
    settle_steps(at=at + LATER)
    assert list(here.booking.days.values_list("status", flat=True)) == ["used"] * 3 + ["released"] * 4


def test_the_last_step_is_taken_back_first(here: Expected) -> None:
    here.post("check-in", residence_confirmed="on", key="in")
    arrival = here.step()
    here.post("departure", key="out")
    with pytest.raises(Refused) as refused, transaction.atomic():
        take_back(step=arrival, by=here.midwife, at=timezone.now())
    assert refused.value.code == "not_the_last_step"


def test_the_time_of_a_departure_is_corrected_with_a_reason(here: Expected) -> None:
    here.post("check-in", residence_confirmed="on", key="in")
    Stay.objects.update(arrived_at=timezone.now() - timedelta(hours=2))
    here.post("departure", key="out")
    left, at = timezone.now() - timedelta(hours=1), timezone.now() + LATER
    with transaction.atomic():
        correct_step(step=here.step(), reason="時刻の誤り", by=here.midwife, at=at, moment=left)
    assert (here.state, Stay.objects.get().departed_at) == (BookingState.DEPARTED, left)
    assert owed(Charge.objects.get()) == 4500


def test_the_worker_passes_it_on(here: Expected, monkeypatch: pytest.MonkeyPatch) -> None:
    here.post("absence", reason="")
    now = timezone.now() + LATER
    monkeypatch.setattr("bookings.tasks.timezone.now", lambda: now)
    give_back_offers()
    assert here.free() == [1] * 7


def test_another_facility_takes_nothing_back(here: Expected) -> None:
    here.post("absence", reason="")
    elsewhere = Client()
    elsewhere.force_login(builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム")))
    step = here.step()
    for name in ("step-undo", "step-correct"):
        assert elsewhere.post(reverse(f"operator:{name}", args=[here.booking.pk, step.pk])).status_code == 404
    assert here.state == BookingState.NO_SHOW


def test_what_a_page_says_of_a_household_stands_in_no_cookie_on_the_tablet() -> None:
    here = Expected()
    address = reverse("operator:absence", args=[here.booking.pk])
    sent = here.client.post(address, {"key": "k", "reason": "連絡なし"})
    assert (sent.status_code, here.state) == (302, BookingState.NO_SHOW)
    assert "messages" not in sent.cookies
    name = here.registration.birth.family.mother_name
    assert f"{name}さん" in here.client.get(sent.headers["Location"]).text
