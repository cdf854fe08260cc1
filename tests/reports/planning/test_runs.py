"""計算: runs are asked for, worked out in steps by the clock, kept as they came out, and forgotten in time."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.roles import Role
from bookings.models import BookingDay, DayStatus
from facilities.models import Service
from reports.models import PlanningRun, PlanningState
from reports.planning import carry_on as carrying
from reports.planning.carry_on import carry_on, forget_runs, open_runs, take
from reports.planning.parameters import NotThese, WhatIf, as_kept, from_kept
from reports.planning.start import start_forecast, start_what_if
from reports.planning.world import Assumptions, Changes, NewHouse
from reports.tasks import carry_on_planning
from sankecare.errors import NotPossible
from tests import builders
from tests.bookings.draws.factories_line import DRAWN, FIRST, announce, book, days, drawn, enter, wait

pytestmark = pytest.mark.django_db
LAST = FIRST + timedelta(days=20)
MORE = Changes(more_slots={"ward-centre": 2})


@pytest.fixture
def stay() -> Service:
    """A house of one place: four entered the draw of a day, two want another day."""
    builders.usage_limits()
    builders.draw_policy()
    made = builders.service(slots=1)
    announced = announce(made)
    for _number in range(4):
        enter(announced, days(1))
    drawn(announced)
    book(made, 9)
    wait(made, 9, 9, moment=DRAWN + timedelta(minutes=1))
    return made


def asked(changes: Changes = MORE, seeds: int = 3, **assumed: Any) -> WhatIf:
    return WhatIf(FIRST, LAST, changes, Assumptions(**assumed), seeds)


def start(what: WhatIf | None = None, by: Any = None, keep: int = 100) -> PlanningRun:
    now = timezone.now()
    with transaction.atomic():
        return start_what_if(
            title="三つ目の枠",
            asked=what or asked(),
            keep_until=timezone.localdate() + timedelta(days=keep),
            by=by or builders.user(Role.SUPERVISOR),
            at=now,
        )


def with_time(steps: int) -> Any:
    """Time for so many steps."""
    left = iter([True] * steps)
    return lambda: next(left, False)


def test_a_run_is_worked_out_by_the_clock_and_says_what_would_be(stay: Service) -> None:
    run = start()
    carry_on_planning()
    run.refresh_from_db()
    assert (run.state, run.steps_done, run.partial) == (PlanningState.DONE, 4, {})
    assert run.result["as_it_was"]["recorded"] == run.result["as_it_was"]["same"] == 2
    assert run.result["was"]["whole"]["unmet"] == {"middle": 4, "low": 4, "high": 4}
    assert run.result["would_be"]["whole"]["unmet"] == {"middle": 1, "low": 1, "high": 1}
    assert run.result["would_be"]["days"]["ward-centre"]["middle"] == 5
    assert run.result["gains"]["all"]["all"]["more"]["middle"] == 3
    assert run.result["gains"]["all"]["all"]["fewer"]["middle"] == 0


def test_it_is_worked_out_in_pieces_to_the_same_end(stay: Service) -> None:
    whole, pieces = start(), start()
    PlanningRun.objects.filter(pk=pieces.pk)
    assert carry_on(whole.pk, has_time=lambda: True)
    seen = []
    while not carry_on(pieces.pk, has_time=with_time(1)):
        pieces.refresh_from_db()
        seen.append((pieces.steps_done, pieces.state))
    assert seen == [(1, "running"), (2, "running"), (3, "running"), (4, "running")][: len(seen)]
    assert len(seen) > 2
    results = [one.result["as_it_was"] for one in PlanningRun.objects.order_by("pk")]
    assert results[0] == results[1]


def test_where_nothing_is_left_to_chance_one_replay_is_enough() -> None:
    builders.usage_limits()
    builders.draw_policy()
    book(builders.service(slots=1), 9)
    run = start(asked(seeds=200))
    assert carry_on(run.pk, has_time=with_time(2))
    run.refresh_from_db()
    assert (run.state, run.steps_done, run.result["replays"]) == ("done", 201, 1)


def test_no_two_workers_have_one_run(stay: Service) -> None:
    run, now = start(), timezone.now()
    with transaction.atomic():
        assert take(pk=run.pk, at=now) is not None
    with transaction.atomic():
        assert take(pk=run.pk, at=now) is None
    assert open_runs(now) == []
    assert open_runs(now + timedelta(minutes=3)) == [run.pk]  # its worker ended in between


def test_what_cannot_be_worked_out_fails_with_its_reason_and_keeps_no_other(stay: Service) -> None:
    wrong, right = start(asked(Changes(more_slots={"nowhere": 1}))), start()
    carry_on_planning()
    wrong.refresh_from_db()
    right.refresh_from_db()
    assert (wrong.state, wrong.failure, wrong.result) == ("failed", "ValueError", None)
    assert right.state == "done"


def test_a_worker_that_breaks_leaves_the_run_to_the_next(stay: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start()

    def breaks(*_asked: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(carrying, "_step", breaks)
        carry_on_planning()
    run.refresh_from_db()
    assert run.state == "running"
    PlanningRun.objects.update(taken_until=None)
    carry_on_planning()
    run.refresh_from_db()
    assert run.state == "done"


def test_nothing_of_a_finished_run_changes_and_nothing_asked_of_an_open_one(stay: Service) -> None:
    run = start()
    for change in ({"title": "別の名前"}, {"seed": "0"}, {"parameters": {}}, {"steps": 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PlanningRun.objects.filter(pk=run.pk).update(**change)
    carry_on_planning()
    for change in ({"result": {}}, {"state": "waiting"}, {"steps_done": 0}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PlanningRun.objects.filter(pk=run.pk).update(**change)


def test_a_run_is_deleted_after_its_time_and_not_before(stay: Service) -> None:
    run = start(keep=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        run.delete()
    with transaction.atomic():
        assert forget_runs(today=timezone.localdate()) == 0
    with pytest.raises(DatabaseError), transaction.atomic():  # the database's own clock counts
        forget_runs(today=timezone.localdate() + timedelta(days=1))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"what": asked(Changes())}, "nothing_changed"),
        ({"keep": 2000}, "kept_too_long"),
        ({"keep": -1}, "kept_too_long"),
    ],
)
def test_what_no_run_can_have_is_refused_in_words(stay: Service, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(NotPossible) as refused:
        start(**wrong)
    assert refused.value.code == code


def test_one_person_has_three_open_runs_at_most(stay: Service) -> None:
    person = builders.user(Role.SUPERVISOR)
    for _number in range(3):
        start(by=person)
    with pytest.raises(NotPossible) as refused:
        start(by=person)
    assert refused.value.code == "too_many_runs"
    start()  # somebody else may


def test_what_is_kept_is_read_as_it_was_asked() -> None:
    house = NewHouse("烏山の家", "day_care", 3, frozenset([0, 2]), "karasuyama", keeps_public_holidays=False)
    every = WhatIf(
        FIRST,
        LAST,
        Changes({"ward-centre": -2}, {"mamas-room": frozenset([0, 4])}, house, 10, True, 5),
        Assumptions(3, 40, 60),
        30,
    )
    assert from_kept(as_kept(every)) == every
    assert from_kept(as_kept(asked())) == asked()


@pytest.mark.parametrize(
    "wrong",
    [
        {"seeds": 0},
        {"seeds": 201},
        {"last_day": "2099-01-01"},
        {"more_slots": {"ward-centre": 21}},
        {"weekdays": {"ward-centre": [7]}},
        {"days_per_birth": 0},
        {"high_need_tickets": 21},
        {"flexible_days": 15},
        {"to_new_house": 101},
        {"new_house": {"name": "家"}},
        {"more_slots": None},
    ],
)
def test_parameters_that_no_form_lets_through_are_worked_out_by_nobody(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotThese):
        from_kept(as_kept(asked()) | wrong)


def test_a_forecast_rests_on_the_months_that_are_over(stay: Service) -> None:
    BookingDay.objects.kept().update(status=DayStatus.USED)
    with transaction.atomic():
        run = start_forecast(
            title="見通し", keep_until=timezone.localdate(), by=builders.user(Role.SUPERVISOR), at=timezone.now()
        )
    carry_on_planning()
    run.refresh_from_db()
    assert run.state == "done"
    of_house = run.result["facilities"]["ward-centre"]
    assert of_house["method"] == "naive"
    assert len(of_house["months"]) == 12
    assert of_house["known_months"] >= 11


def test_no_name_and_no_number_of_a_family_is_in_what_is_kept(stay: Service) -> None:
    run = start()
    carry_on_planning()
    run.refresh_from_db()
    counted = {"as_it_was", "was", "would_be", "gains", "replays"}
    assert set(run.result) == counted
    assert set(run.result["gains"]) == {
        *("all", "district", "tax_class", "corrected_age", "multiple", "sibling", "high_need")
    }
    assert "髙﨑" not in str(run.result)
