"""What a family may wish for in a draw: days of the round on which a service of its places is open."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from bookings.models import DrawRound
from bookings.places.refusals import days_closed
from facilities.models import Service
from sankecare.errors import NotPossible
from sankecare.periods import days_in_words

from .draw import Choice
from .round_places import closed_days, days_of

MOST_CHOICES = 3


def refuse_impossible_choices(
    draw_round: DrawRound, services: Mapping[str, Service], choices: Sequence[Choice], least_days: int | None
) -> None:
    """Raise for choices (each in the order of its days) that no draw could give. ``services``: of the round's places.

    Errors: NotPossible ``no_choice``, ``too_many_choices``, ``same_choice``, ``service_not_drawn``, ``day_outside``,
    ``days_apart``, ``least_days``, ``day_closed``.
    """
    drawn, stretches = set(days_of(draw_round)), [choice.days for choice in choices]
    checks = (
        ("no_choice", not choices, _("Please choose days.")),
        ("too_many_choices", len(choices) > MOST_CHOICES, _("At most three choices.")),
        ("same_choice", len(set(choices)) < len(choices), _("You named the same days twice. Please choose others.")),
        (
            "service_not_drawn",
            any(choice.service not in services for choice in choices),
            _("This service is not given by this draw."),
        ),
        (
            "day_outside",
            any(day not in drawn for days in stretches for day in days),
            _days_outside(stretches, drawn),
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
    _refuse_closed_days(draw_round, services, choices)


def _days_outside(stretches: Sequence[Sequence[date]], drawn: set[date]) -> str:
    """Say which wish has days that are not drawn, and from when to when days are."""
    outside = [number for number, days in enumerate(stretches, start=1) if not drawn.issuperset(days)]
    return _("Your choice %(number)s has days outside this draw, which is for %(days)s. Please choose again.") % {
        "number": ", ".join(map(str, outside)),
        "days": days_in_words(drawn),
    }


def _refuse_closed_days(draw_round: DrawRound, services: Mapping[str, Service], choices: Sequence[Choice]) -> None:
    """A day on which the facility is closed would never be given; a full one may come free until the draw."""
    shut = closed_days(draw_round, services.values())
    closed: set[date] = {day for choice in choices for day in choice.days if day in shut[choice.service]}
    if closed:
        raise days_closed(sorted(closed))
