"""What waits for a decision, in the order in which it should be looked at: urgency first, then who waited longest."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.models import PublicHoliday, ServiceTermsRow
from facilities.queries import services_offered

from .age import last_day_under
from .duplicates import Proposed, proposed_for
from .eligibility import InfantFacts
from .models import Happening, Registration, RegistrationState, TimelineEntry
from .urgency import Level, Urgency, Waiting, Why, urgency, working_days_between

LEVEL_WORDS = {
    Level.HIGH: lambda: _("High"),
    Level.RAISED: lambda: _("Pressing"),
    Level.NORMAL: lambda: _("Normal"),
}


@dataclass(frozen=True)
class Place:
    """One application's place in the queue. ``waited``: working days."""

    registration: Registration
    urgency: Urgency
    waited: int
    duplicates: list[Proposed]


def places_in_queue(today: date) -> dict[int, Place]:
    """Return what waits for a decision, by the registration's id, first to look at first.

    A fixed number of queries.
    """
    waiting = list(
        Registration.objects.filter(state=RegistrationState.APPLIED)
        .select_related("birth__family")
        .prefetch_related("birth__infants")
        .order_by("applied_at", "pk")
    )
    if not waiting:
        return {}
    months = _age_limits(today)
    again = set(
        TimelineEntry.objects.filter(registration__in=waiting, happening=Happening.CORRECTED).values_list(
            "registration", flat=True
        )
    )
    first = min(timezone.localdate(row.applied_at) for row in waiting)
    holidays = set(PublicHoliday.objects.filter(day__range=(first, today)).values_list("day", flat=True))
    duplicates = proposed_for({row.birth.family_id: row.birth.family for row in waiting}.values(), today)
    places = []
    for row in waiting:
        waited = working_days_between(timezone.localdate(row.applied_at), today, holidays)
        facts = Waiting(_last_days(row, months), _due_date(row), row.pk in again, waited)
        places.append(Place(row, urgency(facts, today), waited, duplicates.get(row.birth.family_id, [])))
    places.sort(key=lambda place: place.urgency.level)  # stable: who waits longest stays first
    return {place.registration.pk: place for place in places}


def urgency_words(found: Urgency) -> str:
    """Say the level and why, in the reader's language."""
    reasons = "、".join(_why(why, days) for why, days in found.reasons)
    level = LEVEL_WORDS[found.level]()
    return _("%(level)s: %(reasons)s") % {"level": level, "reasons": reasons} if reasons else level


def _why(why: Why, days: int) -> str:
    sentences = {
        Why.WINDOW_CLOSES: _("%(days)d days left until the age limit"),
        Why.DUE_SOON: _("%(days)d days until the due date"),
        Why.DUE_PASSED: _("due date passed by %(days)d days, birth not reported"),
        Why.SENT_AGAIN: _("corrected and sent in again"),
        Why.WAITS_LONG: _("has waited %(days)d working days"),
    }
    return sentences[why] % {"days": days}


def _age_limits(today: date) -> list[int]:
    rows = ServiceTermsRow.objects.filter(service__in=services_offered(today), period__contains=today)
    return list(rows.order_by().values_list("age_limit_months", flat=True).distinct())


def _last_days(registration: Registration, months: Collection[int]) -> list[date]:
    due_date = registration.birth.due_date
    counted = [
        InfantFacts(
            birth_date=infant.birth_date,
            due_date=due_date,
            gestation_days=infant.gestation_days,
            long_hospital_stay=infant.long_hospital_stay,
        ).counted_from
        for infant in registration.birth.infants.all()
    ]
    return [last_day_under(min(counted), limit) for limit in months] if counted else []


def _due_date(registration: Registration) -> date | None:
    return None if registration.birth.infants.all() else registration.birth.due_date
