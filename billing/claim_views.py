"""月次実績報告・請求: the facility manager's months, and the ward's claims."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.looks import note_shown
from accounts.permissions import may_on, may_open, signed_in, visible, visible_or_404
from bookings.models import Booking, BookingDay, DayStatus
from facilities.models import Facility
from facilities.queries import own_facility
from sankecare.errors import Refused

from .claim_files import claim_pdf, claim_xlsx
from .claim_tables import Booked, ClaimTable, amounts, in_words, month_name, tables, what_is_open, without_rate
from .claims import accept_claim, return_claim, submit_claim
from .models import Claim, ClaimState
from .month_record import Finding, Open, Record, digest_of, last_of_month, month_record, open_in_month

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
MONTHS_SHOWN = 24
LEVELS = {ClaimState.SUBMITTED: "info", ClaimState.RETURNED: "warning", ClaimState.ACCEPTED: "success"}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class SubmitForm(forms.Form):
    """What the ward should know of what is still open."""

    seen = forms.CharField(widget=forms.HiddenInput)
    remark = forms.CharField(
        label=gettext_lazy("Remark for the ward"),
        help_text=gettext_lazy("For example why a fee is not paid yet. Write no names."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecideForm(forms.Form):
    """Accepted, or returned with a reason."""

    seen = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason, where it is returned"),
        help_text=gettext_lazy("The facility reads it. Write no names."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """The facility's months, newest first: days used, and how far the claim is."""
    place, today = own_facility(signed_in(request)), timezone.localdate()
    claims = {claim.month: claim for claim in Claim.objects.filter(facility=place).order_by("-month")[:MONTHS_SHOWN]}
    used = _days_used(place)
    shown = sorted({*used, *claims, today.replace(day=1)}, reverse=True)[:MONTHS_SHOWN]
    rows = [
        {
            "words": date_format(month, "YEAR_MONTH_FORMAT"),
            "url": reverse("operator:claim", args=[f"{month:%Y-%m}"]),
            "days": used.get(month, 0),
            **_state(claims.get(month), running=last_of_month(month) >= today),
        }
        for month in shown
    ]
    return render(request, "operator/claims.html", {"facility": place, "rows": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, month: str) -> HttpResponse:
    """One month of the facility: what is open, what is claimed; submitted here."""
    place, first, today = own_facility(signed_in(request)), _month(month), timezone.localdate()
    claim = Claim.objects.filter(facility=place, month=first).first()
    form = SubmitForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            with transaction.atomic(durable=True):
                submit_claim(
                    facility=place, month=first, by=signed_in(request), at=timezone.now(), **form.cleaned_data
                )
        except Refused as refused:
            form.add_error("remark" if "remark" in refused.fields else None, refused.detail)
        else:
            messages.success(request, _("The claim is submitted."))
            return redirect("operator:claim", month)
    settled = claim is not None and claim.state != ClaimState.RETURNED
    record = claim.snapshot["record"] if claim and settled else month_record(place, first)
    found = [] if settled else open_in_month(place, first, today)
    over = last_of_month(first) < today
    if form.is_bound:
        form.data = {**request.POST.dict(), "seen": digest_of(record)}
    else:
        form.initial = {"seen": digest_of(record), "remark": claim.snapshot["remark"] if claim else ""}
    context = {
        **_shown(request, record, claim),
        "facility": place,
        "month": month,
        "over": over,
        "open": [
            {
                "stops": finding.stops,
                "words": in_words(finding.what),
                "booking": Booked(finding.booking),
                "which": what_is_open(finding.what, list(finding.days), finding.amount),
                "url": _mended_at(finding),
            }
            for finding in found
        ],
        "stopped": any(finding.stops for finding in found),
        "form": None if settled or not over else form,
        "refused": " ".join(map(str, form.non_field_errors())) if settled or not over else "",
    }
    note_shown(request, Booking.objects.filter(pk__in={finding.booking for finding in found}))
    return render(request, "operator/claim.html", context, status=422 if form.errors else 200)


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """The claims of all facilities, by month; those that wait first."""
    found = visible(signed_in(request), "claim.oversee", Claim.objects.select_related("facility"))
    facility, state = request.GET.get("facility", ""), request.GET.get("state", "")
    if facility:
        found = found.filter(facility__slug=facility)
    if state in ClaimState.values:
        found = found.filter(state=state)
    shown = sorted(
        found.order_by("-month", "facility__position")[: MONTHS_SHOWN * 4],
        key=lambda claim: claim.state != ClaimState.SUBMITTED,
    )
    rows = [
        {
            "words": date_format(claim.month, "YEAR_MONTH_FORMAT"),
            "facility": claim.facility.name,
            "url": reverse("claims:claim", args=[claim.pk]),
            "days": claim.snapshot["record"]["days"],
            "total": claim.snapshot["record"]["amounts"]["total"],
            **_state(claim, running=False),
        }
        for claim in shown
    ]
    context = {
        "rows": rows,
        "facilities": Facility.objects.order_by("position"),
        "states": ClaimState.choices,
        "facility": facility,
        "state": state,
    }
    return render(request, "claims/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim as submitted; accepted or returned by ward staff."""
    shown = visible_or_404(request.user, "claim.view", Claim.objects.select_related("facility"), pk=pk)
    decides = may_on(signed_in(request), "claim.decide", shown)
    form = DecideForm(request.POST if request.method == "POST" and decides else None, initial={"seen": shown.digest})
    if form.is_valid() and _decided(request, shown, form):
        return redirect("claims:claim", pk)
    if form.is_bound:
        form.data = {**request.POST.dict(), "seen": shown.digest}
    snapshot = shown.snapshot
    context = {
        **_shown(request, snapshot["record"], shown),
        "facility": shown.facility,
        "remark": snapshot["remark"],
        "open": [
            {
                "words": in_words(row["what"]),
                "booking": Booked(row["booking"]),
                "which": what_is_open(row["what"], row["days"], row["amount"]),
            }
            for row in snapshot["open"]
        ],
        "form": form if decides and shown.state == ClaimState.SUBMITTED else None,
        "refused": " ".join(map(str, form.non_field_errors())) if shown.state != ClaimState.SUBMITTED else "",
    }
    return render(request, "claims/claim.html", context, status=422 if form.errors else 200)


@require_safe
def claim_file(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """The claim as submitted, as PDF or workbook."""
    found = visible_or_404(request.user, "claim.view", Claim.objects.all(), pk=pk)
    _note_families(request, found.snapshot["record"])
    return HttpResponse(
        claim_pdf(found) if file_format == "pdf" else claim_xlsx(found),
        content_type=CONTENT_TYPES[file_format],
        headers={"Content-Disposition": f'inline; filename="{found.number}.{file_format}"'},
    )


def _decided(request: HttpRequest, shown: Claim, form: DecideForm) -> bool:
    given, person, now = form.cleaned_data, signed_in(request), timezone.now()
    try:
        if "return" in request.POST:
            with transaction.atomic(durable=True):
                return_claim(claim=shown, seen=given["seen"], reason=given["reason"], by=person, at=now)
            messages.success(request, _("The claim is returned to the facility."))
        else:
            with transaction.atomic(durable=True):
                accept_claim(claim=shown, seen=given["seen"], by=person, at=now)
            messages.success(request, _("The claim is accepted. The month is locked."))
    except Refused as refused:
        shown.refresh_from_db()
        form.add_error("reason" if "reason" in refused.fields else None, refused.detail)
        return False
    return True


def _shown(request: HttpRequest, record: Record, claim: Claim | None) -> dict[str, Any]:
    """What both pages show of a record; that its families are shown is written down."""
    _note_families(request, record)
    return {
        "claim": claim,
        "month_name": month_name(record),
        "state": _state(claim, running=False),
        "steps": claim.steps.select_related("by") if claim else [],
        "record": record,
        "amounts": [(words, None if amount is None else f"{amount:,}") for words, amount in amounts(record)],
        "without_rate": without_rate(record),
        "tables": [_page_table(request, table) for table in tables(record)],
    }


def _page_table(request: HttpRequest, table: ClaimTable) -> dict[str, Any]:
    links = may_open(request.user, "operator:stay")

    def cell(value: Any) -> Any:
        if isinstance(value, Booked):
            return {"text": str(value), "url": reverse("operator:stay", args=[value.booking])} if links else str(value)
        return f"{value:,}" if isinstance(value, int) else value

    return {
        "title": table.title,
        "columns": [{"label": words, "numeric": numeric} for words, numeric in table.columns],
        "rows": [[cell(value) for value in row] for row in table.rows],
        "nothing": table.nothing,
    }


def _note_families(request: HttpRequest, record: Record) -> None:
    parts = ("uses", "adjustments", "payments", "coupons", "rides")
    bookings = {row["booking"] for part in parts for row in record[part]}
    note_shown(request, Booking.objects.filter(pk__in=bookings))


def _state(claim: Claim | None, *, running: bool) -> dict[str, str]:
    if claim is None:
        return {"state": _("The month is running") if running else _("Not submitted yet"), "level": ""}
    state = ClaimState(claim.state)
    return {"state": str(state.label), "level": LEVELS[state]}


def _days_used(place: Facility) -> dict[date, int]:
    rows: Iterable[tuple[date, int]] = (
        BookingDay.objects.filter(pool__facility=place, status=DayStatus.USED)
        .order_by()
        .annotate(month=TruncMonth("day"))
        .values_list("month")
        .annotate(days=Count("pk"))
    )
    return dict(rows)


def _mended_at(finding: Finding) -> str:
    if finding.charge:
        return reverse("operator:charge", args=[finding.charge])
    page = "operator:charge-issue" if finding.what == Open.NOT_CHARGED else "operator:stay"
    return reverse(page, args=[finding.booking])


def _month(given: str) -> date:
    if not MONTH.fullmatch(given):
        raise Http404
    return date.fromisoformat(f"{given}-01")
