"""転送: staff send a referral on, to the other section or to another district."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may_on
from facilities.models import District
from sankecare.errors import Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .models import OPEN_STATES, EventKind, RecipientKind, Referral, ReferralState
from .sending import district_now, lock_referral, refuse_forgotten_plan, send_on


@in_transaction
def redirect_referral(
    *,
    referral: Referral,
    recipient: RecipientKind,
    district: District | None,
    reason: str,
    by: User,
    at: datetime,
    plan_called_off: bool = False,
) -> Referral:
    """Send an open referral to a section; ``district=None``: where the family lives, and on with it when it moves.

    The section is told once and has to receive it, whoever had it in hand before. A district that was chosen keeps
    it, wherever the family moves, until it is sent on again.

    Errors: NotPossible ``no_reason``; Refused ``ended``, ``there_already``, ``sent_on``, ``contact_planned``.
    """
    refuse_without_reason(reason)
    kept = lock_referral(referral, at=at)
    if not may_on(by, Action.REFERRAL_REDIRECT, kept):
        raise Refused("sent_on", _("%(number)s has been sent on: another section has it.") % {"number": kept.number})
    if kept.state not in OPEN_STATES:
        state = ReferralState(kept.state).label
        raise Refused("ended", _("%(number)s has ended: %(state)s.") % {"number": kept.number, "state": state})
    before = (kept.recipient, district_now(kept, at))
    kept.sent_to = district
    kept.save(update_fields=["sent_to"])
    target = district_now(kept, at)
    if (recipient, target) == before:
        raise Refused("there_already", _("%(number)s is there already.") % {"number": kept.number})
    refuse_forgotten_plan(kept, plan_called_off=plan_called_off)
    send_on(kept, EventKind.REDIRECTED, recipient=recipient, district=target, by=by, at=at, reason=reason.strip())
    return kept
