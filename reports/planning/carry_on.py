"""計算を進める: open runs are worked out step by step; a worker that ends in between loses its last step at most."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from reports.models import PlanningKind, PlanningRun, PlanningState
from sankecare.transactions import in_transaction

from .forecast import forecast
from .months import known_months
from .outcome import gains, measures, ranges, ranges_of_gains, same_days, without_small
from .parameters import NotThese, from_kept
from .records import Recorded, recorded
from .replay import Replay, is_left_to_chance
from .world import World, changed

# So long one worker has a run; what it has not finished by then another one takes. Saved every few seconds.
TAKEN_FOR, SAVED_EVERY = timedelta(seconds=115), 2.0
OF_FAMILIES = ("families_of_district", "unmet_of_district")


def open_runs(at: datetime) -> list[int]:
    """Return the runs that nobody is working out, the oldest first."""
    runs = PlanningRun.objects.filter(state__in=(PlanningState.WAITING, PlanningState.RUNNING))
    return list(runs.exclude(taken_until__gt=at).order_by("asked_at", "pk").values_list("pk", flat=True))


def carry_on(pk: int, *, has_time: Callable[[], bool]) -> bool:
    """Work a run out as far as the time goes; tell whether it is finished. It opens its own transactions.

    What cannot be worked out at all ends as failed, with the name of what went wrong; a step is tried again.
    """
    with transaction.atomic(durable=True):
        run = take(pk=pk, at=timezone.now())
    if run is None:
        return False
    try:
        result = _forecast(run) if run.kind == PlanningKind.FORECAST else _what_if(run, has_time)
    except (NotThese, ValueError) as wrong:
        with transaction.atomic(durable=True):
            fail(run=run, why=type(wrong).__name__, at=timezone.now())
        return True
    with transaction.atomic(durable=True):
        if result is None:
            save_step(run=run, taken_until=None)
        else:
            finish(run=run, result=result, at=timezone.now())
    return result is not None


@in_transaction
def take(*, pk: int, at: datetime) -> PlanningRun | None:
    """Take a run that nobody works out; None where somebody does, or it is finished."""
    run = PlanningRun.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if run is None or not run.is_open or (run.taken_until is not None and run.taken_until > at):
        return None
    run.state, run.taken_until = PlanningState.RUNNING, at + TAKEN_FOR
    run.save(update_fields=["state", "taken_until"])
    return run


@in_transaction
def save_step(*, run: PlanningRun, taken_until: datetime | None) -> None:
    """Keep how far a run is; ``taken_until`` None gives it back."""
    run.taken_until = taken_until
    run.save(update_fields=["steps_done", "partial", "taken_until"])


@in_transaction
def finish(*, run: PlanningRun, result: dict[str, Any], at: datetime) -> None:
    """Keep the result; nothing of the run changes from then on."""
    run.state, run.result, run.finished_at = PlanningState.DONE, result, at
    run.steps_done, run.partial, run.taken_until = run.steps, {}, None
    run.save(update_fields=["state", "result", "finished_at", "steps_done", "partial", "taken_until"])


@in_transaction
def fail(*, run: PlanningRun, why: str, at: datetime) -> None:
    """Keep that a run cannot be worked out, and by the name of what."""
    run.state, run.failure, run.finished_at, run.partial, run.taken_until = PlanningState.FAILED, why, at, {}, None
    run.save(update_fields=["state", "failure", "finished_at", "partial", "taken_until"])


@in_transaction
def forget_runs(*, today: date) -> int:
    """Delete the runs that need not be kept any more; return how many."""
    return PlanningRun.objects.filter(keep_until__lt=today).delete()[0]


# ---- What is worked out ---------------------------------------------------------------------------------------------


def _forecast(run: PlanningRun) -> dict[str, Any]:
    first = date.fromisoformat(run.parameters["from_month"])
    found = {}
    for slug, months in known_months(first).items():
        told = forecast(months, first)
        found[slug] = {
            "method": told.method,
            "known_months": told.known_months,
            "error": {"seasonal": told.error.seasonal, "naive": told.error.naive, "forecasts": told.error.forecasts},
            "months": [
                {
                    "month": row.month.isoformat(),
                    "seasonal": row.seasonal,
                    "naive": row.naive,
                    "shown": row.shown,
                    "low": row.low,
                    "high": row.high,
                }
                for row in told.months
            ],
        }
    return {"facilities": found}


def _what_if(run: PlanningRun, has_time: Callable[[], bool]) -> dict[str, Any] | None:
    """One step for what happened, then one a seed; None where the time was over before."""
    asked = from_kept(run.parameters)
    known = recorded(asked.first_day, asked.last_day)
    other = changed(known.world, asked.changes)
    partial: dict[str, Any] = {"as_it_was": None, "steps": [], **run.partial}
    saved = time.monotonic()
    while run.steps_done < run.steps:
        if not has_time():
            run.partial = partial
            return None
        if run.steps_done == 0:
            partial["as_it_was"] = _as_it_was(known)
        else:
            partial["steps"].append(_step(known, other, asked, f"{run.seed}:{run.steps_done}"))
        run.steps_done, run.partial = run.steps_done + 1, partial
        if run.steps_done > 1 and not is_left_to_chance(known.demand, known.world, other, asked.assumed):
            break  # every order would give the same
        if time.monotonic() - saved > SAVED_EVERY and run.steps_done < run.steps:
            with transaction.atomic(durable=True):
                save_step(run=run, taken_until=run.taken_until)
            saved = time.monotonic()
    steps = partial["steps"]
    return {
        "as_it_was": partial["as_it_was"],
        "was": _shown([step["was"] for step in steps]),
        "would_be": _shown([step["would_be"] for step in steps]),
        "gains": ranges_of_gains([step["gains"] for step in steps]),
        "replays": len(steps),
    }


def _as_it_was(known: Recorded) -> dict[str, int]:
    done = Replay(known.demand, known.world).run()
    demand = known.demand
    entries = sum(len(one.entries) for one in demand.rounds)
    return same_days(demand, done, known.kept) | {
        "households": len(demand.households),
        "asks": len(demand.asks),
        "entries": entries,
        "rounds": len(demand.rounds),
        "waits": len(demand.waits),
    }


def _step(known: Recorded, other: World, asked: Any, seed: str) -> dict[str, Any]:
    was = Replay(known.demand, known.world, asked.assumed, seed).run()
    would_be = Replay(known.demand, other, asked.assumed, seed).run()
    return {"was": measures(was), "would_be": measures(would_be), "gains": gains(known.demand, was, would_be)}


def _shown(rows: list[Any]) -> dict[str, Any]:
    found = ranges(rows)
    return {name: without_small(of) if name in OF_FAMILIES else of for name, of in found.items()}
