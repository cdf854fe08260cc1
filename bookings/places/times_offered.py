"""The times of visits and consultations: which a service offers on a day, and which of them are free."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time

from django.utils.translation import gettext as _

from bookings.models import Booking, BookingDay, VisitPolicy, VisitPreparation, VisitTime
from facilities.models import Service, ServiceTermsRow
from sankecare.errors import NotPossible
from sankecare.periods import in_force_on

from .visit_times import Lengths, Taken, free_times


@dataclass(frozen=True)
class DayTimes:
    """A day's times: all that are offered, those that are free, and how long an appointment takes, minutes."""

    offered: list[time]
    free: list[time]
    minutes: int


def times_on(service: Service, days: Collection[date], *, without: Booking | None = None) -> dict[date, DayTimes]:
    """Return each day's times; ``without``: a booking whose own appointments are in nobody's way. Four queries."""
    times = list(VisitTime.objects.filter(service=service))
    policies = list(VisitPolicy.objects.filter(service=service))
    terms = list(ServiceTermsRow.objects.filter(service=service))
    others = BookingDay.objects.kept().filter(pool=service.pool_id, day__in=list(days), starts_at__isnull=False)
    taken: dict[date, list[Taken]] = {}
    for row in others.exclude(booking=without) if without else others:
        taken.setdefault(row.day, []).append(Taken(row.starts_at, row.busy_minutes, row.visit_round))  # type: ignore[arg-type]
    return {day: _on(day, times, policies, terms, taken.get(day, [])) for day in days}


def _on(
    day: date,
    times: list[VisitTime],
    policies: list[VisitPolicy],
    terms: list[ServiceTermsRow],
    taken: list[Taken],
) -> DayTimes:
    offered = sorted({row.starts_at for row in times if in_force_on([row], day)})
    policy, of_service = in_force_on(policies, day), in_force_on(terms, day)
    visit = (of_service.visit_minutes if of_service else None) or 0
    lengths = Lengths(visit, policy.travel_minutes if policy else 0, policy.at_once if policy else 1)
    return DayTimes(offered, free_times(offered, taken, lengths), visit)


def refuse_other_times(service: Service, times: Mapping[date, time]) -> None:
    """Refuse a time that the service does not offer on its day. Errors: NotPossible ``no_such_time``.

    Whether it is free is asked of the database when it is written (``time_taken``).
    """
    if not times:
        return
    known = times_on(service, times)
    for day, chosen in times.items():
        if chosen not in known[day].offered:
            sentence = _("This time is not offered. Please choose one of the times shown.")
            raise NotPossible("no_such_time", sentence, {"times": sentence})


def preparations_on(service: Service, days: Collection[date]) -> dict[date, list[VisitPreparation]]:
    """Return what the family has ready on each of the days, in order. One query."""
    rows = list(VisitPreparation.objects.filter(service=service))
    return {day: [row for row in rows if in_force_on([row], day)] for day in days}
