"""Public pages of who may use what at which price: asked one by one, for chosen days, and as tables."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from billing import fees
from billing.models import PRICED_COMPONENTS, Component
from billing.queries import coupon_terms, tariff_rows
from billing.quotes import quote_for
from bookings.places.days_asked import look_at_days
from bookings.places.queries import VISITS
from bookings.unmet.counting import count_check
from enrollment.eligibility import Rule
from enrollment.models import TaxClass
from enrollment.queries import Catalogue, judged, services_with_terms, week_to_apply
from enrollment.reasons import advice, reason, rule_name
from facilities.queries import services_offered
from pages.booking_forms import TAX_CLASSES_OR_NOT, TAX_EXAMPLE, TAX_QUESTION
from sankecare.errors import NotPossible
from sankecare.forms import show_refusal

from .carried import carry
from .check_forms import AnswersForm, CheckForm, answers_to_carry, days_to_carry
from .check_questions import (
    BABY,
    OF_SLUG,
    QUESTIONS,
    Question,
    answered_before,
    how_many_open,
    known_of,
    open_question,
)
from .soonest import soonest_for


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Ask what is still open, a question a screen; then say whether she may use it, how soon, and last the price.

    Nothing of her is kept, unless she goes on to the application with it; a rule that is not met is counted.
    """
    if request.method != "POST":
        return _ask(request, AnswersForm(), BABY)
    answers = AnswersForm(request.POST)
    answers.is_valid()
    changed, left = OF_SLUG.get(request.POST.get("change", "")), OF_SLUG.get(request.POST.get("at", ""))
    if changed and (changed is BABY or "baby_day" not in answers.errors):
        return _ask(request, answers, changed)
    if left and any(name in answers.errors for name in (left.slug, *left.fields)):
        return _ask(request, answers, left, status=422)
    catalogue = services_with_terms()
    question = open_question(answers, catalogue)
    if question:
        return _ask(request, answers, question)
    if "apply" in request.POST:
        carry(request.session, answers_to_carry(answers))
        return redirect("family:apply")
    return _answered(request, answers, catalogue)


def _ask(request: HttpRequest, answers: AnswersForm, question: Question, status: int = 200) -> HttpResponse:
    context = {
        "form": answers,
        "question": question,
        "fields": [answers[name] for name in question.fields],
        "chosen": request.POST.get(question.slug, ""),
        "hidden": hidden_of(request, question),
        "previous": answered_before(answers, question),
        "left": how_many_open(answers) if "baby_day" in getattr(answers, "cleaned_data", {}) else 0,
        "wrong": status != 200,
    }
    return render(request, "public/check.html", context, status=status)


NOT_ANSWERS = ("csrfmiddlewaretoken", "at", "change", "apply", "open")


def hidden_of(request: HttpRequest, question: Question | None = None) -> list[tuple[str, str]]:
    """What was answered so far, to be sent along: all but the question that is asked."""
    asked = {question.slug, *question.fields} if question else set()
    asked |= {f"{name}_{part}" for name in asked for part in range(4)}
    return [
        (name, str(text))
        for name, texts in request.POST.lists()
        if name not in NOT_ANSWERS and name not in asked
        for text in texts
    ]


def _answered(request: HttpRequest, answers: AnswersForm, catalogue: Catalogue) -> HttpResponse:
    now, known = timezone.now(), known_of(answers, catalogue)
    tax_class = answers.cleaned_data.get("tax_class", "")
    against = known.against
    if against:
        count_check([against.rule.value], now)
    context = {
        "form": answers,
        "due_date": answers.due_date,
        "day": answers.cleaned_data["baby_day"],
        "eligible": known.eligible,
        "against": reason(against) if against else "",
        "advice": advice(against) if against else "",
        "soon": soonest_for(
            known.verdicts, known.day, at=now, tax_class=tax_class, babies=answers.cleaned_data.get("babies") or 1
        ),
        "tax_class": tax_class,
        "tax": {"question": TAX_QUESTION, "example": TAX_EXAMPLE, "choices": TAX_CLASSES_OR_NOT},
        "hidden": hidden_of(request),
        "hidden_but_tax": [row for row in hidden_of(request) if row[0] not in ("tax_class", "babies")],
        "facts": _facts(answers),
        "week": week_to_apply(timezone.localdate(now)),
    }
    return render(request, "public/check_answer.html", context)


