"""Applications that came by telephone, on paper or at the counter, typed in by staff: through the same operations."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access_log import note_look, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in, visible
from enrollment.applications.application_data import StatedApplication
from enrollment.applications.apply import apply_for_registration, correct_application
from enrollment.applications.drafts import Draft, StepAnswers
from enrollment.applications.duplicates import Proposed, proposed_before
from enrollment.models import Channel, Family, Registration
from enrollment.standing import named
from facilities.models import Town
from pages.mother.application_form import STEPS, WholeForm, known_before
from pages.mother.step_forms import BabiesStep
from sankecare.errors import Refused
from sankecare.forms import show_refusal

from .entry_form import NEW_FAMILY, EnteredForm

NOT_STEPS = ("csrfmiddlewaretoken", "channel", "family")
OWN_FIELDS = {"mother", "babies", "consent"}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The whole application on one page; families that may be the same are shown before anything is entered."""
    if request.method != "POST":
        return _application_page(request, WholeForm(Draft()), EnteredForm(proposed=[]))
    whole = WholeForm(_typed(request))
    if whole.unfinished or _asks_for_more(whole):
        return _application_page(request, whole, EnteredForm(request.POST, proposed=[]))
    stated, today = whole.application, timezone.localdate()
    proposed = _shown(request, stated, today)
    entered = EnteredForm(request.POST, proposed=proposed)
    if not entered.is_valid() or (proposed and not entered.cleaned_data["family"]):
        return _application_page(request, whole, entered, proposed=proposed)
    chosen = entered.cleaned_data.get("family") or NEW_FAMILY
    family = None if chosen == NEW_FAMILY else Family.objects.get(pk=int(chosen))
    stated = replace(stated, channel=Channel(entered.cleaned_data["channel"]))
    try:
        with transaction.atomic(durable=True):
            made = apply_for_registration(application=stated, family=family, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        return _application_page(request, whole, entered, proposed=proposed, refused=refused)
    return _entered(request, made)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """What the family corrected in an application that was returned."""
    applications = Registration.objects.select_related("birth__family__account")
    returned = shown_or_404(request, Action.REGISTRATION_DECIDE, applications, pk=pk)
    family = returned.birth.family
    address = family.mail_address if family.account else ""
    if request.method != "POST":
        known = known_before(family, returned, timezone.localdate())
        return _application_page(request, WholeForm(known, sign_in_address=address), None, returned=returned)
    whole = WholeForm(_typed(request), sign_in_address=address)
    if whole.unfinished or _asks_for_more(whole):
        return _application_page(request, whole, None, returned=returned)
    stated = replace(whole.application, channel=Channel(returned.channel))
    try:
        by, at = signed_in(request), timezone.now()
        with transaction.atomic(durable=True):
            made = correct_application(registration=returned, application=stated, by=by, at=at)
    except Refused as refused:
        return _application_page(request, whole, None, returned=returned, refused=refused)
    return _entered(request, made)


def _entered(request: HttpRequest, made: Registration) -> HttpResponse:
    messages.success(request, _("The application of %(who)s is entered.") % {"who": named(made)})
    return redirect("admin:enrollment_registration_decide", made.pk)


def _application_page(
    request: HttpRequest,
    whole: WholeForm,
    entered: EnteredForm | None,
    *,
    proposed: list[Proposed] | None = None,
    returned: Registration | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    typed = request.method == "POST"
    if not typed or _asks_for_more(whole):
        for form in whole.forms.values():
            form.forgive_missing()
    if refused:
        _place(whole, refused)
    parts = [
        (step, title, whole.forms[step], f"mother/fields/{step if step in OWN_FIELDS else 'plain'}.html")
        for step, (title, _form) in STEPS.items()
    ]
    context = {
        "parts": parts,
        "entered": entered,
        "proposed": proposed,
        "returned": returned,
        "towns": Town.objects.all(),
        "wrong": [form for form in (entered, *whole.forms.values()) if form and form.errors],
    }
    return render(request, "ward/enter.html", context, status=422 if typed else 200)


def _place(whole: WholeForm, refused: Refused) -> None:
    """Put the refusal into the step that asks for what it names; what belongs to none stands on top."""
    steps = {whole.step_of(field) for field in refused.fields} - {None}
    for step in steps or {next(iter(STEPS))}:
        show_refusal(whole.forms[str(step)], refused)


def _typed(request: HttpRequest) -> Draft:
    """Return what was typed, for every step: the fields of one do not meet those of another."""
    typed = {name: [str(text) for text in texts] for name, texts in request.POST.lists() if name not in NOT_STEPS}
    return Draft({step: StepAnswers(typed) for step in STEPS})


def _asks_for_more(whole: WholeForm) -> bool:
    babies: Any = whole.forms["babies"]
    return isinstance(babies, BabiesStep) and babies.asks_for_more


def _shown(request: HttpRequest, stated: StatedApplication, today: date) -> list[Proposed]:
    """Return the families that it may come from, those that the person may see, and write down that they are shown."""
    proposed = proposed_before(stated, today)
    keys = [row.family.pk for row in proposed]
    seen = set(
        visible(request.user, Action.FAMILY_VIEW, Family.objects.filter(pk__in=keys)).values_list("pk", flat=True)
    )
    if seen:
        note_look(request, seen)
    return [row for row in proposed if row.family.pk in seen]
