"""起案・決裁 on pages: what is drafted and waits, and its part of the page on which one application is judged."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access_log import note_look
from accounts.admin_site import ModelAdmin
from accounts.permissions import signed_in
from enrollment.applications.queue import unclear_words
from enrollment.bulk_approvable import Unclear
from enrollment.eligibility import Rule
from enrollment.models import DraftedDecision, Registration
from enrollment.reasons import rule_name
from enrollment.standing import named
from sankecare.errors import Refused

from .bulk import MOST_AT_ONCE, decide_plain, is_plain
from .drafting import approve_drafted, changed_since, return_drafted, take_back_drafted
from .letter_preview import letter_to_be
from .second_step import (
    any_decider,
    as_decider,
    drafts_to_decide,
    needs_second_step,
    returned_draft_of,
    returned_drafts,
    second_step_now,
    waiting_drafts,
)

DRAFT_BUTTONS = (
    *("approve_drafted", "approve_drafted_next", "return_drafted", "take_back_drafted"),
    "preview_drafted",
)
ON_A_PAGE = 50


def drafted(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """What waits for this person, what she drafted herself, and what was returned to her."""
    person, at = signed_in(request), timezone.now()
    today, to_decide = timezone.localdate(at), drafts_to_decide(person, at)
    if request.method == "POST":
        return _decide_ticked(request)
    mine = waiting_drafts(person).filter(drafted_by=person)
    others = waiting_drafts(person).exclude(drafted_by=person)
    decider = as_decider(person, today)
    lists = {
        "to_decide": list(to_decide[:ON_A_PAGE]),
        "mine": list(mine[:ON_A_PAGE]),
        "returned": list(returned_drafts(person)[:ON_A_PAGE]),
        "others": [] if decider else list(others[:ON_A_PAGE]),
    }
    rows = [draft for drafts in lists.values() for draft in drafts]
    if rows:
        note_look(request, [draft.registration.birth.family_id for draft in rows])
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Drafted decisions"),
        "opts": model_admin.opts,
        **lists,
        "plain": {draft.pk for draft in lists["to_decide"] if is_plain(draft)},
        "waiting": to_decide.count(),
        "decider": decider,
        "second_step": needs_second_step(today),
        "nobody_decides": not any_decider(today),
        "most_at_once": MOST_AT_ONCE,
    }
    return TemplateResponse(request, "enrollment/admin/drafted_list.html", context)


def shown_draft(request: HttpRequest, registration: Registration, draft: DraftedDecision | None) -> dict[str, Any]:
    """What the page of one application says of a draft. Where none was ever written: three queries."""
    person, at = signed_in(request), timezone.now()
    today = timezone.localdate(at)
    shown: dict[str, Any] = {
        "draft": draft,
        "second_step": needs_second_step(today),
        "decided_for": _decided_for(registration),
    }
    if draft is None:
        return shown | {"returned_draft": returned_draft_of(registration)}
    mine = draft.drafted_by_id == person.pk
    decider = None if mine else as_decider(person, today)
    return shown | {
        "draft_rules": [rule_name(Rule(rule)) for rule in draft.rules if rule in set(Rule)],
        "draft_words": [(point_in_words(point), word) for point, word in draft.words.items()],
        "draft_changed": changed_since(draft, registration, at),
        "draft_is_mine": mine,
        "decider": decider,
    }


def point_in_words(point: str) -> str:
    """What an open point is called; one that is not known any more by its code."""
    return unclear_words(Unclear(point)) if point in set(Unclear) else point


def settle_draft(request: HttpRequest, registration: Registration, button: str, form: Form) -> tuple[str, str]:
    """Do with what is drafted what was asked; return what to say and where to go. Errors: Refused."""
    by, at = signed_in(request), timezone.now()
    draft = _draft(request, registration)
    second_step_now.forget()
    words = {"who": named(registration)}
    if button == "take_back_drafted":
        take_back_drafted(drafted=draft, by=by, at=at)
        return _("%(who)s: the draft is taken back; the application waits again.") % words, request.path
    if button == "return_drafted":
        return_drafted(drafted=draft, word=form.cleaned_data["word"], by=by, at=at)
        said = _("%(who)s: returned to %(person)s.") % {**words, "person": draft.drafted_by}
        return said, _next_draft(request)
    decided = approve_drafted(drafted=draft, by=by, at=at)
    said = _("%(who)s: %(decision)s.") % {**words, "decision": decided.get_state_display()}
    here = reverse("admin:enrollment_registration_drafted")
    return said, _next_draft(request) if button == "approve_drafted_next" else here


def preview_drafted(request: HttpRequest, registration: Registration) -> HttpResponse:
    """The letter as what is drafted would issue it; nothing is written. Errors: as ``letter_to_be``."""
    draft = _draft(request, registration)
    made = letter_to_be(
        registration=registration,
        decision=draft.decision,
        reason=draft.reason,
        by=signed_in(request),
        at=timezone.now(),
        rules=draft.rules or None,
    )
    headers = {"Content-Disposition": 'inline; filename="letter-draft.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _draft(request: HttpRequest, registration: Registration) -> DraftedDecision:
    """The draft that was on the screen: another one may have been written since."""
    key = request.POST.get("draft", "")
    rows = registration.drafted.select_related("drafted_by", "registration__birth__family")
    found = rows.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if found is None:
        raise Refused("no_such_draft", _("This draft is not there any more."))
    return found


def _decided_for(registration: Registration) -> DraftedDecision | None:
    """The draft that the decision in force carried out, if it was drafted."""
    if registration.decided_at is None:
        return None
    rows = registration.drafted.select_related("drafted_by", "stands_in_for")
    return rows.filter(outcome="approved", settled_at=registration.decided_at).first()


def _next_draft(request: HttpRequest) -> str:
    """Where the next draft stands that waits for this person; the list, where none does."""
    draft = drafts_to_decide(signed_in(request), timezone.now()).first()
    if draft is None:
        return reverse("admin:enrollment_registration_drafted")
    return reverse("admin:enrollment_registration_decide", args=[draft.registration_id])


def _decide_ticked(request: HttpRequest) -> HttpResponse:
    person, at = signed_in(request), timezone.now()
    chosen = {int(key) for key in request.POST.getlist("chosen") if key.isascii() and key.isdigit() and len(key) < 19}
    back = HttpResponseRedirect(reverse("admin:enrollment_registration_drafted"))
    if not chosen:
        messages.warning(request, _("Nothing was ticked."))
        return back
    if len(chosen) > MOST_AT_ONCE:
        messages.error(request, _("Tick %(most)d at most: nothing was changed.") % {"most": MOST_AT_ONCE})
        return back
    outcome = decide_plain(drafts=drafts_to_decide(person, at), chosen=chosen, by=person, at=at)
    second_step_now.forget()
    if outcome.approved:
        whose = "、".join(map(named, outcome.approved))
        messages.success(request, _("Approved: %(whose)s.") % {"whose": whose})
    for row, why in outcome.left:
        messages.warning(request, _("%(who)s is left as it is: %(why)s") % {"who": named(row), "why": why})
    if not outcome.approved and not outcome.left:
        messages.warning(request, _("These have been decided already: nothing was changed."))
    return back
