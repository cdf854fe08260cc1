"""入所・退所, of day care 来所・退室: how a house speaks of a family that comes and goes; one word for one thing."""

from typing import Any

from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.models import Booking, BookingState, StayStep, StepKind
from facilities.models import ServiceKind

# Of a stay of several days, and of a day.
STAY: dict[str, Any] = {
    "check_in": _("Check in"),
    "checked_in": _("Check-in"),
    "check_out": _("Record departure"),
    "arrived": _("Arrived"),
    "left": _("Left"),
    "came_at": _("When the family came"),
    "left_at": _("When the family left"),
    "absent": _("Did not come"),
    "record_absent": _("Record as not come"),
    "in_house": pgettext_lazy("a family", "In house"),
    "has_left": pgettext_lazy("a family", "Has left"),
    "arrival_done": _("The arrival of %(who)s is recorded."),
    "departure_done": _("The departure of %(who)s is recorded."),
    "absence_done": _("%(who)s: recorded as not come."),
}
DAY: dict[str, Any] = STAY | {
    "check_in": pgettext_lazy("day care", "Check in"),
    "checked_in": pgettext_lazy("day care", "Check-in"),
    "check_out": pgettext_lazy("day care", "Record departure"),
    "arrived": pgettext_lazy("day care", "Arrived"),
    "left": pgettext_lazy("day care", "Left"),
    "came_at": pgettext_lazy("day care", "When the family came"),
    "left_at": pgettext_lazy("day care", "When the family left"),
    "in_house": pgettext_lazy("a family in day care", "In house"),
    "has_left": pgettext_lazy("a family in day care", "Has left"),
    "arrival_done": pgettext_lazy("day care", "The arrival of %(who)s is recorded."),
    "departure_done": pgettext_lazy("day care", "The departure of %(who)s is recorded."),
}
VISIT: dict[str, Any] = STAY | {
    "arrived": pgettext_lazy("a visit", "Begun"),
    "left": pgettext_lazy("a visit", "Ended"),
    "absent": pgettext_lazy("a visit", "Did not take place"),
    "record_absent": pgettext_lazy("a visit", "Record that it did not take place"),
    "absence_done": pgettext_lazy("a visit", "%(who)s: recorded that it did not take place."),
    "in_house": pgettext_lazy("a visit", "Under way"),
    "has_left": pgettext_lazy("a visit", "Over"),
    "departure_done": pgettext_lazy("a visit", "The visits of %(who)s are ended."),
}
ONLINE: dict[str, Any] = VISIT | {
    "absent": pgettext_lazy("a consultation", "Did not take place"),
    "record_absent": pgettext_lazy("a consultation", "Record that it did not take place"),
    "absence_done": pgettext_lazy("a consultation", "%(who)s: recorded that it did not take place."),
}
BY_KIND = {
    ServiceKind.DAY_CARE: DAY,
    ServiceKind.OUTREACH: VISIT,
    ServiceKind.ONLINE_CONSULTATION: ONLINE,
}
OF_STATE = {
    BookingState.ARRIVED: "in_house",
    BookingState.DEPARTED: "has_left",
    BookingState.NO_SHOW: "absent",
}
OF_STEP = {StepKind.ARRIVAL: "arrived", StepKind.DEPARTURE: "left", StepKind.ABSENCE: "absent"}


def word(what: str, booking: Booking) -> str:
    """Return the word for what is meant, of the kind of service that the booking is of."""
    return str(BY_KIND.get(ServiceKind(booking.service.kind), STAY)[what])


def state_in_words(booking: Booking) -> str:
    """Return how a booking stands, as its house says it."""
    what = OF_STATE.get(BookingState(booking.state))
    return word(what, booking) if what else str(booking.get_state_display())


def step_in_words(step: StayStep, booking: Booking) -> str:
    """Return what was recorded, as the house says it."""
    what = OF_STEP.get(StepKind(step.kind))
    return word(what, booking) if what else str(step.get_kind_display())


def who(booking: Booking) -> str:
    """Name the family of a booking: its mother and the number; for who sees the booking."""
    name = booking.registration.birth.family.mother_name
    return now_("%(name)s (%(number)s)") % {"name": name, "number": booking.number}


def said(what: str, booking: Booking) -> str:
    """Return the sentence that something is done for the family."""
    return word(what, booking) % {"who": who(booking)}
