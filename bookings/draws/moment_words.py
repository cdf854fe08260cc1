"""Where an entry stands, as staff read it in a list."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from .late_rounds import WhyLate
from .moments import Moment
from .tickets import Ground

STAFF_WORDS: Mapping[Moment, Any] = {
    Moment.ENTERED: _("has entered"),
    Moment.AWAY: _("does not count"),
    Moment.LISTED: _("in the list"),
    Moment.LEFT_OUT: _("left out of the list"),
    Moment.LATE: _("waits, the draw is late"),
    Moment.CALLED_OFF: _("called off"),
    Moment.HELD: _("won, answer awaited"),
    Moment.HELD_PART: _("won in part, answer awaited"),
    Moment.HELD_BY_LINE: _("offered from the line, answer awaited"),
    Moment.THINKS_AGAIN: _("declined, can take it back"),
    Moment.TAKEN: _("accepted"),
    Moment.DECLINED: _("declined"),
    Moment.LAPSED: _("did not answer"),
    Moment.FELL_AWAY: _("may not use it any more"),
    Moment.TAKEN_BY_WARD: _("taken back by the ward"),
    Moment.GIVEN_BACK: _("accepted, then given back"),
    Moment.MISSED: _("did not come"),
    Moment.IN_LINE: _("not won, in line"),
    Moment.LOST: _("not won, not in line"),
    Moment.CLOSED: _("days closed"),
    Moment.VOID: _("void"),
    Moment.NOT_DRAWN: _("not drawn"),
}
LATE_WORDS: Mapping[WhyLate, Any] = {
    WhyLate.NOT_CLOSED: _("The entries of this draw are not published"),
    WhyLate.NO_NUMBER: _("This draw waits for its public number"),
    WhyLate.NOT_DRAWN: _("This draw is late"),
}
GROUND_WORDS: Mapping[Ground, Any] = {
    Ground.HIGH_NEED: _("high need"),
    Ground.LOST_BEFORE: _("draws lost before"),
    Ground.WINDOW_CLOSES: _("age limit near"),
}
