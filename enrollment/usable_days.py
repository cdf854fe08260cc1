"""On which days may a registration's family use a service: the records' side of ``may_use``."""

from collections.abc import Iterable
from datetime import date

from facilities.models import Service
from sankecare.db import run_batch

from .may_use import InForce, MayUse, may_use
from .models import Registration, RegistrationState
from .queries import Facts, application_of, ask_facts, facts_from


def in_force(registration: Registration) -> InForce:
    """Return from when to when the registration counts."""
    ended = registration.state == RegistrationState.ENDED
    approved = registration.state == RegistrationState.APPROVED
    return InForce(approved, registration.usable_until if ended else None)


def may_use_on(
    registration: Registration,
    service: Service,
    days: Iterable[date],
    *,
    has_used_facility: bool | None = None,
    facts: Facts | None = None,
) -> dict[date, MayUse]:
    """Say of each day, judged by itself, whether the family may use the service, and what is against it.

    ``has_used_facility``: None = not known here, said by bookings; refuses nobody. One query, none with ``facts``.
    """
    known = facts or facts_from(service, run_batch(*ask_facts(registration, service)))
    registered = in_force(registration)
    return {
        day: may_use(
            registered,
            application_of(registration, day, day, has_used_facility=has_used_facility, facts=known),
            known.terms,
        )
        for day in days
    }
