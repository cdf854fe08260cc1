"""受理: a named person of the district takes a referral on."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from .models import EventKind, Referral, ReferralEvent, ReferralState
from .sending import lock_referral, refuse_unless_addressed


@in_transaction
def acknowledge_referral(*, referral: Referral, by: User, at: datetime) -> Referral:
    """Record that the person has received the referral and looks after it.

    Errors: Refused ``already_received`` (names who did), ``withdrawn``, ``sent_on``.
    """
    kept = lock_referral(referral, at=at)
    refuse_unless_addressed(kept, by=by, at=at)
    if kept.state == ReferralState.WITHDRAWN:
        raise Refused("withdrawn", _("The facility has withdrawn %(number)s.") % {"number": kept.number})
    if kept.state != ReferralState.RAISED:
        raise Refused(
            "already_received",
            _("%(number)s was received by %(person)s.") % {"number": kept.number, "person": kept.acknowledged_by},
        )
    kept.state, kept.acknowledged_at, kept.acknowledged_by, kept.in_charge = ReferralState.ACKNOWLEDGED, at, by, by
    kept.save(update_fields=["state", "acknowledged_at", "acknowledged_by", "in_charge"])
    ReferralEvent.objects.create(referral=kept, kind=EventKind.ACKNOWLEDGED, by=by, at=at, person=by)
    return kept
