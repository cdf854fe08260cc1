"""抽選: a round is announced, families enter, the deadline publishes the entries, the draw gives the places. Once.

What decides stands in draw.py and tickets.py; here it meets the records.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, DrawEntry, DrawRound, Outcome
from bookings.places.availability import places_of
from bookings.places.booking_context import load_context
from bookings.places.locking import lock_pools, lock_registration
from bookings.places.notices import tell_who_counts
from bookings.places.queries import sibling_rooms_left
from bookings.places.refusals import db_errors_as_refusals
from bookings.places.reserve import (
    refuse_foreign_sibling,
    refuse_unregistered,
    refuse_who_may_not,
    reserve_days,
)
from enrollment.models import Registration, Sibling
from facilities.models import Service
from sankecare import outbox
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.moments import moment_in_words
from sankecare.periods import midnight
from sankecare.sealing import seal_values, unseal_values
from sankecare.transactions import in_transaction

from .counting import Counted, counted, note_away, wish_of
from .draw import (
    Award,
    Room,
    Stretch,
    as_published,
    award_as_published,
    commitment,
    draw,
    from_published,
    seed_of,
    usable_as_published,
)
from .draw_facts import need_of, policy_on, weigh
from .wishes import refuse_impossible_choices

LONGEST_ROUND = 31
RESULT_MAIL = "draw_result"
CALLED_OFF_MAIL = "draw_called_off"
SIGN_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read for another
SIGN_LENGTH = 6


@in_transaction
def announce_round(
    *,
    service: Service,
    first_day: date,
    last_day: date,
    opens_at: datetime,
    closes_at: datetime,
    draw_at: datetime,
    by: User | None,
    at: datetime,
) -> DrawRound:
    """Announce a draw with its promise: the digest of a secret that nobody can change any more.

    ``by``: None where a command does. Errors: as ``refuse_impossible_round``.
    """
    refuse_impossible_round(service, first_day, last_day, (opens_at, closes_at, draw_at), at=at)
    secret = secrets.token_hex(32)
    return DrawRound.objects.create(
        service=service,
        period=DateRange(first_day, last_day + timedelta(days=1)),
        opens_at=opens_at,
        closes_at=closes_at,
        draw_at=draw_at,
        commitment=commitment(secret),
        secret=seal_values({"secret": secret}),
        announced_by=by,
    )


def refuse_impossible_round(
    service: Service, first_day: date, last_day: date, times: tuple[datetime, datetime, datetime], *, at: datetime
) -> None:
    """Raise for a round that cannot be: opening, deadline and draw (``times``) before the first day, none too late.

    Errors: NotPossible ``times_out_of_order``, ``deadline_passed``, ``round_too_long``, ``no_draw_policy``,
    ``no_time_to_answer``; Refused ``round_overlaps``.
    """
    opens_at, closes_at, draw_at = times
    if not opens_at < closes_at <= draw_at or timezone.localdate(draw_at) >= first_day or last_day < first_day:
        sentence = _("Opening, deadline, draw and the first day must follow each other.")
        raise NotPossible("times_out_of_order", sentence, {"closes_at": sentence})
    if closes_at <= at:
        sentence = _("This deadline has passed: nobody could enter. Please choose a later one.")
        raise NotPossible("deadline_passed", sentence, {"closes_at": sentence})
    if (last_day - first_day).days >= LONGEST_ROUND:
        sentence = _("A draw is for %(days)d days at most.") % {"days": LONGEST_ROUND}
        raise NotPossible("round_too_long", sentence, {"period": sentence})
    least = timedelta(hours=policy_on(timezone.localdate(draw_at)).least_answer_hours)
    if draw_at + least > midnight(first_day):
        sentence = _("Who wins could not answer in time. Please draw earlier.")
        raise NotPossible("no_time_to_answer", sentence, {"draw_at": sentence})
    others = DrawRound.objects.filter(service=service, called_off_at__isnull=True)
    if others.filter(period__overlap=(first_day, last_day + timedelta(days=1))).exists():
        sentence = _("Another draw has some of these days.")
        raise Refused("round_overlaps", sentence, {"period": sentence})


@in_transaction
def enter_draw(
    *,
    draw_round: DrawRound,
    registration: Registration,
    choices: Sequence[Sequence[date]],
    by: User,
    at: datetime,
    least_days: int | None = None,
    sibling: Sibling | None = None,
    infant_count: int = 1,
) -> DrawEntry:
    """Enter a family's wishes, or put others in their place until the deadline; the sign stays.

    Errors: Refused ``not_open``, ``entered_already`` (a family is in a draw once, whatever registrations it has);
    NotPossible ``not_approved``, ``no_choice``, ``too_many_choices``,
    ``day_outside``, ``day_closed``, ``days_apart``, ``least_days``, and as ``reserve_days`` for each choice.
    """
    locked = lock_registration(registration.pk)
    _refuse_closed(DrawRound.objects.select_for_update(no_key=True).get(pk=draw_round.pk), at)
    refuse_unregistered(locked)
    _refuse_second_entry(draw_round, locked)
    stretches = [sorted(choice) for choice in choices if choice]
    refuse_impossible_choices(draw_round, stretches, least_days)
    refuse_foreign_sibling(locked, sibling)
    for days in stretches:
        known = load_context(locked, draw_round.service, days)
        refuse_who_may_not(known, days, sibling, at)
    wishes = {
        "choices": [[day.isoformat() for day in days] for days in stretches],
        "least_days": least_days,
        "sibling": sibling,
        "infant_count": infant_count,
        "entered_at": at,
        "entered_by": by,
        "away_since": None,
        "away_why": "",
    }
    entry, _new = DrawEntry.objects.update_or_create(
        round=draw_round,
        registration=locked,
        withdrawn_at=None,
        defaults=wishes,
        create_defaults=wishes | {"sign": _new_sign(draw_round)},
    )
    return entry


@in_transaction
def withdraw_entry(*, entry: DrawEntry, at: datetime) -> DrawEntry:
    """Take an entry out of the round, until the deadline. Errors: Refused ``not_open``."""
    _refuse_closed(DrawRound.objects.select_for_update(no_key=True).get(pk=entry.round_id), at)
    entry.withdrawn_at = at
    entry.save(update_fields=["withdrawn_at"])
    return entry


@in_transaction
def set_high_need(*, entry: DrawEntry, reason: str, by: User, at: datetime) -> DrawEntry:
    """Staff give a family more weight, with the reason, until the deadline. An empty reason takes it back.

    Errors: Refused ``not_open``.
    """
    _refuse_past_deadline(DrawRound.objects.select_for_update(no_key=True).get(pk=entry.round_id), at)
    entry.high_need_reason = reason.strip()
    entry.high_need_by = by if reason.strip() else None
    entry.save(update_fields=["high_need_reason", "high_need_by"])
    return entry


@in_transaction
def close_round(*, draw_round: DrawRound, at: datetime) -> DrawRound:
    """After the deadline: count each entry's tickets and publish all that count. Done once, whoever asks again.

    An entry whose family may not use the service on any day that it wished is not published: it says why.

    Errors: Refused ``deadline_ahead``, ``called_off``.
    """
    locked = _locked(draw_round)
    if locked.closed_at is not None:
        return locked
    if at < locked.closes_at:
        raise Refused("deadline_ahead", _("The deadline has not passed yet."))
    entered = _entries_to_weigh(locked)
    count = counted(entered, at)
    entries = [entry for entry in entered if count[entry.pk].usable]
    weighed = weigh(entries, policy_on(timezone.localdate(locked.draw_at)))
    for entry in entries:
        entry.tickets, entry.need_counted = weighed[entry.pk], need_of(entry)
    for entry in entered:
        if note_away(entry, count[entry.pk].why, at):
            tell_who_counts(entry.registration, at)
    DrawEntry.objects.bulk_update(entered, ["tickets", "need_counted", "away_since", "away_why"])
    locked.entries = [as_published(wish_of(entry)) for entry in sorted(entries, key=lambda row: row.sign)]
    locked.closed_at = at
    locked.save(update_fields=["entries", "closed_at"])
    return locked


def preview(draw_round: DrawRound) -> list[Award]:
    """Return what a draw of the entries as they are would give, with a seed of chance. Nothing is changed."""
    entries, policy = _entries_to_weigh(draw_round), policy_on(timezone.localdate(draw_round.draw_at))
    count = counted(entries, timezone.now())
    if draw_round.closed_at is None:
        entries = [entry for entry in entries if count[entry.pk].usable]
        weighed = weigh(entries, policy)
        for entry in entries:
            entry.tickets = weighed[entry.pk]
    else:
        entries = [entry for entry in entries if entry.tickets is not None]
    wishes = [wish_of(entry) for entry in entries]
    return draw(wishes, _rooms(draw_round), secrets.token_hex(8), _usable(entries, count))


@in_transaction
def run_draw(*, draw_round: DrawRound, at: datetime) -> DrawRound:
    """Draw the round at its time: reveal the secret, give the places, each held until the answer. Once.

    Who may not use the service any more takes no place from the others; what could be given to whom is published.

    Errors: Refused ``draw_ahead``, ``not_closed``, ``called_off``.
    """
    # Registrations before pools, in the order of their ids (bookings/places/locking.py); the round, only ours, last.
    for key in sorted({entry.registration_id for entry in _standing_entries(draw_round)}):
        lock_registration(key)
    lock_pools([draw_round.service.pool_id])
    locked = _locked(draw_round)
    if locked.drawn_at is not None:
        return locked
    if at < locked.draw_at:
        raise Refused("draw_ahead", _("The time of the draw has not come yet."))
    if locked.closed_at is None:
        raise Refused("not_closed", _("The entries have not been published yet."))
    secret = str(unseal_values(locked.secret)["secret"])
    wishes, rooms = [from_published(row) for row in locked.entries or []], _rooms(locked)
    # Read under the locks: what counts now is what is drawn.
    entries = {entry.sign: entry for entry in _standing_entries(locked) if entry.tickets is not None}
    count = counted(list(entries.values()), at)
    usable = _usable(list(entries.values()), count)
    awards = draw(wishes, rooms, seed_of(secret, wishes), usable)
    locked.revealed, locked.drawn_at, locked.usable = secret, at, usable_as_published(usable)
    locked.rooms = {day.isoformat(): [room.places, room.for_siblings] for day, room in rooms.items()}
    locked.result = [award_as_published(award) for award in awards]
    answer_by = at + timedelta(hours=policy_on(timezone.localdate(at)).answer_hours)
    for award in awards:
        entry = entries[award.sign]
        note_away(entry, count[entry.pk].why, at)
        _give(entry, award, at=at, answer_by=answer_by)
    locked.save(update_fields=["revealed", "drawn_at", "rooms", "usable", "result"])
    return locked


@in_transaction
def call_off(*, draw_round: DrawRound, reason: str, by: User, at: datetime) -> DrawRound:
    """Call a round off before it is drawn, with the reason; every family that entered hears of it by a mail.

    Errors: NotPossible ``no_reason``; Refused ``drawn``, ``called_off``.
    """
    refuse_without_reason(reason)
    locked = _locked(draw_round)
    if locked.drawn_at is not None:
        raise Refused("drawn", _("This draw has taken place already."))
    locked.called_off_at, locked.called_off_reason, locked.called_off_by = at, reason, by
    locked.save(update_fields=["called_off_at", "called_off_reason", "called_off_by"])
    for entry in _standing_entries(locked):
        _tell(CALLED_OFF_MAIL, entry, at)
    return locked


# ---- What is behind -------------------------------------------------------------------------------------------------


def _give(entry: DrawEntry, award: Award, *, at: datetime, answer_by: datetime) -> None:
    """Hold the days won, or note why not; the family hears of it either way, by a mail with a link."""
    if award.days:
        entry.outcome = Outcome.PARTLY if award.is_part else Outcome.WON
        try:
            with db_errors_as_refusals(), transaction.atomic():
                entry.booking = _held(entry, award, at, answer_by)
        except Refused:
            entry.outcome = Outcome.VOID
    else:
        entry.outcome = Outcome.AWAY if entry.away_why else Outcome.LOST
    entry.save(update_fields=["outcome", "booking", "away_since", "away_why"])
    _tell(RESULT_MAIL, entry, at)


def _tell(kind: str, entry: DrawEntry, at: datetime) -> None:
    """Have a mail sent to the family that entered, once: a link alone."""
    account = entry.registration.birth.family.account_id
    if account is not None:
        outbox.enqueue(
            kind=kind,
            recipient=f"user:{account}",
            dedupe_key=f"{kind}:{entry.pk}",
            payload={"entry": entry.pk},
            at=at,
        )


def _held(entry: DrawEntry, award: Award, at: datetime, answer_by: datetime) -> Booking:
    first = midnight(award.days[0])
    return reserve_days(
        registration=entry.registration,
        service=entry.round.service,
        days=award.days,
        by=entry.entered_by,
        at=at,
        infant_count=entry.infant_count,
        sibling=entry.sibling,
        offered_until=min(answer_by, first),
    )


def _locked(draw_round: DrawRound) -> DrawRound:
    locked = DrawRound.objects.select_for_update(of=("self",)).select_related("service").get(pk=draw_round.pk)
    if locked.called_off_at is not None:
        raise Refused("called_off", _("This draw was called off: %(reason)s") % {"reason": locked.called_off_reason})
    return locked


def _standing_entries(draw_round: DrawRound) -> Any:
    entries = DrawEntry.objects.filter(round=draw_round, withdrawn_at__isnull=True)
    needed = entries.select_related("round__service__facility", "registration__birth__family", "sibling", "entered_by")
    return needed.prefetch_related("registration__birth__family__high_needs").order_by("sign")


def _entries_to_weigh(draw_round: DrawRound) -> list[DrawEntry]:
    """Return the standing entries with what ``weigh`` reads. In a fixed number of queries."""
    return list(
        _standing_entries(draw_round).prefetch_related("registration__birth__infants", "registration__exceptions")
    )


def _usable(entries: Sequence[DrawEntry], count: Mapping[int, Counted]) -> dict[str, list[Stretch]]:
    """By sign, what can be given to whom, of those who cannot be given all that they wished."""
    return {
        entry.sign: count[entry.pk].usable
        for entry in entries
        if not set(wish_of(entry).choices) <= set(count[entry.pk].usable)
    }


def _rooms(draw_round: DrawRound) -> Mapping[date, Room]:
    """What can be given on each day: the places that are free now, and the rooms for siblings among them."""
    first, last = draw_round.period.lower, draw_round.period.upper - timedelta(days=1)
    places = places_of(draw_round.service, first, last)
    rooms = sibling_rooms_left(draw_round.service.pool_id, places)
    return {row.day: Room(row.free, None if (room := rooms[row.day]) is None else max(room, 0)) for row in places}


def _new_sign(draw_round: DrawRound) -> str:
    taken = set(DrawEntry.objects.filter(round=draw_round).values_list("sign", flat=True))
    while (sign := "".join(secrets.choice(SIGN_LETTERS) for _letter in range(SIGN_LENGTH))) in taken:
        pass
    return sign


def _refuse_second_entry(draw_round: DrawRound, registration: Registration) -> None:
    """Of two entries of one family with the same days both would be drawn, and one would be in vain."""
    family = {"registration__birth__family": registration.birth.family_id}
    standing = DrawEntry.objects.filter(round=draw_round, withdrawn_at__isnull=True, **family)
    if standing.exclude(registration=registration).exists():
        sentence = _("Your family is in this draw already, with its other registration. Please change that entry.")
        raise Refused("entered_already", sentence, {"choices": sentence})


def _refuse_closed(draw_round: DrawRound, at: datetime) -> None:
    if at < draw_round.opens_at:
        opens = moment_in_words(draw_round.opens_at)
        raise Refused("not_open", _("You can enter from %(moment)s on.") % {"moment": opens})
    _refuse_past_deadline(draw_round, at)


def _refuse_past_deadline(draw_round: DrawRound, at: datetime) -> None:
    if draw_round.called_off_at is not None or draw_round.closed_at is not None or at >= draw_round.closes_at:
        raise Refused("not_open", _("The deadline of this draw has passed."))
