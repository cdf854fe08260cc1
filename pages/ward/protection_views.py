"""支援措置: a family put under protection, who is named, and the address shown to those who may see it."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.access_log import note_look, shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may_on, signed_in
from enrollment.models import BreakGlass, Family, Protection, ProtectionEnd
from enrollment.protection.break_glass import (
    OPEN_FOR,
    ask_to_look,
    asks_waiting,
    confidential_address_for,
    name_person,
    open_for_look,
    open_now,
    unname_person,
)
from enrollment.protection.ending import decline_end, end_protection, propose_end
from enrollment.protection.measure import (
    first_day_of_renewal,
    first_day_to_renew,
    last_day_of_measure,
    renewable_until,
)
from enrollment.protection.protect import protect_family
from enrollment.protection.queries import end_waiting, history_of
from enrollment.protection.renewing import renew_protection
from enrollment.queries import standing_families
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal

from .protection_forms import AskForm, NameForm, ProposeEndForm, ProtectForm, RenewForm


@never_cache
@require_safe
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the family is under protection, who is named, what is asked; never the address."""
    return _protection_page(request, shown_or_404(request, Action.PROTECTION_SEE, standing_families(), pk=pk))


@sensitive_post_parameters()
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Ward staff put the family under protection, renew the measure, propose its end, or name persons."""
    family = shown_or_404(request, Action.PROTECTION_CHANGE, standing_families(), pk=pk)
    protection = Protection.in_force.filter(family=family).first()
    by, at = signed_in(request), timezone.now()
    button = request.POST.get("do", "")
    if button == "protect":
        form: OperationForm = ProtectForm(request.POST)
        return _done(request, family, form, partial(protect_family, family=family, by=by, at=at), button)
    if protection is None:
        return _protection_page(request, family)
    if button == "renew":
        renewal = RenewForm(request.POST)

        def renew(**values: Any) -> None:
            locked = Protection.objects.select_for_update().get(pk=protection.pk)
            # What was shown is the day that a renewal proposes: another one, and somebody has renewed it meanwhile.
            renewal.settle(Standing({"review_by": _renewed_until(locked)}), whole=True)
            renew_protection(protection=protection, by=by, at=at, **values)

        return _done(request, family, renewal, renew, button)
    if button == "propose_end":
        proposal = ProposeEndForm(request.POST)
        return _done(request, family, proposal, partial(propose_end, protection=protection, by=by, at=at), button)
    if button in ("name", "unname"):
        form = NameForm(request.POST, family=family)
        operation = name_person if button == "name" else unname_person
        if button == "unname":
            form.fields["person"].queryset = User.objects.all()  # type: ignore[attr-defined]  # also who left
        return _done(request, family, form, partial(operation, protection=protection, by=by, at=at), "name")
    return _protection_page(request, family)


@sensitive_post_parameters()
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody not named asks to see the address."""
    family = shown_or_404(request, Action.PROTECTION_SEE, standing_families(), pk=pk)
    protection = Protection.in_force.filter(family=family).first()
    if protection is None:
        return _protection_page(request, family)
    by, at = signed_in(request), timezone.now()
    form = AskForm(request.POST)
    return _done(request, family, form, partial(ask_to_look, protection=protection, by=by, at=at), "ask")


