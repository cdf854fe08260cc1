"""月次実績報告・請求 at the ward: all claims, one as submitted, accepted or returned; its files."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import Action
from accounts.permissions import may_on, signed_in, visible, visible_or_404
from billing.claim_files import claim_pdf, claim_xlsx
from billing.claim_tables import Booked, in_words, what_is_open
from billing.claims import accept_claim, return_claim
from billing.models import Claim, ClaimState
from billing.open_items import still_open
from facilities.models import Facility
from pages.claim_open_items import open_tables, where_they_stand
from pages.claim_page import MONTHS_SHOWN, claim_context, note_families, page_table, state_words
from sankecare.errors import Refused
from sankecare.forms import show_refusal

ITEMS_SHOWN = 200
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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
def claims(request: HttpRequest) -> HttpResponse:
    """The claims of all facilities, by month; those that wait first."""
    found = visible(signed_in(request), Action.CLAIM_OVERSEE, Claim.objects.select_related("facility"))
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
            **state_words(claim, running=False),
        }
        for claim in shown
    ]
    items = [item for item in still_open() if not facility or item.claim.facility.slug == facility]
    table = where_they_stand(request, items[:ITEMS_SHOWN], _("Carried over, still open"))
    context = {
        "rows": rows,
        "still_open": page_table(request, table),
        "more_open": max(len(items) - ITEMS_SHOWN, 0),
        "facilities": Facility.objects.order_by("position"),
        "states": ClaimState.choices,
        "facility": facility,
        "state": state,
    }
    return render(request, "ward/claims.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim as submitted; accepted or returned by ward staff."""
    shown = visible_or_404(request.user, Action.CLAIM_VIEW, Claim.objects.select_related("facility"), pk=pk)
    decides = may_on(signed_in(request), Action.CLAIM_DECIDE, shown)
    form = DecideForm(request.POST if request.method == "POST" and decides else None, initial={"seen": shown.digest})
    if form.is_valid() and _decided(request, shown, form):
        return redirect("claims:claim", pk)
    if form.is_bound:
        form.data = {**request.POST.dict(), "seen": shown.digest}
    snapshot = shown.snapshot
    context = {
        **claim_context(request, snapshot["record"], shown, shown.facility),
        "open_tables": open_tables(request, shown.facility, shown.month, snapshot["record"], shown),
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
    return render(request, "ward/claim.html", context, status=422 if form.errors else 200)


@require_safe
def claim_file(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """The claim as submitted, as PDF or workbook."""
    claim = visible_or_404(request.user, Action.CLAIM_VIEW, Claim.objects.all(), pk=pk)
    note_families(request, claim.snapshot["record"])
    return HttpResponse(
        claim_pdf(claim) if file_format == "pdf" else claim_xlsx(claim),
        content_type=CONTENT_TYPES[file_format],
        headers={"Content-Disposition": f'inline; filename="{claim.number}.{file_format}"'},
    )


def _decided(request: HttpRequest, shown: Claim, form: DecideForm) -> bool:
    cleaned, person, now = form.cleaned_data, signed_in(request), timezone.now()
    try:
        if "return" in request.POST:
            with transaction.atomic(durable=True):
                return_claim(claim=shown, seen=cleaned["seen"], reason=cleaned["reason"], by=person, at=now)
            messages.success(request, _("The claim is returned to the facility."))
        else:
            with transaction.atomic(durable=True):
                accept_claim(claim=shown, seen=cleaned["seen"], by=person, at=now)
            messages.success(request, _("The claim is accepted. The month is locked."))
    except Refused as refused:
        shown.refresh_from_db()
        show_refusal(form, refused)
        return False
    return True
