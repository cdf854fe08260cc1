"""What is known of a family that enters a draw, and how many tickets that makes by the policy in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, takewhile
from operator import itemgetter

from django.utils.translation import gettext as _

from bookings.models import BookingDay, DrawEntry, DrawPolicy, HighNeed, Outcome, WaitingEnd
from enrollment.queries import Catalogue, services_with_terms, verdicts_on_application
from sankecare.errors import NotPossible

from .mechanisms import Mechanism
from .rounds_that_count import closed_rounds
from .tickets import Ground, Standing, Weights, is_near, tickets


@dataclass(frozen=True)
class Weighed:
    """An entry's tickets, for which grounds there are more than one, and whether the way of drawing marks it."""

    tickets: int
    grounds: Mapping[Ground, int]
    is_marked: bool = False


def weigh(entries: Sequence[DrawEntry], policy: DrawPolicy) -> dict[int, Weighed]:
    """Return how each entry of one round weighs by this policy, by its id. Four queries, however many entries.

    Takes them with prefetched ``family.high_needs``, ``birth.infants`` and ``registration.exceptions``.
    """
    if not entries:
        return {}
    weights, draw_round = weights_of(policy), entries[0].round
    lost = _rounds_lost(entries)
    catalogue = [(service, terms) for service, terms in services_with_terms() if service.pool_id == draw_round.pool_id]
    had = _had_before(entries) if draw_round.mechanism == Mechanism.ONCE_EACH else set()
    found = {}
    for entry in entries:
        birth = entry.registration.birth_id
        standing = _standing(entry, lost.get(birth, 0), catalogue)
        near = is_near(standing, weights)
        marks = {Mechanism.ONCE_EACH: birth in had, Mechanism.NEAR_LIMIT: near}
        number, grounds = tickets(standing, weights)
        found[entry.pk] = Weighed(number, grounds, marks.get(Mechanism(draw_round.mechanism), False))
    return found


def weights_of(policy: DrawPolicy) -> Weights:
    """Return the policy's tickets as the pure rule takes them."""
    return Weights(
        high_need=policy.high_need_tickets,
        lost_before=policy.lost_before_tickets,
        most_lost_counted=policy.most_lost_counted,
        window=policy.window_tickets,
        window_days=policy.window_days,
    )


def _standing(entry: DrawEntry, lost: int, catalogue: Catalogue) -> Standing:
    """Return what counts for an entry: high need, rounds lost, days from the round's first one to the age limit.

    The limit is near when the days that are drawn come near it, whenever the deadline is.
    """
    first = entry.round.period.lower
    until = _last_day(entry, first, catalogue)
    return Standing(
        high_need=bool(entry.high_need_reason) or need_of(entry) is not None,
        lost_rounds=lost,
        days_left=(until - first).days if until else None,
    )


def _last_day(entry: DrawEntry, day: date, catalogue: Catalogue) -> date | None:
    """Return the last day by the age limits of the services wished, the latest; None where one has none."""
    verdicts = verdicts_on_application(entry.registration, day, catalogue)
    limits = [verdict.last_day for row in entry.choices if (verdict := verdicts.get(row["service"]))]
    known = [day for day in limits if day is not None]
    return max(known) if known and len(known) == len(limits) else None


def _rounds_lost(entries: Sequence[DrawEntry]) -> dict[int, int]:
    """Return, by birth, how many draws of the same places it lost since the last one that it won. Two queries.

    A draw counts only where it could have won, drawn alone; one in which it was not drawn, or whose award proved
    impossible, counts neither as lost nor as won; nor does one of which the ward closed every day since, or took away
    what the family had won. Who has a place by the line of a draw has not lost it (DEFAULT).
    """
    before = (
        DrawEntry.objects.filter(
            registration__birth__in={entry.registration.birth_id for entry in entries},
            round__pool=entries[0].round.pool_id,
            withdrawn_at__isnull=True,
            round__drawn_at__isnull=False,
        )
        .exclude(outcome__in=("", Outcome.AWAY, Outcome.VOID))
        .exclude(outcome=Outcome.LOST, could_win=False)
        .exclude(turn__taken_back_at__isnull=False)
        .order_by("registration__birth", "-round__draw_at")
    )
    rows = list(before.values_list("registration__birth", "outcome", "round", "turn__ended_as"))
    closed = closed_rounds({row[2] for row in rows})
    counting = [row for row in rows if row[2] not in closed]
    return {
        birth: sum(1 for _row in takewhile(_is_lost, of_birth))
        for birth, of_birth in groupby(counting, key=itemgetter(0))
    }


def _is_lost(row: tuple[int, str, int, str | None]) -> bool:
    _birth, outcome, _round, turn_ended_as = row
    return outcome == Outcome.LOST and turn_ended_as != WaitingEnd.PLACED


def _had_before(entries: Sequence[DrawEntry]) -> set[int]:
    """Return the births for which places of the round's pool are held or were used. One query."""
    births = {entry.registration.birth_id for entry in entries}
    days = BookingDay.objects.kept().filter(pool=entries[0].round.pool_id, booking__registration__birth__in=births)
    return set(days.values_list("booking__registration__birth", flat=True))


def need_of(entry: DrawEntry) -> HighNeed | None:
    """Return the high need that a district asked for and that counts in the entry's round: at its deadline.

    Once the entries are published it is what counted then. Takes prefetched ``family.high_needs``.
    """
    if entry.round.closed_at is not None:
        return entry.need_counted
    needs = entry.registration.birth.family.high_needs.all()
    return next((need for need in needs if need.counts_at(entry.round.closes_at)), None)


def policy_on(day: date) -> DrawPolicy:
    """Return what counts in a draw on the day. Errors: NotPossible ``no_draw_policy``: nothing is guessed."""
    policy = DrawPolicy.objects.filter(period__contains=day).first()
    if policy is None:
        raise NotPossible("no_draw_policy", _("It is not laid down what counts in a draw. Enter it first."))
    return policy
