"""Real processes that do one thing each at the same moment.

A starter process (``python -m tests.invariants.racers``) sets Django up, opens no connection, and forks one
process for every job of a round; each connects, waits for all the others, does its job once, and says how it
ended: ``done``, the code of the refusal, or ``broke: …`` for anything that must not happen.
"""

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

DONE = "done"
Job = dict[str, Any]


class Starter:
    """The process that forks the racers, round after round."""

    def __init__(self, database: str) -> None:
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.invariants.racers"],
            env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "sankecare.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def race(self, jobs: Sequence[Job], *, locks: bool = True) -> list[str]:
        """Let every job run at once and return how each ended, in their order.

        ``locks=False`` takes the operations' locks out: the control, which must overbook.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"jobs": list(jobs), "locks": locks}, default=str) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(30) == 0


def _serve() -> None:
    import django

    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(_round(asked["jobs"], locks=asked["locks"])), flush=True)


def _round(jobs: list[Job], *, locks: bool) -> list[str]:
    fork = multiprocessing.get_context("fork")
    together = fork.Barrier(len(jobs))
    racing = []
    for job in jobs:
        ours, theirs = fork.Pipe(duplex=False)
        process = fork.Process(target=_racer, args=(job, together, theirs, locks))
        process.start()
        theirs.close()
        racing.append((process, ours))
    ends = []
    for process, ours in racing:
        try:
            ends.append(ours.recv())
        except EOFError:
            ends.append("broke: ended without a word")
        process.join(30)
    return ends


def _racer(job: Job, together: Any, said: Connection, locks: bool) -> None:
    from django.db import connection

    from sankecare.errors import Refused

    if not locks:
        _take_locks_out()
    do = JOBS[job.pop("do")]
    connection.ensure_connection()
    together.wait(60)
    try:
        said.send(do(**job) or DONE)
    except Refused as refused:
        said.send(refused.code)
    except Exception as error:
        said.send(f"broke: {error!r}")


def _take_locks_out() -> None:
    from bookings import reserve
    from enrollment.models import Registration

    reserve.lock_pools = lambda pools: None
    reserve.lock_registration = lambda pk: Registration.objects.select_related("birth__family").get(pk=pk)


def _reserve(registration: int, service: int, days: list[str], by: int, at: str) -> None:
    from accounts.models import User
    from bookings.reserve import reserve_days
    from enrollment.models import Registration
    from facilities.models import Service

    reserve_days(
        registration=Registration.objects.get(pk=registration),
        service=Service.objects.get(pk=service),
        days=[date.fromisoformat(day) for day in days],
        by=User.objects.get(pk=by),
        at=datetime.fromisoformat(at),
    )


def _cancel(booking: int, by: int, at: str) -> None:
    from accounts.models import User
    from bookings.cancel import cancel_booking
    from bookings.models import Booking

    cancel_booking(
        booking=Booking.objects.get(pk=booking), by=User.objects.get(pk=by), at=datetime.fromisoformat(at)
    )


def _cut(pool: int, day: str, slots: int, how: str) -> str | None:
    """Staff take slots away, each way that the calendar has, all rows in one transaction.

    ``capacity``: from the day on; ``override`` and ``closure``: on that day.
    """
    from django.db import IntegrityError, transaction

    from facilities.models import Capacity, Closure, DayOverride
    from sankecare.database_refusals import constraint_of

    first = date.fromisoformat(day)
    try:
        with transaction.atomic():
            if how == "closure":
                Closure.objects.create(pool_id=pool, period=(first, first + timedelta(days=1)), reason="臨時休業")
            elif how == "override":
                DayOverride.objects.create(pool_id=pool, day=first, slots=slots, reason="助産師の不足")
            else:
                before = Capacity.objects.get(pool=pool, period__contains=first)
                before.period = (before.period.lower, first)
                before.save()
                Capacity.objects.create(pool_id=pool, period=(first, None), slots=slots)
    except IntegrityError as refusal:
        return constraint_of(refusal)
    return None


def _post(path: str, user: int, key: str, body: dict[str, Any]) -> str:
    """Send a write as a signed-in person; the answer's status and the booking's number."""
    from django.test import Client

    from accounts.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=user))
    answer = client.post(path, body, content_type="application/json", headers={"Idempotency-Key": key})
    return f"{answer.status_code} {answer.json().get('number') or answer.json().get('code')}"


JOBS: dict[str, Callable[..., str | None]] = {"reserve": _reserve, "cancel": _cancel, "cut": _cut, "post": _post}

if __name__ == "__main__":
    _serve()
