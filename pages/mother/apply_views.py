"""申請, step by step: each step a page, saved as she goes, resumed anywhere, sent once all is there."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.models import User
from enrollment.applications.apply import apply_for_registration, correct_application
from enrollment.applications.drafts import Draft, NewerAnswers, Typed, discard_draft, load_draft, save_draft
from enrollment.applications.evidence import keep_paper
from enrollment.decisions.verdict_explanation import explained, explained_before
from enrollment.help_now import is_marked, mark
from enrollment.help_queries import lines_to_call
from enrollment.models import EvidenceFile, EvidenceKind, Family, Registration, RegistrationState, WorryTopic
from enrollment.queries import decision_expected, week_to_apply
from facilities.models import Town
from pages.public.carried import carried, forget
from sankecare.errors import Refused
from sankecare.forms import show_refusal
from sankecare.languages.words import in_her_words
from sankecare.moments import clock_time

from .application_form import (
    CONSENT,
    ORDER,
    SEND,
    TITLES,
    WholeForm,
    known_before,
    looked_over,
    stated_so_far,
    step_form,
)
from .known_answers import known_from_check
from .screens import NeedScreen, ScreenPapersForm, take_along
from .step_forms import BabiesStep, HomeStep, StepForm

NOT_TYPED = ("csrfmiddlewaretoken", "revision", "next", "back", "later", "papers", "anyway", "consents")


@dataclass(frozen=True)
class Applying:
    """Whose application it is: a new family's, a known one's for a further birth, or one that was returned."""

    person: User
    family: Family | None
    returned: Registration | None
    known: Draft
    kept: Draft | None
    along: dict[str, Any]

    @property
    def draft(self) -> Draft:
        return self.kept or self.known


@require_safe
def apply(request: HttpRequest) -> HttpResponse:
    """Go on where she was, or begin."""
    applying = _applying(request)
    if applying is None:
        return _already(request)
    step = applying.draft.step
    return redirect("family:apply-step", step if step in ORDER else ORDER[0])


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One step. Never kept by the browser: going back shows what is saved by now."""
    if step not in ORDER:
        raise Http404
    applying = _applying(request)
    if applying is None:
        return _already(request)
    if step == SEND:
        return _send(request, applying) if request.method == "POST" else _look_over(request, applying)
    if request.method == "POST":
        return _leave(request, applying, step)
    form = step_form(step, applying.draft.typed(step), applying.person.email)
    if "look" not in request.GET:  # she was sent here to see what is missing
        form.forgive_missing()
    return _step_page(request, applying, step, form)


def _leave(request: HttpRequest, applying: Applying, step: str) -> HttpResponse:
    """Keep what was typed, whatever button she leaves the step by, and go where it leads."""
    form = step_form(step, _typed(request), applying.person.email)
    papers = ScreenPapersForm(request.POST, request.FILES)
    if _feels_low(request):
        mark(request)
    try:
        draft = _save(request, applying, step, go_to=_after(step) if form.is_valid() else step)
    except NewerAnswers as newer:
        return _step_page(request, applying, step, form, status=409, newer=newer.draft)
    except Refused as refused:
        show_refusal(form, refused)
        return _step_page(request, applying, step, form, status=422)
    if not _keeps_papers(request, applying, papers):
        return _step_page(request, applying, step, form, status=422, revision=draft.revision, papers=papers)
    way = _way_on(request, step, form)
    return way or _step_page(request, applying, step, form, status=422, revision=draft.revision)


def _way_on(request: HttpRequest, step: str, form: StepForm) -> HttpResponse | None:
    """Return where the button leads; None where something must be put right first."""
    if "later" in request.POST:
        messages.success(request, _("Your answers are saved. You can go on at any time, on another device too."))
        return redirect("family:home")
    if "papers" in request.POST:
        return redirect("family:papers")
    if "back" in request.POST:
        return redirect("family:apply-step", ORDER[max(ORDER.index(step) - 1, 0)])
    if isinstance(form, BabiesStep) and form.asks_for_more:
        return redirect(reverse("family:apply-step", args=[step]) + "#baby-1")
    return redirect("family:apply-step", _after(step)) if form.is_valid() else None


def _keeps_papers(request: HttpRequest, applying: Applying, papers: ScreenPapersForm) -> bool:
    """Keep the photographs that came along; False where one was refused, with the reason beside it."""
    papers.is_valid()
    for name in [name for name in papers.fields if papers.cleaned_data.get(name)]:
        papers.keeping = name
        try:
            with transaction.atomic(durable=True):
                keep_paper(
                    family=applying.family,
                    kind=papers.kind_of(name, request.POST.get("tax_class", "")),
                    upload=papers.cleaned_data[name],
                    by=applying.person,
                    at=timezone.now(),
                )
        except Refused as refused:
            show_refusal(papers, refused)
    return not papers.errors


