"""順番: what an offer came from (a wait, a turn in line, a draw) hears what became of it, in the same transaction."""

from datetime import datetime

from bookings.models import Booking, DrawEntry, Outcome, Turn, WaitingEnd, WaitingEntry


def end_turn(booking: Booking, how: WaitingEnd, at: datetime) -> None:
    """Let the wait or the turn in line that the offer came from end so."""
    ended = {"ended_at": at, "ended_as": how}
    WaitingEntry.objects.filter(booking=booking, ended_at__isnull=True).update(**ended)
    Turn.objects.filter(booking=booking, ended_at__isnull=True).update(**ended)


def give_turn_back(booking: Booking, at: datetime) -> None:
    """What the ward takes away she has neither declined nor used: she has her turn again, at its old place.

    Who waited waits on, since when she joined; who stood in line stands in it again, and who won stands in it at her
    place in the drawn order; of her the round counts neither as won nor as lost. A wait that she has begun anew for
    the same days stays as it is. Takes the booking before it ends.
    """
    for waited in WaitingEntry.objects.filter(booking=booking, ended_as__in=("", WaitingEnd.PLACED)):
        same = WaitingEntry.objects.filter(
            registration=waited.registration_id, service=waited.service_id, period=waited.period
        )
        if waited.ended_at is None or not same.filter(ended_at__isnull=True).exists():
            waited.booking, waited.ended_at, waited.ended_as = None, None, ""
            waited.save(update_fields=["booking", "ended_at", "ended_as"])
    again = {"booking": None, "ended_at": None, "ended_as": "", "taken_back_at": at}
    Turn.objects.filter(booking=booking, ended_as__in=("", WaitingEnd.PLACED)).update(**again)
    won = DrawEntry.objects.filter(booking=booking, outcome__in=(Outcome.WON, Outcome.PARTLY)).select_related("round")
    for entry in won:
        line_up_again(entry, at)


def line_up_again(entry: DrawEntry, at: datetime) -> None:
    """Let a winner whom the ward took the place from stand in line, at her place in the drawn order."""
    result = entry.round.result or []
    order = next((row["order"] for row in result if row["sign"] == entry.sign), len(result) + 1)
    ended = {} if entry.stays_in_line else {"ended_at": at, "ended_as": WaitingEnd.LEFT}
    Turn.objects.get_or_create(entry=entry, defaults={"order": order, "since": at, "taken_back_at": at, **ended})
