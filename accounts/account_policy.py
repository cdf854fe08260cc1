"""The policy of accounts in force: how long somebody must have stood, how long proposals and invitations wait."""

from dataclasses import dataclass
from datetime import date

from .models import AccountPolicy


@dataclass(frozen=True)
class Days:
    """Days, all three."""

    second_person: int
    proposal: int
    invitation: int


# Until the ward's file is loaded; the same figures, so that nothing opens sooner without it.
WITHOUT_A_ROW = Days(second_person=14, proposal=14, invitation=7)


def account_policy(day: date) -> Days:
    """Return what is in force on the day. One query."""
    row = AccountPolicy.objects.filter(period__contains=day).first()
    if row is None:
        return WITHOUT_A_ROW
    return Days(row.second_person_days, row.proposal_days, row.invitation_days)
