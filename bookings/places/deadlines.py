"""Until when days are booked and given back, in words: the form, the check, a booking and a refusal say the same."""

from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from .day_policies import in_stretches
from .limits import Limits, to_be_asked_until

ANY_DAY = date(2000, 1, 10)


def terms_in_words(policies: Mapping[date, Limits]) -> list[str]:
    """Return what a family has to know of a service's times before it chooses one of these days.

    Where the policies change among the days, each of them with its first day.
    """
    said: list[tuple[date, str]] = []
    for first, limits in in_stretches(policies):
        terms = (booked_until(limits), booked_from(limits), given_back_until(limits))
        words = " ".join(sentence for sentence in terms if sentence)
        if not said or said[-1][1] != words:
            said.append((first, words))
    if len(said) < 2:
        return [words for _first, words in said if words]
    return [
        _("From %(day)s on: %(terms)s") % {"day": date_format(first, "MONTH_DAY_FORMAT"), "terms": words}
        for first, words in said
    ]


def booked_until(limits: Limits) -> str:
    """Say until when the first day can be booked online; "" where no notice is asked for."""
    until = to_be_asked_until(ANY_DAY, limits)
    if until is None:
        return ""
    before = (ANY_DAY - until.date()).days
    sentences = {
        0: _("You can book here until %(clock)s of the day itself. If you need help sooner, please call."),
        1: _("You can book here until %(clock)s of the day before. If you need help sooner, please call."),
    }
    more = _(
        "You can book here until %(clock)s, %(days)s days before the first day. If you need help sooner, please call."
    )
    return sentences.get(before, more) % {"days": before, "clock": time_format(until.time())}


def booked_from(limits: Limits) -> str:
    """Say from when on a day can be booked; "" where it always can."""
    if limits.opens_days_before is None:
        return ""
    return _("Days up to %(days)s days ahead can be booked.") % {"days": limits.opens_days_before}


def given_back_until(limits: Limits) -> str:
    """Say until when a family gives days back online; "" where that is not laid down."""
    before = limits.gives_back_days
    if before is None:
        return ""
    sentences = {
        0: _("You can give days back here until the first day itself. After that, please call the facility."),
        1: _("You can give days back here until the day before the first one. After that, please call the facility."),
    }
    more = _(
        "You can give days back here until %(days)s days before the first one. After that, please call the facility."
    )
    return sentences.get(before, more) % {"days": before}
