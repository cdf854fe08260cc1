"""How a registration stands, in the same words wherever it is listed: decided, and whether the family lives here."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import Registration, RegistrationState


def has_left(registration: Registration, today: date) -> bool:
    """Tell whether an approved registration cannot be used today because the family has left the ward."""
    until = registration.usable_until
    return registration.state == RegistrationState.APPROVED and until is not None and until < today


def state_words(registration: Registration, today: date) -> str:
    """Say the state; of an approved registration also that the family leaves the ward, or has left it."""
    state, until = str(registration.get_state_display()), registration.usable_until
    if registration.state != RegistrationState.APPROVED or until is None:
        return state
    facts = {"state": state, "day": date_format(until)}
    if until < today:
        return _("%(state)s, left the ward: until %(day)s") % facts
    return _("%(state)s, leaves the ward: until %(day)s") % facts


def named(registration: Registration) -> str:
    """Name whose registration it is, the mother and its number: for who sees the family."""
    return _("%(name)s (%(number)s)") % {
        "name": registration.birth.family.mother_name,
        "number": registration.number,
    }
