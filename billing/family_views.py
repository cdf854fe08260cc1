"""A mother's own page, and booking: days chosen, verdict and price seen, confirmed once."""

import secrets
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.looks import shown_or_404
from accounts.models import User
from accounts.permissions import visible
from bookings.models import Booking, BookingState
from bookings.queries import bookings_of, has_used_facility
from bookings.refusals import guard_in_words
from bookings.reserve import reserve_within_transaction
from bookings.views import chosen_month, chosen_service, month_of_places, name_of
from enrollment.eligibility import Verdict
from enrollment.models import LIVE_STATES, ApplicationDraft, Family, Letter, Registration, RegistrationState
from enrollment.queries import tax_class_on, verdict_for
from enrollment.reasons import reason, rule_name
from facilities.models import Service
from facilities.queries import services_offered
from sankecare.errors import NotPossible, Refused
from sankecare.idempotency import Answer, once

from .forms import BookForm
from .models import Charge
from .queries import charges_with_owed, coupons_used
from .quotes import quote_for
from .views import fee_table

LEVELS = {
    RegistrationState.APPLIED: "info",
    RegistrationState.RETURNED: "warning",
    RegistrationState.APPROVED: "success",
    RegistrationState.REJECTED: "error",
    BookingState.OFFERED: "warning",
    BookingState.BOOKED: "success",
    BookingState.ARRIVED: "info",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Her registrations and what comes next, her bookings, her fees."""
    person = cast(User, request.user)
    today = timezone.localdate()
    registrations = list(
        visible(person, "registration.view", Registration.objects.all())
        .select_related("birth")
        .prefetch_related("birth__infants")
        .order_by("-applied_at")
    )
    charges = charges_with_owed(visible(person, "charge.view", Charge.objects.select_related("booking__service")))
    waiting = any(
        row.state in LIVE_STATES and (row.state != RegistrationState.APPROVED or not row.birth.infants.all())
        for row in registrations
    )
    context = {
        "family": Family.objects.filter(account=person).first(),
        "registrations": [_registration_row(row) for row in registrations],
        "may_apply": not waiting,
        "letters": visible(person, "letter.read", Letter.objects.filter(voided_at__isnull=True)),
        "has_draft": ApplicationDraft.objects.filter(account=person).exists(),
        "bookings": [_booking_row(row, today) for row in bookings_of(person).order_by("-booked_at")],
        "charge_columns": [
            {"label": _("Number")},
            {"label": _("Service")},
            {"label": _("Issued")},
            {"label": _("To pay, yen"), "numeric": True},
        ],
        "charge_rows": [
            [
                row.number,
                name_of(row.booking.service),
                date_format(timezone.localdate(row.issued_at)),
                f"{_owed(row):,}",
            ]
            for row in charges.select_related("booking__service__facility")
        ],
    }
    return render(request, "family/home.html", context)


def _owed(charge: Charge) -> int:
    return charge.owed  # type: ignore[attr-defined, no-any-return]  # annotated by charges_with_owed


def _registration_row(registration: Registration) -> dict[str, Any]:
    state = RegistrationState(registration.state)
    born = bool(registration.birth.infants.all())
    return {
        "registration": registration,
        "state": state.label,
        "level": LEVELS.get(state, ""),
        "meaning": _meaning(state, born),
        "can_book": state == RegistrationState.APPROVED and born,
        "birth_open": state in LIVE_STATES and not born,
        "returned": state == RegistrationState.RETURNED,
        "can_withdraw": state in (RegistrationState.APPLIED, RegistrationState.RETURNED),
    }


def _meaning(state: RegistrationState, born: bool) -> str:
    if state == RegistrationState.APPROVED and not born:
        return _("You are registered. Report the birth here once your baby is born: then you can book.")
    return {
        RegistrationState.APPLIED: _("The ward is looking at your application. The answer will be shown here."),
        RegistrationState.RETURNED: _("The ward asks you to correct something."),
        RegistrationState.APPROVED: _("You are registered. You can book."),
        RegistrationState.REJECTED: _("The ward could not approve your application."),
        RegistrationState.WITHDRAWN: _("You have withdrawn this application."),
        RegistrationState.ENDED: _("This registration has ended."),
    }[state]


def _booking_row(booking: Booking, today: date) -> dict[str, Any]:
    first, last = booking.first_day, booking.last_day  # type: ignore[attr-defined]  # annotated by bookings_of
    days = ""
    if first:
        days = (
            date_format(first)
            if first == last
            else _("%(first)s to %(last)s")
            % {
                "first": date_format(first),
                "last": date_format(last),
            }
        )
    return {
        "booking": booking,
        "days": days,
        "level": LEVELS.get(BookingState(booking.state), ""),
        "can_cancel": booking.state == BookingState.BOOKED and bool(first) and first >= today,
        "is_offered": booking.state == BookingState.OFFERED,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book days: choose, look over with verdict and price, confirm with a key that counts once."""
    registration = shown_or_404(
        request, "booking.reserve", Registration.objects.select_related("birth__family"), pk=pk
    )
    today = timezone.localdate()
    services = list(services_offered(today))
    given = request.POST if request.method == "POST" else request.GET
    service = chosen_service(services, given.get("service", ""))
    page = reverse("family:book", args=[pk])
    if service is None:
        return render(request, "family/book.html", {"step": 1, "steps": _steps(), "services": []})
    asked = request.method == "POST" or "ask" in request.GET
    initial = {"first_day": request.GET.get("first_day"), "days": 1, "coupons": 0}
    form = BookForm(given if asked else None, registration=registration, service=service, initial=initial)
    context: dict[str, Any] = {
        "form": form,
        "service": service,
        "steps": _steps(),
        "back_url": f"{page}?{urlencode({'service': service.slug})}",
    }
    if form.is_valid():
        try:
            if request.method == "POST":
                return _confirmed(request, registration, form)
            return render(request, "family/book.html", context | _to_look_over(registration, service, form))
        except Refused as refused:
            form.add_error(None, refused.detail)
    month = chosen_month(request.GET.get("month", ""), today)
    context |= {
        "step": 1,
        "services": [(row.slug, name_of(row)) for row in services],
        "month": month_of_places(service, month, today, page, choosable=True),
    }
    return render(request, "family/book.html", context, status=422 if form.errors else 200)


def _steps() -> list[str]:
    return [_("Choose the days"), _("Look over"), _("Booked")]


def _to_look_over(registration: Registration, service: Service, form: BookForm) -> dict[str, Any]:
    family, days, sibling = registration.birth.family, form.days_wanted, form.cleaned_data["sibling"]
    verdict = verdict_for(
        registration,
        service,
        days[0],
        days[-1],
        sibling_birth_date=sibling.birth_date if sibling else None,
        has_used_facility=has_used_facility(family, service.facility),
    )
    return {
        "step": 2,
        "verdict": verdict,
        "rules": _rules(verdict),
        "facts": [
            (_("Service"), name_of(service)),
            (_("Days"), _("%(first)s to %(last)s") % {"first": date_format(days[0]), "last": date_format(days[-1])}),
            (_("Babies"), form.cleaned_data["infants"]),
            (_("Sibling"), sibling.name if sibling else _("none")),
        ],
        "chosen": [(name, form.data.get(name, "")) for name in ("service", *form.fields)],
        "key": secrets.token_urlsafe(24),
        **_price(registration, service, form),
    }


def _rules(verdict: Verdict) -> list[dict[str, Any]]:
    return [
        {"name": rule_name(rule.rule), "met": rule.met or rule.excepted, "reason": reason(rule)}
        for rule in verdict.rules
    ]


def _price(registration: Registration, service: Service, form: BookForm) -> dict[str, Any]:
    family, days, given = registration.birth.family, form.days_wanted, form.cleaned_data
    try:
        quoted = quote_for(
            service,
            days[0],
            days[-1],
            tax_class_on(family, days),
            infants=given["infants"],
            siblings=int(given["sibling"] is not None),
            coupons=given["coupons"],
            coupons_used_before=coupons_used(family),
        )
    except NotPossible as refused:
        if "coupons" in refused.fields:
            raise
        return {"no_fee": refused.detail}
    return fee_table(quoted)


def _confirmed(request: HttpRequest, registration: Registration, form: BookForm) -> HttpResponse:
    person, given = cast(User, request.user), form.cleaned_data

    def write() -> Answer:
        booking = reserve_within_transaction(
            registration=registration,
            service=form.service,
            days=form.days_wanted,
            by=person,
            at=timezone.now(),
            infant_count=given["infants"],
            sibling=given["sibling"],
            coupons=given["coupons"],
        )
        return Answer(201, {"number": booking.number})

    asked = [registration.pk, form.service.slug, *form.days_wanted, given["infants"], str(given["sibling"])]
    with guard_in_words():
        answer = once(user=person, key=request.POST.get("key", ""), request=asked, write=write)
    messages.success(request, _("Booked: %(number)s.") % {"number": answer.body["number"]})
    return redirect("accounts:landing")
