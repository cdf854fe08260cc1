"""抽選の現況: rounds in figures: who entered, what was given, who answered, who was told, who stands in line.

Reads only, each in a fixed number of queries.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from bookings.draws.entry_moments import moment_at, place_given, with_what_moments_ask
from bookings.draws.moments import Moment
from bookings.draws.round_places import days_of
from bookings.models import BookingState, DrawEntry, DrawRound, Turn, WaitingEntry
from bookings.models.line import STANDS
from bookings.places.queries import places_on
from sankecare.models import OutboxEntry

HELD = Q(booking__state=BookingState.OFFERED) | Q(turn__booking__state=BookingState.OFFERED)
AWAITED = (Moment.HELD, Moment.HELD_PART, Moment.HELD_BY_LINE, Moment.THINKS_AGAIN)


@dataclass(frozen=True)
class Numbers:
    """Of a round: families that entered, places held without an answer, families in line."""

    entered: int = 0
    answers: int = 0
    in_line: int = 0


def numbers_of(rounds: Collection[int]) -> dict[int, Numbers]:
    """Return the numbers of each of these rounds, by its id. Two queries."""
    entries = DrawEntry.objects.filter(round__in=rounds, withdrawn_at__isnull=True).order_by().values("round")
    counts = {
        row["round"]: row for row in entries.annotate(entered=Count("pk"), answers=Count("pk", filter=HELD)).iterator()
    }
    turns = Turn.objects.filter(entry__round__in=rounds, **STANDS).order_by().values("entry__round")
    lines = {row["entry__round"]: row["in_line"] for row in turns.annotate(in_line=Count("pk"))}
    return {
        key: Numbers(counts[key]["entered"], counts[key]["answers"], lines.get(key, 0)) if key in counts else Numbers()
        for key in rounds
    }


def answers_awaited(at: datetime) -> tuple[int, datetime | None]:
    """Return how many places of drawn rounds nobody has answered, and until when the first can be. One query."""
    held = DrawEntry.objects.filter(HELD, withdrawn_at__isnull=True, round__drawn_at__lte=at)
    found = held.aggregate(
        count=Count("pk"), by_draw=Min("booking__offered_until"), by_line=Min("turn__booking__offered_until")
    )
    return found["count"], min((one for one in (found["by_draw"], found["by_line"]) if one), default=None)


def rounds_with_answers_awaited() -> "QuerySet[DrawEntry, int]":
    """Return the ids of the rounds of which a place is held that nobody has answered, for a condition."""
    held = DrawEntry.objects.filter(HELD, withdrawn_at__isnull=True, round__drawn_at__isnull=False)
    return held.order_by().values_list("round", flat=True)


@dataclass(frozen=True)
class Given:
    """What the draw gave. ``places``: of its days, each day's places added up; ``given``: of these to a family."""

    places: int
    given: int
    won: int
    partly: int
    first_choice: int

    @property
    def left_over(self) -> int:
        """Places that the draw gave to nobody."""
        return self.places - self.given


def given_by(draw_round: DrawRound) -> Given | None:
    """Return what the draw gave, None before it. No query."""
    if draw_round.drawn_at is None or draw_round.result is None:
        return None
    won = [row for row in draw_round.result if row["days"]]
    return Given(
        places=sum(room["places"] for room in (draw_round.rooms or {}).values()),
        given=sum(len(row["days"]) for row in won),
        won=len(won),
        partly=sum(row["is_part"] for row in won),
        first_choice=Counter(row["choice"] for row in won)[1],
    )


@dataclass(frozen=True)
class Answers:
    """What became of the places given, by the draw and by the line. ``until``: by when the first is to be answered."""

    moments: Mapping[Moment, int] = field(default_factory=dict)
    until: datetime | None = None

    @property
    def awaited(self) -> int:
        """Places held that nobody has answered."""
        return sum(self.moments.get(moment, 0) for moment in AWAITED)


def answers_of(draw_round: DrawRound, at: datetime) -> Answers:
    """Return what became of each place that the round gave; only who was given one is looked at. Five queries."""
    given = Q(booking__isnull=False) | Q(turn__booking__isnull=False)
    entries = list(with_what_moments_ask(DrawEntry.objects.filter(given, round=draw_round)))
    moments = [moment_at(entry, at) for entry in entries]
    held = [
        place.offered_until
        for entry, moment in zip(entries, moments, strict=True)
        if moment in AWAITED and (place := place_given(entry)) and place.offered_until
    ]
    return Answers(Counter(moments), min(held, default=None))


@dataclass(frozen=True)
class Told:
    """Of a kind of message about a round: how many were written, how many wait, when the first and the last went."""

    written: int = 0
    waiting: int = 0
    first: datetime | None = None
    last: datetime | None = None


def told_of(draw_round: DrawRound, kind: str) -> Told:
    """Return when the families of a round were sent what ``kind`` says. Two queries."""
    keys = [
        f"{kind}:{pk}" for pk in DrawEntry.objects.filter(round=draw_round).order_by().values_list("pk", flat=True)
    ]
    done = list(OutboxEntry.objects.filter(dedupe_key__in=keys).order_by().values_list("done_at", flat=True))
    went = [moment for moment in done if moment is not None]
    return Told(len(done), len(done) - len(went), min(went, default=None), max(went, default=None))


def free_now(draw_round: DrawRound) -> int:
    """Return how many places of the round's days are free now, each day's added up. One query."""
    return sum(row.free for row in places_on(draw_round.pool_id, days_of(draw_round)))


def waiting_behind(draw_round: DrawRound) -> int:
    """Return how many families wait for such days without having entered: they come after the line. One query."""
    waits = WaitingEntry.objects.filter(service__pool=draw_round.pool_id, period__overlap=draw_round.period)
    return waits.filter(ended_at__isnull=True, booking__isnull=True).count()
