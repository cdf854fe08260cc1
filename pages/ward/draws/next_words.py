"""次にすること in words: what a round waits for, and the page on which one does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import may_open
from bookings.draws.desk.next_step import Standing, Step, next_step
from bookings.draws.desk.round_figures import Numbers
from bookings.draws.entry_moments import stage_at
from bookings.draws.late_rounds import late_of
from bookings.models import DrawRound
from sankecare.moments import moment_in_words

SENTENCES: Mapping[Step, Any] = {
    Step.OPENING: gettext_lazy("It is announced. Families enter from %(opens)s on."),
    Step.ENTERING: gettext_lazy("Families enter until %(closes)s."),
    Step.LIST: gettext_lazy("The deadline has passed. The list of entries is published by itself within a minute."),
    Step.LIST_LATE: gettext_lazy(
        "The deadline has passed, and the list of entries is not published. It should go by itself: please tell who"
        " runs the system."
    ),
    Step.NUMBER: gettext_lazy("The public number is to be entered, by two people. The draw is at %(draw)s."),
    Step.SECOND_PERSON: gettext_lazy(
        "You have entered the public number. A colleague has to look at the source and enter it too."
    ),
    Step.CONFIRM: gettext_lazy("A colleague has entered the public number. Look at the source yourself and enter it."),
    Step.DRAW: gettext_lazy("All is there. It is drawn by itself at %(draw)s."),
    Step.DRAW_LATE: gettext_lazy(
        "The time of the draw has passed, and nothing is drawn. It should go by itself: please tell who runs the"
        " system."
    ),
    Step.ANSWERS: gettext_lazy("Families that were given a place have still to answer: %(answers)d."),
    Step.ANNOUNCE: gettext_lazy("No next draw is announced for these places: their days stay closed until then."),
    Step.LINE: gettext_lazy("All have answered. What comes free is offered to who stands in line: %(in_line)d."),
    Step.OVER: gettext_lazy("Nothing is left to be done."),
    Step.CALLED_OFF: gettext_lazy("It was called off. Nothing is left to be done."),
}
# The page of each step, and what its button says; the others come by themselves and lead to the entries.
ACTIONS: Mapping[Step, tuple[str, Any]] = {
    Step.NUMBER: ("admin:bookings_drawround_number", gettext_lazy("Enter the public number")),
    Step.CONFIRM: ("admin:bookings_drawround_number", gettext_lazy("Enter the public number too")),
    Step.ENTERING: ("admin:bookings_drawround_preview", gettext_lazy("Try the draw out")),
    Step.DRAW: ("admin:bookings_drawround_preview", gettext_lazy("Try the draw out")),
    Step.ANSWERS: ("admin:bookings_drawround_entries", gettext_lazy("Who has still to answer")),
    Step.LIST_LATE: ("admin:bookings_drawround_entries", gettext_lazy("Look at the entries")),
    Step.DRAW_LATE: ("admin:bookings_drawround_entries", gettext_lazy("Look at the entries")),
}
# Steps for which somebody has to do something now, or for which the clock has failed.
URGENT = (Step.NUMBER, Step.CONFIRM, Step.LIST_LATE, Step.DRAW_LATE, Step.ANNOUNCE)


@dataclass(frozen=True)
class Next:
    """What comes next: a sentence, and the page with its button where the person may open it."""

    step: Step
    sentence: str
    url: str = ""
    button: str = ""

    @property
    def is_urgent(self) -> bool:
        """Whether a person has to do something."""
        return self.step in URGENT


def next_of(
    draw_round: DrawRound, numbers: Numbers, person: User, at: datetime, *, without_next: bool = False
) -> Next:
    """Return what the round waits for. Takes it with its ``number``."""
    number = getattr(draw_round, "number", None)
    late = late_of(draw_round, at)
    step = next_step(
        Standing(
            stage=stage_at(draw_round, at),
            opened=draw_round.opens_at <= at,
            listed=draw_round.closed_at is not None,
            number=bool(draw_round.number_source),
            entered=number is not None,
            by_herself=number is not None and number.entered_by_id == person.pk,
            confirmed=number is not None and number.confirmed_at is not None,
            late=late is not None and late.is_late,
            answers=numbers.answers,
            without_next=without_next,
            in_line=numbers.in_line,
            is_past=draw_round.period.upper <= timezone.localdate(at),
        )
    )
    url, button = _action(step, draw_round, person)
    return Next(step, str(SENTENCES[step]) % _facts(draw_round, numbers), url, button)


def _facts(draw_round: DrawRound, numbers: Numbers) -> dict[str, object]:
    return {
        "opens": moment_in_words(draw_round.opens_at),
        "closes": moment_in_words(draw_round.closes_at),
        "draw": moment_in_words(draw_round.draw_at),
        "answers": numbers.answers,
        "in_line": numbers.in_line,
    }


def _action(step: Step, draw_round: DrawRound, person: User) -> tuple[str, str]:
    if step == Step.ANNOUNCE:
        add = "admin:bookings_drawround_add"
        url = f"{reverse(add)}?pool={draw_round.pool_id}" if may_open(person, add) else ""
        return url, _("Announce the next draw")
    if step == Step.LINE:
        return reverse("desk:lines"), _("Who stands in line")
    view, words = ACTIONS.get(step, ("", ""))
    return (reverse(view, args=[draw_round.pk]), str(words)) if view and may_open(person, view) else ("", "")
