"""What is known of a family that enters a draw, and how many tickets that makes by the policy in force."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment.queries import verdicts_on_application
from sankecare.errors import NotPossible

from .models import DrawEntry, DrawPolicy, HighNeed, Outcome
from .tickets import Standing, Weights, tickets


def standing_of(entry: DrawEntry) -> Standing:
    """Return what counts for an entry: high need, rounds lost since the last one won, days to the age limit."""
    before = DrawEntry.objects.filter(
        registration=entry.registration_id, withdrawn_at__isnull=True, round__drawn_at__isnull=False
    ).order_by("-round__draw_at")
    lost = 0
    for outcome in before.values_list("outcome", flat=True):
        if outcome != Outcome.LOST:
            break
        lost += 1
    today = timezone.localdate(entry.round.closes_at)
    verdict = verdicts_on_application(entry.registration, today).get(entry.round.service.slug)
    until = verdict.usable_until if verdict else None
    return Standing(
        high_need=bool(entry.high_need_reason) or need_of(entry) is not None,
        lost_rounds=lost,
        days_left=(until - today).days if until else None,
    )


def need_of(entry: DrawEntry) -> HighNeed | None:
    """Return the high need that a district asked for and that counts in the entry's round: at its deadline.

    Once the entries are published it is what counted then. Takes prefetched ``family.high_needs``.
    """
    if entry.round.closed_at is not None:
        return entry.need_counted
    needs = entry.registration.birth.family.high_needs.all()
    return next((need for need in needs if need.counts_at(entry.round.closes_at)), None)


def tickets_of(entry: DrawEntry, policy: DrawPolicy) -> int:
    """Return how many tickets the entry has by this policy."""
    weights = Weights(
        high_need=policy.high_need_tickets,
        lost_before=policy.lost_before_tickets,
        most_lost_counted=policy.most_lost_counted,
        window=policy.window_tickets,
        window_days=policy.window_days,
    )
    return tickets(standing_of(entry), weights)[0]


def policy_on(day: date) -> DrawPolicy:
    """Return what counts in a draw on the day. Errors: NotPossible ``no_draw_policy``: nothing is guessed."""
    policy = DrawPolicy.objects.filter(period__contains=day).first()
    if policy is None:
        raise NotPossible("no_draw_policy", _("It is not laid down what counts in a draw. Enter it first."))
    return policy
