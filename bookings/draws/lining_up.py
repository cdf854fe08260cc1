"""列に並ぶ: once a round is drawn, who won nothing and wishes so stands in line, in the drawn order."""

from collections.abc import Iterable
from datetime import datetime

from bookings.models import DrawEntry, DrawRound, Outcome, Turn

WON_NOTHING = (Outcome.LOST, Outcome.AWAY, Outcome.VOID)


def line_up(draw_round: DrawRound, entries: Iterable[DrawEntry], at: datetime) -> None:
    """Give a turn to each entry that won nothing and stays in line, in the transaction of the draw. One query.

    Takes the round with its result and the entries with their outcomes. Who could not use the days at the draw keeps
    her turn, too: she is offered something once she may.
    """
    order = {row["sign"]: row["order"] for row in draw_round.result or []}
    Turn.objects.bulk_create(
        Turn(entry=entry, order=order[entry.sign], since=at)
        for entry in entries
        if entry.outcome in WON_NOTHING and entry.stays_in_line and entry.sign in order
    )
