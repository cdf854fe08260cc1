"""What a mother reads of an entry in a draw, at each moment of its life: a headline, a sentence, what she may do."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.draws.moments import Moment
from bookings.models import Booking, BookingState, DrawEntry
from bookings.places.release import EndCode
from sankecare.periods import days_in_words

# For each moment: what she reads first, and the colour of its badge.
HEADLINES: Mapping[Moment, tuple[Any, str]] = {
    Moment.ENTERED: (gettext_lazy("You are in this draw"), "info"),
    Moment.AWAY: (gettext_lazy("Your wishes do not count at present"), "warning"),
    Moment.LISTED: (gettext_lazy("Entries are closed: you are on the list"), "info"),
    Moment.LEFT_OUT: (gettext_lazy("You could not take part in this draw"), "warning"),
    Moment.LATE: (gettext_lazy("The draw is later than planned"), "warning"),
    Moment.CALLED_OFF: (gettext_lazy("This draw is not held"), "warning"),
    Moment.HELD: (gettext_lazy("You won: please answer"), "warning"),
    Moment.HELD_PART: (gettext_lazy("You won a part of it: please answer"), "warning"),
    Moment.HELD_BY_LINE: (gettext_lazy("A place has come free for you: please answer"), "warning"),
    Moment.THINKS_AGAIN: (gettext_lazy("You declined; you can still change your mind"), "warning"),
    Moment.TAKEN: (gettext_lazy("Your booking stands"), "success"),
    Moment.DECLINED: (gettext_lazy("You declined the place"), ""),
    Moment.LAPSED: (gettext_lazy("The time to answer is over"), ""),
    Moment.FELL_AWAY: (gettext_lazy("The place could not be kept for you"), "warning"),
    Moment.TAKEN_BY_WARD: (gettext_lazy("The ward had to take the place back"), "warning"),
    Moment.GIVEN_BACK: (gettext_lazy("You gave the place back"), ""),
    Moment.MISSED: (gettext_lazy("The days have passed"), ""),
    Moment.IN_LINE: (gettext_lazy("Not drawn this time: you stand in line"), "info"),
    Moment.LOST: (gettext_lazy("Not drawn this time"), ""),
    Moment.CLOSED: (gettext_lazy("The facility is closed on these days"), "warning"),
    Moment.VOID: (gettext_lazy("Drawn, but not possible any more"), "warning"),
    Moment.NOT_DRAWN: (gettext_lazy("You could not take part in this draw"), "warning"),
}

SENTENCES: Mapping[Moment, Any] = {
    Moment.ENTERED: gettext_lazy("You can change your wishes as often as you like until %(closes)s."),
    Moment.AWAY: gettext_lazy(
        "The reason: %(why)s. If the reason falls away before the draw, your wishes count again by themselves."
    ),
    Moment.LISTED: gettext_lazy(
        "Your wishes stand in the list that everybody can see, under your sign and without your name. It is drawn on"
        " %(draw)s; then we write to you."
    ),
    Moment.LEFT_OUT: gettext_lazy("The reason: %(why)s. It does not count as a draw that you lost."),
    Moment.LATE: gettext_lazy(
        "It should have been drawn on %(draw)s. Your wishes stand as they are, you need not do anything. The ward has"
        " been told, and we write to you as soon as it is drawn."
    ),
    Moment.CALLED_OFF: gettext_lazy("The reason: %(why)s. It does not count as a draw that you lost."),
    Moment.HELD: gettext_lazy(
        "The place is held for you alone until %(until)s. Please say by then whether you take it."
    ),
    Moment.HELD_PART: gettext_lazy(
        "Not all the days that you wished were left. What is held for you until %(until)s stands below; please say by"
        " then whether you take it."
    ),
    Moment.HELD_BY_LINE: gettext_lazy(
        "Another family gave it up, and it is your turn in the drawn order. It is held for you until %(until)s."
    ),
    Moment.THINKS_AGAIN: gettext_lazy("At %(given_on)s the place goes to another family."),
    Moment.TAKEN: gettext_lazy("Days, times and fee stand on the page of your booking."),
    Moment.DECLINED: gettext_lazy("The place has gone to another family. Thank you for telling us."),
    Moment.LAPSED: gettext_lazy(
        "There was no answer by %(until)s, so the place has gone to another family. If you still need help, please"
        " call the ward: it can look for another day with you."
    ),
    Moment.FELL_AWAY: gettext_lazy("The reason: %(why)s."),
    Moment.TAKEN_BY_WARD: gettext_lazy("The ward writes: %(message)s"),
    Moment.GIVEN_BACK: gettext_lazy("The place has gone to another family."),
    Moment.MISSED: gettext_lazy("The facility noted that nobody came."),
    Moment.IN_LINE: gettext_lazy(
        "When a place comes free on your days, it is offered in the drawn order, and we write to you."
    ),
    Moment.LOST: gettext_lazy("Every place of your days went to families that were drawn before you."),
    Moment.CLOSED: gettext_lazy("The ward had to take these days away. It does not count as a draw that you lost."),
    Moment.VOID: gettext_lazy("The reason: %(why)s. The place has gone on in the drawn order."),
    Moment.NOT_DRAWN: gettext_lazy("The reason: %(why)s. It does not count as a draw that you lost."),
}


def how_it_ended(booking: Booking) -> str:
    """Say how a place that was held came to its end, or that it is booked; nothing while it is held. Of any offer."""
    if booking.state == BookingState.OFFERED and booking.given_on_at is not None:
        return _("You declined this place. It has gone to another family.")  # its minutes are over
    if booking.state == BookingState.CANCELLED:
        ended = {
            EndCode.DECLINED: _("You declined this place. It has gone to another family."),
            EndCode.LAPSED: _("There was no answer in time, so the place has gone to another family."),
            EndCode.AWAY: _("The place could not be kept for you: why stands on your page."),
        }
        return next(
            (words for code, words in ended.items() if booking.ended_reason == code),
            _("This booking is cancelled."),
        )
    return _("You have taken this place.") if booking.state == BookingState.BOOKED else ""


def days_of(choice: Mapping[str, Any]) -> list[date]:
    """Return the days of a choice as an entry holds it."""
    return [date.fromisoformat(day) for day in choice["days"]]


def wishes_in_words(entry: DrawEntry, names: Mapping[str, str]) -> list[str]:
    """Return each choice in words, the first first; ``names``: of the services by slug, where there are several."""
    return [
        _("%(days)s, %(service)s") % {"days": days_in_words(days_of(choice)), "service": names[choice["service"]]}
        if len(names) > 1 and choice["service"] in names
        else days_in_words(days_of(choice))
        for choice in entry.choices
    ]


def shorter_in_words(entry: DrawEntry) -> str:
    """Say whether fewer days would do."""
    if entry.least_days is None:
        return _("no: all days or none")
    words = ngettext("yes, from %(number)d day on", "yes, from %(number)d days on", entry.least_days)
    return words % {"number": entry.least_days}


def what_of_the_wish(entry: DrawEntry, service: str, days: Sequence[date]) -> str:
    """Say which of her choices the days are, and which part of it. ``service``: the slug."""
    for number, choice in enumerate(entry.choices, start=1):
        wished = days_of(choice)
        if choice["service"] == service and set(days) <= set(wished):
            if len(days) == len(wished):
                return str(CHOICES[number])
            facts = {"choice": CHOICES[number], "given": len(days), "wished": len(wished)}
            return _("a part of your %(choice)s: %(given)d of %(wished)d days") % facts
    return ""


CHOICES: Mapping[int, Any] = {
    1: gettext_lazy("first choice"),
    2: gettext_lazy("second choice"),
    3: gettext_lazy("third choice"),
}
