"""施設への共有: what the section deliberately tells the facility. Nothing else of its work is shown there."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .models import EventKind, Referral, ReferralEvent, ReferralState
from .sending import lock_referral, refuse_unless_addressed

RECEIVED = (ReferralState.ACKNOWLEDGED, ReferralState.CLOSED)


@in_transaction
def share_with_facility(*, referral: Referral, text: str, by: User, at: datetime) -> ReferralEvent:
    """Write words that the facility reads on its page of the referral; they cannot be taken back.

    Errors: NotPossible ``no_words``; Refused ``not_in_hand``, ``sent_on``.
    """
    if not text.strip():
        words = _("Please write what the facility may read.")
        raise NotPossible("no_words", words, {"shared": words})
    locked = lock_referral(referral, at=at)
    refuse_unless_addressed(locked, by=by, at=at)
    if locked.state not in RECEIVED:
        raise Refused(
            "not_in_hand",
            _("This cannot be done with %(number)s: %(state)s.")
            % {"number": locked.number, "state": locked.get_state_display()},
        )
    return ReferralEvent.objects.create(referral=locked, kind=EventKind.SHARED, by=by, at=at, text=text.strip())
