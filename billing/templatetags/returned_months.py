"""The months that the ward has given back, for the board of the facility that has to mend them."""

from typing import Any

from django import template

from accounts.actions import Action
from accounts.permissions import visible
from billing.models import Claim, ClaimState

register = template.Library()


@register.inclusion_tag("partials/returned_months.html", takes_context=True)
def returned_months(context: dict[str, Any]) -> dict[str, Any]:
    """Show each with its reason to who prepares claims; nothing to anybody else. Two queries."""
    mine = visible(context["request"].user, Action.CLAIM_PREPARE, Claim.objects.filter(state=ClaimState.RETURNED))
    claims = list(mine.order_by("month").prefetch_related("steps"))
    return {"months": [(claim, _why(claim)) for claim in claims]}


def _why(claim: Claim) -> str:
    returned = [step for step in claim.steps.all() if step.state == ClaimState.RETURNED]
    return returned[-1].words if returned else ""