@sensitive_post_parameters()
@require_POST
def check(request: HttpRequest, step: str) -> HttpResponse:
    """A field that she left: keep what is typed in the step, and say what is wrong with it by field."""
    if step not in ORDER or step == SEND:
        raise Http404
    applying = _applying(request)
    if applying is None:
        return JsonResponse({"detail": _("Your application has been sent already.")}, status=409)
    form = step_form(step, _typed(request), applying.person.email)
    lines = _lines() if is_marked(request) or _feels_low(request) else ""
    try:
        draft = _save(request, applying, step, go_to=step)
    except Refused as refused:
        return JsonResponse({"detail": refused.detail, "help": lines}, status=refused.status)
    return JsonResponse(
        {
            "revision": draft.revision,
            "errors": {name: [str(sentence) for sentence in sentences] for name, sentences in form.errors.items()},
            "district": _district(form),
            "filled": _filled_in(form),
            "help": lines,
            "saved": _("Saved at %(time)s") % {"time": clock_time(timezone.now())},
        }
    )


@require_safe
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """How her application stands: each rule with its fact and date, and what she can do."""
    applications = Registration.objects.select_related("birth__family")
    registration = shown_or_404(request, Action.REGISTRATION_APPLY, applications, pk=pk)
    context = {"registration": registration, "explained": explained(registration, timezone.localdate())}
    return render(request, "mother/verdict.html", context)


# ---- What is behind -------------------------------------------------------------------------------------------------


def _applying(request: HttpRequest) -> Applying | None:
    """Return whose application it is, or None while one waits for the ward's answer."""
    person = cast(User, request.user)
    family = Family.objects.filter(account=person).first()
    live = Registration.objects.filter(birth__family=family).select_related("birth__family") if family else ()
    by_state = {registration.state: registration for registration in live}
    if RegistrationState.APPLIED in by_state:
        return None
    returned = by_state.get(RegistrationState.RETURNED)
    along = {} if returned else known_from_check(carried(request.session))
    known = known_before(family, returned, timezone.localdate(), person.email, along)
    return Applying(person, family, returned, known, load_draft(person), along)


