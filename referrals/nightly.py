"""The nightly look at whether everything adds up, kept for the supervisors' page."""

from datetime import datetime

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
