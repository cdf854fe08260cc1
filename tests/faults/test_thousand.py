"""A thousand referrals through every fault, over and over; beside them, in the same faults, a control that loses."""

import time
from collections.abc import Callable
from contextlib import suppress

import psycopg
import pytest

from . import plain_delay, trail
from .fixtures_servers import Stand
from .mail_server import Mode
from .raisers import A_NUMBER_IN

pytestmark = pytest.mark.faults

COUNT = 1_000
DIES = 20  # one in so many
PROCESSES_OF_A_WORKER = 2
# Between two rounds: so that what is killed has been at work.
PAUSE_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 8.0

WORKER, FLUSH, VALKEY = "kill_worker", "flush_valkey", "kill_valkey"
RESTART, KILL = "restart_postgres", "kill_postgres"
# One after the other; of a round with two faults the second comes before the first is repaired.
ROUNDS: tuple[tuple[str | Mode, ...], ...] = (
    *((WORKER,), (Mode.REFUSING,), (WORKER, FLUSH), (Mode.FINE,), (VALKEY,), (Mode.SLOW,), (WORKER,), (RESTART,)),
    *((Mode.DROPPING,), (WORKER, VALKEY), (Mode.FINE,), (KILL,), (WORKER, FLUSH), (Mode.DROPPING,), (WORKER,)),
    *((Mode.FINE,), (WORKER, VALKEY), (KILL,)),
)


def test_a_thousand_referrals_through_everything_none_lost_none_told_twice(
    new_stand: Callable[..., Stand], capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    stand = new_stand("thousand")
    with psycopg.connect(stand.url_of_owner) as connection:
        connection.execute(plain_delay.TABLE)
    with stand.raising(COUNT, pause=0.25, die_every=DIES, plainly=True):
        for faults in ROUNDS:
            _let_work(stand)
            for fault in faults:
                _break(stand, fault)
                stand.go_on(1)
        stand.mail.mode = Mode.FINE
    broken = time.monotonic()
    stand.until(lambda: not stand.query(trail.NO_SUPERVISOR_TOLD), "the chasing")
    stand.until(lambda: not stand.query(trail.UNDONE) and not stand.tasks_waiting(), "the end of all announcing")
    ended = time.monotonic()

    assert len(set(stand.answered.values())) == len(stand.query("SELECT 1 FROM referrals_referral")) == COUNT
    assert trail.wrong(stand) == {}
    chased = stand.query("SELECT 1 FROM sankecare_outboxentry WHERE kind = 'referral_overdue'")
    assert len(chased) == COUNT // A_NUMBER_IN
    arrived = trail.mails(stand)
    assert (arrived.missing, arrived.strange) == (0, 0)
    assert arrived.after_a_kill <= stand.kills * PROCESSES_OF_A_WORKER
    assert f"raised {COUNT} = waiting {COUNT}" in stand.run("manage", "reconcile_referrals")
    lost_plainly = len(stand.query(trail.NOT_PLAINLY_TOLD)) - stand.tasks_given_out(plain_delay.announce.name)

    median, late, worst = stand.query(trail.DELAYS)[0]
    with capsys.disabled():
        print(
            f"\n{COUNT} referrals, {stand.kills} kills among {sum(map(len, ROUNDS))} faults in {broken - began:.0f} s,"
            f" {COUNT // DIES} deaths between commit and publishing:"
            f"\n  0 lost, 0 told twice; told after {median:.1f} s (half), {late:.1f} s (99 %), {worst:.1f} s (all);"
            f" all done {ended - broken:.0f} s after the last fault"
            f"\n  {len(stand.query(trail.MAILS))} mails, each there; second copies, with the same Message-ID:"
            f" {arrived.unsure} where the connection broke, {arrived.after_a_kill} where the sender was killed"
            f"\n  the control, a plain delay(): {lost_plainly} lost"
        )
    assert lost_plainly > COUNT // DIES, "the control loses more than those whose operator died"


def _let_work(stand: Stand) -> None:
    """Wait until something has gone out since the last fault, or long enough."""
    before, end = _gone_out(stand), time.monotonic() + LONGEST_WAIT_SECONDS
    stand.go_on(PAUSE_SECONDS)
    while _gone_out(stand) == before and time.monotonic() < end:
        stand.go_on(0.2)


def _gone_out(stand: Stand) -> int:
    with suppress(psycopg.OperationalError):
        return len(stand.mail.taken) + len(stand.query("SELECT 1 FROM referrals_referralnotice"))
    return 0


def _break(stand: Stand, fault: str | Mode) -> None:
    if isinstance(fault, Mode):
        stand.mail.mode = fault
    else:
        getattr(stand, fault)()
