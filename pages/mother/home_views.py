"""A mother's own page: what is registered, booked and to be paid, and what comes next."""

from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from billing.models import Charge
from billing.queries import charges_with_owed_and_paid, listed_as_owed, listed_as_paid
from bookings.models import Booking, BookingState
from bookings.places.birth_use import days_of_birth_by_limit
from bookings.places.queries import bookings_of
from bookings.places.release import last_days_to_give_back
from bookings.waiting.counting import away_shown
from care.session_queries import with_sessions
from enrollment.decisions.earlier import DaysOfBirth
from enrollment.models import LIVE_STATES, ApplicationDraft, Family, Letter, Registration, RegistrationState
from enrollment.queries import Catalogue, services_with_terms, verdicts_on_application
from enrollment.standing import has_left, state_words
from pages.public.availability_views import name_of
from sankecare.moments import day_of_moment

# States in which the ward's words of the decision still hold: not while a corrected application waits.
WITH_REASON = (RegistrationState.RETURNED, RegistrationState.REJECTED, RegistrationState.ENDED)
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
        visible(person, Action.REGISTRATION_VIEW, Registration.objects.all())
        .select_related("birth")
        .prefetch_related("birth__infants", "exceptions", *away_shown(today))
        .order_by("-applied_at")
    )
    charges = charges_with_owed_and_paid(visible(person, Action.CHARGE_VIEW, Charge.objects.all()))
    waiting = any(
        row.state in LIVE_STATES and (row.state != RegistrationState.APPROVED or not row.birth.infants.all())
        for row in registrations
    )
    catalogue = services_with_terms() if any(row.state == RegistrationState.APPROVED for row in registrations) else []
    bookings = list(bookings_of(person).order_by("-booked_at"))
    give_back = last_days_to_give_back(bookings)
    with_session = with_sessions(bookings, timezone.now())
    context = {
        "family": Family.objects.filter(account=person).first(),
        "registrations": [_registration_row(row, today, catalogue) for row in registrations],
        "may_apply": not waiting,
        "letters": visible(person, Action.LETTER_READ, Letter.objects.filter(voided_at__isnull=True)),
        "has_draft": ApplicationDraft.objects.filter(account=person).exists(),
        "bookings": [
            {**_booking_row(row, today, give_back.get(row.pk)), "has_session": row.pk in with_session}
            for row in bookings
        ],
        "charge_columns": [
            {"label": _("Number")},
            {"label": _("Service")},
            {"label": _("Issued")},
            {"label": _("Fee, yen"), "numeric": True},
            {"label": _("Still to pay, yen"), "numeric": True},
        ],
        "charge_rows": [
            [
                row.number,
                name_of(row.booking.service),
                day_of_moment(row.issued_at),
                f"{listed_as_owed(row):,}",
                _still_to_pay(listed_as_owed(row) - listed_as_paid(row)),
            ]
            for row in charges.select_related("booking__service__facility").order_by("-issued_at", "-pk")
        ],
    }
    return render(request, "mother/home.html", context)


def _registration_row(registration: Registration, today: date, catalogue: Catalogue) -> dict[str, Any]:
    state = RegistrationState(registration.state)
    born = bool(registration.birth.infants.all())
    usable = state == RegistrationState.APPROVED and born
    last_days = _last_days(registration, today, catalogue) if usable else []
    over = bool(last_days) and last_days[-1][1] < today
    return {
        "registration": registration,
        "state": state_words(registration, today),
        "level": "" if over else LEVELS.get(state, ""),
        "meaning": _why_over(registration, today) if over else _meaning(state, born),
        "last_days": last_days,
        "days": _days_left(registration, today) if usable else [],
        "can_book": usable and not over,
        "birth_open": state in LIVE_STATES and not born,
        "returned": state == RegistrationState.RETURNED,
        "reason": registration.decision_reason if state in WITH_REASON else "",
        "can_withdraw": state in (RegistrationState.APPLIED, RegistrationState.RETURNED),
        "away_draws": registration.draw_entries.all(),
        "away_waits": registration.waiting_entries.all(),
    }


def _days_left(registration: Registration, today: date) -> list[tuple[date | None, DaysOfBirth]]:
    """The days left by the limits of today, and by those to come with the day from which they hold."""
    return [(first, row) for first, row in days_of_birth_by_limit(registration.birth, today) if row.limit is not None]


def _why_over(registration: Registration, today: date) -> str:
    """Say why nothing can be booked on a registration any more, and what she can do."""
    if has_left(registration, today):
        return _(
            "You have left the ward, so you cannot book any more. If you live in the ward again, enter your new "
            "address under “Report a change”: the registration then goes on, with the days that are left."
        )
    return _("The last day has passed: your baby has outgrown every service.")


def _last_days(registration: Registration, today: date, catalogue: Catalogue) -> list[tuple[str, date]]:
    """Return the last day of each kind of service, those of one day together: (kinds in words, day)."""
    kinds: dict[date, list[str]] = {}
    verdicts = verdicts_on_application(registration, today, catalogue)
    for service, _terms in catalogue:
        last = verdicts[service.slug].last_day if service.slug in verdicts else None
        if last is not None and (kind := str(service.get_kind_display())) not in kinds.setdefault(last, []):
            kinds[last].append(kind)
    return [(_(", ").join(names), last) for last, names in sorted(kinds.items())]


def _still_to_pay(left: int) -> str:
    return f"{left:,}" if left >= 0 else _("%(amount)s to be given back") % {"amount": f"{-left:,}"}


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


def _booking_row(booking: Booking, today: date, until: date | None) -> dict[str, Any]:
    days = booking.days_kept
    booked = booking.state == BookingState.BOOKED and bool(days) and days[0] >= today
    return {
        "booking": booking,
        "days": days,
        "level": LEVELS.get(BookingState(booking.state), ""),
        "can_cancel": booked and (until is None or today <= until),
        "until": until if booked else None,
        "is_offered": booking.state == BookingState.OFFERED,
    }
