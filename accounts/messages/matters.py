"""What a message is about, and whether it waits while she wants quiet. Pure."""

from datetime import datetime, time, timedelta
from enum import StrEnum


class Matter(StrEnum):
    """``ANSWER``: what she did herself a moment ago. ``HAPPENED``: what happened with her application, places, money.

    ``BY_A_PERSON``: somebody of the ward wrote it.
    ``REMINDER``, ``AFTERWARDS``: she can do without them, and stops them by one touch.
    """

    ANSWER = "answer"
    HAPPENED = "happened"
    BY_A_PERSON = "by_a_person"
    REMINDER = "reminder"
    AFTERWARDS = "afterwards"


CAN_BE_STOPPED = frozenset({Matter.REMINDER, Matter.AFTERWARDS})
# So long before its deadline a message does not wait for the morning (own default).
TIME_TO_ANSWER = timedelta(hours=3)


def waits_until(
    matter: Matter, now: datetime, starts: time | None, ends: time | None, deadline: datetime | None = None
) -> datetime | None:
    """Return the end of her quiet hours where the message waits for it; None where it goes now.

    ``now`` in her own time zone. What she has just done is answered at once, and what she must answer soon comes.
    """
    if starts is None or ends is None or matter == Matter.ANSWER:
        return None
    clock = now.time()
    quiet = starts <= clock < ends if starts < ends else clock >= starts or clock < ends
    if not quiet:
        return None
    end = datetime.combine(now.date(), ends, tzinfo=now.tzinfo)
    if end <= now:
        end += timedelta(days=1)
    return None if deadline is not None and deadline < end + TIME_TO_ANSWER else end
