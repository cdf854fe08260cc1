"""列: who stands in line after a draw is offered what comes free of the round's days, in the drawn order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.draws.counting import Counted, counted, note_away, wish_of
from bookings.draws.draw import Award, Choice, Room, could_win, serve
from bookings.draws.draw_facts import policy_on
from bookings.draws.round_places import rooms_of, services_of
from bookings.models import Booking, BookingState, DrawEntry, DrawRound, LineOffer, Turn, WaitingEnd, without_published
from bookings.models.line import STANDS
from bookings.places.locking import lock_registration
from bookings.places.notices import tell_who_counts
from bookings.places.refusals import db_errors_as_refusals
from bookings.places.reserve import reserve_days
from facilities.models import Service
from sankecare.errors import Refused
from sankecare.periods import midnight
from sankecare.transactions import in_transaction

RELATED = ("entry__round__pool__facility", "entry__registration__birth__family", "entry__sibling", "entry__entered_by")
UNREAD = without_published("entry__round")
# So many are looked at under the locks at once; who comes after them has its own transaction.
AT_ONCE = 30


@dataclass(frozen=True)
class Terms:
    """When an offer is made; answered until ``until``; only days that begin not before ``in_time`` are offered."""

    at: datetime
    until: datetime
    in_time: datetime


@in_transaction
def leave_line(*, turn: Turn, at: datetime) -> Turn:
    """Stand in line no longer. Errors: Refused ``place_offered`` while a place is held for her: answer that first."""
    lock_registration(Turn.objects.values_list("entry__registration", flat=True).get(pk=turn.pk))
    locked = Turn.objects.select_for_update(of=("self",)).select_related("booking").get(pk=turn.pk)
    if locked.booking is not None and locked.booking.state == BookingState.OFFERED:
        raise Refused("place_offered", _("A place is held for you now: please answer that first."))
    if locked.ended_at is None:
        locked.ended_at, locked.ended_as = at, WaitingEnd.LEFT
        locked.save(update_fields=["ended_at", "ended_as"])
    return locked


@in_transaction
def stand_again(*, turn: Turn, at: datetime) -> Turn:
    """Take back that the family left the line, for some minutes (draw policy): its place is as it was. Twice is once.

    Errors: Refused ``too_late_to_undo``.
    """
    lock_registration(Turn.objects.values_list("entry__registration", flat=True).get(pk=turn.pk))
    locked = Turn.objects.select_for_update(of=("self",)).get(pk=turn.pk)
    if locked.ended_at is None:
        return locked
    minutes = policy_on(timezone.localdate(at)).undo_minutes
    if locked.ended_as != WaitingEnd.LEFT or locked.ended_at + timedelta(minutes=minutes) < at:
        raise Refused("too_late_to_undo", _("You have left the line of this draw."))
    locked.ended_at, locked.ended_as = None, ""
    locked.save(update_fields=["ended_at", "ended_as"])
    return locked


def pools_with_a_line(today: date) -> set[int]:
    """Return the pools of which somebody stands in line for a day to come. One query."""
    turns = Turn.objects.filter(**STANDS, entry__round__period__endswith__gt=today + timedelta(days=1))
    return set(turns.order_by().values_list("entry__round__pool", flat=True).distinct())


def end_lines_that_passed(at: datetime) -> None:
    """End the turns of rounds whose days have all begun: what comes free today is given by the facility."""
    passed = {"ended_at": at, "ended_as": WaitingEnd.PASSED}
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    turns = Turn.objects.filter(ended_at__isnull=True, booking__isnull=True)
    turns.filter(entry__round__period__endswith__lte=tomorrow).update(**passed)


def next_in_line(pool: int, in_time: datetime, tried: set[int]) -> tuple[list[Turn], bool]:
    """Return who comes next of those of whose wishes something is free, in the drawn order, but those ``tried``; and
    whether others come after them. Rounds come in the order of their draws.
    """
    found: list[int] = []
    for draw_round in _drawn_rounds(pool, in_time):
        rooms = rooms_in_time(draw_round, in_time)
        if not rooms:
            continue
        needed = ("sign", "choices", "least_days", "sibling", "or_without", "tickets", "is_marked", "round")
        free = {day for day, room in rooms.items() if room.places > 0}
        standing = _standing(draw_round).select_related("entry").only("order", *(f"entry__{name}" for name in needed))
        for turn in standing:
            wish = wish_of(turn.entry)
            wants = any(free.intersection(choice.days) for choice in wish.choices)
            if wants and turn.pk not in tried and could_win(wish, rooms):
                found.append(turn.pk)
    turns = Turn.objects.select_related(*RELATED).defer(*UNREAD).in_bulk(found[:AT_ONCE])
    return [turns[pk] for pk in found[:AT_ONCE]], len(found) > AT_ONCE


def offer_in_order(turns: Sequence[Turn], terms: Terms) -> list[Turn]:
    """Offer each of these, in their order, the best of its wishes that is free; return who was offered something.

    Under the locks of their registrations and of the pool: who may use the days, and what is free, is asked now. Who
    may use none of them keeps the turn, and hears why.
    """
    live = Turn.objects.filter(pk__in=[turn.pk for turn in turns], **STANDS).select_related(*RELATED).defer(*UNREAD)
    offered = []
    for draw_round in {turn.entry.round_id: turn.entry.round for turn in turns}.values():
        of_round = [turn for turn in live if turn.entry.round_id == draw_round.pk]
        of_round.sort(key=lambda turn: turn.order)
        count = counted([turn.entry for turn in of_round], terms.at)
        for turn in of_round:
            _note_who_counts(turn.entry, count[turn.entry.pk], terms.at)
        offered += _served(draw_round, of_round, count, terms)
    return offered


def rooms_in_time(draw_round: DrawRound, in_time: datetime) -> dict[date, Room]:
    """Return what is free of the round's days that begin not before the moment; none where nothing is."""
    rooms = {day: room for day, room in rooms_of(draw_round).items() if midnight(day) >= in_time}
    return rooms if any(room.places > 0 for room in rooms.values()) else {}