@require_POST
def open_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """A second person opens what somebody asked for."""
    family = shown_or_404(request, Action.PROTECTION_CHANGE, standing_families(), pk=pk)
    number = request.POST.get("ask", "")
    asks = BreakGlass.objects.filter(protection__family=family)
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    waiting = asks.filter(pk=int(number)).first() if is_number else None
    if waiting is not None:
        try:
            with transaction.atomic(durable=True):
                open_for_look(ask=waiting, by=signed_in(request), at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.detail)
        else:
            minutes = int(OPEN_FOR.total_seconds() // 60)
            messages.success(request, _("Open for %(minutes)d minutes, for who asked.") % {"minutes": minutes})
    return redirect("protection:state", family.pk)


@require_POST
def decide_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A second person ends what somebody proposed to end, or leaves the protection as it is."""
    family = shown_or_404(request, Action.PROTECTION_CHANGE, standing_families(), pk=pk)
    number, decision = request.POST.get("proposal", ""), request.POST.get("decision", "")
    proposals = ProtectionEnd.objects.filter(protection__family=family).select_related("protection")
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    proposal = proposals.filter(pk=int(number)).first() if is_number else None
    decide: Callable[..., object] | None = {"end": end_protection, "leave": decline_end}.get(decision)
    if proposal is not None and decide is not None:
        try:
            with transaction.atomic(durable=True):
                decide(proposal=proposal, by=signed_in(request), at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.detail)
        else:
            ended = _("The protection has ended. The address of today stands in the open again.")
            messages.success(request, ended if decision == "end" else _("It is entered."))
    return redirect("protection:state", family.pk)


@never_cache
@require_POST
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """The address, to a named person or while a look is open; each time is written down as a sensitive look."""
    family = shown_or_404(request, Action.PROTECTION_SEE, standing_families(), pk=pk)
    try:
        residence = confidential_address_for(
            person=signed_in(request), family=family, day=timezone.localdate(), at=timezone.now()
        )
    except Refused as refused:
        messages.error(request, refused.detail)
        return redirect("protection:state", family.pk)
    note_look(request, [family.pk], sensitive=True)
    return render(request, "ward/protection_address.html", {"family": family, "address": residence})


def _done(
    request: HttpRequest, family: Family, form: OperationForm, do: Callable[..., object], name: str
) -> HttpResponse:
    """Do what the form asks and go back; a refusal stands beside its field and loses nothing typed."""
    if form.is_valid():
        try:
            with transaction.atomic(durable=True):
                do(**form.values)
        except Refused as refused:
            show_refusal(form, refused)
            if name == "protect" and Protection.in_force.filter(family=family).exists():
                messages.error(request, refused.detail)  # somebody else was first: its form is not there any more
        else:
            messages.success(request, _("It is entered."))
            return redirect("protection:state", family.pk)
    return _protection_page(request, family, {name: form}, status=422)


def _protection_page(
    request: HttpRequest, family: Family, forms: dict[str, OperationForm] | None = None, status: int = 200
) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    protection = Protection.in_force.filter(family=family).select_related("set_by").first()
    may_change = may_on(person, Action.PROTECTION_CHANGE, family)
    bound = forms or {}
    context: dict[str, Any] = {
        "family": family,
        "protection": protection,
        "may_change": may_change,
        "history": history_of(family),
    }
    today = timezone.localdate(now)
    if protection is None:
        context["protect"] = bound.get("protect", ProtectForm(initial={"paper_on": today}))
    else:
        renewal = {"paper_on": today, "review_by": _renewed_until(protection)}
        context |= {
            "named": protection.named.all(),
            "is_due": protection.review_by is None or protection.review_by <= renewable_until(today),
            "renewed_from": protection.review_by and first_day_to_renew(protection.review_by),
            "is_over": protection.review_by is None or protection.review_by < today,
            "end": end_waiting(protection),
            "propose_end": bound.get("propose_end", ProposeEndForm()),
            "asks": [(row, row.asked_by_id != person.pk) for row in asks_waiting(protection, now)],
            "may_look": protection.named.filter(pk=person.pk).exists() or open_now(protection, person, now),
            "renew": bound.get("renew", RenewForm(initial=renewal)),
            "name": bound.get("name", NameForm(family=family)),
            "ask": bound.get("ask", AskForm()),
        }
    return render(request, "ward/protection.html", context, status=status)


def _renewed_until(protection: Protection) -> date:
    """The last day that a renewal of today proposes."""
    return last_day_of_measure(first_day_of_renewal(protection.review_by, timezone.localdate()))
