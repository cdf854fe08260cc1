"""What a family may wish for in a draw: stretches of the round's days on which the facility is open."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from bookings.models import DrawRound
from bookings.places.availability import places_of
from bookings.places.refusals import days_closed
from sankecare.errors import NotPossible

MOST_CHOICES = 3


def refuse_impossible_choices(draw_round: DrawRound, stretches: list[list[date]], least_days: int | None) -> None:
    """Raise for choices (each in the order of its days) that no draw could give.

    Errors: NotPossible ``no_choice``, ``too_many_choices``, ``day_outside``, ``days_apart``, ``least_days``,
    ``day_closed``.
    """
    checks = (
        ("no_choice", not stretches, _("Please choose days.")),
        ("too_many_choices", len(stretches) > MOST_CHOICES, _("At most three choices.")),
        (
            "day_outside",
            any(day not in _days(draw_round) for days in stretches for day in days),
            _("These days are not in this draw."),
        ),
        (
            "days_apart",
            any((days[-1] - days[0]).days != len(days) - 1 for days in stretches),
            _("Choose days that follow each other."),
        ),
        (
            "least_days",
            least_days is not None and not 1 <= least_days <= max(map(len, stretches), default=0),
            _("Fewer days must be at least one, and not more than you chose."),
        ),
    )
    for code, wrong, sentence in checks:
        if wrong:
            raise NotPossible(code, sentence, {"least_days" if code == "least_days" else "choices": sentence})
    _refuse_closed_days(draw_round, stretches)


def _refuse_closed_days(draw_round: DrawRound, stretches: list[list[date]]) -> None:
    """A day on which the facility is closed would never be given; a full one may come free until the draw."""
    wanted = {day for days in stretches for day in days}
    places = places_of(draw_round.service, min(wanted), max(wanted))
    if closed := [row.day for row in places if row.day in wanted and row.slots == 0]:
        raise days_closed(closed)


def _days(draw_round: DrawRound) -> set[date]:
    first = draw_round.period.lower
    return {first + timedelta(days=number) for number in range((draw_round.period.upper - first).days)}