def _already(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Your application is with the ward. The answer will be shown here."))
    return redirect("family:home")


def _typed(request: HttpRequest) -> Typed:
    return {name: [str(text) for text in texts] for name, texts in request.POST.lists() if name not in NOT_TYPED}


def _save(request: HttpRequest, applying: Applying, step: str, go_to: str) -> Draft:
    with transaction.atomic(durable=True):
        return save_draft(
            account=applying.person,
            step=step,
            typed=_typed(request),
            seen=_seen(request),
            anyway="anyway" in request.POST,
            at=timezone.now(),
            before=applying.known,
            go_to=go_to,
        )


def _feels_low(request: HttpRequest) -> bool:
    """Whether she ticked that she feels low or anxious."""
    return WorryTopic.MOOD.value in request.POST.getlist("worry_topics")


def _lines() -> str:
    """Whom to call now, as a part of the page that she is on."""
    return render_to_string("partials/help_lines.html", {"lines": lines_to_call(timezone.now())})


def _seen(request: HttpRequest) -> int:
    """Return the draft's revision that the page was opened with."""
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0


def _after(step: str) -> str:
    return ORDER[ORDER.index(step) + 1]


def _district(form: StepForm) -> str:
    if not isinstance(form, HomeStep) or not form.is_bound:
        return ""
    form.is_valid()
    if form.district is None:
        return ""
    office = in_her_words(form.district.name, form.district.name_en)
    return _("This is in the district of %(office)s.") % {"office": office}


def _filled_in(form: StepForm) -> dict[str, str]:
    """What follows from other answers of the page: the town, from its postcode."""
    if not isinstance(form, HomeStep) or form.data.get("town"):
        return {}
    town = form.cleaned_data.get("town")
    return {"town": town.name} if town else {}


def _step_page(
    request: HttpRequest,
    applying: Applying,
    step: str,
    form: StepForm,
    *,
    status: int = 200,
    newer: Draft | None = None,
    revision: int | None = None,
    papers: ScreenPapersForm | None = None,
) -> HttpResponse:
    differing = _differing(form, step_form(step, newer.typed(step), applying.person.email)) if newer else None
    answered: list[tuple[str, str]] = []
    if "all" not in request.GET:
        shown = looked_over(form)
        take_along(form, applying.along)
        answered = [row for row in shown if row not in looked_over(form)]
    context = _frame(applying, step) | {
        "form": form,
        "answered": answered,
        "papers_form": papers or ScreenPapersForm(),
        "papers": _waiting_papers(applying) if isinstance(form, NeedScreen) else (),
        # A stale page stays stale: what is left on it is not saved until she says so.
        "revision": _seen(request) if newer else applying.draft.revision if revision is None else revision,
        "district": _district(form),
        "towns": Town.objects.all() if isinstance(form, HomeStep) else (),
        "week": week_to_apply(timezone.localdate()),
        "newer": differing,
        "is_newer": newer is not None,
    }
    return render(request, f"mother/steps/{step}.html", context, status=status)


def _differing(here: StepForm, there: StepForm) -> list[tuple[str, str]]:
    """What was answered otherwise on the other screen."""
    same = looked_over(here)
    return [answer for answer in looked_over(there) if answer not in same]


def _frame(applying: Applying, step: str) -> dict[str, Any]:
    """What every step's page says around its form."""
    place = ORDER.index(step)
    return {
        "step": step,
        "title": TITLES[step],
        "number": place + 1,
        "steps": [(slug, title, slug in applying.draft.steps) for slug, title in TITLES.items()],
        "before": ORDER[place - 1] if place else "",
        "returned": applying.returned,
    }


def _waiting_papers(applying: Applying) -> "QuerySet[EvidenceFile]":
    """The papers that go with the application, without what they show."""
    return EvidenceFile.objects.filter(uploaded_by=applying.person, family=None).defer("content")


def _look_over(
    request: HttpRequest, applying: Applying, refused: Refused | None = None, consent: StepForm | None = None
) -> HttpResponse:
    whole = WholeForm(applying.draft, sign_in_address=applying.person.email)
    unfinished = [step for step in whole.unfinished if step != CONSENT]
    ready = not unfinished
    if consent is None:
        consent = step_form(CONSENT, applying.draft.typed(CONSENT))
        consent.forgive_missing()
    fields = refused.fields if refused else {}
    refusals = [(whole.step_of(field) or ORDER[0], sentence) for field, sentence in fields.items()]
    context = _frame(applying, SEND) | {
        "papers": [str(EvidenceKind(paper.kind).label) for paper in _waiting_papers(applying)],
        "parts": [
            (slug, TITLES[slug], looked_over(form), slug in unfinished)
            for slug, form in whole.forms.items()
            if slug != CONSENT
        ],
        "form": consent,
        "revision": applying.draft.revision,
        "expected": decision_expected(timezone.localdate()),
        "district": _district(whole.forms[ORDER[0]]),
        "unfinished": [(slug, TITLES[slug]) for slug in unfinished],
        "refused": refused,
        "refusals": refusals,
        "explained": explained_before(stated_so_far(whole), timezone.localdate()) if ready else None,
    }
    wrong = refused or consent.errors or (request.method == "POST" and not ready)
    return render(request, "mother/steps/send.html", context, status=422 if wrong else 200)


def _send(request: HttpRequest, applying: Applying) -> HttpResponse:
    if "consents" in request.POST:  # the boxes were on the page
        try:
            _save(request, applying, CONSENT, go_to=SEND)
        except Refused as refused:
            return _look_over(request, applying, refused)
        applying = replace(applying, kept=load_draft(applying.person))
    draft = applying.draft
    consent = step_form(CONSENT, draft.typed(CONSENT) or {})
    whole = WholeForm(draft, sign_in_address=applying.person.email)
    whole.forms[CONSENT] = consent
    if whole.unfinished:
        return _look_over(request, applying, consent=consent)
    person, now = applying.person, timezone.now()
    try:
        with transaction.atomic(durable=True):
            if applying.returned:
                correct_application(registration=applying.returned, application=whole.application, by=person, at=now)
            else:
                apply_for_registration(application=whole.application, family=applying.family, by=person, at=now)
            discard_draft(account=person)
    except Refused as refused:
        return _look_over(request, applying, refused)
    forget(request.session)
    messages.success(request, _sent_in_words(decision_expected(timezone.localdate(now))))
    return redirect("family:home")


def _sent_in_words(expected: date | None) -> str:
    words = _("Your application has arrived. The ward's answer will be shown here.")
    if expected is None:
        return words
    more = _("Mostly by %(day)s; you get a mail.") % {"day": date_format(expected, "MONTH_DAY_FORMAT")}
    return f"{words} {more}"
