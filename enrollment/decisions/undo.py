"""取消: a decision is taken back as long as nobody outside can know of its letter."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.families.tax_classes import take_back_tax_class
from enrollment.letters.letters import void_letters
from enrollment.letters.posting import has_gone_out
from enrollment.models import Letter, Registration, RegistrationState, TaxClass, TimelineEvent
from enrollment.timeline import add_entry
from sankecare.errors import Refused, refuse_without_reason
from sankecare.transactions import in_transaction

DECIDED = (RegistrationState.APPROVED, RegistrationState.REJECTED, RegistrationState.RETURNED)
# Set by the app above (bookings/apps.py): whether the family has used the registration: a booking, a draw, a line.
used_by_family: list[Callable[[Registration], bool]] = []


@in_transaction
def take_back_decision(*, registration: Registration, reason: str, by: User, at: datetime) -> Registration:
    """Take a decision back: its letters are void, the application waits again, a tax class accepted with it goes.

    Errors: NotPossible ``no_reason``; Refused as ``why_not_taken_back``.
    """
    refuse_without_reason(reason)
    locked = Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    list(locked.letters.select_for_update(no_key=True).order_by("pk"))  # nobody opens or prints them meanwhile
    if (refused := why_not_taken_back(locked)) is not None:
        raise refused
    was = TimelineEvent(locked.state)
    void_letters(letters=list(_letters_since(locked)), reason=reason[:200], by=by, at=at)
    _take_back_tax_class(locked)
    locked.state = RegistrationState.APPLIED
    locked.decided_at = locked.decided_by = locked.verdict = None
    locked.decision_reason = ""
    locked.save()
    add_entry(
        TimelineEvent.TAKEN_BACK,
        family=locked.birth.family,
        registration=locked,
        by=by,
        at=at,
        facts={"decision": was.value},
    )
    return locked


def why_not_taken_back(registration: Registration) -> Refused | None:
    """Return why the decision stands: ``not_decided``, ``letter_gone_out`` or ``used_since``; None where it can go."""
    if registration.state not in DECIDED or registration.decided_at is None:
        return Refused("not_decided", _("There is no decision to take back."))
    if any(has_gone_out(letter) for letter in _letters_since(registration)):
        return Refused(
            "letter_gone_out",
            _("Its letter is printed, or the family has opened it: the decision stands. Tell a change by a new one."),
        )
    if any(ask(registration) for ask in used_by_family):
        return Refused("used_since", _("The family has booked or entered a draw since: the decision stands."))
    return None


def _letters_since(registration: Registration) -> QuerySet[Letter]:
    return registration.letters.filter(issued_at__gte=registration.decided_at, voided_at__isnull=True).order_by("pk")


def _take_back_tax_class(registration: Registration) -> None:
    """What approving it accepted is in force no more: the class of before holds again."""
    if registration.decided_at is None:
        return
    approved = registration.timeline.filter(happening=TimelineEvent.APPROVED, entered_at=registration.decided_at)
    entry = approved.filter(facts__has_key="tax_class").first()
    if entry is not None:
        day, accepted = timezone.localdate(registration.decided_at), TaxClass(entry.facts["tax_class"])
        take_back_tax_class(family=registration.birth.family, tax_class=accepted, from_day=day)
