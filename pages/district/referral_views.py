"""The section's pages: its inbox, and the work on one referral."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Model, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may_on, signed_in
from enrollment.addresses import address_to_visit
from enrollment.confidential import is_protected
from pages.due import graded
from pages.once_form import posted, say_changed_meanwhile
from referrals.acknowledge import acknowledge_referral
from referrals.close import close_referral, reopen_referral
from referrals.contact import plan_next_contact, record_contact
from referrals.family_to_follow import family_to_follow
from referrals.hand_over import hand_over_all_referrals, hand_over_referral
from referrals.models import OPEN_STATES, Referral, ReferralContact
from referrals.queries import colleagues, inbox, is_new, others_of_family, referrals_shown
from referrals.redirect import redirect_referral
from referrals.sending import lock_referral
from referrals.share import share_with_facility
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal

from .due_in_district import due_in
from .referral_forms import ContactForm, HandOverForm, OutcomeForm, PlanForm, ReasonForm, RedirectForm, ShareForm
from .step_page import step_page

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
def nurse_inbox(request: HttpRequest) -> HttpResponse:
    """The section's referrals, as the database has them: no broker and no worker is needed."""
    now, hers = timezone.now(), "mine" in request.GET
    found = inbox(signed_in(request), now, hers=hers)
    note_shown(request, [row.referral for row in (*found.new, *found.in_hand, *found.ended)])
    late = [row for row in found.in_hand if row.is_late]
    due, nothing = graded(due_in(signed_in(request), found, now)) if not hers else ([], [])
    context = {
        "graded": due,
        "nothing": nothing,
        "inbox": found,
        "late": late,
        "in_time": [row for row in found.in_hand if not row.is_late],
        "hers": hers,
        "now": now,
    }
    return render(request, "district/inbox.html", context)


@require_safe
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral of the section: what was asked, what was done, and what can be done next."""
    found = _of_section(request, pk)
    return _referral_page(request, found, PlanForm(initial=_planned(found).values))


@never_cache
@require_safe
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the family lives today, while the referral is open; each look is written down."""
    found = shown_or_404(request, Action.REFERRAL_ADDRESS, referrals_shown(), pk=pk)
    is_open, today = found.state in OPEN_STATES, timezone.localdate()
    context = {
        "referral": found,
        "is_open": is_open,
        "is_protected": is_protected(found.family),
        "may_ask": may_on(signed_in(request), Action.PROTECTION_SEE, found.family),
        "address": address_to_visit(found.family, today) if is_open else None,
    }
    return render(request, "district/address.html", context)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive it, by name."""
    found = _of_section(request, pk)
    try:
        with transaction.atomic(durable=True):
            acknowledge_referral(referral=found, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, _("You look after %(who)s from now on.") % {"who": _who(found)})
    return redirect("nurse:referral", pk=found.pk)


@never_cache
@sensitive_post_parameters("text")
@require_http_methods(GET_OR_POST)
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact with the family; ``?corrects=``: an earlier record that was wrong."""
    found = _of_section(request, pk)
    wrong = _wrong_record(request, found)
    now = timezone.now()
    form = ContactForm(posted(request), now=now, initial=_as_typed(wrong) if wrong else _as_planned(found, now))

    title = _("Correct the record") if wrong else _("Record a contact")
    operation, done = partial(record_contact, referral=found, corrects=wrong), _("The contact is recorded.")
    return _step(request, found, form, operation, title=title, button=_("Write it down"), done=done)


@require_POST
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """When the family is contacted next."""
    found = _of_section(request, pk)
    form = PlanForm(request.POST, initial=_planned(found).values)
    if form.is_valid():
        now = timezone.now()
        try:
            with transaction.atomic(durable=True):
                say_changed_meanwhile(request, form, _planned(lock_referral(found, at=now)))
                on = form.cleaned_data["next_contact_on"]
                plan_next_contact(referral=found, on=on, by=signed_in(request), at=now)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("The next contact is planned."))
            return redirect("nurse:referral", pk=found.pk)
    return _referral_page(request, found, form, status=422)


@never_cache
@sensitive_post_parameters("shared")
@require_http_methods(GET_OR_POST)
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Words for the facility."""
    found, form = _of_section(request, pk), ShareForm(posted(request))
    return _step(
        request,
        found,
        form,
        partial(share_with_facility, referral=found),
        title=_("Tell the facility"),
        button=_("Show this to the facility"),
        done=_("The facility can read it now."),
    )


@never_cache
@sensitive_post_parameters("outcome")
@require_http_methods(GET_OR_POST)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the follow-up with what came of it."""
    found = _of_section(request, pk)
    form = OutcomeForm(posted(request), planned=found.next_contact_on)
    return _step(
        request,
        found,
        form,
        partial(close_referral, referral=found),
        title=_("Close it"),
        button=_("Close it"),
        done=_("%(who)s: closed.") % {"who": _who(found)},
        back=reverse("nurse:inbox"),
    )


