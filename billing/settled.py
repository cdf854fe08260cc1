"""Once nothing is open of a charge, letters of reminder that have not gone out yet go out no more."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.letters.letters import void_letters
from enrollment.models import Letter

from .models import Charge
from .queries import owed, paid


def stop_reminders(charge: Charge, *, by: User, at: datetime) -> int:
    """Void what reminds of the charge and is neither printed nor opened, where nothing is open; returns how many.

    In the caller's transaction, under the charge's lock.
    """
    if not charge.reminder_letters.exists() or paid(charge) < owed(charge):
        return 0
    waiting = list(
        Letter.objects.select_for_update(no_key=True, of=("self",))
        .filter(reminds_of__charge=charge, voided_at__isnull=True, first_opened_at__isnull=True, postings__isnull=True)
        .select_related("registration__birth__family")
        .order_by("pk")
    )
    void_letters(letters=waiting, reason=_("The fee is settled."), by=by, at=at)
    return len(waiting)
