"""終了・再開・取下げ: how a referral ends, and how it is taken up again."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .models import ONE_CAUSE, EventKind, Outcome, Referral, ReferralEvent, ReferralState
from .queries import open_about_the_same
from .sending import (
    district_now,
    lock_referral,
    note_plan_called_off,
    refuse_forgotten_plan,
    refuse_unless_addressed,
)


@in_transaction
def close_referral(
    *, referral: Referral, kind: Outcome, outcome: str, by: User, at: datetime, plan_called_off: bool = False
) -> Referral:
    """End the follow-up and record what came of it; only the section reads the outcome.

    ``plan_called_off``: a contact that is planned still falls away, knowingly.

    Errors: NotPossible ``no_outcome``; Refused ``not_in_hand`` (not received yet, or ended), ``sent_on``,
    ``contact_planned``.
    """
    if not outcome.strip():
        words = _("Say in a few words what came of it.")
        raise NotPossible("no_outcome", words, {"outcome": words})
    kept = lock_referral(referral, at=at)
    refuse_unless_addressed(kept, by=by, at=at)
    if kept.state != ReferralState.ACKNOWLEDGED:
        raise Refused(
            "not_in_hand",
            _("%(number)s cannot be closed: %(state)s.") % {"number": kept.number, "state": kept.get_state_display()},
        )
    refuse_forgotten_plan(kept, plan_called_off=plan_called_off)
    note_plan_called_off(kept, by=by, at=at)
    kept.outcome_kind, kept.outcome, kept.next_contact_on = Outcome(kind), outcome.strip(), None
    return _end(kept, ReferralState.CLOSED, EventKind.CLOSED, by, at)


@in_transaction
def reopen_referral(*, referral: Referral, reason: str, by: User, at: datetime) -> Referral:
    """Take a closed referral up again, in the charge of who does so; how it ended before stands in its events.

    Errors: NotPossible ``no_reason``; Refused ``not_closed``, ``sent_on``, ``open_already``.
    """
    refuse_without_reason(reason)
    kept = lock_referral(referral, at=at)
    refuse_unless_addressed(kept, by=by, at=at)
    if kept.state != ReferralState.CLOSED:
        raise Refused(
            "not_closed",
            _("%(number)s is not closed: %(state)s.") % {"number": kept.number, "state": kept.get_state_display()},
        )
    _refuse_beside_another(kept)
    kept.state, kept.in_charge, kept.announced_to = ReferralState.ACKNOWLEDGED, by, district_now(kept, at)
    kept.ended_at = kept.ended_by = None
    kept.outcome_kind = kept.outcome = ""
    kept.save()
    ReferralEvent.objects.create(referral=kept, kind=EventKind.REOPENED, by=by, at=at, person=by, text=reason.strip())
    return kept


@in_transaction
def withdraw_referral(*, referral: Referral, by: User, at: datetime) -> Referral:
    """Take back a referral that was raised by mistake and nobody has received, now or before it was sent on.

    Errors: Refused ``already_received``.
    """
    locked = lock_referral(referral, at=at)
    received = locked.events.filter(kind=EventKind.ACKNOWLEDGED).exists()
    if locked.state != ReferralState.RAISED or received:
        raise Refused(
            "already_received",
            _("%(number)s cannot be withdrawn: it has been received or has ended.") % {"number": locked.number},
        )
    return _end(locked, ReferralState.WITHDRAWN, EventKind.WITHDRAWN, by, at)


def _refuse_beside_another(closed: Referral) -> None:
    """Of a cause one referral is open: what is new belongs to that one. The database holds it too."""
    if other := open_about_the_same({name: getattr(closed, name) for name in ONE_CAUSE}):
        raise Refused(
            "open_already",
            _("%(number)s stays closed: %(other)s about the same is open. Go on there.")
            % {"number": closed.number, "other": other.number},
        )


def _end(referral: Referral, state: ReferralState, kind: EventKind, by: User, at: datetime) -> Referral:
    referral.state, referral.ended_at, referral.ended_by = state, at, by
    referral.save(update_fields=["state", "ended_at", "ended_by", "outcome", "outcome_kind", "next_contact_on"])
    ReferralEvent.objects.create(
        referral=referral, kind=kind, by=by, at=at, outcome_kind=referral.outcome_kind, text=referral.outcome
    )
    return referral
