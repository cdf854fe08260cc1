"""What facilities told the ward of at once, and whom a facility calls. Each in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from care.models import IncidentCall, IncidentPolicy

# What is in hand stays on the ward's page for a week, so that the others see it (own default).
SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True)
class WhomToCall:
    """A name and a telephone number, as they are entered."""

    name: str
    phone: str


def whom_to_call(day: date) -> WhomToCall | None:
    """Return whom a facility calls at once of a serious incident, by the policy in force; None: nobody is entered."""
    policy = IncidentPolicy.objects.filter(period__contains=day).exclude(call_phone="").first()
    return WhomToCall(policy.call_name, policy.call_phone) if policy else None


def not_taken_up() -> QuerySet[IncidentCall]:
    """Return what nobody of the ward has in hand yet."""
    return IncidentCall.objects.filter(taken_up_at__isnull=True)


def calls_shown(at: datetime) -> QuerySet[IncidentCall]:
    """Return what waits, and what was taken up of late: what waits longest first. One query."""
    shown = IncidentCall.objects.filter(Q(taken_up_at__isnull=True) | Q(taken_up_at__gte=at - SHOWN_FOR))
    people = shown.select_related("incident__facility", "told_by", "taken_up_by")
    return people.order_by(F("taken_up_at").desc(nulls_first=True), "told_at", "pk")
