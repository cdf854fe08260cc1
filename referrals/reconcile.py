"""突合: does everything that was raised stand somewhere, and was everybody told? By SQL that knows no operation.

What came in is taken from what is never changed (events, answers given), and compared with the referrals
themselves and with the outbox.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from sankecare.outbox import RED_SECONDS

from .models import Reconciliation

# What tasks do every minute has this long before it is called missing.
LATE = timedelta(minutes=10)
SHOWN = 5
# It is looked every night; a look that is older than this has been missed.
LOOK_IS_OLD = timedelta(hours=26)

STANDS = """
    SELECT (SELECT count(*) FROM referrals_referralevent WHERE kind = 'raised'),
           count(*) FILTER (WHERE state = 'raised'), count(*) FILTER (WHERE state = 'acknowledged'),
           count(*) FILTER (WHERE state = 'closed'), count(*) FILTER (WHERE state = 'withdrawn')
      FROM referrals_referral
"""

# Each returns one row for each thing that does not add up. History that was made up is announced to nobody.
DOES_NOT_ADD_UP = {
    "answered_but_not_there": """
        SELECT answered.id FROM sankecare_answeredrequest answered
         WHERE answered.answer ? 'referral' AND NOT EXISTS (
               SELECT 1 FROM referrals_referral r WHERE r.id = (answered.answer ->> 'referral')::bigint)""",
    "announced_but_not_there": """
        SELECT entry.id FROM sankecare_outboxentry entry
         WHERE entry.payload ? 'referral' AND NOT EXISTS (
               SELECT 1 FROM referrals_referral r WHERE r.id = (entry.payload ->> 'referral')::bigint)""",
    "state_without_its_event": """
        SELECT r.id FROM referrals_referral r
         WHERE NOT EXISTS (SELECT 1 FROM referrals_referralevent e WHERE e.referral_id = r.id AND e.kind = r.state)
            OR (r.state = 'closed' AND NOT EXISTS (
                SELECT 1 FROM referrals_referralevent e WHERE e.referral_id = r.id AND e.kind = 'acknowledged'))""",
    "raised_but_never_announced": """
        SELECT r.id FROM referrals_referral r JOIN enrollment_family f ON f.id = r.family_id
         WHERE NOT f.made_up AND NOT EXISTS (
               SELECT 1 FROM sankecare_outboxentry e WHERE e.dedupe_key = 'referral_raised:' || r.id)""",
    "sent_on_but_never_announced": """
        SELECT event.id FROM referrals_referralevent event JOIN referrals_referral r ON r.id = event.referral_id
          JOIN enrollment_family f ON f.id = r.family_id
         WHERE NOT f.made_up AND event.kind IN ('redirected', 'moved') AND NOT EXISTS (
               SELECT 1 FROM sankecare_outboxentry e WHERE e.dedupe_key = 'referral_sent:' || event.id)""",
    "waits_and_nobody_was_told": """
        SELECT r.id FROM referrals_referral r JOIN sankecare_outboxentry e ON e.dedupe_key = 'referral_raised:' || r.id
         WHERE r.state = 'raised' AND e.done_at < %(late)s
           AND NOT EXISTS (SELECT 1 FROM referrals_referralnotice n WHERE n.referral_id = r.id)""",
    "late_and_no_supervisor_told": """
        SELECT r.id FROM referrals_referral r
         WHERE r.state = 'raised' AND r.due_at < %(late)s AND NOT EXISTS (
               SELECT 1 FROM sankecare_outboxentry e
                WHERE e.kind = 'referral_overdue' AND (e.payload ->> 'referral')::bigint = r.id)""",
}
STANDS_NOWHERE = "stands_nowhere"
NOT_GONE_OUT = "not_gone_out"
CHECKS = (STANDS_NOWHERE, NOT_GONE_OUT, *DOES_NOT_ADD_UP)

UNDONE = """
    SELECT id, kind, created_at, attempts, unreached, last_error FROM sankecare_outboxentry
     WHERE done_at IS NULL ORDER BY created_at, id
"""


@dataclass(frozen=True)
class Difference:
    """One kind of what does not add up: how many there are, and the ids of the first ones."""

    what: str
    count: int
    ids: list[int]


@dataclass(frozen=True)
class Undone:
    """An announcement that has not gone out, whatever it is of."""

    entry: int
    kind: str
    since: datetime
    attempts: int
    unreached: int
    error: str


@dataclass(frozen=True)
class Reconciled:
    """How many were raised, where they stand, and what does not add up."""

    raised: int
    waiting: int
    received: int
    closed: int
    withdrawn: int
    differences: list[Difference]


def reconciled(at: datetime) -> Reconciled:
    """Compare what was raised with where it stands. Nine queries over whole tables: for the night."""
    too_long = at - timedelta(seconds=RED_SECONDS)
    found = {NOT_GONE_OUT: [row.entry for row in not_gone_out() if row.since < too_long]}
    with connection.cursor() as cursor:
        cursor.execute(STANDS)
        raised, waiting, received, closed, withdrawn = cursor.fetchone()
        for what, statement in DOES_NOT_ADD_UP.items():
            cursor.execute(statement, {"late": at - LATE})
            found[what] = [row[0] for row in cursor.fetchall()]
    differences = [Difference(what, len(ids), ids[:SHOWN]) for what, ids in found.items() if ids]
    gap = raised - waiting - received - closed - withdrawn
    if gap:
        differences.insert(0, Difference(STANDS_NOWHERE, abs(gap), []))
    return Reconciled(raised, waiting, received, closed, withdrawn, differences)


def not_gone_out() -> list[Undone]:
    """Return every announcement that has not gone out, the oldest first. One query, by an index of these alone."""
    with connection.cursor() as cursor:
        cursor.execute(UNDONE)
        return [Undone(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class LastLook:
    """What the last look found; ``missed``: no look for more than a night. No look at all: ``row`` is None."""

    row: Reconciliation | None
    missed: bool

    @property
    def adds_up(self) -> bool:
        """Whether nothing was missing; what only waited to go out was not."""
        return self.row is None or set(self.row.found) <= {NOT_GONE_OUT}


def last_look(at: datetime) -> LastLook:
    """Return the last look. One query."""
    row = Reconciliation.objects.order_by("-at", "-pk").first()
    return LastLook(row, missed=row is not None and row.at < at - LOOK_IS_OLD)
