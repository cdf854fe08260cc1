"""利用登録 on the family's page: how each stands, its children, days used and left, and what can be done with it."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from bookings.places.birth_use import days_of_births_with_limit
from enrollment.models import LIVE_STATES, Family, Registration, RegistrationState
from enrollment.queries import services_with_terms, verdicts_on_application
from enrollment.standing import state_words
from pages.mother.home_views import LEVELS, last_days

from .links import Link, links


def registrations_of(person: User, family: Family) -> "QuerySet[Registration]":
    """Return the family's registrations with what the page shows of them, newest first."""
    asked = visible(person, Action.REGISTRATION_VIEW, Registration.objects.filter(birth__family=family))
    return (
        asked.select_related("birth", "decided_by", "entered_by")
        .prefetch_related("birth__infants", "exceptions")
        .order_by("-applied_at", "-pk")
    )


def registration_rows(person: User, family: Family, today: date) -> list[dict[str, Any]]:
    """Return each registration as the page shows it. In a fixed number of queries."""
    registrations = list(registrations_of(person, family))
    catalogue = services_with_terms()
    days = days_of_births_with_limit({row.birth_id for row in registrations}, today)
    rows = []
    for registration in registrations:
        born = bool(registration.birth.infants.all())
        usable = registration.state == RegistrationState.APPROVED and born
        verdicts = verdicts_on_application(registration, today, catalogue) if usable else {}
        last = last_days(verdicts, catalogue)
        over = bool(last) and last[-1][1] < today
        rows.append(
            {
                "registration": registration,
                "state": state_words(registration, today),
                "level": LEVELS.get(RegistrationState(registration.state), ""),
                "born": born,
                "days": days.get(registration.birth_id, []) if usable else [],
                "last_days": last,
                "over": over,
                "can_book": usable and not over,
                "to_decide": registration.state == RegistrationState.APPLIED,
                "actions": _actions(person, registration, born=born),
            }
        )
    return rows


def _actions(person: User, registration: Registration, *, born: bool) -> list[Link]:
    """What can be done with a registration as it stands, the rest of its ways."""
    pk, state = [registration.pk], RegistrationState(registration.state)
    asked: list[tuple[str, str, list[Any]]] = []
    if state == RegistrationState.APPLIED:
        asked += [
            (_("Look and decide"), "admin:enrollment_registration_decide", pk),
            (_("Correct what was stated"), "entry:correct", pk),
            (_("Withdraw the application"), "family:withdraw", pk),
        ]
    elif state == RegistrationState.RETURNED:
        asked += [
            (_("Correct what was stated"), "entry:correct", pk),
            (_("Withdraw the application"), "family:withdraw", pk),
        ]
    elif state == RegistrationState.APPROVED:
        asked += [
            (_("Put facts right"), "entry:facts", pk),
            (_("Look at the decision"), "admin:enrollment_registration_decide", pk),
            (_("End the registration"), "life:end", pk),
        ]
    if state in LIVE_STATES and not born:
        asked.append((_("Report the birth"), "family:birth", pk))
    return links(person, asked)


def ways_to_a_place(person: User, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return, for each registration that can be used, the ways to a place: booking first."""
    return [
        {
            "registration": row["registration"],
            "links": links(
                person,
                [
                    (_("Book for the family"), "family:book", [row["registration"].pk]),
                    (_("Enter a draw"), "family:draws", [row["registration"].pk]),
                    (_("Wait for a place"), "family:waiting", [row["registration"].pk]),
                    (_("One wish for all"), "family:wish", [row["registration"].pk]),
                ],
            ),
        }
        for row in rows
        if row["can_book"]
    ]
