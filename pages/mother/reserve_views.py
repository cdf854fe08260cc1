"""Booking: days chosen from weeks that count only what the family can use; price and rules seen; confirmed once."""

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
from bookings.places.release import last_day_to_give_back
from bookings.places.reserve import days_along, refuse_impossible_wish, reserve_days
from bookings.unmet.counting import count_refusal, count_rules_against
from enrollment.eligibility import Verdict
from enrollment.models import Registration
from enrollment.queries import verdict_for
from enrollment.reasons import reason, rule_name
from facilities.models import Service
from facilities.queries import services_to_come
from pages.booking_calendar import price_of, sibling_in_words
from pages.booking_forms import IN_HOUSE, BookForm, FoodForm, babies_in_words
from pages.guest_info import guest_of
from pages.once_form import posted, write_once
from pages.public.availability_views import name_of
from sankecare.errors import NotPossible, Refused
from sankecare.forms import show_refusal
from sankecare.periods import days_in_words

from .after_booking import after_booking, is_helper
from .days.day_choice import AskedDays, asked_days, asks, days_of_services, is_price_alone, said
from .days.remembered import LastTime, last_time
from .visit_time_form import TimesForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book days: choose, look over with verdict and price, confirm with a key that counts once."""
    registration = shown_or_404(
        request, Action.BOOKING_RESERVE, Registration.objects.select_related("birth__family"), pk=pk
    )
    services = list(services_to_come(timezone.localdate()))
    given = request.POST if request.method == "POST" else request.GET
    remembered = last_time(registration)
    asked = asked_days(given, services, remembered.service)
    service = asked.service
    if service is None:
        return render(request, "mother/book.html", {"step": 1, "steps": steps(), "services": []})
    if request.method == "POST" and given.get("service") != service.slug:
        # A place of another service than she confirmed is never given.
        messages.error(request, _("Please choose the service and the days again."))
        return redirect("family:book", pk)
    helps = is_helper(request, registration.birth.family)
    form = _form(request, registration, service, asked, remembered)
    times = None
    context: dict[str, Any] = {
        "helps": helps,
        "form": form,
        "registration": registration,
        "service": service,
        "name": name_of(service),
        "page": reverse("family:book", args=[pk]),
        "step": 1,
        "steps": steps(),
    }
    if form.is_valid():
        times = TimesForm(posted(request), service=service, days=form.cleaned_data["day"])
        try:
            if request.method == "POST" and times.is_valid():
                return _confirmed(request, registration, form, times, remembered.food if helps else None)
        except Refused as refused:
            count_refusal(registration.birth.family_id, service, refused, timezone.now())
            show_refusal(times if "times" in refused.fields else form, refused)
        try:
            if not form.errors:
                context |= _looked_over(request, registration, form, remembered.food) | {"times": times}
        except Refused as refused:
            count_refusal(registration.birth.family_id, service, refused, timezone.now())
            show_refusal(form, refused)
    wrong = asks(request) and (form.errors or (times is not None and times.errors))
    if asks(request) and not form.errors:
        context["step"] = 2
    else:
        context |= said(request, form)
        if not is_price_alone(request):
            context |= days_of_services(
                request, registration, services, form, shows_all=asked.shows_all, for_helper=helps
            )
    return render(request, "mother/book.html", context, status=422 if wrong else 200)


def _form(
    request: HttpRequest, registration: Registration, service: Service, asked: AskedDays, remembered: LastTime
) -> BookForm:
    """What was chosen so far; before anything is, who came the last time."""
    is_begun = asks(request) or not {"day", "coupons"}.isdisjoint(asked.data)
    form = BookForm(asked.data if is_begun else None, registration=registration, service=service)
    if not is_begun:
        form.initial = remembered.initial(form)
    if is_helper(request, registration.birth.family):
        form.without_coupons()
    return form


def steps() -> list[str]:
    return [_("Days"), _("Review"), _("Done")]


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


def _looked_over(request: HttpRequest, registration: Registration, form: BookForm, food: str) -> dict[str, Any]:
    family, days, sibling = registration.birth.family, form.cleaned_data["day"], form.cleaned_data["sibling"]
    service, along, helps = form.service, days_along(days, sibling), is_helper(request, family)
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
    else:
        against = [rule.rule.value for rule in verdict.rules if not rule.met and not rule.excepted]
        count_rules_against(family.pk, service, against, timezone.now())
    facts = [
        (_("Service"), name_of(service)),
        (_("Days"), days_in_words(days, weekdays=True)),
        (_("Babies"), babies_in_words(form.cleaned_data["infants"])),
        (_("Sibling"), sibling_in_words(sibling, along, days)),
    ]
    until = last_day_to_give_back(service, days)
    if until is not None:
        facts.append((_("Can be given back here until"), date_format(until)))
    wished = form.cleaned_data.get("options")
    if wished:
        facts.append((_("Also wished for"), _(", ").join(str(row) for row in wished)))
    again, page = chosen_again(form, service), reverse("family:book", args=[registration.pk])
    return {
        "verdict": verdict,
        "rules": [] if helps else rules_in_words(verdict),
        "facts": facts,
        "chosen": again,
        "back_url": f"{page}?{urlencode([*again, ('from', days[0].isoformat())])}",
        "key": secrets.token_urlsafe(24),
        "day_count": len(days),
        "guest": guest_of(family, service, days[0]),
        # Of her health a helper reads nothing: what she eats goes along unseen, as it was the last time.
        "eats": FoodForm(initial={"food": food}) if service.kind in IN_HOUSE and not helps else None,
        **({} if helps else price_of(registration, service, form)),
    }


def _confirmed(
    request: HttpRequest, registration: Registration, form: BookForm, times: TimesForm, food: str | None
) -> HttpResponse:
    """``food``: what goes along whatever was sent; None where she herself said it."""
    eats = FoodForm(request.POST if food is None else {"food": food if form.service.kind in IN_HOUSE else ""})
    if not eats.is_valid():
        raise NotPossible("food_too_long", " ".join(map(str, eats.errors["food"])))
    chosen = form.cleaned_data
    refuse_unusable_coupons(registration.birth.family, form.service, chosen["day"], chosen["coupons"])
    at_times = [(day.isoformat(), f"{one:%H:%M}") for day, one in times.times.items()]
    asked = [registration.pk, [*chosen_again(form, form.service), ("food", eats.cleaned_data["food"]), *at_times]]
    operation = partial(reserve_days, registration=registration, service=form.service)
    try:
        said = {**form.values, **eats.cleaned_data, **times.values}
        made = write_once(request, request.POST.get("key", ""), asked, operation, **said)
    except NotPossible as refused:
        if refused.code != "idempotency_key_malformed":
            raise
        raise Refused(refused.code, _("Please look the days over once more and confirm.")) from refused
    booking = Booking.objects.select_related("registration__birth__family").get(pk=made)
    messages.success(request, _("Booked: %(number)s.") % {"number": booking.number})
    return after_booking(request, booking)
