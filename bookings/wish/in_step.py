"""希望から申込みへ: the entries in open draws and the waits of a wish, made and kept in step with it.

What a draw and the waiting list refuse is left out: their rules are asked, and nowhere told again.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bookings.draws.draw import Choice
from bookings.draws.entering import enter_draw, withdraw_entry
from bookings.draws.open_rounds import rounds_to_enter
from bookings.draws.wishes import MOST_CHOICES
from bookings.models import DrawEntry, DrawRound, Turn, WaitingEntry, Wish, WishPart
from bookings.places.day_hindrances import Hindrance
from bookings.places.family_calendar import FamilyMonth, family_weeks
from bookings.waiting.line import leave_line
from bookings.waiting.waiting_list import MOST_ENTRIES, join_waiting_list, leave_waiting_list
from enrollment.models import Registration
from facilities.models import Service
from sankecare.errors import Refused
from sankecare.periods import last_day

from .stretches import Asked, in_turn, runs_apart

# So far ahead its days are looked for, night by night further (DEFAULT).
LOOKS_AHEAD = timedelta(days=92)
FULL = (Hindrance.FULL, Hindrance.NO_SIBLING_ROOM)


@dataclass(frozen=True)
class Looked:
    """A wish beside the days of its services as the family can use them, looked at under its lock."""

    wish: Wish
    registration: Registration
    services: dict[str, Service]
    months: dict[str, FamilyMonth]
    last: date
    at: datetime

    @property
    def length(self) -> int:
        """Of how many days on end a wait is: apart, each day by itself."""
        return self.wish.left if self.wish.together else 1

    @property
    def waits_with(self) -> Any:
        """The sibling for whom a room is waited for too; none where it may come without: any place will do."""
        return None if self.wish.or_without else self.wish.sibling


def look_at(wish: Wish, registration: Registration, at: datetime) -> Looked:
    """Look at the days from tomorrow on. In a fixed number of queries."""
    services = [row.service for row in wish.services.select_related("service__facility", "service__pool")]
    first = timezone.localdate(at) + timedelta(days=1)
    last = max(min(wish.until, first + LOOKS_AHEAD), first)
    with_sibling = wish.sibling_id is not None and not wish.or_without
    months = family_weeks(registration, services, first, last, at=at, with_sibling=with_sibling)
    return Looked(
        wish,
        registration,
        {row.slug: row for row in services},
        {row.slug: months[row.pk] for row in services},
        last,
        at,
    )


def step_waits(looked: Looked) -> None:
    """Let waits go that are not wished any more; wait for full days that are, as many as the list allows."""
    wish = looked.wish
    parts = list(wish.parts.filter(waiting__isnull=False, dropped_at=None).select_related("waiting__service"))
    for part in parts:
        assert part.waiting is not None
        if part.waiting.ended_at is None and not _is_wished(looked, part.waiting):
            drop(part, looked.at)
    live = WaitingEntry.objects.filter(registration=looked.registration, ended_at__isnull=True)
    waited = {(row.service_id, row.period.lower, last_day(row.period)) for row in live}
    left_by_hand = {
        (part.waiting.service_id, part.waiting.period.lower, last_day(part.waiting.period))
        for part in parts
        if part.waiting is not None and part.waiting.ended_at is not None
    }
    runs = {slug: _full_runs(looked, slug) for slug in looked.services}
    room = MOST_ENTRIES - len(waited)
    for asked in in_turn(runs, MOST_ENTRIES * 2):
        key = (looked.services[asked.service].pk, asked.days[0], asked.days[-1])
        if room > 0 and key not in waited | left_by_hand and _waits(looked, asked):
            room -= 1


def step_draws(looked: Looked, *, also_new: bool, tells: bool) -> None:
    """Enter every open draw of its days, or put its entries there right. ``also_new``: draws not entered so far too.

    A draw that she entered, or left, by hand stays hers. ``tells``: by a mail that it is entered.
    """
    wish, first = looked.wish, timezone.localdate(looked.at) + timedelta(days=1)
    pools = {row.pool_id for row in looked.services.values()}
    parts = {
        part.entry.round_id: part
        for part in wish.parts.filter(entry__isnull=False, dropped_at=None).select_related("entry__round")
        if part.entry is not None
    }
    by_hand = set(
        DrawEntry.objects.filter(
            registration__birth__family=looked.registration.birth.family_id, withdrawn_at=None
        ).values_list("round", flat=True)
    )
    for draw_round in rounds_to_enter(pools, first, looked.last, at=looked.at):
        part, choices = parts.get(draw_round.pk), _choices(looked, draw_round)
        if part is None:
            if also_new and draw_round.pk not in by_hand and choices:
                _enters(looked, draw_round, choices, tells=tells)
            continue
        if part.entry is None or part.entry.withdrawn_at is not None or _stands(looked, part.entry):
            continue
        if not choices or not _enters(looked, draw_round, choices, tells=False):
            drop(part, looked.at)


def drop(part: WishPart, at: datetime) -> bool:
    """Take back what was made from a wish; what is held or closed already stays, and is answered or drawn."""
    try:
        with transaction.atomic():
            if part.waiting is not None:
                leave_waiting_list(entry=part.waiting, at=at)
            elif part.entry is not None and (turn := standing_turn(part.entry)) is not None:
                leave_line(turn=turn, at=at)
            elif part.entry is not None:
                withdraw_entry(entry=part.entry, at=at)
    except Refused:
        return False
    part.dropped_at = at
    part.save(update_fields=["dropped_at"])
    return True


def standing_turn(entry: DrawEntry) -> Turn | None:
    """Return its turn in the line of a round that is drawn, where it stands in it."""
    return Turn.objects.filter(entry=entry, ended_at__isnull=True).first()


def _full_runs(looked: Looked, slug: str) -> list[tuple[date, ...]]:
    days = looked.months[slug].days
    full = [day for day, known in days.items() if known.hindrance in FULL]
    return runs_apart([day for day, known in days.items() if known.hindrance in (None, *FULL)], looked.length, full)


def _is_wished(looked: Looked, waiting: WaitingEntry) -> bool:
    last = last_day(waiting.period)
    assert last is not None  # a wait has both ends
    return (
        waiting.service.slug in looked.services
        and last <= looked.wish.until
        and (last - waiting.period.lower).days + 1 == looked.length
        and waiting.sibling_id == (looked.waits_with.pk if looked.waits_with else None)
    )


def _waits(looked: Looked, asked: Asked[str]) -> bool:
    with suppress(Refused), transaction.atomic():
        entry = join_waiting_list(
            registration=looked.registration,
            service=looked.services[asked.service],
            first_day=asked.days[0],
            last_day=asked.days[-1],
            by=looked.wish.made_by,
            at=looked.at,
            sibling=looked.waits_with,
            tells=False,
        )
        WishPart.objects.get_or_create(waiting=entry, defaults={"wish": looked.wish})
        return True
    return False


def _choices(looked: Looked, draw_round: DrawRound) -> list[Choice]:
    """Up to three stretches of the round: of each service in her order the soonest; shorter where fewer are drawn."""
    days = {
        slug: [
            day
            for day, known in looked.months[slug].days.items()
            if known.hindrance == Hindrance.BY_LOT and day in draw_round.period
        ]
        for slug, row in looked.services.items()
        if row.pool_id == draw_round.pool_id
    }
    least = looked.wish.left if looked.wish.together else 1
    for length in range(looked.wish.left, least - 1, -1):
        runs = {slug: runs_apart(found, length) for slug, found in days.items()}
        if any(runs.values()):
            return [Choice(asked.service, asked.days) for asked in in_turn(runs, MOST_CHOICES)]
    return []


def _stands(looked: Looked, entry: DrawEntry) -> bool:
    """Whether an entry still says what is wished: of these services, no longer than what is left, in time."""
    wish = looked.wish
    return (
        entry.sibling_id == wish.sibling_id
        and entry.or_without == (wish.or_without and wish.sibling_id is not None)
        and entry.least_days == (None if wish.together else 1)
        and all(
            choice["service"] in looked.services
            and date.fromisoformat(max(choice["days"])) <= wish.until
            and (len(choice["days"]) == wish.left if wish.together else len(choice["days"]) <= wish.left)
            for choice in entry.choices
        )
    )


def _enters(looked: Looked, draw_round: DrawRound, choices: Sequence[Choice], *, tells: bool) -> bool:
    wish = looked.wish
    with suppress(Refused), transaction.atomic():
        entry = enter_draw(
            draw_round=draw_round,
            registration=looked.registration,
            choices=choices,
            by=wish.made_by,
            at=looked.at,
            least_days=None if wish.together else 1,
            sibling=wish.sibling,
            or_without=wish.or_without,
            infant_count=max(looked.registration.birth.infants.count(), 1),
            tells=tells,
        )
        WishPart.objects.get_or_create(entry=entry, defaults={"wish": wish})
        return True
    return False
