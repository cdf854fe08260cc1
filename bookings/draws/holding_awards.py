"""当選の確保: what was drawn is held, under the locks, as long as what was known before them is still so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bookings.models import Booking, BookingState, DrawEntry, DrawRound, WhyAway
from bookings.places.booking_context import load_context
from bookings.places.holding import Held, hold_several
from bookings.places.locking import lock_pools, lock_registrations
from bookings.places.notices import tell_who_counts
from bookings.places.refusals import db_errors_as_refusals
from bookings.places.release import EndCode, end_booking
from bookings.places.reserve import reserve_days
from bookings.places.who_may import note_offer_fallen, why_not, why_of
from sankecare.errors import Refused
from sankecare.periods import midnight

from .counting import Counted, counted
from .draw import Award, Room
from .draw_facts import policy_on
from .preferences import held_behind
from .round_entries import standing_entries
from .round_places import rooms_of, services_of


@dataclass(frozen=True)
class Known:
    """What a draw is worked out from: the places, what counts of each entry by its id, by sign what proved void."""

    rooms: Mapping[date, Room]
    count: Mapping[int, Counted]
    void: Mapping[str, WhyAway] = field(default_factory=dict)


class KnownOtherwise(Exception):
    """What was known before the locks is not so any more; ``known``: what is so now."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self.known = known


def hold_awards(
    locked: DrawRound, awards: Sequence[Award], entries: Mapping[str, DrawEntry], known: Known, at: datetime
) -> None:
    """Hold every award and name its booking in its entry, in the savepoint of the caller.

    First the winners' registrations are locked and asked again who may use what, then the pool and asked again what is
    free. Raises KnownOtherwise where either differs or an award cannot be held: the savepoint gives the locks back.
    """
    won = [award for award in awards if award.days]
    behind = held_behind([entries[award.sign] for award in won]).values()
    less_preferred = [other for others in behind for other in others]
    lock_registrations(row.registration_id for row in [*(entries[award.sign] for award in won), *less_preferred])
    # Read under the locks: what counts now is what is drawn.
    again = standing_entries(locked).filter(sign__in=[award.sign for award in won])
    winners = {row.sign: row for row in again.prefetch_related("registration__birth__infants")}
    count = counted(list(winners.values()), at)
    if any(known.count[key].usable != now.usable for key, now in count.items()):
        raise KnownOtherwise(replace(known, count={**known.count, **count}))
    held = _asked(locked, won, winners, at)
    lock_pools([locked.pool_id, *(row.round.pool_id for row in less_preferred)])
    rooms = rooms_of(locked)
    if rooms != known.rooms:
        raise KnownOtherwise(replace(known, rooms=rooms))
    now_behind = held_behind(list(winners.values()))
    _give_up_what_is_behind(held, [now_behind.get(winners[award.sign].pk, []) for award in won], at)
    bookings = _held_together(held, at) or _held_one_by_one(won, held, known, at)
    for award, booking in zip(won, bookings, strict=True):
        entry = entries[award.sign]
        entry.booking = booking
    DrawEntry.objects.bulk_update([entries[award.sign] for award in won], ["booking"])


def _asked(locked: DrawRound, won: Sequence[Award], winners: Mapping[str, DrawEntry], at: datetime) -> list[Held]:
    services = services_of(locked)
    answer_by = at + timedelta(hours=policy_on(timezone.localdate(at)).answer_hours)
    return [
        Held(
            registration=winners[award.sign].registration,
            service=services[award.service],
            days=award.days,
            infant_count=winners[award.sign].infant_count,
            sibling=winners[award.sign].sibling if award.sibling else None,
            by=winners[award.sign].entered_by,
            offered_until=min(answer_by, midnight(award.days[0])),
        )
        for award in won
    ]


def _held_together(held: Sequence[Held], at: datetime) -> list[Booking]:
    """Hold all at once; nothing where something is against one of them: then each is asked by itself."""
    if not all(_is_their_own(one) for one in held):
        return []
    try:
        with db_errors_as_refusals(), transaction.atomic():
            return hold_several(asked=held, at=at)
    except Refused:
        return []


def _give_up_what_is_behind(held: Sequence[Held], behind: Sequence[list[DrawEntry]], at: datetime) -> None:
    """Give up what winners hold, unanswered, of draws that they prefer less, as far as they cannot keep both."""
    for one, others in zip(held, behind, strict=True):
        while others:
            known = load_context(one.registration, one.service, one.days)
            if why_not(known, one.days, one.sibling, at=at) is None:
                break
            given_up = others.pop()
            assert given_up.booking is not None
            note_offer_fallen(given_up.booking, WhyAway.PREFERRED, at)
            end_booking(given_up.booking, BookingState.CANCELLED, reason=EndCode.AWAY, at=at)
            tell_who_counts(given_up.registration, at)


def _is_their_own(one: Held) -> bool:
    """Whether the children who come along are still the family's, and as many."""
    birth = one.registration.birth
    return one.infant_count <= max(len(birth.infants.all()), 1) and (
        one.sibling is None or one.sibling.family_id == birth.family_id
    )


def _held_one_by_one(won: Sequence[Award], held: Sequence[Held], known: Known, at: datetime) -> list[Booking]:
    """Hold each as a booking is made; who is refused is taken out of the draw. Raises KnownOtherwise."""
    bookings = []
    for award, one in zip(won, held, strict=True):
        try:
            with db_errors_as_refusals(), transaction.atomic():
                bookings.append(
                    reserve_days(
                        registration=one.registration,
                        service=one.service,
                        days=one.days,
                        by=one.by,
                        at=at,
                        infant_count=one.infant_count,
                        sibling=one.sibling,
                        offered_until=one.offered_until,
                        by_draw=True,
                    )
                )
        except Refused as refused:
            raise KnownOtherwise(replace(known, void={**known.void, award.sign: why_of(refused)})) from refused
    return bookings
