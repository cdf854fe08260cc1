"""数えない抽選: of which rounds nothing is counted as won or lost, because the ward took the days away. Reads only."""

from collections.abc import Iterable

from sankecare.db import run_batch

# A round of which no day is open now: nobody could have used what it gave.
CLOSED = """
    SELECT round.id FROM bookings_drawround round
     WHERE round.id = ANY(%s) AND NOT EXISTS (
           SELECT 1 FROM generate_series(lower(round.period)::timestamp,
                                         upper(round.period)::timestamp - interval '1 day', interval '1 day') day
            WHERE facilities_slots_on(round.pool_id, day::date) > 0)
"""


def closed_rounds(rounds: Iterable[int]) -> set[int]:
    """Return those of the rounds, by their ids, of which every day is closed now. One query."""
    return {key for (key,) in run_batch((CLOSED, [list(rounds)]))[0]}
