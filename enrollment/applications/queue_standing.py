"""How the queue of applications stands, in numbers: who waits, who waits too long, what a person must look at."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from enrollment.models import RegistrationPolicy

from .queue import Place


@dataclass(frozen=True)
class QueueStanding:
    """``overdue``: longer than families are told (working days). ``oldest``: the day on which the oldest came in."""

    waiting: int
    overdue: int
    open_points: int
    duplicates: int
    oldest: date | None
    oldest_overdue: date | None


def decision_days_on(today: date) -> int | None:
    """Return in how many working days a family is told that it is answered; None where no policy says so."""
    policy = RegistrationPolicy.objects.filter(period__contains=today).first()
    return policy.decision_days if policy else None


def is_overdue(place: Place, decision_days: int | None) -> bool:
    """Tell whether the application waits longer than its family was told."""
    return decision_days is not None and place.waited > decision_days


def queue_standing(places: Collection[Place], decision_days: int | None) -> QueueStanding:
    """Count what waits. Reads nothing: the places are those of the queue."""
    late = [place for place in places if is_overdue(place, decision_days)]
    return QueueStanding(
        waiting=len(places),
        overdue=len(late),
        open_points=sum(bool(place.open_points) for place in places),
        duplicates=sum(bool(place.duplicates) for place in places),
        oldest=_oldest(places),
        oldest_overdue=_oldest(late),
    )


def _oldest(places: Collection[Place]) -> date | None:
    return min((place.registration.applied_on for place in places), default=None)
