"""抽選の進み方: each step of a round: when it was or is to be, by whom, and when the families heard of it."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from bookings.draws.announcing import CALLED_OFF_MAIL
from bookings.draws.closing import LIST_MAIL
from bookings.draws.desk.round_figures import told_of
from bookings.draws.drawing import RESULT_MAIL
from bookings.models import DrawRound, DrawStage
from sankecare.moments import moment_in_words


def steps_of(draw_round: DrawRound) -> list[tuple[str, str, str]]:
    """Return each step of the round: what, when it was or is to be, and what belongs to it in words."""
    links = {link.stage: link.at for link in draw_round.links.all()}
    announced, number = links.get(DrawStage.ANNOUNCED), getattr(draw_round, "number", None)
    steps = [
        (_("Announced"), _when(announced), _by(draw_round.announced_by)),
        (_("Families enter"), _("%(first)s – %(last)s") % _span(draw_round), ""),
        (_("Entries published"), _when(draw_round.closed_at), _told(draw_round, LIST_MAIL, draw_round.closed_at)),
    ]
    if draw_round.number_source:
        steps.append((_("Public number"), _when(number.confirmed_at if number else None), _number_words(draw_round)))
    if draw_round.called_off_at is not None:
        words = [draw_round.called_off_reason, _by(draw_round.called_off_by)]
        told = _told(draw_round, CALLED_OFF_MAIL, draw_round.called_off_at)
        return [*steps, (_("Called off"), _when(draw_round.called_off_at), "　".join(filter(None, [*words, told])))]
    planned = _("planned for %(moment)s") % {"moment": moment_in_words(draw_round.draw_at)}
    steps.append((_("Drawn"), _when(draw_round.drawn_at) if draw_round.drawn_at else planned, ""))
    result = _told(draw_round, RESULT_MAIL, draw_round.drawn_at)
    return [*steps, (_("Families told of the result"), result or "–", "")]


def _span(draw_round: DrawRound) -> dict[str, str]:
    return {"first": moment_in_words(draw_round.opens_at), "last": moment_in_words(draw_round.closes_at)}


def _when(moment: datetime | None) -> str:
    return moment_in_words(moment) if moment else _("not yet")


def _by(person: User | None) -> str:
    return _("by %(person)s") % {"person": person} if person else ""


def _told(draw_round: DrawRound, kind: str, at: datetime | None) -> str:
    """Say when the families' messages of this step went out; nothing before it."""
    if at is None:
        return ""
    told = told_of(draw_round, kind)
    if told.last is None or told.first is None:
        return _("%(written)d messages, none has gone out yet") % {"written": told.written} if told.written else ""
    words = {
        "first": moment_in_words(told.first),
        "last": moment_in_words(told.last),
        "sent": told.written - told.waiting,
    }
    if told.waiting:
        return _("%(sent)d messages sent from %(first)s to %(last)s, %(waiting)d have still to go out") % (
            words | {"waiting": told.waiting}
        )
    return _("%(sent)d messages sent from %(first)s to %(last)s") % words


def _number_words(draw_round: DrawRound) -> str:
    number = getattr(draw_round, "number", None)
    if number is None:
        return draw_round.number_source
    if number.confirmed_at is None:
        return _("entered by %(first)s, waits for a second person") % {"first": number.entered_by}
    words = {"number": number.value, "first": number.entered_by, "second": number.confirmed_by}
    return _("%(number)s (entered by %(first)s, confirmed by %(second)s)") % words
