"""The policy of accounts in force: how long somebody must have stood, how long things wait, how long a shift is."""

from dataclasses import dataclass
from datetime import date

from .models import AccountPolicy


@dataclass(frozen=True)
class InForce:
    """Days, but for ``shift_hours`` and the number of wrong PINs (``pin_tries``)."""

    second_person: int
    proposal: int
    invitation: int
    shift_hours: int
    pin_tries: int


# Until the ward's file is loaded; the same figures, so that nothing opens sooner without it.
WITHOUT_A_ROW = InForce(second_person=14, proposal=14, invitation=7, shift_hours=18, pin_tries=3)


def account_policy(day: date) -> InForce:
    """Return what is in force on the day. One query."""
    row = AccountPolicy.objects.filter(period__contains=day).first()
    if row is None:
        return WITHOUT_A_ROW
    return InForce(row.second_person_days, row.proposal_days, row.invitation_days, row.shift_hours, row.pin_tries)