@never_cache
@require_http_methods(GET_OR_POST)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a closed referral up again."""
    found, form = _of_section(request, pk), ReasonForm(posted(request))
    return _step(
        request,
        found,
        form,
        partial(reopen_referral, referral=found),
        title=_("Take it up again"),
        button=_("Take it up again"),
        done=_("%(who)s: in your charge again.") % {"who": _who(found)},
    )


@never_cache
@require_http_methods(GET_OR_POST)
def redirect_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it on to the other section or to another district."""
    found = shown_or_404(request, Action.REFERRAL_REDIRECT, referrals_shown(), pk=pk)
    return redirect_page(request, found, back=reverse("nurse:inbox"), who=_who(found))


@never_cache
@require_http_methods(GET_OR_POST)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one that she has in hand to a colleague."""
    found = _of_section(request, pk)
    form = HandOverForm(posted(request), people=colleagues(signed_in(request), found.with_it))  # type: ignore[attr-defined]  # annotated by referrals_shown
    return _step(
        request,
        found,
        form,
        partial(hand_over_referral, referral=found),
        title=_("Hand it over"),
        button=_("Hand it over"),
        done=_("It is handed over, and your colleague is told."),
    )


@never_cache
@require_http_methods(GET_OR_POST)
def hand_over_all(request: HttpRequest) -> HttpResponse:
    """Give everything that she has in hand to a colleague."""
    person = signed_in(request)
    form = HandOverForm(posted(request), people=colleagues(person, person.district_id))

    return step_page(
        request,
        form,
        partial(first_handed_over, of=person),
        title=_("Hand over everything that I have in hand"),
        button=_("Hand all of it over"),
        done=_("Everything is handed over, and your colleague is told."),
        back=reverse("nurse:inbox"),
    )


def first_handed_over(*, of: User, to: User, by: User, at: datetime) -> Referral:
    """As ``hand_over_all_referrals``; return the first that is handed over."""
    return hand_over_all_referrals(of=of, to=to, by=by, at=at)[0]


def redirect_page(request: HttpRequest, found: Referral, *, back: str, who: str) -> HttpResponse:
    """The form of sending on, for the section and for supervisors; the caller has looked up what she may see.

    ``who``: whom it is about, as the reader may know it: the name for the section, the number for supervisors.
    """
    form = RedirectForm(posted(request), initial=_with_whom(found).values, planned=found.next_contact_on)
    return step_page(
        request,
        form,
        partial(redirect_referral, referral=found),
        title=_("Send it on"),
        button=_("Send it on"),
        done=_("%(who)s is sent on, and the section is told.") % {"who": who},
        back=back,
        number=found.number,
        with_whom=found,
        stands=lambda: _with_whom(lock_referral(found, at=timezone.now())),
    )


def _who(referral: Referral) -> str:
    """Name whom a request is about: the mother and the number; for the section that has it."""
    return _("%(name)s (%(number)s)") % {"name": referral.family.mother_name, "number": referral.number}


def _planned(referral: Referral) -> Standing:
    """When the family is to be contacted next, as it stands."""
    return Standing({"next_contact_on": referral.next_contact_on}, referral.in_charge)


def _with_whom(referral: Referral) -> Standing:
    """With which section a referral is, as it stands."""
    return Standing({"recipient": referral.recipient, "district": referral.sent_to_id})


def _of_section(request: HttpRequest, pk: int) -> Referral:
    return shown_or_404(request, Action.REFERRAL_WORK, referrals_shown(), pk=pk)


def _wrong_record(request: HttpRequest, found: Referral) -> ReferralContact | None:
    number = request.GET.get("corrects", "")
    if not number:
        return None
    return get_object_or_404(found.contacts, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)


def _as_typed(wrong: ReferralContact) -> dict[str, Any]:
    return {
        "made_at": timezone.localtime(wrong.at),
        "way": wrong.way,
        "met": wrong.met,
        "text": wrong.text,
        "next_contact_on": wrong.next_contact_on,
    }


def _as_planned(found: Referral, now: datetime) -> dict[str, Any]:
    """A contact that is planned for later stays planned, unless who records this one takes it out."""
    later = found.next_contact_on is not None and found.next_contact_on > timezone.localdate(now)
    return {"next_contact_on": found.next_contact_on} if later else {}


def _step(
    request: HttpRequest, found: Referral, form: OperationForm, operation: Callable[..., Model], **words: Any
) -> HttpResponse:
    back = words.pop("back", reverse("nurse:referral", args=[found.pk]))
    return step_page(request, form, operation, back=back, number=found.number, family=found.family, **words)


def _referral_page(request: HttpRequest, found: Referral, form: PlanForm, status: int = 200) -> HttpResponse:
    context = {
        "referral": found,
        "is_new": is_new(found),
        "events": found.events.select_related("by", "district", "person").order_by("-at", "-pk"),
        "additions": found.additions.select_related("added_by"),
        "contacts": _contacts(found),
        "papers": found.papers.defer("content"),
        "known": family_to_follow(found, signed_in(request), timezone.localdate()),
        "others": others_of_family(found),
        "form": form,
        "is_hers": found.in_charge_id == signed_in(request).pk,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "district/referral.html", context, status=status)


def _contacts(found: Referral) -> list[ReferralContact]:
    """The contacts, newest first, each with what it corrects; what was corrected stands with its correction."""
    standing = found.contacts.filter(correction__isnull=True).select_related("by", "recorded_by", "corrects")
    return list(standing.prefetch_related(Prefetch("corrects__recorded_by")).order_by("-at", "-pk"))
