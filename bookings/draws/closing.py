"""抽選の締切: the deadline publishes the entries that count, and all tickets without whose they are. Once."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import DrawRound, DrawStage
from bookings.places.notices import tell_who_counts
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from .counting import counted, note_away, wish_of
from .draw import as_published
from .draw_facts import need_of, policy_on, weigh, weights_of
from .draw_history import add_link
from .opened_tickets import sealed_of
from .proof import ticket_list
from .published_draw import list_part
from .round_entries import entries_to_weigh, locked_round, save_alike, tell_all
from .tickets import most

LIST_MAIL = "draw_list"


@in_transaction
def close_round(*, draw_round: DrawRound, at: datetime) -> DrawRound:
    """After the deadline: count each entry's tickets and publish all that count. Done once, whoever asks again.

    Every family on the list gets its digest by mail: a place outside, where nobody can change it.
    An entry whose family may not use the service on any day that it wished is not published: it says why.

    Errors: Refused ``deadline_ahead``, ``called_off``.
    """
    locked = locked_round(draw_round)
    if locked.closed_at is not None:
        return locked
    if at < locked.closes_at:
        raise Refused("deadline_ahead", _("The deadline has not passed yet."))
    entered = entries_to_weigh(locked)
    count = counted(entered, at)
    entries = [entry for entry in entered if count[entry.pk].usable]
    policy = policy_on(timezone.localdate(locked.draw_at))
    weighed = weigh(entries, policy)
    for entry in entries:
        entry.tickets, entry.is_marked = weighed[entry.pk].tickets, weighed[entry.pk].is_marked
        entry.grounds = {ground.value: more for ground, more in weighed[entry.pk].grounds.items()}
        entry.need_counted = need_of(entry)
    for entry in entered:
        if note_away(entry, count[entry.pk].why, at):
            tell_who_counts(entry.registration, at)
    save_alike(entered, ("tickets", "grounds", "is_marked", "need_counted_id", "away_since", "away_why"))
    locked.entries = [as_published(wish_of(entry)) for entry in sorted(entries, key=lambda row: row.sign)]
    locked.tickets_each = most(weights_of(policy))
    counts = {entry.sign: weighed[entry.pk].tickets for entry in entries}
    locked.ticket_list = ticket_list(sealed_of(locked).key, counts, locked.tickets_each)
    locked.closed_at = at
    locked.save(update_fields=["entries", "ticket_list", "tickets_each", "closed_at"])
    add_link(draw_round=locked, stage=DrawStage.CLOSED, published=list_part(locked), at=at)
    tell_all(LIST_MAIL, entries, at)
    return locked
