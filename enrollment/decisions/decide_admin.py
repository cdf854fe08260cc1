"""The page on which staff judge one application: what was stated, the papers, the rules, and the decision."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access_log import note_look, shown_or_404
from accounts.actions import Action
from accounts.admin_site import ModelAdmin
from accounts.models import User
from accounts.permissions import may, may_on, signed_in, visible
from enrollment.applications.duplicates import Proposed
from enrollment.applications.queue import places_in_queue, unclear_words, urgency_words
from enrollment.bulk_approvable import Unclear
from enrollment.confidential import is_protected
from enrollment.eligibility import Rule
from enrollment.families.tax_classes import class_to_accept
from enrollment.letters.font_coverage import in_words
from enrollment.letters.letter_text import characters_missing
from enrollment.models import (
    Family,
    Registration,
    RegistrationException,
    RegistrationState,
    StandardReason,
    WorryTopic,
)
from enrollment.queries import verdicts_on_application
from enrollment.reasons import rule_name
from enrollment.standing import named, state_words
from enrollment.timeline import timeline_for
from sankecare.errors import Refused
from sankecare.forms import show_refusal

from .decide import (
    LETTERS,
    grant_exception,
    issue_missing_letter,
    propose_exception,
    rules_not_met,
)
from .drafted_admin import DRAFT_BUTTONS, point_in_words, preview_drafted, settle_draft, shown_draft
from .drafting import draft_decision
from .earlier import earlier_of
from .forms import DecisionForm, ExceptionForm, ReturnDraftForm, TakeBackForm
from .letter_preview import OPERATIONS, letter_to_be
from .second_step import needs_second_step, returned_draft_of, waiting_draft_of
from .undo import take_back_decision, why_not_taken_back
from .verdict_explanation import explained

# Buttons of the decision: decide and go back to the list, decide and open the next, see the letter first.
DECIDING = ("decide", "decide_next", "preview")


def decide(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The facts and the rules beside the decision; on refusal nothing typed is lost."""
    registration = shown_or_404(request, Action.REGISTRATION_DECIDE, _with_facts(), pk=pk)
    button = request.POST.get("do", "") if request.method == "POST" else ""
    place = next(iter(places_in_queue(Registration.objects.filter(pk=registration.pk), timezone.localdate())), None)
    open_points = place.open_points if place else []
    decision = _decision_form(request, registration, button, open_points)
    exception = ExceptionForm(request.POST if button == "propose" else None, prefix="exception")
    taking_back = TakeBackForm(request.POST if button == "take_back" else None)
    returning = ReturnDraftForm(request.POST if button == "return_drafted" else None)
    plain = Form(request.POST)
    by_button: dict[str, Form] = {"propose": exception, "grant": plain, "letter": plain, "take_back": taking_back}
    by_button |= dict.fromkeys(DECIDING, decision) | dict.fromkeys(DRAFT_BUTTONS, plain)
    by_button["return_drafted"] = returning
    form = by_button.get(button)
    shown: dict[str, Any] = {"decision": decision, "exception": exception, "taking_back": taking_back}
    shown["returning"] = returning
    if form is not None and form.is_valid():
        try:
            if button == "preview":
                return _preview(request, registration, decision)
            if button == "preview_drafted":
                return preview_drafted(request, registration)
            with transaction.atomic(durable=True):
                done, way = _do(request, registration, button, form)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, done)
            return HttpResponseRedirect(way)
    shown["place"] = place
    # Once somebody has decided, the form is not there any more: what was refused, and typed, is shown all the same.
    waits, draft = _still_waits(registration), waiting_draft_of(registration)
    forms_there = [exception, taking_back, *([returning] if draft else [decision])] if waits else [taking_back]
    unseen = form is not None and form not in forms_there
    shown["refused"] = form.non_field_errors() if form is not None and unseen else ()
    shown |= shown_draft(request, registration, draft)
    shown["typed"] = request.POST.get("reason", "").strip() if button in DECIDING and unseen else ""
    return _decision_page(model_admin, request, registration, shown)


def _still_waits(registration: Registration) -> bool:
    """Whether it waits for a decision still, as of now: somebody else may have decided since it was opened."""
    registration.refresh_from_db(fields=["state", "decided_at", "decided_by", "decision_reason"])
    return registration.state == RegistrationState.APPLIED


def _do(request: HttpRequest, registration: Registration, button: str, form: Form) -> tuple[str, str]:
    """Do what was asked; return what to say and where to go."""
    by, at = signed_in(request), timezone.now()
    if button == "propose":
        propose_exception(registration=registration, by=by, at=at, **form.cleaned_data)
        return _("The exception is proposed. It counts once a second person has granted it."), request.path
    if button == "letter":
        letter = issue_missing_letter(registration=registration, by=by, at=at)
        return _("%(number)s is issued.") % {"number": letter.snapshot["number"]}, request.path
    if button == "grant":
        exceptions = RegistrationException.objects.filter(registration=registration)
        exception = exceptions.filter(pk=_number(request.POST.get("exception", ""))).first()
        if exception is None:
            raise Refused("no_such_exception", _("This exception is not there any more."))
        grant_exception(exception=exception, by=by, at=at)
        return _("The exception is granted."), request.path
    if button == "take_back":
        take_back_decision(registration=registration, reason=form.cleaned_data["why"], by=by, at=at)
        return _("The decision is taken back: its letter is void, and the application waits again."), request.path
    if button in DRAFT_BUTTONS:
        return settle_draft(request, registration, button, form)
    assert isinstance(form, DecisionForm)
    said = _decide_or_draft(registration, form, by=by, at=at)
    return said, _next_case(request) if button == "decide_next" else reverse("admin:enrollment_registration_queue")


