"""支払先: the account sealed and opened, and how a payee stands on a claim. A claim keeps it as it was submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.models import Facility
from sankecare.sealing import seal_values, unseal_values

from .models import Payee

KINDS = {"ordinary": gettext_lazy("ordinary account"), "current": gettext_lazy("current account")}


@dataclass(frozen=True)
class Account:
    """Where the ward pays to. ``kind``: of KINDS. ``holder``: in kana, as the bank has it."""

    bank: str
    branch: str
    kind: str
    number: str
    holder: str

    @property
    def in_words(self) -> str:
        """The account in one line."""
        return f"{self.bank} {self.branch} {KINDS[self.kind]} {self.number} {self.holder}"


def seal_account(account: Account) -> bytes:
    """Seal an account."""
    return seal_values(vars(account))


def account_of(payee: Payee) -> Account | None:
    """Open a payee's account, None where none is entered. The caller has made sure that the person may see it.

    Errors: sankecare.sealing.CannotOpen.
    """
    return Account(**unseal_values(payee.account)) if payee.account else None


def payee_on(facility: Facility, day: date) -> dict[str, str] | None:
    """Return the payee of the facility in force on the day as a claim keeps it, its account still sealed; or None."""
    payee = Payee.objects.filter(facility=facility, period__contains=day).first()
    if payee is None:
        return None
    return {
        "name": payee.name,
        "representative": payee.representative,
        "address": payee.address,
        "registration_number": payee.registration_number,
        "account": bytes(payee.account).decode() if payee.account else "",
    }


def payee_lines(kept: Mapping[str, str] | None) -> list[tuple[str, str]]:
    """Return a payee kept with a claim in words, the account opened: for who may see the claim. [] where none is kept.

    Errors: sankecare.sealing.CannotOpen.
    """
    if not kept:
        return []
    sealed = kept["account"]
    account = Account(**unseal_values(sealed.encode())).in_words if sealed else _("not entered")
    lines: list[tuple[str, str]] = [
        (_("Payee"), kept["name"]),
        (_("Representative"), kept["representative"]),
        (_("Address of the payee"), kept["address"]),
        (_("Registration number for invoices"), kept["registration_number"] or _("none")),
        (_("Bank account"), account),
    ]
    return lines


def payee_of_claim(snapshot: Mapping[str, Any] | None, facility: Facility, today: date) -> Mapping[str, str] | None:
    """Return the payee as it was submitted, or, before the month is submitted, as it stands today."""
    return snapshot.get("payee") if snapshot is not None else payee_on(facility, today)
