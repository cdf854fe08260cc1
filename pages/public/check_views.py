"""Public pages of who may use what at which price."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
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
from enrollment.models import TaxClass
from enrollment.queries import judged
from enrollment.reasons import reason, rule_name
from facilities.queries import services_offered
from pages.booking_forms import CheckForm
from sankecare.errors import NotPossible
from sankecare.forms import show_refusal


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Ask a few questions; show every rule in words, what stands in the way of the days, and the fee day by day.

    Nothing is kept.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    form = CheckForm(request.POST if request.method == "POST" else None, today=today)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        context |= _answer(form, now)
    return render(request, "public/check.html", context, status=200 if not form.errors else 422)


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
