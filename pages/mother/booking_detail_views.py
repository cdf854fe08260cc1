"""One booking's page: what it is and costs; moved to other days, with other people, or taken into a calendar."""

from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may_on, signed_in
from billing import fees
from billing.models import Charge
from billing.queries import owed
from bookings.models import Booking, BookingState, DayStatus
from bookings.places.calendar_events import events_of
from bookings.places.locking import lock_booking
from bookings.places.move import move_booking, who_would_come
from bookings.places.participants import change_party
from bookings.places.queries import CHANGEABLE, VISITS, booked_together, bookings_with_days, has_used_facility
from bookings.places.refusals import guarded_transaction, is_self_service
from bookings.places.release import last_day_to_give_back
from bookings.places.reserve import refuse_impossible_wish
from care.session_queries import sessions_for
from care.visit_queries import visits_of
from enrollment.queries import verdict_for
from pages.booking_calendar import price, price_of_booking, price_with_usable_coupons, sibling_in_words
from pages.booking_forms import BookForm, BookingPartyForm, babies_in_words, party_as_it_stands
from pages.guest_info import GuestInfo, guest_of
from pages.once_form import form_page, posted
from pages.public.availability_views import name_of
from pages.public.check_views import fee_table
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import show_refusal
from sankecare.moments import moment_in_words
from sankecare.periods import days_in_words
from sankecare.templatetags.design import keeping_numbers_whole

from .appointment_views import appointments_of
from .days.day_choice import asks, days_of_booking, is_price_alone, said
from .reserve_views import rules_in_words
from .visit_time_form import TimesForm


