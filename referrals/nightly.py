"""The nightly look at whether everything adds up, kept for the supervisors' page."""

from datetime import datetime

from sankecare.outside.nightly import Looked

from .models import Reconciliation
from .reconcile import Reconciled, reconciled


def reconcile(*, at: datetime) -> Reconciled:
    """Compare what was raised with where it stands, and keep what was found."""
    found = reconciled(at)
    Reconciliation.objects.create(
        at=at,
        raised=found.raised,
        waiting=found.waiting,
        received=found.received,
        closed=found.closed,
        withdrawn=found.withdrawn,
        found={difference.what: difference.count for difference in found.differences},
    )
    return found


def last_reconciliation() -> Looked:
    """Return how the last look went: as many problems as do not add up. One query."""
    last = Reconciliation.objects.values_list("at", "found").first()
    return Looked(last[0], sum(last[1].values())) if last else Looked(None, 0)
