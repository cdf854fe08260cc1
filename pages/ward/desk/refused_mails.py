"""届かないメール: whose address a mail server refuses, so that somebody corrects it. Ids and kinds; never a text."""

from dataclasses import dataclass

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from accounts.roles import Role
from enrollment.models import Family
from sankecare.models import OutboxEntry
from sankecare.outbox import REFUSED

OF_A_PERSON = "user:"


@dataclass(frozen=True)
class Refused:
    """An announcement that waits; whose it is: a family's, or one of the staff's."""

    entry: OutboxEntry
    account: User
    family: Family | None


def refused_mails(person: User) -> list[Refused]:
    """Return what waits for another address, the oldest first: of families that she may change, and of the staff.

    Three queries.
    """
    entries = OutboxEntry.objects.filter(done_at__isnull=True, last_error=REFUSED, recipient__startswith=OF_A_PERSON)
    waiting = list(entries.order_by("created_at", "pk"))
    accounts = User.objects.in_bulk({_account_of(entry) for entry in waiting})
    own = visible(person, Action.FAMILY_CHANGE, Family.objects.filter(account__in=accounts))
    families = {family.account_id: family for family in own}
    return [
        Refused(entry, account, families.get(account.pk))
        for entry in waiting
        if (account := accounts.get(_account_of(entry)))
        and (account.pk in families or account.role not in ("", Role.MOTHER))
    ]


def _account_of(entry: OutboxEntry) -> int:
    return int(entry.recipient.removeprefix(OF_A_PERSON))
