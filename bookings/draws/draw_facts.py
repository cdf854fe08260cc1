"""What is known of a family that enters a draw, and how many tickets that makes by the policy in force."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby, takewhile
from operator import itemgetter

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import DrawEntry, DrawPolicy, HighNeed, Outcome
from enrollment.queries import Catalogue, services_with_terms, verdicts_on_application
from sankecare.errors import NotPossible

from .tickets import Standing, Weights, tickets


def weigh(entries: Sequence[DrawEntry], policy: DrawPolicy) -> dict[int, int]:
    """Return how many tickets each entry has by this policy, by its id. Three queries, however many entries.

    Takes them with prefetched ``family.high_needs``, ``birth.infants`` and ``registration.exceptions``.
    """
    weights = Weights(
        high_need=policy.high_need_tickets,
        lost_before=policy.lost_before_tickets,
        most_lost_counted=policy.most_lost_counted,
        window=policy.window_tickets,
        window_days=policy.window_days,
    )
    lost, catalogue = _rounds_lost(entries), services_with_terms()
    return {
        entry.pk: tickets(_standing(entry, lost.get(entry.registration_id, 0), catalogue), weights)[0]
        for entry in entries
    }


def _standing(entry: DrawEntry, lost: int, catalogue: Catalogue) -> Standing:
    """Return what counts for an entry: high need, rounds lost since the last one won, days to the age limit."""
    today = timezone.localdate(entry.round.closes_at)
    verdict = verdicts_on_application(entry.registration, today, catalogue).get(entry.round.service.slug)
    until = verdict.last_day if verdict else None
    return Standing(
        high_need=bool(entry.high_need_reason) or need_of(entry) is not None,
        lost_rounds=lost,
        days_left=(until - today).days if until else None,
    )


def _rounds_lost(entries: Sequence[DrawEntry]) -> dict[int, int]:
    """Return, by registration, how many drawn rounds it lost since the last one that it did not lose. One query.

    A round in which it was not drawn is none of them.
    """
    before = (
        DrawEntry.objects.filter(
            registration__in={entry.registration_id for entry in entries},
            withdrawn_at__isnull=True,
            round__drawn_at__isnull=False,
        )
        .exclude(outcome__in=("", Outcome.AWAY))
        .order_by("registration", "-round__draw_at")
    )
    return {
        registration: sum(1 for _row in takewhile(lambda row: row[1] == Outcome.LOST, rows))
        for registration, rows in groupby(before.values_list("registration", "outcome"), key=itemgetter(0))
    }


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
