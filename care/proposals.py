"""What scores propose, and what a person decides on it: a referral, or none and why. Until then nobody leaves."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from care.models import Assessment, ProposalDecision
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction


@in_transaction
def dismiss_proposal(*, assessment: Assessment, reason: str, by: User, at: datetime) -> ProposalDecision:
    """Decide that the scores call for no referral.

    Errors: NotPossible ``no_reason``, ``nothing_proposed``; Refused ``decided_already``.
    """
    refuse_without_reason(reason)
    locked = Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk)
    if not locked.proposes:
        raise NotPossible("nothing_proposed", _("These scores propose no follow-up request."))
    if ProposalDecision.objects.filter(assessment=locked).exists():
        raise Refused("decided_already", _("It has been decided on this proposal already."))
    return ProposalDecision.objects.create(
        assessment=locked, raised=False, reason=reason.strip(), recorded_at=at, recorded_by=by
    )


def settle_as_raised(*, assessment: Assessment, by: User, at: datetime) -> None:
    """Note that a referral is raised on the assessment, in the transaction that raises it; a first decision stays."""
    locked = Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk)
    if locked.proposes:
        ProposalDecision.objects.get_or_create(
            assessment=locked, defaults={"raised": True, "reason": "", "recorded_at": at, "recorded_by": by}
        )
