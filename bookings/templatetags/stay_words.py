"""How a house speaks of a family that comes and goes (bookings/stays/words.py)."""

from django import template

from bookings.models import Booking, StayStep
from bookings.stays.words import state_in_words, step_in_words, word

register = template.Library()


@register.filter
def stay_word(booking: Booking, what: str) -> str:
    """The word for what is meant, of the kind of service, such as ``booking|stay_word:"check_in"``."""
    return word(what, booking)


@register.filter
def stay_state(booking: Booking) -> str:
    """How the booking stands, as the house says it."""
    return state_in_words(booking)


@register.filter
def stay_step(step: StayStep, booking: Booking) -> str:
    """What was recorded, as the house says it."""
    return step_in_words(step, booking)