def _decide_or_draft(registration: Registration, form: DecisionForm, *, by: User, at: datetime) -> str:
    """Decide; where a second person decides today, draft it for her. Returns what to say."""
    chosen, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
    if chosen != "return" and needs_second_step(timezone.localdate(at)):
        drafted = draft_decision(registration=registration, decision=chosen, reason=reason, by=by, at=at, **form.more)
        words = {"who": named(registration), "decision": drafted.get_decision_display()}
        return _("%(who)s: drafted (%(decision)s). It waits for who decides.") % words
    decided = OPERATIONS[chosen](registration=registration, by=by, at=at, reason=reason, **form.more)
    return _("%(who)s: %(decision)s.") % {"who": named(decided), "decision": decided.get_state_display()}


def _decision_form(
    request: HttpRequest, registration: Registration, button: str, open_points: list[Unclear]
) -> DecisionForm:
    today = timezone.localdate()
    unmet = rules_not_met(verdicts_on_application(registration, today)) if _still_waits(registration) else {}
    standard = list(StandardReason.objects.filter(period__contains=today))
    posted = request.POST if button in DECIDING else None
    initial = _as_drafted(registration) if posted is None else {}
    return DecisionForm(posted, open_points=open_points, unmet=unmet, standard=standard, initial=initial)


def _as_drafted(registration: Registration) -> dict[str, Any]:
    """What was drafted and returned stands in the form again."""
    draft = returned_draft_of(registration)
    if draft is None:
        return {}
    words = {f"word_{point}": word for point, word in draft.words.items()}
    return {"decision": draft.decision, "reason": draft.reason, "rules": draft.rules, **words}


def _preview(request: HttpRequest, registration: Registration, form: Form) -> HttpResponse:
    """The letter as it would be issued; nothing is written."""
    chosen, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
    by, at = signed_in(request), timezone.now()
    rules = form.cleaned_data["rules"]
    made = letter_to_be(registration=registration, decision=chosen, reason=reason, by=by, at=at, rules=rules)
    headers = {"Content-Disposition": 'inline; filename="letter-draft.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _next_case(request: HttpRequest) -> str:
    """Where the most urgent application stands that still waits and is not drafted; the list, where none does."""
    waiting = visible(request.user, Action.REGISTRATION_DECIDE, Registration.objects.all())
    places = places_in_queue(waiting, timezone.localdate())
    place = next((place for place in places if not place.drafted), None)
    if place is None:
        return reverse("admin:enrollment_registration_queue")
    return reverse("admin:enrollment_registration_decide", args=[place.registration.pk])


def _decision_page(
    model_admin: ModelAdmin, request: HttpRequest, registration: Registration, forms: dict[str, Any]
) -> HttpResponse:
    today, person = timezone.localdate(), signed_in(request)
    family = registration.birth.family
    place = forms["place"]
    exceptions = registration.exceptions.select_related("proposed_by", "granted_by").order_by("rule", "last_day")
    context = model_admin.admin_site.each_context(request) | {
        "title": f"{registration.number} {family.mother_name}",
        "opts": model_admin.opts,
        "registration": registration,
        "stands": state_words(registration, today),
        "family": family,
        "protected": is_protected(family),
        "residence": family.residences.filter(period__contains=today).select_related("town", "district").first(),
        "tax_class": family.tax_classes.filter(period__contains=today).first(),
        "to_accept": class_to_accept(registration, today),
        "infants": registration.birth.infants.all(),
        "siblings": family.siblings.all(),
        "earlier": earlier_of(registration, today),
        "worries": [str(WorryTopic(topic).label) for topic in registration.worry_topics],
        "consents": registration.consents.select_related("text"),
        "papers": family.evidence.defer("content"),
        "letters": registration.letters.all(),
        "lacks_letter": registration.state in LETTERS and not registration.letters.exists(),
        "explained": explained(registration, today),
        "urgency": urgency_words(place.urgency) if place else "",
        "unclear": [unclear_words(reason) for reason in place.unclear if reason not in place.open_points]
        if place
        else [],
        "duplicates": _shown(request, place.duplicates if place else []),
        "exceptions": [
            (row, rule_name(Rule(row.rule)), row.granted_at is None and row.proposed_by_id != person.pk)
            for row in exceptions
        ],
        "not_printable": [(sign, in_words(sign)) for sign in characters_missing(registration)],
        "looked_at": [(point_in_words(row.point), row) for row in registration.looked_at.select_related("by")],
        "may_take_back": why_not_taken_back(registration) is None,
        "waits": registration.state == RegistrationState.APPLIED,
        "may_extend": registration.state == RegistrationState.APPROVED,
        "is_returned": registration.state == RegistrationState.RETURNED,
        "may_report": may_on(person, Action.FAMILY_REPORT, family),
        "may_merge": may(person, Action.FAMILY_MERGE),
        "entries": timeline_for(person.role, family),
        **forms,
    }
    return TemplateResponse(request, "enrollment/admin/decide.html", context)


def _shown(request: HttpRequest, proposed: list[Proposed]) -> list[Proposed]:
    """Return those of the other entries that the person may see, and write down that they are shown."""
    keys = [row.family.pk for row in proposed]
    seen = set(
        visible(request.user, Action.FAMILY_VIEW, Family.objects.filter(pk__in=keys)).values_list("pk", flat=True)
    )
    if seen:
        note_look(request, seen)
    return [row for row in proposed if row.family.pk in seen]


def _with_facts() -> "QuerySet[Registration]":
    families = Registration.objects.select_related("birth__family", "entered_by", "decided_by")
    return families.prefetch_related("birth__infants", "exceptions")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