@never_cache
@require_safe
def booking_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The booking as it stands, its fee by day, what was changed by the ward, and what can be done with it."""
    booking = _own(request, pk)
    days = booking.days_kept
    today = timezone.localdate()
    booked = booking.state == BookingState.BOOKED and bool(days) and days[0] >= today
    until = last_day_to_give_back(booking.service, days) if booked else None
    too_late = until is not None and today > until and is_self_service(signed_in(request))
    context = {
        "booking": booking,
        "facts": _facts(booking, days),
        "notices": booking.notices.all(),
        "rides": booking.rides.filter(taken_back_at__isnull=True),
        "may_change": booked,
        "may_cancel": booked and not too_late,
        "too_late": too_late,
        "change_for_caller": may_on(signed_in(request), Action.STAY_CHANGE, booking) and booking.state in CHANGEABLE,
        "until": until,
        "is_offered": booking.state == BookingState.OFFERED,
        "visits": [visit for visit in visits_of(booking) if visit.record] if booking.service.kind in VISITS else [],
        "appointments": appointments_of(
            booking, today, may_change=not too_late, is_hers=is_self_service(signed_in(request))
        ),
        "guest": _guest(booking, days),
        "places": sessions_for(booking, timezone.now()),
        **_fee(booking, days),
    }
    return render(request, "mother/booking.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Other days for the booking: chosen in the same month as when booking, looked over, confirmed."""
    booking = _own(request, pk)
    registration, service, days = booking.registration, booking.service, booking.days_kept
    given = request.POST if request.method == "POST" else request.GET
    page = reverse("family:move", args=[pk])
    fixed = _party(booking)
    data = given.copy()
    data.update(fixed)
    if "day" not in given and not asks(request):
        data.setlist("day", [day.isoformat() for day in days])  # what is hers already, with its fee
    form = BookForm(data, registration=registration, service=service)
    context: dict[str, Any] = {
        "form": form,
        "service": service,
        "booking": booking,
        "page": page,
        "step": 1,
        "steps": [_("Days"), _("Review"), _("Done")],
        "before": days_in_words(days, weekdays=True),
    }
    times = None
    if form.is_valid():
        wanted = form.cleaned_data["day"]
        times = TimesForm(posted(request), service=service, days=[day for day in wanted if day not in days])
        try:
            if request.method == "POST" and times.is_valid():
                with guarded_transaction():
                    _refuse_days_changed(booking, request.POST.getlist("stood"))
                    move_booking(
                        booking=booking, days=wanted, by=signed_in(request), at=timezone.now(), **times.values
                    )
                messages.success(request, _("%(number)s is moved.") % {"number": booking.number})
                return redirect("family:booking", pk)
        except Refused as refused:
            show_refusal(times if "times" in refused.fields else form, refused)
        try:
            if not form.errors:
                context |= _looked_over(request, booking, wanted, page) | {"times": times}
        except Refused as refused:
            show_refusal(form, refused)
    wrong = asks(request) and (form.errors or (times is not None and times.errors))
    if asks(request) and not form.errors:
        context["step"] = 2
    else:
        context |= said(request, form)
        if not is_price_alone(request):
            context |= days_of_booking(request, registration, form, booking)
    return render(request, "mother/move.html", context, status=422 if wrong else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def party(request: HttpRequest, pk: int) -> HttpResponse:
    """Who takes part, and coupons: changed, and priced anew."""
    booking = _own(request, pk)
    form = BookingPartyForm(posted(request), booking=booking, initial=party_as_it_stands(booking))
    return form_page(
        request,
        form,
        partial(_change_priced_party, booking=booking),
        template="mother/party.html",
        context={"booking": booking, "name": name_of(booking.service)},
        back=reverse("family:booking", args=[pk]),
        done=_("It is changed. The new fee stands below."),
        stands=lambda: Standing(party_as_it_stands(lock_booking(booking))),
    )


def _own(request: HttpRequest, pk: int) -> Booking:
    return shown_or_404(request, Action.BOOKING_CHANGE, bookings_with_days(), pk=pk)


def _party(booking: Booking) -> dict[str, Any]:
    return {
        "infants": booking.infant_count,
        "sibling": booking.sibling_id or "",
        "coupons": booking.coupons,
    }


def _facts(booking: Booking, days: list[date]) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("Service"), name_of(booking.service)),
        (_("Days"), days_in_words(days, weekdays=True) if days else _given_up(booking)),
        (_("Babies"), babies_in_words(booking.infant_count)),
        (_("Sibling"), _sibling_of(booking, days)),
    ]
    if missed := [row.day for row in booking.days.all() if row.missed and not row.is_kept and days]:
        words = _("%(days)s (nothing is charged)") % {"days": days_in_words(missed, with_year=False)}
        facts.append((_("Days not come"), words))
    if booking.coupons:
        facts.append((_("Coupons"), _("%(number)s coupons") % {"number": booking.coupons}))
    if booking.food:
        facts.append((_("Allergies and food"), booking.food))
    options = [str(row) for row in booking.options.all()]
    if options:
        facts.append((_("Also wished for"), _(", ").join(options)))
    today = timezone.localdate()
    facts += [  # those to come stand on cards of their own
        (_("Time on %(day)s") % {"day": date_format(row.day)}, time_format(row.starts_at))
        for row in booking.days.all()
        if row.starts_at is not None and row.is_kept and (row.day < today or row.status != DayStatus.HELD)
    ]
    if together := booked_together(booking):
        facts.append((_("Booked together with"), format_html_join(_(", "), "{}", map(_linked, together))))
    return facts + _when(booking)


def _linked(booking: Booking) -> tuple[SafeString]:
    """A booking of days that lie apart: its number, which leads to it, and its days."""
    days = keeping_numbers_whole(days_in_words(booking.days_kept, with_year=False))
    number = format_html('<a href="{}">{}</a>', reverse("family:booking", args=[booking.pk]), booking.number)
    return (format_html("{}　{}", number, days) if booking.days_kept else number,)


def _given_up(booking: Booking) -> str:
    """Say that no day is kept, and which ones were given back last."""
    released = {row.day: row.released_at for row in booking.days.all() if row.released_at}
    if not released:
        return _("none any more")
    last = max(released.values())
    days = days_in_words([day for day, at in released.items() if at == last])
    return _("none any more (it was %(days)s)") % {"days": days}


def _sibling_of(booking: Booking, days: list[date]) -> str:
    """Which sibling comes, and where not on all days on which."""
    along = [row.day for row in booking.days.all() if row.is_kept and row.with_sibling]
    return sibling_in_words(booking.sibling, along, days)


