"""Days given by lot are closed until their own draw, or until staff free them with a reason; gaps are named."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.draws.announcing import announce_round, call_off
from bookings.draws.coming_rounds import pools_without_round, proposed_round
from bookings.draws.freeing import MOST_FREED, free_days
from bookings.models import AllocationPolicy, DrawRound, FreedDays
from bookings.places.availability import availability_of
from bookings.places.change import extend_booking
from bookings.places.day_hindrances import Hindrance
from bookings.places.family_calendar import family_month
from bookings.places.move import move_booking
from bookings.places.reserve import reserve_days
from facilities.models import Closure, PublicHoliday, Service, ServiceKind
from sankecare.errors import NotPossible, Refused
from sankecare.periods import days_in_words
from tests import builders
from tests.builders import A_DAY, at

pytestmark = pytest.mark.django_db
NOW = at(A_DAY)
WEEK = timedelta(days=7)
FIRST = A_DAY + 3 * WEEK


@pytest.fixture
def stay() -> Service:
    builders.usage_limits()
    builders.draw_policy()
    stay = builders.service(slots=3)
    lottery = {"method": "lottery", "stretch_days": 7, "draw_weekday": 4}
    AllocationPolicy.objects.create(service=stay, period=(builders.LONG_AGO, None), **lottery)
    return stay


def day(number: int) -> Any:
    return FIRST + timedelta(days=number)


def announce(stay: Service, first: Any = FIRST, length: int = 7) -> DrawRound:
    with transaction.atomic():
        return announce_round(
            pool=stay.pool,
            first_day=first,
            last_day=first + timedelta(days=length - 1),
            opens_at=NOW,
            closes_at=at(first - timedelta(days=6)),
            draw_at=at(first - timedelta(days=5)),
            by=None,
            at=NOW,
        )


def free(stay: Service, first: Any = FIRST, last: Any = None, **changed: Any) -> FreedDays:
    asked = {"reason": "最初の抽選の前", "by": builders.user(), "at": NOW} | changed
    with transaction.atomic():
        return free_days(pool=stay.pool, first_day=first, last_day=last or first, **asked)


def books(stay: Service, number: int) -> str | None:
    with transaction.atomic():
        try:
            reserve_days(
                registration=builders.registration(), service=stay, days=[day(number)], by=builders.user(), at=NOW
            )
        except Refused as refused:
            return refused.code
    return None


def test_before_the_first_draw_and_in_a_skipped_week_nothing_is_first_come_until_it_is_freed(stay: Service) -> None:
    day_care = builders.service(ServiceKind.DAY_CARE, in_pool=stay.pool)
    announce(stay)
    announce(stay, FIRST + 2 * WEEK)
    for place in (stay, day_care):
        assert [books(place, number) for number in (-1, 3, 9, 30)] == ["draw_first"] * 4
    free(stay, day(7), day(9))
    for place in (stay, day_care):
        assert [books(place, number) for number in (6, 7, 9, 10)] == ["draw_first", None, None, "draw_first"]


def test_where_nothing_is_given_by_lot_nothing_is_closed_and_nothing_to_be_freed(stay: Service) -> None:
    elsewhere = builders.service(ServiceKind.DAY_CARE, builders.pool(2, slug="elsewhere"))
    assert books(elsewhere, 0) is None
    with pytest.raises(NotPossible, match="not_by_lot"):
        free(elsewhere)
    assert [row.pool for row in pools_without_round(A_DAY)] == [stay.pool]


def test_a_round_called_off_leaves_its_days_closed_until_they_are_freed(stay: Service) -> None:
    announced = announce(stay)
    with pytest.raises(Refused, match="draw_announced"):
        free(stay, day(6), day(8))
    with transaction.atomic():
        call_off(draw_round=announced, reason="施設の改修", by=builders.user(), at=NOW)
    assert books(stay, 0) == "draw_first"
    free(stay)
    assert books(stay, 0) is None


def test_a_draw_announced_for_freed_days_closes_them_again(stay: Service) -> None:
    free(stay, day(0), day(2))
    announce(stay)
    assert books(stay, 0) == "draw_first"


@pytest.mark.parametrize(
    ("first", "last", "reason", "code"),
    [
        (day(1), day(0), "x", "days_out_of_order"),
        (A_DAY - WEEK, A_DAY - timedelta(days=1), "x", "day_passed"),
        (day(0), day(MOST_FREED), "x", "too_many_days"),
        (day(0), day(0), "  ", "no_reason"),
    ],
)
def test_what_cannot_be_freed_is_answered(stay: Service, first: Any, last: Any, reason: str, code: str) -> None:
    with pytest.raises(NotPossible, match=code):
        free(stay, first, last, reason=reason)
    assert not FreedDays.objects.exists()


def test_what_was_freed_is_never_rewritten(stay: Service) -> None:
    freed = free(stay)
    for change in (
        lambda: FreedDays.objects.filter(pk=freed.pk).update(reason="別の理由"),
        lambda: FreedDays.objects.filter(pk=freed.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_place_that_comes_free_before_its_draw_is_offered_to_nobody_before(stay: Service) -> None:
    with pytest.raises(Refused, match="draw_first"):
        reserve_days(
            registration=builders.registration(),
            service=stay,
            days=[day(0)],
            by=builders.user(),
            at=NOW,
            offered_until=NOW + timedelta(days=1),
        )


# ---- What is proposed, and what staff are warned of


def test_the_skipped_week_is_proposed_first_and_ends_before_the_next_draw(stay: Service) -> None:
    free(stay, A_DAY, day(-1))
    announce(stay)
    announce(stay, FIRST + 2 * WEEK)
    proposed = proposed_round(stay.pool, at=NOW)
    assert proposed is not None
    assert (proposed.first_day, proposed.last_day) == (day(7), day(13))
    Closure.objects.create(pool=stay.pool, period=(day(7), day(9)), reason="点検")
    free(stay, day(12), day(13))
    proposed = proposed_round(stay.pool, at=NOW)
    assert proposed is not None
    assert (proposed.first_day, proposed.last_day) == (day(9), day(11))


def test_deadline_and_draw_are_proposed_on_working_days(stay: Service) -> None:
    free(stay, A_DAY, day(-1))
    friday = day(-1) - timedelta(days=(day(-1).weekday() - 4) % 7)
    PublicHoliday.objects.create(day=friday, name="休日")
    proposed = proposed_round(stay.pool, at=NOW)
    assert proposed is not None
    assert timezone.localdate(proposed.draw_at) == friday - timedelta(days=1)
    assert timezone.localdate(proposed.closes_at) == friday - timedelta(days=2)
    assert NOW < proposed.opens_at < proposed.closes_at or proposed.opens_at.date() == A_DAY


def test_staff_are_warned_until_a_draw_is_announced_or_a_month_is_freed(stay: Service) -> None:
    (row,) = pools_without_round(A_DAY)
    assert (row.pool, row.last_day) == (stay.pool, None)
    free(stay, A_DAY, day(0))
    assert [row.last_day for row in pools_without_round(A_DAY)] == [day(0)]
    free(stay, A_DAY, A_DAY + timedelta(days=40))
    assert pools_without_round(A_DAY) == []
    assert [row.last_day for row in pools_without_round(A_DAY + timedelta(days=20))] == [A_DAY + timedelta(days=40)]
    announce(stay, A_DAY + timedelta(days=50))
    assert pools_without_round(A_DAY + timedelta(days=20)) == []


# ---- The pages of staff


def typed(stay: Service, first: Any, length: int = 7, **changed: Any) -> dict[str, Any]:
    today = timezone.localdate()
    asked = {"pool": stay.pool_id, "period_0": f"{first}", "period_1": f"{first + timedelta(days=length - 1)}"}
    for name, ahead in (("opens_at", 1), ("closes_at", 5), ("draw_at", 6)):
        asked |= {f"{name}_0": f"{today + timedelta(days=ahead)}", f"{name}_1": "09:00"}
    return asked | changed


def test_the_form_names_the_days_that_no_draw_would_have_and_who_ticks_announces(stay: Service) -> None:
    client, today = Client(), timezone.localdate()
    client.force_login(builders.user())
    add = reverse("admin:bookings_drawround_add")
    with transaction.atomic():
        free_days(
            pool=stay.pool,
            first_day=today,
            last_day=today + timedelta(days=13),
            reason="前",
            by=None,
            at=timezone.now(),
        )
    first = today + timedelta(days=14)
    assert client.post(add, typed(stay, first)).status_code == 302
    # The next one leaves three days out, then one goes behind it and leaves none.
    gap = [first + timedelta(days=number) for number in (7, 8, 9)]
    answer = client.post(add, typed(stay, first + timedelta(days=10)))
    assert answer.status_code == 200
    assert days_in_words(gap) in answer.content.decode()
    assert DrawRound.objects.count() == 1
    assert client.post(add, typed(stay, first + timedelta(days=10), leaves_gap="on")).status_code == 302
    answer = client.post(add, typed(stay, gap[0], 2))
    assert days_in_words(gap[2:]) in answer.content.decode()
    assert client.post(add, typed(stay, gap[0], 3)).status_code == 302
    overlaps = client.post(add, typed(stay, gap[0], 3)).content.decode()
    assert str(DrawRound.objects.get(period__startswith=gap[0])) in overlaps


def test_staff_free_days_on_a_page_with_the_reason(stay: Service) -> None:
    client, today, staff = Client(), timezone.localdate(), builders.user()
    client.force_login(staff)
    add = reverse("admin:bookings_freeddays_add")
    asked = {"pool": stay.pool_id, "period_0": f"{today}", "period_1": f"{today + timedelta(days=5)}"}
    assert client.post(add, asked | {"reason": ""}).status_code == 200
    assert client.post(add, asked | {"reason": "x", "period_1": ""}).status_code == 200
    assert client.post(add, asked | {"reason": "x", "period_1": f"{today - WEEK}"}).status_code == 200
    assert not FreedDays.objects.exists()
    assert client.post(add, asked | {"reason": "最初の抽選の前"}).status_code == 302
    freed = FreedDays.objects.get()
    assert (freed.freed_by, freed.reason) == (staff, "最初の抽選の前")
    assert "最初の抽選の前" in client.get(reverse("admin:bookings_freeddays_changelist")).content.decode()
    assert client.get(reverse("admin:bookings_freeddays_change", args=[freed.pk])).status_code == 200


# ---- Whatever is announced, drawn, called off and freed: every way to ask for a day says the same of both services

SPAN = 21
states = st.sampled_from(["announced", "drawn", "called off"])
stretches = st.tuples(st.integers(0, SPAN - 1), st.integers(1, 6))


@dataclass(frozen=True)
class Announced:
    """Of 21 days: from when to when one service is given by lot, the draws of each week, and what was freed."""

    by_lot: tuple[int, int]
    weeks: list[str | None]
    freed: list[tuple[int, int]]
    asked: int
    of_the_other: bool

    def write(self, stay: Service) -> None:
        first, length = self.by_lot
        AllocationPolicy.objects.all().delete()
        period = (day(first), day(first + length))
        AllocationPolicy.objects.create(service=stay, period=period, method="lottery", stretch_days=7)
        for week, state in enumerate(self.weeks):
            done = {"drawn_at": NOW, "entries": [], "rooms": {}, "revealed": "0" * 64, "result": []}
            done |= {"closed_at": NOW, "ticket_list": [], "tickets_each": 1}
            more = {"drawn": done, "called off": {"called_off_at": NOW}}.get(state or "", {})
            if state is not None:
                builders.draw_round(stay, day(week * 7), **more)  # type: ignore[arg-type]
        for start, many in self.freed:
            FreedDays.objects.create(pool=stay.pool, period=(day(start), day(start + many)), reason="x", freed_at=NOW)

    def is_closed(self, number: int) -> bool:
        """The rule, told again."""
        state = self.weeks[number // 7] if number < 7 * len(self.weeks) else None
        if state in {"announced", "drawn"}:
            return state == "announced"
        by_lot = self.by_lot[0] <= number < sum(self.by_lot)
        return by_lot and not any(start <= number < start + many for start, many in self.freed)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Announced,
        st.tuples(st.integers(0, 10), st.integers(1, 30)),
        st.lists(st.none() | states, min_size=3, max_size=3),
        st.lists(stretches, max_size=2),
        st.integers(0, SPAN - 2),
        st.booleans(),
    )
)
def test_a_day_is_closed_to_every_service_of_its_rooms_until_it_is_drawn_or_freed(
    stay: Service, chosen: Announced
) -> None:
    with transaction.atomic():
        day_care = builders.service(ServiceKind.DAY_CARE, in_pool=stay.pool)
        asked, known = day_care if chosen.of_the_other else stay, builders.registration()
        AllocationPolicy.objects.all().delete()
        facts = {"registration": known, "service": asked, "by": builders.user(), "at": NOW}
        held = reserve_days(days=[day(chosen.asked)], **facts)
        elsewhere = reserve_days(days=[day(-2)], **facts | {"registration": builders.registration()})
        chosen.write(stay)
        told = {day(number): chosen.is_closed(number) for number in range(SPAN)}
        days = [one for one in told if one != day(chosen.asked)]

        month = family_month(known, asked, day(0), day(SPAN - 1), at=NOW).days
        assert {one: month[one].hindrance == Hindrance.BY_LOT for one in days} == {one: told[one] for one in days}
        for service in (stay, day_care):
            public = availability_of([service], day(0), day(SPAN - 1), at=NOW).days[service.pk]
            assert {row.day: row.hindrance == Hindrance.BY_LOT for row in public} == told
        other = {"booking": elsewhere, "by": facts["by"], "at": NOW}
        for one in days[::4]:
            assert (_code(reserve_days, days=[one], **facts | {"registration": builders.registration()})) == (
                "draw_first" if told[one] else None
            )
            assert _code(move_booking, days=[one], **other) == ("draw_first" if told[one] else None)
        longer = held.days.get().day + timedelta(days=1)
        extended = _code(extend_booking, booking=held, last_day=longer, by=facts["by"], at=NOW)
        assert extended == ("draw_first" if told[longer] else None)
        transaction.set_rollback(True)


def _code(operation: Callable[..., object], **facts: Any) -> str | None:
    """The refusal's code; what was done is taken back."""
    code = None
    try:
        with transaction.atomic():
            operation(**facts)
            transaction.set_rollback(True)
    except Refused as refused:
        code = refused.code
    return code
