"""A letter of the last days follows what changes them: the family never holds one that is no longer true."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from enrollment.models import Letter, LetterKind, Registration

from .letter_text import BEFORE_BIRTH, WITH_LAST_DAYS, is_approved, services_usable
from .letters import issue_letter


def tell_last_days(*, registration: Registration, by: User, at: datetime) -> Letter | None:
    """Issue a letter of the change where the last days are no longer those of the newest letter that names them.

    A letter of before the birth promised one that counts from it: it is issued once the baby is born. In the
    caller's transaction, after what changed is written. Returns None where they are the same, where no such letter was
    issued, and of a registration that is not approved.
    """
    fresh = Registration.objects.select_related("birth__family").get(pk=registration.pk)
    told = told_last_days(fresh)
    if not is_approved(fresh) or told is None:
        return None
    now = [list(row) for row in services_usable(fresh, timezone.localdate(at))]
    is_promised = BEFORE_BIRTH in told.snapshot["notes"] and fresh.birth.infants.exists()
    if not is_promised and now == [list(row) for row in told.snapshot["services"]]:
        return None
    return issue_letter(kind=LetterKind.CHANGE, registration=fresh, by=by, at=at)


def told_last_days(registration: Registration) -> Letter | None:
    """Return the newest letter in force that names the last days; None where none was issued. One query."""
    named = registration.letters.filter(kind__in=WITH_LAST_DAYS, voided_at__isnull=True)
    return named.exclude(snapshot__services=[]).order_by("-issued_at", "-pk").first()