def _when(booking: Booking) -> list[tuple[str, object]]:
    """When a stay begins and ends, as it stands in her calendar."""
    events = [event for event in events_of([booking], with_place=False) if not event.cancelled]
    if not events or booking.service.kind in VISITS:
        return []
    facts: list[tuple[str, object]] = []
    for event in events:  # each unbroken run of days has its own beginning and end
        if event.starts and event.ends:
            facts.append((_("Begins"), moment_in_words(event.starts)))
            facts.append((_("Ends"), moment_in_words(event.ends)))
    return facts


def _guest(booking: Booking, days: list[date]) -> GuestInfo | None:
    """What a guest needs to know, of a booking to come or that is running."""
    if booking.state not in (BookingState.BOOKED, BookingState.ARRIVED) or not days:
        return None
    return guest_of(booking.registration.birth.family, booking.service, days[0])


def _fee(booking: Booking, days: list[date]) -> dict[str, Any]:
    """What was charged, once it is; before, what the days would cost."""
    charge = Charge.objects.filter(booking=booking).prefetch_related("lines").first()
    if charge is None:
        return price_of_booking(booking)
    lines = tuple(
        fees.Line(row.day, fees.Component(row.component), row.quantity, row.unit_amount, row.amount)
        for row in charge.lines.all()
    )
    return {**fee_table(fees.Quote(charge.total, lines)), "charge": charge, "owed": f"{owed(charge):,}"}


def _change_priced_party(*, booking: Booking, by: User, at: datetime, **party: Any) -> Booking:
    """More coupons than days, say: refused as it is changed. Without days the change itself is what is refused."""
    days = booking.days_kept
    if not days:
        return change_party(booking=booking, by=by, at=at, **party)
    changed = change_party(booking=booking, by=by, at=at, **party)
    along = list(changed.days.kept().filter(with_sibling=True).values_list("day", flat=True))
    price(
        booking.registration,
        booking.service,
        days,
        infants=party["infant_count"],
        siblings=int(bool(along)),
        coupons=party["coupons"],
        sibling_days=along,
    )
    return changed


def _refuse_days_changed(booking: Booking, stood: list[str]) -> None:
    """Refuse where it was moved since she looked it over: she sees the days of now first.

    Errors: Refused ``changed_meanwhile``.
    """
    now = [day.isoformat() for day in lock_booking(booking).days_kept]
    if stood and stood != now:
        words = _("The days of %(number)s were changed meanwhile. Please look at them and choose again.")
        raise Refused("changed_meanwhile", words % {"number": booking.number})


def _looked_over(request: HttpRequest, booking: Booking, wanted: list[date], page: str) -> dict[str, Any]:
    registration, service, sibling = booking.registration, booking.service, booking.sibling
    along = [day for day, there in who_would_come(booking, wanted).items() if there]
    verdict = verdict_for(
        registration,
        service,
        wanted[0],
        wanted[-1],
        sibling_birth_date=sibling.birth_date if sibling else None,
        sibling_days=along if sibling else None,
        has_used_facility=has_used_facility(registration.birth.family, service.facility),
    )
    if verdict.eligible:
        refuse_impossible_wish(
            registration,
            service,
            wanted,
            sibling_days=along,
            by=signed_in(request),
            at=timezone.now(),
            without=booking,
        )
    again = [("day", day.isoformat()) for day in wanted]
    facts = [
        (_("Service"), name_of(service)),
        (_("Days so far"), days_in_words(booking.days_kept, weekdays=True)),
        (_("New days"), days_in_words(wanted, weekdays=True)),
    ]
    if sibling:
        facts.append((_("Sibling"), sibling_in_words(sibling, along, wanted)))
    return {
        "verdict": verdict,
        "rules": rules_in_words(verdict),
        "facts": facts,
        "chosen": [*again, *(("stood", day.isoformat()) for day in booking.days_kept)],
        "back_url": f"{page}?{urlencode([*again, ('from', wanted[0].isoformat())])}",
        **price_with_usable_coupons(booking, wanted, siblings=int(bool(along)), sibling_days=along),
    }
