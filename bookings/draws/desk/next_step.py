"""次にすること: what a round waits for, and whether by the clock, by a person or by another person. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from bookings.draws.moments import Stage


class Step(StrEnum):
    """What comes next of a round."""

    OPENING = "opening"  # families cannot enter yet
    ENTERING = "entering"  # families enter until the deadline
    LIST_LATE = "list_late"  # the deadline has passed long ago, and the list is not published
    LIST = "list"  # the deadline has passed: the clock publishes the list within a minute
    NUMBER = "number"  # the public number is to be entered
    SECOND_PERSON = "second_person"  # she entered it herself: another person confirms
    CONFIRM = "confirm"  # another person entered it: she confirms
    DRAW = "draw"  # all is there: the clock draws at its time
    DRAW_LATE = "draw_late"  # the time of the draw has passed long ago
    ANSWERS = "answers"  # who won has still to answer
    ANNOUNCE = "announce"  # the places have no round to come
    LINE = "line"  # nothing but what comes free goes to who stands in line
    OVER = "over"
    CALLED_OFF = "called_off"


# Steps that a person takes; the others come by the clock, or by the families.
FOR_A_PERSON = (Step.NUMBER, Step.CONFIRM, Step.ANNOUNCE)


@dataclass(frozen=True)
class Standing:
    """What is known of a round. ``number``: it was announced with a public number; ``entered``: somebody has entered
    that, ``by_herself``: the reader, ``confirmed``: a second person, too; ``late``: it stands still for longer than
    the clock takes; ``answers``: places held that nobody has answered; ``without_next``: its places have no round to
    come; ``in_line``: how many stand in line; ``is_past``: its days have all begun.
    """

    stage: Stage
    opened: bool = True
    listed: bool = False
    number: bool = False
    entered: bool = False
    by_herself: bool = False
    confirmed: bool = False
    late: bool = False
    answers: int = 0
    without_next: bool = False
    in_line: int = 0
    is_past: bool = False


def next_step(known: Standing) -> Step:
    """Return what the round waits for."""
    if known.stage == Stage.CALLED_OFF:
        return Step.ANNOUNCE if known.without_next else Step.CALLED_OFF
    if known.stage == Stage.DRAWN:
        return _after_the_draw(known)
    if known.stage == Stage.OPEN:
        return Step.ENTERING if known.opened else Step.OPENING
    if not known.listed:
        return Step.LIST_LATE if known.late else Step.LIST
    if known.number and not known.confirmed:
        return _number(known)
    return Step.DRAW_LATE if known.late else Step.DRAW


def _number(known: Standing) -> Step:
    if not known.entered:
        return Step.NUMBER
    return Step.SECOND_PERSON if known.by_herself else Step.CONFIRM


def _after_the_draw(known: Standing) -> Step:
    if known.answers:
        return Step.ANSWERS
    if known.without_next:
        return Step.ANNOUNCE
    return Step.LINE if known.in_line and not known.is_past else Step.OVER
