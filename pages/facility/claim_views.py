"""月次請求 at the facility: the month that is being settled, submitted when it is over."""

import re
from collections.abc import Iterable
from datetime import date

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

from accounts.access_log import note_shown
from accounts.permissions import signed_in
from billing.claims import submit_claim
from billing.models import Claim, ClaimState
from billing.month_record import digest_of, last_of_month, month_record, open_in_month
from bookings.models import Booking, BookingDay, DayStatus
from bookings.places.queries import STAYS
from facilities.models import Facility
from facilities.queries import own_facility
from pages.claim_open_items import open_tables
from pages.claim_page import MONTHS_SHOWN, claim_context, returned_because, state_words
from sankecare.errors import Refused
from sankecare.forms import show_refusal

from .claim_open import open_by_family

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


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


@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """The facility's months, newest first: family-days, and how far the claim is."""
    place, today = own_facility(signed_in(request)), timezone.localdate()
    claims = {claim.month: claim for claim in Claim.objects.filter(facility=place).order_by("-month")[:MONTHS_SHOWN]}
    used = _days_used(place)
    shown = sorted({*used, *claims, today.replace(day=1)}, reverse=True)[:MONTHS_SHOWN]
    rows = [
        {
            "words": date_format(month, "YEAR_MONTH_FORMAT"),
            "url": reverse("operator:claim", args=[f"{month:%Y-%m}"]),
            "days": used.get(month, 0),
            **state_words(claims.get(month), running=last_of_month(month) >= today),
            "returned": returned_because(claims.get(month)),
        }
        for month in shown
    ]
    return render(request, "facility/claims.html", {"facility": place, "rows": rows})


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
            show_refusal(form, refused)
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
        **claim_context(request, record, claim, place),
        "open_tables": open_tables(request, place, first, record, claim),
        "facility": place,
        "month": month,
        "over": over,
        "open": open_by_family(found, today),
        "stopped": any(finding.stops for finding in found),
        "form": None if settled or not over else form,
        "refused": " ".join(map(str, form.non_field_errors())) if settled or not over else "",
    }
    note_shown(request, Booking.objects.filter(pk__in={finding.booking for finding in found}))
    return render(request, "facility/claim.html", context, status=422 if form.errors else 200)


def _days_used(place: Facility) -> dict[date, int]:
    rows: Iterable[tuple[date, int]] = (
        BookingDay.objects.filter(pool__facility=place, status=DayStatus.USED, booking__service__kind__in=STAYS)
        .order_by()
        .annotate(month=TruncMonth("day"))
        .values_list("month")
        .annotate(days=Count("pk"))
    )
    return dict(rows)


def _month(given: str) -> date:
    if not MONTH.fullmatch(given):
        raise Http404
    return date.fromisoformat(f"{given}-01")
