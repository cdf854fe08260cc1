"""空いた枠の行き先: one pass for all who hope for a place: first who stands in line after a draw, then who waits.

A freed place counts as taken until it has been passed on; a process that ends in between loses nothing.
"""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bookings.draws.draw_facts import policy_on
from bookings.models import FreedPlace, Turn, WaitingEnd, WaitingEntry
from bookings.places.day_policies import ask_draws, draws_from
from bookings.places.locking import lock_pools, lock_registration
from bookings.places.notices import tell_who_counts
from bookings.places.queries import places_on
from bookings.places.refusals import db_errors_as_refusals, guarded_transaction
from bookings.places.reserve import reserve_days
from sankecare.db import run_batch
from sankecare.errors import NotPossible, Refused
from sankecare.isolation import isolated
from sankecare.periods import midnight

from .counting import RELATED, changed_of, days_of
from .line import Terms, end_lines_that_passed, next_in_line, offer_in_order, pools_with_a_line
from .offering import tell_of_offer
from .whose_turn import can_be_offered

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Step:
    """One transaction of a pass: who was offered something, who was tried, and whether others come after them."""

    offered: "list[Turn | WaitingEntry]" = field(default_factory=list)
    tried: set[int] = field(default_factory=set)
    goes_on: bool = False


def pass_on(pool: int, at: datetime) -> "list[Turn | WaitingEntry]":
    """Hold the free places of a pool for who may use them: in the drawn order, then in the order of joining.

    It runs when the transaction that freed them is over, or by the clock: it opens its own, one for each few who stand
    in line. Call it outside of one. What nobody can use, or could answer to before its first day begins (draw policy),
    is free for everybody from then on. Returns who was offered a place. Run again, or by two workers at once, it gives
    nothing twice: everybody is looked at again under the locks. Where no draw policy says how long a place is held
    nobody is offered one: the places are free for everybody.
    """
    offered: list[Turn | WaitingEntry] = []
    tried: set[int] = set()
    while True:
        with guarded_transaction():
            step = _passed_on(pool, tried, at)
        offered += step.offered
        tried |= step.tried
        if not step.goes_on:
            return offered


def pass_on_all(*, at: datetime) -> int:
    """Pass on whatever is still on its way (a process that ended in between), and end what has passed.

    A pool that cannot be passed on keeps no other from its turn; it is tried again the next time. Returns how many
    families were offered a place.
    """
    today = timezone.localdate(at)
    waiting = WaitingEntry.objects.filter(ended_at__isnull=True, booking__isnull=True)
    # What comes free on the day itself cannot be offered in time any more: the facility gives it.
    for entry in waiting.filter(period__startswith__lte=today):
        entry.ended_at, entry.ended_as = at, WaitingEnd.PASSED
        entry.save(update_fields=["ended_at", "ended_as"])
    end_lines_that_passed(at)
    pools = {*waiting.values_list("service__pool", flat=True)} | pools_with_a_line(today)
    pools |= {*FreedPlace.objects.filter(passed_on_at__isnull=True).values_list("pool", flat=True)}
    offered = 0
    for pool in sorted(pools):
        with isolated("places_not_passed_on", pool):
            offered += len(pass_on(pool, at))
    return offered


def _passed_on(pool: int, tried: set[int], at: datetime) -> _Step:
    # What is looked at now, and nothing that came free since, is passed on here; the rest has its own turn. These rows
    # are nobody's but of who passes on: two who do so come one after the other.
    freed = list(FreedPlace.objects.select_for_update().filter(pool=pool, passed_on_at__isnull=True).order_by("pk"))
    FreedPlace.objects.filter(pk__in=[row.pk for row in freed]).update(passed_on_at=at)
    try:
        policy = policy_on(timezone.localdate(at))
    except NotPossible as refused:
        if freed:
            logger.error("nobody_is_offered_a_place", extra={"entry": pool, "error": refused.code})
        return _Step()
    least = at + timedelta(hours=policy.least_answer_hours)
    terms = Terms(at, at + timedelta(hours=policy.offer_hours), least)
    line, goes_on = next_in_line(pool, least, tried)
    waiting = [] if goes_on else _could_be_offered(pool)
    registrations = {turn.entry.registration_id for turn in line} | {entry.registration_id for entry in waiting}
    for key in sorted(registrations):
        lock_registration(key)
    lock_pools([pool])
    served = offer_in_order(line, terms)
    for turn in served:
        assert turn.booking is not None
        tell_of_offer(turn.booking, turn.entry.registration, at)
    if goes_on:
        _hold_again(freed, served)
        return _Step([*served], {turn.pk for turn in line}, goes_on=True)
    waiting = [entry for entry in waiting if midnight(entry.period.lower) >= least]
    for entry in changed_of(waiting, at):
        tell_who_counts(entry.registration, at)
    return _Step([*served, *(entry for entry in waiting if not entry.away_why and _offered(entry, terms))])


def _hold_again(freed: list[FreedPlace], served: list[Turn]) -> None:
    """Others come after these: what they were not offered stays on its way."""
    given = Counter(row.day for turn in served if turn.booking for row in turn.booking.days_as_written)
    on_their_way = []
    for row in freed:
        if given[row.day] > 0:
            given[row.day] -= 1
        else:
            on_their_way.append(row.pk)
    FreedPlace.objects.filter(pk__in=on_their_way).update(passed_on_at=None)


def _offered(entry: WaitingEntry, terms: Terms) -> bool:
    """Hold all days of the entry, if there are places and rules allow it; the family hears of it by a mail."""
    starts = midnight(entry.period.lower)
    entry.refresh_from_db(fields=["booking", "ended_at"])
    if entry.booking_id is not None or entry.ended_at is not None or starts <= terms.at:
        return False
    try:
        with db_errors_as_refusals(), transaction.atomic():
            entry.booking = reserve_days(
                registration=entry.registration,
                service=entry.service,
                days=days_of(entry),
                by=entry.joined_by,
                at=terms.at,
                infant_count=entry.infant_count,
                sibling=entry.sibling,
                offered_until=min(terms.until, starts),
            )
            entry.save(update_fields=["booking"])
    except Refused:
        return False
    tell_of_offer(entry.booking, entry.registration, terms.at)
    return True


def _could_be_offered(pool: int) -> list[WaitingEntry]:
    """Return who waits for days that are all free, and given by no draw to come, in the order of joining."""
    entries = WaitingEntry.objects.filter(service__pool=pool, ended_at__isnull=True, booking__isnull=True)
    waiting = list(entries.select_related(*RELATED).order_by("joined_at", "pk"))
    if not waiting:
        return []
    days = sorted({day for entry in waiting for day in days_of(entry)})
    drawn = _given_by_lot(waiting, days)
    free = {row.day for row in places_on(pool, days) if row.free}
    return [
        entry for entry in waiting if can_be_offered(days_of(entry), free=free, given_by_lot=drawn[entry.service_id])
    ]


def _given_by_lot(waiting: list[WaitingEntry], days: list[date]) -> dict[int, set[date]]:
    """By service, the days that its draw gives first: who waited before it was announced waits for what it leaves."""
    services = {entry.service_id: entry.service for entry in waiting}
    (rows,) = run_batch(ask_draws(list(services.values()), days))
    found = draws_from(rows)
    return {key: set(found.get(key, ())) for key in services}
