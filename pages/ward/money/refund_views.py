"""返金: what was paid too much, why, and the way to give it back; confirmed by a second person where it must be."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in, visible
from billing.desk.refunds import (
    RefundDue,
    confirm_refund,
    give_back_too_much,
    needs_two,
    refunds_due,
    withdraw_refund,
)
from billing.models import Charge, PaymentMethod, RefundProposal
from bookings.places.refusals import guarded_transaction
from pages.once_form import form_page, posted
from sankecare.errors import Refused
from sankecare.forms import OperationForm
from sankecare.periods import days_in_words


class RefundForm(OperationForm):
    """How it is given back, and the reason; the amount is what was seen."""

    amount = forms.IntegerField(widget=forms.HiddenInput)
    method = forms.TypedChoiceField(
        label=gettext_lazy("How"), choices=PaymentMethod.choices, coerce=PaymentMethod, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), help_text=gettext_lazy("It stands on the family's receipt."), max_length=200
    )


@never_cache
@require_safe
def refunds(request: HttpRequest) -> HttpResponse:
    """What is to be given back, what waits longest first: why, and what is to be done."""
    person = signed_in(request)
    found = refunds_due(visible(person, Action.MONEY_DESK, Charge.objects.all()))
    note_shown(request, [due.charge for due in found])
    too_much = [due.amount for due in found if due.amount > 0]
    rows = [_in_words(due, person.pk) for due in found]
    context = {"rows": rows, "number": len(too_much), "sum": sum(too_much)}
    return render(request, "ward/money/refunds.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Give back what was paid too much of a charge: recorded at once, or proposed to a second person."""
    charge = shown_or_404(request, Action.MONEY_DESK, Charge.objects.all(), pk=pk)
    due = next(iter(refunds_due(Charge.objects.filter(pk=charge.pk))), None)
    if due is None or due.proposal is not None:
        return redirect("money:refunds")
    by_two = needs_two(due.amount, timezone.localdate())
    reason = due.lowered[-1].reason if due.lowered else ""
    initial = {"amount": due.amount, "method": PaymentMethod.CASH, "reason": reason[:200]}
    return form_page(
        request,
        RefundForm(posted(request), initial=initial),
        partial(give_back_too_much, charge=charge),
        template="ward/money/refund.html",
        context={"by_two": by_two, **_in_words(due, signed_in(request).pk)},
        back=reverse("money:refunds"),
        done=_("The refund is proposed: a colleague confirms it.") if by_two else _("The refund is recorded."),
    )


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person confirms a refund; or its proposal is taken back."""
    proposals = RefundProposal.objects.select_related("charge__booking__registration__birth__family")
    proposal = shown_or_404(request, Action.REFUND_DECIDE, proposals, pk=pk)
    operation: Callable[..., object]
    operation, done = (
        (withdraw_refund, _("The proposal is taken back."))
        if "withdraw" in request.POST
        else (partial(confirm_refund, seen=request.POST.get("seen", "")), _("The refund is confirmed and recorded."))
    )
    try:
        with guarded_transaction():
            operation(proposal=proposal, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, done)
    return redirect("money:refunds")


def _in_words(due: RefundDue, person: int) -> dict[str, Any]:
    days = {line.day for line in due.charge.lines.all()}
    return {
        "due": due,
        "charge": due.charge,
        "family": due.charge.booking.registration.birth.family,
        "days": days_in_words(days) if days else "",
        "own_proposal": due.proposal is not None and due.proposal.proposed_by_id == person,
    }
