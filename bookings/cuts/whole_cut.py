"""枠の変更のすべて: places taken away, with a decision and a message for everybody whom it hits, all of it or nothing.

Bookings and offers (places/capacity.py), rounds to come, their entries, who stands in line and who waits. Who loses a
place by the ward's act has her turn again (places/turns.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from bookings.draws.announcing import call_off
from bookings.draws.counting import counted, note_away
from bookings.models import Booking, DrawEntry, DrawRound, Turn, WaitingEnd, WaitingEntry, WishNotice
from bookings.places.capacity import Cut, Decision, apply_cut
from bookings.places.locking import lock_pools, lock_registration
from bookings.places.notices import tell_who_counts
from bookings.waiting.counting import changed_of, look_at_turns
from enrollment.models import Registration
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .wishes_hit import HitEntry, HitRound, HitWait, WholeHit, whole_hit


@dataclass(frozen=True)
class WishDecision:
    """What becomes of an entry or a wait for closed days: it keeps its turn, or ends; and what the family reads."""

    stays: bool
    message: str


@dataclass(frozen=True)
class RoundDecision:
    """Whether the round is held with what is left of it; else the reason for which it is called off."""

    goes_on: bool
    reason: str = ""


@dataclass(frozen=True)
class Decisions:
    """By the ids of bookings, rounds, entries and waits."""

    bookings: Mapping[int, Decision] = field(default_factory=dict)
    rounds: Mapping[int, RoundDecision] = field(default_factory=dict)
    entries: Mapping[int, WishDecision] = field(default_factory=dict)
    waits: Mapping[int, WishDecision] = field(default_factory=dict)


@in_transaction
def apply_whole_cut(*, cut: Cut, decisions: Decisions, by: User, at: datetime) -> WholeHit:
    """Take the places away and carry out what was decided for everybody whom it hits. Returns whom it hit.

    Families hear of it by a mail with a link, and read the message on their page. Of a round that is called off its
    entries need no decision of their own.

    Errors: as ``apply_cut``; Refused ``cut_needs_decisions`` where somebody has none (who entered or joined since),
    ``round_is_closed`` for a round of which no day is left, ``entries_published`` for an entry that is to be taken out
    between deadline and draw; NotPossible ``no_message``.
    """
    # Rounds, registrations, pools: the order of a draw, which comes wholly before or wholly after.
    list(DrawRound.objects.select_for_update(no_key=True).filter(pk__in=decisions.rounds).order_by("pk"))
    for registration in sorted(_registrations(decisions)):
        lock_registration(registration)
    lock_pools([cut.pool.pk])
    hit = whole_hit(cut)
    called_off = {key for key, decided in decisions.rounds.items() if not decided.goes_on}
    entries = [row for row in hit.entries if row.in_line or row.entry.round_id not in called_off]
    _refuse_undecided(hit.rounds, entries, hit.waits, decisions)
    _refuse_without_message(entries, hit.waits, decisions)
    apply_cut(cut=cut, decisions=decisions.bookings, by=by, at=at)
    _look_at_turns_given_back(decisions, at)
    for round_hit in hit.rounds:
        if round_hit.draw_round.pk in called_off:
            reason = decisions.rounds[round_hit.draw_round.pk].reason
            call_off(draw_round=round_hit.draw_round, reason=reason[:200], by=by, at=at)
    told: dict[int, Registration] = {}
    for row in entries:
        _settle_entry(row, decisions.entries[row.entry.pk], by, at)
        told[row.entry.registration_id] = row.entry.registration
    for wait in hit.waits:
        _settle_wait(wait, decisions.waits[wait.waiting.pk], by, at)
        told[wait.waiting.registration_id] = wait.waiting.registration
    for family in told.values():
        tell_who_counts(family, at)
    return hit


def _look_at_turns_given_back(decisions: Decisions, at: datetime) -> None:
    """Who has her turn again reads why nothing is offered to her while the days are closed."""
    booked = Booking.objects.filter(pk__in=decisions.bookings).values_list("registration", flat=True)
    for registration in Registration.objects.filter(pk__in=booked).select_related("birth__family").order_by("pk"):
        if look_at_turns(registration, at):
            tell_who_counts(registration, at)


def _settle_entry(row: HitEntry, decided: WishDecision, by: User, at: datetime) -> None:
    entry = row.entry
    if decided.stays:
        if note_away(entry, counted([entry], at)[entry.pk].why, at):
            entry.save(update_fields=["away_since", "away_why"])
    elif row.in_line:
        ended = {"ended_at": at, "ended_as": WaitingEnd.WARD}
        Turn.objects.filter(entry=entry, ended_at__isnull=True, booking__isnull=True).update(**ended)
    elif row.may_be_taken_out:
        entry.withdrawn_at = at
        entry.save(update_fields=["withdrawn_at"])
    else:
        sentence = _("%(sign)s is published already: it can only stay, and is given none of the closed days.")
        raise Refused("entries_published", sentence % {"sign": entry.sign})
    WishNotice.objects.create(entry=entry, message=decided.message, made_at=at, made_by=by)


def _settle_wait(row: HitWait, decided: WishDecision, by: User, at: datetime) -> None:
    waiting = row.waiting
    if decided.stays:
        changed_of([waiting], at)
    else:
        waiting.ended_at, waiting.ended_as = at, WaitingEnd.WARD
        waiting.save(update_fields=["ended_at", "ended_as"])
    WishNotice.objects.create(waiting=waiting, message=decided.message, made_at=at, made_by=by)


def _registrations(decisions: Decisions) -> set[int]:
    rows = (
        Booking.objects.filter(pk__in=decisions.bookings).values_list("registration", flat=True),
        DrawEntry.objects.filter(pk__in=decisions.entries).values_list("registration", flat=True),
        WaitingEntry.objects.filter(pk__in=decisions.waits).values_list("registration", flat=True),
    )
    return {key for keys in rows for key in keys}


def _refuse_without_message(entries: list[HitEntry], waits: list[HitWait], decisions: Decisions) -> None:
    texts = [decisions.entries[row.entry.pk].message for row in entries]
    texts += [decisions.waits[row.waiting.pk].message for row in waits]
    texts += [row.reason for row in decisions.rounds.values() if not row.goes_on]
    if not all(text.strip() for text in texts):
        sentence = _("Please write to each family why.")
        raise NotPossible("no_message", sentence, {"message": sentence})


def _refuse_undecided(
    rounds: list[HitRound], entries: list[HitEntry], waits: list[HitWait], decisions: Decisions
) -> None:
    undecided = [row for row in entries if row.entry.pk not in decisions.entries]
    undecided_waits = [row for row in waits if row.waiting.pk not in decisions.waits]
    undecided_rounds = [row for row in rounds if row.draw_round.pk not in decisions.rounds]
    if undecided or undecided_waits or undecided_rounds:
        sentence = _("Somebody whom it hits has no decision yet, perhaps since a moment ago. Please look again.")
        raise Refused("cut_needs_decisions", sentence)
    for row in rounds:
        if row.is_closed and decisions.rounds[row.draw_round.pk].goes_on:
            sentence = _("Of the draw %(draw)s no day is left: please call it off.")
            raise Refused("round_is_closed", sentence % {"draw": row.draw_round})
