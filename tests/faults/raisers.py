"""Operators who raise referrals: processes forked from one that has everything imported, each with its own numbers.

    python -m tests.faults.raisers FOLDER

It looks into the folder for what is asked (``asked.json``), and says there when it is done (``done``).

Each number is raised with a key of its own, again and again until it is answered, as the page does; what was
answered is written down. One in ``die_every`` numbers is killed between the commit and the publishing; whoever
was killed is replaced, and goes on with the number that had no answer. ``plainly`` announces each by a plain
``delay()`` besides: the control, in the same faults.
"""

import json
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

from sankecare.stack.processes import die_with_parent

A_NUMBER_IN = 10  # is long overdue when it is raised, so that it is chased as well
LONG_OVERDUE = timedelta(days=14)


def main(folder: Path) -> None:
    django.setup()
    logging.disable()
    asked = folder / "asked.json"
    while True:
        if asked.exists():
            told = json.loads(asked.read_text())
            asked.unlink()
            _let_raise(told)
            (folder / "done").touch()
        time.sleep(0.05)


def _let_raise(asked: dict[str, Any]) -> None:
    first, people = asked["first"], asked["people"]
    slices = [range(first + person, first + asked["count"], people) for person in range(people)]
    at_work = {_fork(asked, mine): mine for mine in slices}
    while at_work:
        pid, status = os.wait()
        mine = at_work.pop(pid)
        if os.WIFSIGNALED(status):
            at_work[_fork(asked, mine)] = mine
        elif status:
            sys.exit("a raiser failed; the reason stands above")


def _fork(asked: dict[str, Any], mine: range) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    die_with_parent(signal.SIGKILL, parent)
    try:
        _raise_all(asked, mine)
    except BaseException:  # noqa: BLE001 - a forked process never returns
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _raise_all(asked: dict[str, Any], mine: range) -> None:
    path = Path(asked["answers"]) / f"{mine.start}.json"
    answered = {json.loads(line)["number"] for line in path.read_text().splitlines()} if path.exists() else set()
    with path.open("a") as answers:
        for number in mine:
            if number in answered:
                continue
            referral = _raise_until_answered(asked, number)
            answers.write(json.dumps({"number": number, "referral": referral}) + "\n")
            answers.flush()
            time.sleep(asked["pause"])


def _raise_until_answered(asked: dict[str, Any], number: int) -> int:
    from django.db import DatabaseError, InterfaceError, connection
    from django.utils import timezone

    from accounts.models import User
    from bookings.models import Booking
    from referrals.models import RecipientKind
    from referrals.raise_referral import raise_referral
    from sankecare.idempotency import Answer, once

    dies = number % asked["die_every"] == asked["die_every"] - 1

    def write() -> Answer:
        raised = raise_referral(
            booking=Booking.objects.order_by("pk")[asked["stay"] + (number - asked["first"]) // 2],
            recipient=RecipientKind.CASEWORKER if number % 2 else RecipientKind.HEALTH_NURSE,
            concerns=["mood"],
            what_was_seen=f"泣いてばかりいる {number}",
            ground="consent",
            by=operator,
            at=timezone.now() - (timedelta() if number % A_NUMBER_IN else LONG_OVERDUE),
        )
        return Answer(201, {"referral": raised.pk}, {"referral": raised.pk})

    while True:
        try:
            operator = User.objects.get(pk=asked["operator"])
            with _dying(dies):
                done = once(user=operator, key=f"{asked['answers']}/{number}", request={"number": number}, write=write)
        except (DatabaseError, InterfaceError):
            connection.close()
            time.sleep(0.2)
            continue
        referral = int(done.body["referral"])
        if asked["plainly"] and not done.repeated:
            _delay(referral)
        return referral


class _dying:
    """Within it nobody lives to publish what was committed."""

    def __init__(self, dies: bool) -> None:
        self._dies = dies

    def __enter__(self) -> None:
        from sankecare import outbox

        self._kept: Callable[..., bool] = outbox.publish
        if self._dies:
            outbox.publish = lambda _entry, **_how: _die()

    def __exit__(self, *_error: object) -> None:
        from sankecare import outbox

        outbox.publish = self._kept


def _die() -> bool:
    os.kill(os.getpid(), signal.SIGKILL)
    return False


def _delay(referral: int) -> None:
    from kombu.exceptions import OperationalError
    from redis.exceptions import RedisError

    from tests.faults.plain_delay import announce

    try:
        announce.delay(referral=referral)
    except (OperationalError, RedisError, OSError):
        return  # it was answered already: all that can be done is to log it


if __name__ == "__main__":
    main(Path(sys.argv[1]))