def _served(draw_round: DrawRound, turns: list[Turn], count: dict[int, Counted], terms: Terms) -> list[Turn]:
    """Each is served alone, from what is free then: what could not be held after all is the next one's."""
    services, offered = services_of(draw_round), []
    rooms = rooms_in_time(draw_round, terms.in_time)
    for turn in turns:
        usable: dict[str, list[Choice]] = {turn.entry.sign: list(count[turn.entry.pk].usable)}
        (award,) = serve([wish_of(turn.entry)], rooms, usable)
        if award.days and _held(turn, award, services[award.service], terms):
            offered.append(turn)
            rooms = rooms_in_time(draw_round, terms.in_time)
    return offered


def _held(turn: Turn, award: Award, service: Service, terms: Terms) -> bool:
    entry = turn.entry
    try:
        with db_errors_as_refusals(), transaction.atomic():
            turn.booking = reserve_days(
                registration=entry.registration,
                service=service,
                days=award.days,
                by=entry.entered_by,
                at=terms.at,
                infant_count=entry.infant_count,
                sibling=entry.sibling if award.sibling else None,
                offered_until=min(terms.until, midnight(award.days[0])),
            )
            turn.save(update_fields=["booking"])
            _write_down(entry, turn.booking, award, terms.at)
    except Refused:
        turn.booking = None
        return False
    return True


def _write_down(entry: DrawEntry, booking: Booking, award: Award, at: datetime) -> None:
    LineOffer.objects.create(entry=entry, booking=booking, days=list(award.days), offered_at=at)


def _note_who_counts(entry: DrawEntry, count: Counted, at: datetime) -> None:
    if note_away(entry, count.why, at):
        entry.save(update_fields=["away_since", "away_why"])
        tell_who_counts(entry.registration, at)


def _drawn_rounds(pool: int, in_time: datetime) -> "QuerySet[DrawRound]":
    """The pool's drawn rounds with a day to come, in the order of their draws."""
    rounds = DrawRound.objects.filter(pool=pool, drawn_at__isnull=False, called_off_at__isnull=True)
    return rounds.filter(period__endswith__gt=timezone.localdate(in_time)).order_by("draw_at", "pk")


def _standing(draw_round: DrawRound) -> "QuerySet[Turn]":
    return Turn.objects.filter(entry__round=draw_round, **STANDS).order_by("order")
