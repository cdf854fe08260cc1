"""Booking: days chosen from a month that counts only what the family can use; price and rules seen; confirmed once."""

import secrets
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from billing.quotes import refuse_unusable_coupons
from bookings.models import Booking
from bookings.places.queries import has_used_facility
from bookings.places.refusals import is_self_service
from bookings.places.release import last_day_to_give_back
from bookings.places.reserve import days_along, refuse_impossible_wish, reserve_days
from enrollment.eligibility import Verdict
from enrollment.models import Registration
from enrollment.queries import verdict_for
from enrollment.reasons import reason, rule_name
from facilities.models import Service
from facilities.queries import services_to_come
from pages.booking_calendar import month_to_choose, price_of, sibling_in_words
from pages.booking_forms import IN_HOUSE, BookForm, FoodForm, babies_in_words
from pages.once_form import write_once
from pages.public.availability_views import chosen_month, chosen_service, months_later, name_of
from sankecare.errors import NotPossible, Refused
from sankecare.forms import show_refusal
from sankecare.periods import days_in_words


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book days: choose, look over with verdict and price, confirm with a key that counts once."""
    registration = shown_or_404(
        request, Action.BOOKING_RESERVE, Registration.objects.select_related("birth__family"), pk=pk
    )
    services = list(services_to_come(timezone.localdate()))
    given = request.POST if request.method == "POST" else request.GET
    service = chosen_service(services, given.get("service", ""))
    if service is None:
        return render(request, "mother/book.html", {"step": 1, "steps": steps(), "services": []})
    if request.method == "POST" and given.get("service") != service.slug:
        # A place of another service than she confirmed is never given.
        messages.error(request, _("Please choose the service and the days again."))
        return redirect("family:book", pk)
    if given.get("shown_service", service.slug) != service.slug:
        return _shown_first(request, pk, service)
    form = BookForm(given if "day" in given or asks(request) else None, registration=registration, service=service)
    context: dict[str, Any] = {
        "form": form,
        "registration": registration,
        "service": service,
        "services": [(row.slug, name_of(row)) for row in services],
        "page": reverse("family:book", args=[pk]),
        "step": 1,
        "steps": steps(),
    }
    if form.is_valid():
        try:
            if request.method == "POST":
                return _confirmed(request, registration, form)
            context |= _looked_over(request, registration, form, context["page"])
        except Refused as refused:
            show_refusal(form, refused)
    shown = choice(request, registration, form, context)
    return render(request, "mother/book.html", shown, status=422 if asks(request) and form.errors else 200)


def _shown_first(request: HttpRequest, pk: int, service: Service) -> HttpResponse:
    """Another service than the days on the page are of: its own days and price are shown before anything goes on."""
    left_out = ("shown_service", "ask", "look", "csrfmiddlewaretoken")
    again = [(name, text) for name, texts in request.GET.lists() if name not in left_out for text in texts]
    page = f"{reverse('family:book', args=[pk])}?{urlencode(again)}"
    sentence = _("You have chosen %(service)s. Please look at its days and price, and go on from there.")
    messages.info(request, sentence % {"service": name_of(service)})
    return HttpResponse(headers={"HX-Redirect": page}) if "HX-Request" in request.headers else redirect(page)


def asks(request: HttpRequest) -> bool:
    """Tell whether she has chosen and goes on, or only turns the month and marks days."""
    return request.method == "POST" or "ask" in request.GET


def choice(
    request: HttpRequest,
    registration: Registration,
    form: BookForm,
    context: dict[str, Any],
    without: Booking | None = None,
) -> dict[str, Any]:
    """Return the page's context: looked over where all is well and she asks for it, else the month to choose from."""
    if asks(request) and form.is_bound and not form.errors:
        return context | {"step": 2}
    today = timezone.localdate()
    chosen = form.ticked()
    sibling = form.is_bound and bool(form.cleaned_data.get("sibling"))
    given = request.POST if request.method == "POST" else request.GET
    first = chosen_month(given.get("show") or given.get("month", ""), today)
    if not given and chosen:
        first = chosen_month(f"{min(chosen):%Y-%m}", today)
    laid_out = partial(
        month_to_choose,
        registration,
        form.service,
        at=timezone.now(),
        chosen=chosen,
        notice=is_self_service(signed_in(request)),
        with_sibling=sibling,
        without=without,
    )
    shown = laid_out(first=first)
    if not chosen and not {"show", "month"} & given.keys() and shown["month"].is_behind:
        shown = laid_out(first=months_later(first, 1))
    # Marking days is no mistake yet: what is wrong is said when she goes on; the price box says it before.
    said = form.errors and not asks(request)
    return context | shown | {"problems": _problems(form) if said and chosen else [], "show_errors": asks(request)}


