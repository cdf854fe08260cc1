"""A mother's own page: the next thing large, what there is to do, what is left, what was."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Prefetch
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
from bookings.models import BookingState, DrawEntry, WaitingEntry, Wish
from bookings.places.birth_use import days_of_birth_with_limit
from bookings.places.queries import bookings_of
from bookings.places.release import last_days_to_give_back
from bookings.wish.wish_queries import days_still_wished
from care.session_queries import with_sessions
from enrollment.hard_news.note import open_news
from enrollment.models import (
    LIVE_STATES,
    ApplicationDraft,
    Family,
    HardNews,
    Letter,
    Registration,
    RegistrationState,
)
from enrollment.queries import Catalogue, decision_expected, services_with_terms, verdicts_on_application
from enrollment.standing import has_left, state_words
from pages.public.availability_views import name_of
from pages.public.draw_views import name_of_round
from sankecare.moments import day_of_moment
from sankecare.periods import last_day

from .draw_entry_page import draws_shown, entry_row
from .home_parts import (
    booking_row,
    by_time,
    counted_apart,
    coupons_left,
    news,
    next_words,
    waits,
    weeks_until,
    wish_row,
)

# States in which the ward's words of the decision still hold: not while a corrected application waits.
WITH_REASON = (RegistrationState.RETURNED, RegistrationState.REJECTED, RegistrationState.ENDED)
LEVELS = {
    RegistrationState.APPLIED: "info",
    RegistrationState.RETURNED: "warning",
    RegistrationState.APPROVED: "success",
    RegistrationState.REJECTED: "error",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Her registrations and what comes next, her bookings, her fees."""
    person = cast(User, request.user)
    now = timezone.now()
    today = timezone.localdate(now)
    family = Family.objects.filter(account=person).first()
    if family is not None and (hard := open_news(family)) is not None:
        return _quiet_home(request, person, hard)
    registrations = list(
        visible(person, Action.REGISTRATION_VIEW, Registration.objects.all())
        .select_related("birth")
        .prefetch_related("birth__infants", "exceptions", draws_shown(today), _waits_shown(today), _wishes_shown())
        .order_by("-applied_at")
    )
    waiting = any(
        row.state in LIVE_STATES and (row.state != RegistrationState.APPROVED or not row.birth.infants.all())
        for row in registrations
    )
    catalogue = services_with_terms() if any(row.state == RegistrationState.APPROVED for row in registrations) else []
    found = list(bookings_of(person).select_related("stay").prefetch_related("notices").order_by("-booked_at"))
    give_back = last_days_to_give_back(found)
    with_session = with_sessions(found, now)
    bookings = [booking_row(row, today, give_back.get(row.pk), has_session=row.pk in with_session) for row in found]
    charges = list(
        charges_with_owed_and_paid(visible(person, Action.CHARGE_VIEW, Charge.objects.all()))
        .select_related("booking__service__facility")
        .order_by("-issued_at", "-pk")
    )
    letters = list(visible(person, Action.LETTER_READ, Letter.objects.filter(voided_at__isnull=True)))
    wished = days_still_wished([wish for row in registrations for wish in row.wishes.all()])
    rows = [_registration_row(row, now, catalogue, wished) for row in registrations]
    parts = by_time(bookings)
    usable = any(row["can_book"] for row in rows)
    context = {
        "family": family,
        "registrations": rows,
        "next": next_words(parts, rows, now),
        "news": news(found, letters, charges, now),
        "parts": parts,
        "coupons": coupons_left(family, bookings, today) if usable else None,
        "may_apply": not waiting,
        "letters": letters,
        "has_draft": ApplicationDraft.objects.filter(account=person).exists(),
        "bookings": bookings,
        **_charge_table(charges),
    }
    return render(request, "mother/home.html", context)


