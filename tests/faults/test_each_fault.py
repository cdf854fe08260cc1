"""One fault at a time: what it does to a referral on its way, and that it arrives once all the same."""

from collections.abc import Callable

import pytest

from . import trail
from .fixtures_servers import Stand
from .mail_server import Mode

pytestmark = pytest.mark.faults

NOTICES = "SELECT 1 FROM referrals_referralnotice WHERE referral_id = %s"
UNDONE = "SELECT last_error FROM sankecare_outboxentry WHERE done_at IS NULL"
NURSES = 2


@pytest.fixture(scope="module")
def stand(new_stand: Callable[..., Stand]) -> Stand:
    return new_stand("each")


@pytest.fixture(autouse=True)
def nothing_is_wrong_afterwards(stand: Stand):
    yield
    stand.mail.mode = Mode.FINE
    stand.until(lambda: not trail.wrong(stand), "the end of all announcing")
    arrived = trail.mails(stand)
    assert (arrived.missing, arrived.strange) == (0, 0)


def raise_one(stand: Stand, **given: int) -> int:
    """One to the two health nurses of the district, not late."""
    given = {"people": 1, "first": 2} | given
    return stand.raise_some(1, **given)[0]


def copies(stand: Stand, referral: int) -> list[int]:
    """How many copies of each of its mails lie at the mail server."""
    ids = {copy.message_id for copy in stand.mail.taken if copy.message_id.startswith(f"<referral-{referral}-")}
    return [stand.mail.copies_of(message_id) for message_id in sorted(ids)]


def test_a_worker_killed_after_the_mail_was_taken_sends_it_again_under_the_same_message_id(stand: Stand) -> None:
    stand.mail.mode = Mode.HOLDING
    referral = raise_one(stand)
    stand.until(stand.mail.holds.is_set, "a mail on its way")
    stand.kill_worker()
    stand.mail.mode = Mode.FINE
    stand.until(lambda: not stand.query(UNDONE), "the delivery")
    assert len(stand.query(NOTICES, referral)) == NURSES
    found = copies(stand, referral)
    assert len(found) == NURSES, "no new Message-ID"
    assert max(found) == 2, "SMTP cannot do better: the server had it, and could not say so"


def test_a_valkey_that_forgets_everything_only_delays(stand: Stand) -> None:
    with stand.no_worker():
        referral = raise_one(stand)
        assert stand.tasks_waiting() > 0, "its id lies in Valkey, and nobody takes it"
        stand.flush_valkey()
        stand.kill_valkey()
    stand.until(lambda: len(stand.query(NOTICES, referral)) == NURSES, "the delivery")


@pytest.mark.parametrize("how", ["restart_postgres", "kill_postgres"])
def test_a_database_that_comes_back_finds_what_it_had_answered(stand: Stand, how: str) -> None:
    stand.mail.mode = Mode.SLOW
    referral = raise_one(stand)
    getattr(stand, how)()
    assert stand.query("SELECT 1 FROM referrals_referral WHERE id = %s", referral)
    stand.mail.mode = Mode.FINE
    stand.until(lambda: len(stand.query(NOTICES, referral)) == NURSES, "the delivery")


@pytest.mark.parametrize(
    ("mode", "error"), [(Mode.REFUSING, "SMTPConnectError"), (Mode.DROPPING, "SMTPServerDisconnected")]
)
def test_a_mail_server_that_misbehaves_keeps_no_notice_back_and_gets_the_mail_later(
    stand: Stand, mode: Mode, error: str
) -> None:
    stand.mail.mode = mode
    referral = raise_one(stand)
    stand.until(lambda: len(stand.query(NOTICES, referral)) == NURSES, "the notices")
    stand.until(lambda: (error,) in stand.query(UNDONE), "the error")
    assert len(stand.query(UNDONE)) == NURSES, "both mails wait"
    stand.mail.mode = Mode.FINE
    stand.until(lambda: not stand.query(UNDONE), "the mails")
    assert len(copies(stand, referral)) == NURSES


def test_a_slow_mail_server_is_waited_for(stand: Stand) -> None:
    stand.mail.mode = Mode.SLOW
    referral = raise_one(stand)
    stand.until(lambda: copies(stand, referral) == [1] * NURSES, "both mails")


def test_an_operator_whose_server_dies_between_commit_and_publishing_gets_one_referral(stand: Stand) -> None:
    before = len(stand.query("SELECT 1 FROM referrals_referral"))
    referrals = stand.raise_some(3, die_every=1)
    assert len(stand.query("SELECT 1 FROM referrals_referral")) - before == len(set(referrals)) == 3


def test_a_worker_that_lives_and_does_nothing_is_told_within_a_minute_though_nothing_waits(stand: Stand) -> None:
    """The minute is made shorter: the sign that the worker left is aged by 58 of its 60 seconds."""
    age = "UPDATE sankecare_pulse SET at = at - interval '58 seconds' RETURNING 1"
    stand.until(lambda: stand.healthz()["status"] == "ok", "a worker that sweeps")
    stand.query(age)
    stand.go_on(3)
    assert stand.healthz()["status"] == "ok", "a worker that lives sweeps again"
    with stand.deaf_worker():
        stand.query(age)
        stand.until(lambda: stand.healthz()["status"] == "degraded", "the alarm", seconds=15)
        assert stand.healthz()["outbox_oldest_seconds"] is None
    stand.until(lambda: stand.healthz()["status"] == "ok", "its end")