def _facts(answers: AnswersForm) -> list[tuple[str, str, str]]:
    """What she answered: (slug, question, answer in words)."""
    facts = []
    for question in QUESTIONS:
        if question is BABY:
            facts.append((question.slug, str(question.words), date_format(answers.cleaned_data["baby_day"])))
        elif question.choices and answers.said(question.slug):
            words = dict(question.choices)[answers.data[question.slug]]
            facts.append((question.slug, str(question.words), str(words)))
    return facts


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def check_days(request: HttpRequest) -> HttpResponse:
    """For days that are chosen: every rule in words, what stands in the way of the days, and the fee day by day.

    Nothing of her is kept, unless she goes on to the application with it; a rule that is not met is counted.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    asked = request.method == "POST" and "open" not in request.POST
    known = known_already(request) if request.method == "POST" and not asked else {}
    form = CheckForm(request.POST if asked else None, initial=known, today=today)
    context: dict[str, object] = {"form": form, "hidden": hidden_of(request) if asked else []}
    if form.is_valid():
        if "apply" in request.POST:
            carry(request.session, days_to_carry(form))
            return redirect("family:apply")
        context |= _answer(form, now)
    return render(request, "public/check_days.html", context, status=200 if not form.errors else 422)


def known_already(request: HttpRequest) -> dict[str, Any]:
    """What the check has asked before, as the form for days takes it; with the day that she touched."""
    answers = AnswersForm(request.POST)
    if not answers.is_valid():
        return {}
    cleaned, due_date = answers.cleaned_data, answers.due_date
    touched = request.POST.get("open", "").partition("@")
    known = {name: cleaned[name] for name in ("home", "gestation_weeks", "long_hospital_stay", "rolls_over")}
    known |= {name: cleaned[name] for name in ("worry", "lacks_support", "needs_medical_care") if answers.said(name)}
    known |= {
        "birth_date": None if due_date else cleaned["baby_day"],
        "due_date": due_date or cleaned["due"],
        "tax_class": cleaned["tax_class"],
        "service": touched[0],
        "first_day": touched[2],
        "last_day": touched[2],
    }
    return {name: value for name, value in known.items() if value is not None}


def _answer(form: CheckForm, now: datetime) -> dict[str, object]:
    service, cleaned = form.chosen_service, form.cleaned_data
    try:
        verdict = judged(service, form.application)
    except NotPossible as refused:
        show_refusal(form, refused)
        return {}
    answer: dict[str, object] = {
        "verdict": verdict,
        "rules": [
            {"name": rule_name(rule.rule), "met": rule.met or rule.excepted, "reason": reason(rule)}
            for rule in verdict.rules
            if form.is_born or rule.rule != Rule.ROLLING_OVER
        ],
        "service": service,
    }
    asked = look_at_days(service, cleaned["first_day"], cleaned["last_day"], at=now)
    answer |= {"days": asked, "month": f"{max(cleaned['first_day'], timezone.localdate(now)):%Y-%m}"}
    return answer if asked.impossible else answer | _fee(form)


def _fee(form: CheckForm) -> dict[str, object]:
    cleaned = form.cleaned_data
    try:
        quoted = quote_for(
            form.chosen_service,
            cleaned["first_day"],
            cleaned["last_day"],
            cleaned["tax_class"],
            infants=len(form.infants),
            siblings=int(cleaned["sibling_birth_date"] is not None),
            coupons=cleaned["coupons"] or 0,
            sibling_days=form.sibling_days,
        )
    except NotPossible as refused:
        if "coupons" in refused.fields:
            show_refusal(form, refused)
        return {"no_fee": refused.detail}
    return fee_table(quoted)


def fee_table(quoted: fees.Quote) -> dict[str, object]:
    """Return the fee by day for templates/partials/fee.html: the day, what makes it, its sum; and the total."""
    by_day: dict[date, list[fees.Line]] = {}
    for line in quoted.lines:
        by_day.setdefault(line.day, []).append(line)
    rows = [
        (
            day,
            [(Component(line.component).label, f"{line.amount:,}") for line in lines],
            f"{sum(line.amount for line in lines):,}",
        )
        for day, lines in by_day.items()
    ]
    return {"fee_rows": rows, "fee_total": f"{quoted.total:,}"}


@require_safe
def fee_tables(request: HttpRequest) -> HttpResponse:
    """The amounts in force today, by service, component and tax class; what is not published says so."""
    today = timezone.localdate()
    services = list(services_offered(today))
    amounts = {
        (row.service, str(row.component), str(row.tax_class)): row.amount
        for row in tariff_rows(services, today, today)
    }
    tables: list[dict[str, Any]] = [
        {
            "service": service,
            "per_visit": service.kind in VISITS,
            "rows": [
                [label, *(_yen(amounts.get((service.slug, component.value, tax.value))) for tax in TaxClass)]
                for component in PRICED_COMPONENTS
                if (label := component.label)
                and any((service.slug, component.value, tax.value) in amounts for tax in TaxClass)
            ],
        }
        for service in services
    ]
    for table in tables:
        table["unpublished"] = any(_yen(None) in row for row in table["rows"])
    columns = [{"label": _("For whom")}, *({"label": tax.label, "numeric": True} for tax in TaxClass)]
    context = {"tables": tables, "columns": columns, "coupons": coupon_terms(today, today), "today": today}
    return render(request, "public/fees.html", context)


def _yen(amount: int | None) -> str:
    if amount == 0:
        return _("Free of charge (0 yen)")
    return _("not published") if amount is None else _("%(amount)s yen") % {"amount": f"{amount:,}"}
