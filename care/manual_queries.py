"""Which versions of the safety manual are in force at a facility, and who has not acknowledged them yet."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from accounts.models import User
from accounts.roles import FACILITY_ROLES
from care.models import ManualAcknowledgement, SafetyManual
from facilities.models import Facility


@dataclass(frozen=True)
class ManualInForce:
    """A version in force; when the person acknowledged it, and of the staff who did and who has not yet."""

    manual: SafetyManual
    acknowledged_at: datetime | None
    done: list[ManualAcknowledgement]
    not_yet: list[User]


def manuals_in_force(facility: Facility, day: date, person: User) -> list[ManualInForce]:
    """Return the versions in force for the facility on the day: its own and those for all. Three queries."""
    of_this_place = Q(facility=facility) | Q(facility=None)
    manuals = list(SafetyManual.objects.filter(of_this_place, period__contains=day).select_related("facility"))
    staff = list(
        User.objects.filter(facility=facility, role__in=FACILITY_ROLES, is_active=True).order_by("role", "pk")
    )
    made = ManualAcknowledgement.objects.filter(manual__in=manuals, person__in=staff).select_related("person")
    by_manual: dict[int, dict[int, ManualAcknowledgement]] = {manual.pk: {} for manual in manuals}
    for row in made:
        by_manual[row.manual_id][row.person_id] = row
    return [
        ManualInForce(
            manual,
            rows[person.pk].at if person.pk in rows else None,
            list(rows.values()),
            [one for one in staff if one.pk not in rows],
        )
        for manual in manuals
        for rows in [by_manual[manual.pk]]
    ]
