"""枠の変更で影響を受ける人: who entered a draw, stands in line or waits for days that a cut closes. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from bookings.draws.counting import wish_of
from bookings.draws.round_places import days_of
from bookings.models import DrawEntry, DrawRound, WaitingEntry, without_published
from bookings.places.capacity import Cut, HitDay, hit_by, write_rows
from bookings.places.queries import places_on
from bookings.waiting.counting import days_of as days_waited_for


@dataclass(frozen=True)
class HitRound:
    """A round that is not drawn yet. ``closed``: of its days those that the cut closes; ``fewer``: those with fewer
    places afterwards; ``entries``: how many families wish one of them.
    """

    draw_round: DrawRound
    closed: list[date]
    fewer: list[date]
    entries: int

    @property
    def is_closed(self) -> bool:
        """Whether nothing of it is left to be drawn."""
        return set(self.closed) >= set(days_of(self.draw_round))


@dataclass(frozen=True)
class HitEntry:
    """An entry in a draw to come, or in the line of one that was drawn, that wishes closed days."""

    entry: DrawEntry
    days: list[date]
    in_line: bool = False

    @property
    def may_be_taken_out(self) -> bool:
        """Of a round whose entries are published none is taken out before the draw: it stands, and takes nothing."""
        return self.in_line or self.entry.round.closed_at is None


@dataclass(frozen=True)
class HitWait:
    """A family that waits for closed days."""

    waiting: WaitingEntry
    days: list[date]


@dataclass(frozen=True)
class WholeHit:
    """All whom a cut hits: days with more families than places, rounds, entries, and who waits."""

    days: list[HitDay] = field(default_factory=list)
    rounds: list[HitRound] = field(default_factory=list)
    entries: list[HitEntry] = field(default_factory=list)
    waits: list[HitWait] = field(default_factory=list)


@dataclass(frozen=True)
class ChangedDays:
    """Days that the cut closes, and those on which it leaves fewer places."""

    closed: set[date]
    fewer: set[date]


def whole_hit(cut: Cut) -> WholeHit:
    """Return everybody whom the cut would hit. Changes nothing.

    Errors: as ``hit_by``.
    """
    days = hit_by(cut)
    rounds, entries, waits = _rounds(cut), _entries(cut), _waits(cut)
    asked = _days_concerned(cut, rounds, entries, waits)
    before = {row.day: row.slots for row in places_on(cut.pool.pk, asked)}
    with transaction.atomic():
        write_rows(cut)
        after = {row.day: row.slots for row in places_on(cut.pool.pk, asked)}
        transaction.set_rollback(True)
    changed = ChangedDays(
        {day for day in asked if after[day] == 0 < before[day]},
        {day for day in asked if 0 < after[day] < before[day]},
    )
    return _hit(days, rounds, entries, waits, changed)


def _hit(
    days: list[HitDay],
    rounds: list[DrawRound],
    entries: list[DrawEntry],
    waits: list[WaitingEntry],
    changed: ChangedDays,
) -> WholeHit:
    wished = {entry.pk: {day for choice in wish_of(entry).choices for day in choice.days} for entry in entries}
    undrawn = [entry for entry in entries if entry.round.drawn_at is None]
    hit_rounds = []
    for draw_round in rounds:
        closed = sorted(changed.closed.intersection(days_of(draw_round)))
        fewer = sorted(changed.fewer.intersection(days_of(draw_round)))
        if closed or fewer:
            wish = [row for row in undrawn if row.round_id == draw_round.pk and wished[row.pk] & {*closed, *fewer}]
            hit_rounds.append(HitRound(draw_round, closed, fewer, len(wish)))
    return WholeHit(
        days,
        hit_rounds,
        [
            HitEntry(entry, sorted(wished[entry.pk] & changed.closed), in_line=entry.round.drawn_at is not None)
            for entry in entries
            if wished[entry.pk] & changed.closed
        ],
        [
            HitWait(entry, sorted(changed.closed.intersection(days_waited_for(entry))))
            for entry in waits
            if changed.closed.intersection(days_waited_for(entry))
        ],
    )


def _rounds(cut: Cut) -> list[DrawRound]:
    """The rounds with a day of the cut that are still to be drawn. One query."""
    rounds = DrawRound.objects.filter(pool=cut.pool, drawn_at__isnull=True, called_off_at__isnull=True)
    return list(_with_day(cut, rounds, "period").select_related("pool__facility").order_by("period"))


def _entries(cut: Cut) -> list[DrawEntry]:
    """Who entered such a round, or stands in the line of one that was drawn. One query."""
    entered = Q(round__drawn_at__isnull=True)
    in_line = Q(turn__isnull=False, turn__ended_at__isnull=True, turn__booking__isnull=True)
    entries = DrawEntry.objects.filter(
        entered | in_line, round__pool=cut.pool, round__called_off_at__isnull=True, withdrawn_at__isnull=True
    )
    related = ("round__pool__facility", "registration__birth__family", "sibling")
    found = _with_day(cut, entries, "round__period").select_related(*related).defer(*without_published())
    return list(found.order_by("round__period", "sign"))


def _waits(cut: Cut) -> list[WaitingEntry]:
    """Who waits for a day of the cut and is offered nothing yet. One query."""
    waits = WaitingEntry.objects.filter(service__pool=cut.pool, ended_at__isnull=True, booking__isnull=True)
    related = ("registration__birth__family", "service__facility", "sibling")
    return list(_with_day(cut, waits, "period").select_related(*related).order_by("joined_at", "pk"))


def _with_day(cut: Cut, rows: "QuerySet[Any]", period: str) -> "QuerySet[Any]":
    found = rows.filter(**{f"{period}__endswith__gt": cut.first_day})
    return found if cut.last_day is None else found.filter(**{f"{period}__startswith__lte": cut.last_day})


def _days_concerned(
    cut: Cut, rounds: Iterable[DrawRound], entries: Iterable[DrawEntry], waits: Iterable[WaitingEntry]
) -> list[date]:
    concerned = {row.pk: row for row in [*rounds, *(entry.round for entry in entries)]}
    days = {day for draw_round in concerned.values() for day in days_of(draw_round)}
    days |= {day for entry in waits for day in days_waited_for(entry)}
    return sorted(day for day in days if day >= cut.first_day and (cut.last_day is None or day <= cut.last_day))
