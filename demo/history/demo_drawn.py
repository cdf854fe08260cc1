"""A draw of the demo that has taken place: entered by made-up families, its public number typed by two, verifiable."""

from datetime import date, timedelta

from django.db import transaction

from accounts.models import User
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.draw import Choice
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.draws.public_number import Typed, confirm_number, enter_number
from bookings.draws.round_places import services_of
from bookings.models import Booking, DrawRound
from bookings.places.offers import accept_offer
from enrollment.models import Registration, RegistrationState
from facilities.models import PlacePool
from sankecare.errors import Refused

from .families import at

ENTRIES, ASKED, ACCEPT = 40, 160, 8
SATURDAY, LAST_WORKING_DAY = 5, 4
INVENTED_NUMBER = "0427"  # as everything of the demo: no number that any source drew


def make_drawn_round(pool: PlacePool, first_day: date, today: date) -> DrawRound:
    """Let a week of the pool be entered, closed, numbered and drawn before today, by the live operations."""
    staff, second = (User.objects.get(username=name) for name in ("demo-staff", "demo-staff-second"))
    closed_on = today - timedelta(days=2)
    while closed_on.weekday() >= SATURDAY:  # the source draws on the evenings of working days
        closed_on -= timedelta(days=1)
    drawn_at = at(today - timedelta(days=1), 10)
    announced = announce_round(
        pool=pool,
        first_day=first_day,
        last_day=first_day + timedelta(days=6),
        opens_at=at(closed_on - timedelta(days=7), 9),
        closes_at=at(closed_on, 17),
        draw_at=drawn_at,
        by=staff,
        at=at(closed_on - timedelta(days=8), 9),
    )
    _enter(announced, staff)
    close_round(draw_round=announced, at=at(closed_on, 17))
    if announced.number_source:
        typed = Typed.of(INVENTED_NUMBER, closed_on)
        enter_number(draw_round=announced, typed=typed, by=staff, at=at(closed_on, 20))
        confirm_number(draw_round=announced, typed=typed, by=second, at=at(closed_on, 21))
    done = run_draw(draw_round=announced, at=drawn_at)
    held = Booking.objects.filter(draw_entry__round=done).order_by("draw_entry__sign")
    for booking in held[:ACCEPT]:
        accept_offer(booking=booking, by=staff, at=at(today - timedelta(days=1), 18))
    return done


def _enter(announced: DrawRound, staff: User) -> None:
    """Enter the youngest babies' families that may use these days, with wishes of one to three days."""
    slugs = list(services_of(announced))
    first, entered = announced.period.lower, 0
    registrations = Registration.objects.filter(state=RegistrationState.APPROVED).select_related("birth__family")
    for number, registration in enumerate(registrations.order_by("-birth__infants__birth_date", "pk")[:ASKED]):
        if entered == ENTRIES:
            return
        start, length = number % 5, 1 + number % 3
        days = tuple(
            first + timedelta(days=start + more) for more in range(length) if start + more <= LAST_WORKING_DAY
        )
        choices = [Choice(slug, days) for slug in slugs[: 1 + number % 2]]
        try:
            with transaction.atomic():
                enter_draw(
                    draw_round=announced,
                    registration=registration,
                    choices=choices,
                    by=staff,
                    at=announced.opens_at + timedelta(minutes=number),
                    least_days=1 if number % 3 == 0 else None,
                )
        except Refused:
            continue
        entered += 1
