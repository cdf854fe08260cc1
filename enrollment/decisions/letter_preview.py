"""A letter seen before it is issued: the decision is made, its letter set, and everything is undone."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.letters.letter_files import rendered
from enrollment.models import DraftedDecision, Registration
from sankecare.errors import Refused

from .decide import approve_application, reject_application, return_application

NUMBER_OF_A_DRAFT = "（案）"
OPERATIONS = {"approve": approve_application, "return": return_application, "reject": reject_application}


def letter_to_be(
    *,
    registration: Registration,
    decision: str,
    reason: str,
    by: User,
    at: datetime,
    rules: Collection[str] | None = None,
) -> bytes:
    """Return the PDF that this decision would issue, with （案） for its number: nothing of it is kept.

    Made by the very operation that decides, in a transaction that is undone: it cannot say anything else than the
    letter. Open points need not be ticked for it. Errors: as of the operation, and Refused ``no_letter_policy``.
    """
    with transaction.atomic():
        more: dict[str, Any] = {"rules": rules} if decision == "reject" else {}
        if decision != "return":  # as if it had been drafted: a letter is seen before anybody has decided
            more["drafted"] = DraftedDecision(registration=registration, drafted_by=by, drafted_at=at)
        OPERATIONS[decision](registration=registration, by=by, at=at, reason=reason, **more)
        letter = registration.letters.filter(issued_at=at).order_by("-pk").first()
        transaction.set_rollback(True)
    if letter is None:
        raise Refused("no_letter_policy", _("It is not laid down who signs the letters. Enter it first."))
    return rendered({**letter.snapshot, "number": NUMBER_OF_A_DRAFT}, at)