def steps() -> list[str]:
    return [_("Choose the days"), _("Look over"), _("Booked")]


def rules_in_words(verdict: Verdict) -> list[dict[str, Any]]:
    """Return each rule for templates/public/rules.html."""
    return [
        {"name": rule_name(rule.rule), "met": rule.met or rule.excepted, "reason": reason(rule)}
        for rule in verdict.rules
    ]


def chosen_again(form: BookForm, service: Service) -> list[tuple[str, str]]:
    """Return everything chosen as (name, value), to be sent along or to go back to."""
    days = [("day", day.isoformat()) for day in form.cleaned_data["day"]]
    options = [("options", str(row.pk)) for row in form.cleaned_data.get("options", ())]
    single = [(name, form.data.get(name, "")) for name in ("infants", "sibling", "coupons")]
    return [("service", service.slug), *days, *options, *single]


def _problems(form: BookForm) -> list[str]:
    return [str(sentence) for name in ("day", "coupons", "__all__") for sentence in form.errors.get(name, [])]


def _looked_over(request: HttpRequest, registration: Registration, form: BookForm, page: str) -> dict[str, Any]:
    family, days, sibling = registration.birth.family, form.cleaned_data["day"], form.cleaned_data["sibling"]
    service, along = form.service, days_along(days, sibling)
    verdict = verdict_for(
        registration,
        service,
        days[0],
        days[-1],
        sibling_birth_date=sibling.birth_date if sibling else None,
        sibling_days=along if sibling else None,
        has_used_facility=has_used_facility(family, service.facility),
    )
    if verdict.eligible:
        refuse_impossible_wish(
            registration, service, days, sibling_days=along, by=signed_in(request), at=timezone.now()
        )
    facts = [
        (_("Service"), name_of(service)),
        (_("Days"), days_in_words(days)),
        (_("Babies"), babies_in_words(form.cleaned_data["infants"])),
        (_("Sibling"), sibling_in_words(sibling, along, days)),
    ]
    until = last_day_to_give_back(service, days)
    if until is not None:
        facts.append((_("Can be given back here until"), date_format(until)))
    wished = form.cleaned_data.get("options")
    if wished:
        facts.append((_("Also wished for"), _(", ").join(str(row) for row in wished)))
    again = chosen_again(form, service)
    return {
        "verdict": verdict,
        "rules": rules_in_words(verdict),
        "facts": facts,
        "chosen": again,
        "back_url": f"{page}?{urlencode([*again, ('month', f'{days[0]:%Y-%m}')])}",
        "key": secrets.token_urlsafe(24),
        "day_count": len(days),
        "eats": FoodForm() if service.kind in IN_HOUSE else None,
        **price_of(registration, service, form),
    }


def _confirmed(request: HttpRequest, registration: Registration, form: BookForm) -> HttpResponse:
    eats = FoodForm(request.POST)
    if not eats.is_valid():
        raise NotPossible("food_too_long", " ".join(map(str, eats.errors["food"])))
    chosen = form.cleaned_data
    refuse_unusable_coupons(registration.birth.family, form.service, chosen["day"], chosen["coupons"])
    asked = [registration.pk, [*chosen_again(form, form.service), ("food", eats.cleaned_data["food"])]]
    operation = partial(reserve_days, registration=registration, service=form.service)
    try:
        made = write_once(request, request.POST.get("key", ""), asked, operation, **form.values, **eats.cleaned_data)
    except NotPossible as refused:
        if refused.code != "idempotency_key_malformed":
            raise
        raise Refused(refused.code, _("Please look the days over once more and confirm.")) from refused
    booking = Booking.objects.get(pk=made)
    messages.success(request, _("Booked: %(number)s.") % {"number": booking.number})
    return redirect("family:booking", booking.pk)
