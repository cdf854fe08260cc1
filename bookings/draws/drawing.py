"""抽選: at its time the draw gives the places, each held until the answer. Once. Tried out before, it changes nothing.

What decides stands in proof.py, draw.py and tickets.py; here it meets the records.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import DrawEntry, DrawRound, DrawStage, Outcome
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from .counting import Counted, counted, note_away, wish_of
from .draw import (
    Award,
    Choice,
    award_as_published,
    could_win,
    draw,
    from_published,
    rooms_as_published,
    serve,
    usable_as_published,
)
from .draw_facts import policy_on, weigh
from .draw_history import add_link, is_as_signed
from .holding_awards import Known, KnownOtherwise, hold_awards
from .lining_up import line_up
from .opened_tickets import are_on_the_list, order_drawn, sealed_of
from .proof import Opened
from .public_number import counting_number
from .published_draw import drawn_part, list_part
from .round_entries import entries_to_weigh, locked_round, save_alike, standing_entries, tell_all
from .round_places import rooms_of

RESULT_MAIL = "draw_result"
# How often a draw is worked out anew because something changed before the places were locked.
MOST_TRIES = 20


def preview(draw_round: DrawRound) -> list[Award]:
    """Return what a draw of the entries as they are would give, with a seed of chance. Nothing is changed."""
    entries, policy = entries_to_weigh(draw_round), policy_on(timezone.localdate(draw_round.draw_at))
    count = counted(entries, timezone.now())
    if draw_round.closed_at is None:
        entries = [entry for entry in entries if count[entry.pk].usable]
        weighed = weigh(entries, policy)
        for entry in entries:
            entry.tickets, entry.is_marked = weighed[entry.pk].tickets, weighed[entry.pk].is_marked
    else:
        entries = [entry for entry in entries if entry.tickets is not None]
    wishes = [wish_of(entry) for entry in entries]
    return draw(wishes, rooms_of(draw_round), secrets.token_hex(8), _usable(entries, count), **_way(draw_round))


@in_transaction
def run_draw(*, draw_round: DrawRound, at: datetime) -> DrawRound:
    """Draw the round at its time: reveal the secret, give the places, each held until the answer. Once.

    Who may not use the service any more takes no place from the others; what could be given to whom is published.
    An award that cannot be held is taken out, and drawn anew without it: nothing of it stands free unnoticed.
    All that can be known before is worked out and written before the places are locked: others book meanwhile.

    Errors: Refused ``draw_ahead``, ``not_closed``, ``called_off``, ``number_missing``, ``list_changed``,
    ``places_change``.
    """
    # The round first: besides the draw only who enters, changes or calls it off takes it. Then registrations, pools.
    locked = locked_round(draw_round)
    if locked.drawn_at is not None:
        return locked
    if at < locked.draw_at:
        raise Refused("draw_ahead", _("The time of the draw has not come yet."))
    if locked.closed_at is None:
        raise Refused("not_closed", _("The entries have not been published yet."))
    number = counting_number(locked)
    if number is None:
        raise Refused("number_missing", _("The draw waits for its public number."))
    entries = {entry.sign: entry for entry in standing_entries(locked) if entry.tickets is not None}
    opened = _order(locked, {sign: entry.tickets or 0 for sign, entry in entries.items()}, number)
    wishes = {row["sign"]: from_published(row) for row in locked.entries or []}
    known = Known(rooms_of(locked), counted(list(entries.values()), at))
    for _again in range(MOST_TRIES):
        usable = _usable(list(entries.values()), known.count) | {sign: [] for sign in known.void}
        awards = serve([wishes[one.sign] for one in opened], known.rooms, usable, **_way(locked))
        locked.revealed, locked.drawn_at = sealed_of(locked).secret, at
        locked.usable, locked.rooms = usable_as_published(usable), rooms_as_published(known.rooms)
        locked.result = [
            award_as_published(award) | {"nonce": one.nonce} for award, one in zip(awards, opened, strict=True)
        ]
        for award in awards:
            entry = entries[award.sign]
            note_away(entry, known.void.get(award.sign) or known.count[entry.pk].why, at)
            entry.outcome = _outcome(entry, award, is_void=award.sign in known.void)
            entry.could_win = could_win(wishes[award.sign], known.rooms, usable.get(award.sign))
        try:
            with transaction.atomic():
                save_alike(list(entries.values()), ("outcome", "could_win", "away_since", "away_why"))
                tell_all(RESULT_MAIL, entries.values(), at)
                line_up(locked, entries.values(), at)
                hold_awards(locked, awards, entries, known, at)
                # Who was left out at the deadline was told then.
                DrawEntry.objects.filter(round=locked, withdrawn_at=None, tickets=None).update(outcome=Outcome.AWAY)
                locked.save(update_fields=["revealed", "drawn_at", "rooms", "usable", "result"])
                add_link(draw_round=locked, stage=DrawStage.DRAWN, published=drawn_part(locked, number), at=at)
        except KnownOtherwise as news:
            known = news.known
        else:
            return locked
    raise Refused("places_change", _("The places of this draw are being changed just now. It is tried again."))


# ---- What is behind -------------------------------------------------------------------------------------------------


def _order(locked: DrawRound, counts: Mapping[str, int], number: str) -> list[Opened]:
    """Return the order of this draw, from promise, list and tickets that nobody has changed since the deadline.

    Errors: Refused ``list_changed``.
    """
    stands = is_as_signed(locked, DrawStage.ANNOUNCED, locked.promise)
    if not stands or not is_as_signed(locked, DrawStage.CLOSED, list_part(locked)) or not are_on_the_list(locked):
        sentence = _("What was published of this draw was changed since: it cannot be drawn. Call the developers.")
        raise Refused("list_changed", sentence)
    return order_drawn(locked, counts, number)


def _outcome(entry: DrawEntry, award: Award, *, is_void: bool) -> Outcome:
    if is_void:
        return Outcome.VOID
    if award.days:
        return Outcome.PARTLY if award.is_part else Outcome.WON
    return Outcome.AWAY if entry.away_why else Outcome.LOST


def _way(draw_round: DrawRound) -> dict[str, Any]:
    """The way of drawing as ``draw`` takes it."""
    return {"mechanism": draw_round.mechanism, "set_aside_percent": draw_round.set_aside_percent}


def _usable(entries: Sequence[DrawEntry], count: Mapping[int, Counted]) -> dict[str, list[Choice]]:
    """By sign, what can be given to whom, of those who cannot be given all that they wished."""
    return {
        entry.sign: count[entry.pk].usable
        for entry in entries
        if not set(wish_of(entry).choices) <= set(count[entry.pk].usable)
    }