def _quiet_home(request: HttpRequest, person: User, hard: HardNews) -> HttpResponse:
    """After hard news: who calls, letters, what she used; nothing that counts a baby's days."""
    context = {
        "news": hard,
        "letters": visible(person, Action.LETTER_READ, Letter.objects.filter(voided_at__isnull=True)),
        "bookings": bookings_of(person).filter(state__in=(BookingState.ARRIVED, BookingState.DEPARTED)),
    }
    return render(request, "mother/quiet_home.html", context)


def _waits_shown(today: date) -> "Prefetch[Any, Any, Any]":
    """Everything she waits for, until its days have passed."""
    entries = WaitingEntry.objects.filter(ended_at=None, booking=None, period__endswith__gt=today)
    return Prefetch("waiting_entries", entries.select_related("service__facility").order_by("period", "pk"))


def _wishes_shown() -> "Prefetch[Any, Any, Any]":
    """The one wish that lives."""
    return Prefetch("wishes", Wish.objects.filter(ended_at=None).prefetch_related("services__service__facility"))


def _charge_table(charges: list[Charge]) -> dict[str, Any]:
    return {
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
            for row in charges
        ],
    }


def _registration_row(
    registration: Registration, at: datetime, catalogue: Catalogue, wished: Mapping[int, int]
) -> dict[str, Any]:
    today = timezone.localdate(at)
    state = RegistrationState(registration.state)
    born = bool(registration.birth.infants.all())
    usable = state == RegistrationState.APPROVED and born
    verdicts = verdicts_on_application(registration, today, catalogue) if usable else {}
    last = last_days(verdicts, catalogue)
    over = bool(last) and last[-1][1] < today
    days = days_of_birth_with_limit(registration.birth, today) if usable else []
    none_left = any(first is None and not row.left_to_book for first, row in days)
    return {
        "registration": registration,
        "state": _state_words(registration, today),
        "level": "" if over else LEVELS.get(state, ""),
        "meaning": _why_over(registration, today) if over else _meaning(state, born),
        "last_days": [(kinds, day, weeks_until(day, today)) for kinds, day in last],
        "days": days,
        "can_book": usable and not over,
        "none_left": none_left and not over,
        "instead": counted_apart(verdicts, catalogue, today) if none_left and not over else [],
        "birth_open": state in LIVE_STATES and not born,
        "returned": state == RegistrationState.RETURNED,
        "reason": registration.decision_reason if state in WITH_REASON else "",
        "can_withdraw": state in (RegistrationState.APPLIED, RegistrationState.RETURNED),
        "draws": [_draw_row(entry, at) for entry in registration.draw_entries.all()],
        "waits": waits(registration.waiting_entries.all(), registration.pk),
        "wish": wish_row(registration.wishes.all(), wished),
        "expected": _expected(registration) if state == RegistrationState.APPLIED else None,
    }


def _state_words(registration: Registration, today: date) -> str:
    """The state as it is said to her: staff's lists name it as the ward does."""
    if registration.state == RegistrationState.APPROVED and registration.usable_until is None:
        return _("It is approved")
    return state_words(registration, today)


def _expected(registration: Registration) -> date | None:
    """By when the application is mostly answered; None once that day has passed or where nothing is laid down."""
    expected = decision_expected(registration.applied_on)
    return expected if expected and expected >= timezone.localdate() else None


def _draw_row(entry: DrawEntry, at: datetime) -> dict[str, Any]:
    drawn = entry.round
    return {"name": name_of_round(drawn), "last_day": last_day(drawn.period), **entry_row(entry, at)}


def _why_over(registration: Registration, today: date) -> str:
    """Say why nothing can be booked on a registration any more, and what she can do."""
    if has_left(registration, today):
        return _(
            "You have left the ward, so you cannot book any more. If you live in the ward again, enter your new "
            "address under “Report a change”: the registration then goes on, with the days that are left."
        )
    return _("The last day has passed: your baby has outgrown every service.")


def last_days(verdicts: dict[str, Any], catalogue: Catalogue) -> list[tuple[str, date]]:
    """Return the last day of each kind of service, those of one day together: (kinds in words, day)."""
    kinds: dict[date, list[str]] = {}
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
