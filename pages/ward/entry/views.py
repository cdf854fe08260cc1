"""Applications that came on paper, by telephone or at the counter, typed in by staff on one page."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access_log import note_look, shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from enrollment.applications.duplicates import Proposed, proposed_while_typing
from enrollment.applications.enter import Entered, enter_application, enter_correction
from enrollment.models import Family, Registration
from enrollment.queries import standing_families
from enrollment.standing import named
from facilities.models import Town
from pages.mother.application_form import known_facts
from pages.once_form import key_of, submit_once
from sankecare.errors import Refused
from sankecare.templatetags.design import errors_in_words

from .day_fields import WrittenDay
from .forms import KNOWN_BY, EntryForm

ALL = "all"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter an application; families that the ward may know already are shown, and one is chosen or none."""
    if request.method != "POST":
        return _entry_page(request, EntryForm())
    form = EntryForm(request.POST, request.FILES)
    form.is_valid()
    proposed = _proposed(request, form)

    def enter(*, entered: Entered, by: User, at: datetime) -> Registration:
        return enter_application(entered=entered, family=form.chosen_of(proposed), by=by, at=at)

    return _entered(request, form, enter, proposed=proposed) or _entry_page(request, form, proposed=proposed)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def for_family(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an application of a family that the ward knows: what is known stands there already."""
    family = shown_or_404(request, Action.FAMILY_CHANGE, standing_families(), pk=pk)
    address = family.mail_address if family.account else ""
    if request.method != "POST":
        known = known_facts(family, None, timezone.localdate())
        return _entry_page(request, EntryForm(known=known, sign_in_address=address), family=family)
    form = EntryForm(request.POST, request.FILES, sign_in_address=address)
    enter = partial(enter_application, family=family)
    return _entered(request, form, enter) or _entry_page(request, form, family=family)


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
        known = known_facts(family, returned, timezone.localdate())
        return _entry_page(request, EntryForm(known=known, returned=returned, sign_in_address=address))
    form = EntryForm(request.POST, request.FILES, returned=returned, sign_in_address=address)
    enter = partial(enter_correction, registration=returned)
    return _entered(request, form, enter) or _entry_page(request, form)


@never_cache
@sensitive_post_parameters()
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Say of what is typed so far what is wrong, how days were understood, which town it is, and who is known already.

    Nothing is written but that families were shown; papers are not sent along. ``changed``: the field that was left,
    or ``all`` before it is entered.
    """
    form = EntryForm(request.POST)
    form.is_valid()
    changed = request.POST.get("changed", "")
    answer: dict[str, Any] = {
        "errors": {name: errors_in_words(form[name]) for name in form.errors if name in form.fields},
        "understood": {bound.name: bound.understood for bound in form if isinstance(bound, WrittenDay)},
        "filled": {"town": town.name} if isinstance(town := form.cleaned_data.get("town"), Town) else {},
        "district": str(form.district or ""),
        "doubts": form.doubts_key,
    }
    # Where it is known whose it is, nobody else is looked for.
    if (changed == ALL or changed in KNOWN_BY) and not request.POST.get("is_known"):
        proposed = _proposed(request, form)
        answer["known"] = _known_in_html(request, form, proposed)
        try:
            form.chosen_of(proposed)
        except Refused as refused:
            answer["errors"] |= {name: [sentence] for name, sentence in refused.fields.items()}
    return JsonResponse(answer)


def _entered(
    request: HttpRequest, form: EntryForm, enter: Callable[..., Model], *, proposed: list[Proposed] | None = None
) -> HttpResponse | None:
    """Enter it once and go to the family's page; None where something must be put right first."""
    written = submit_once(request, key_of(request), form, enter)
    if written is None:
        return None
    made = Registration.objects.select_related("birth__family").get(pk=written)
    messages.success(request, _("The application of %(who)s is entered.") % {"who": named(made)})
    return redirect("ward_family", made.birth.family_id)


def _entry_page(
    request: HttpRequest, form: EntryForm, *, family: Family | None = None, proposed: list[Proposed] | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "key": key_of(request),
        "family": family,
        "returned": form.returned,
        "is_known": family is not None or form.returned is not None,
        "known": _known_in_html(request, form, proposed or []),
        "towns": Town.objects.all(),
        "district": form.district or "",
    }
    return render(request, "ward/entry/page.html", context, status=422 if form.is_bound else 200)


def _known_in_html(request: HttpRequest, form: EntryForm, proposed: list[Proposed]) -> str:
    chosen = form["family"].value() or ""
    return render_to_string("ward/entry/known.html", {"proposed": proposed, "chosen": chosen}, request)


def _proposed(request: HttpRequest, form: EntryForm) -> list[Proposed]:
    """Return the families that it may come from, those that the person may see, and write down that they are shown."""
    today: date = timezone.localdate()
    proposed = proposed_while_typing(**form.known_so_far(), today=today)
    keys = [row.family.pk for row in proposed]
    mine = visible(request.user, Action.FAMILY_VIEW, Family.objects.filter(pk__in=keys))
    seen = set(mine.values_list("pk", flat=True)) if keys else set()
    if seen:
        note_look(request, seen)
    return [row for row in proposed if row.family.pk in seen]
