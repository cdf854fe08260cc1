"""A month laid out for templates/partials/calendar.html: weeks from Sunday, each day with its mark and its word."""

import calendar
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What a day can be: (mark, word under the mark, words of the key). Never colour alone.
AVAILABILITY: Mapping[str, tuple[str, Promise, Promise]] = {
    "open": ("○", pgettext_lazy("a day of the calendar", "Open"), _("There are places")),
    "few": ("△", pgettext_lazy("a day of the calendar", "Few"), _("Few places are left")),
    "full": ("×", pgettext_lazy("a day of the calendar", "Full"), _("Full")),
    "closed": ("–", pgettext_lazy("a day of the calendar", "Closed"), _("Closed, or not open for booking")),
    "own": ("●", pgettext_lazy("a day of the calendar", "Yours"), _("You have a booking")),
    "draw": ("☆", pgettext_lazy("a day of the calendar", "By lot"), _("Given by lot first")),
    "late": ("–", pgettext_lazy("a day of the calendar", "Too late"), _("Too near to be booked here")),
    "ahead": ("–", pgettext_lazy("a day of the calendar", "Not yet"), _("Too far ahead to be booked already")),
    "unfit": (
        "–",
        pgettext_lazy("a day of the calendar", "Not for you"),
        _("Outside the time in which you can use it"),
    ),
    "used_up": ("–", pgettext_lazy("a day of the calendar", "Used up"), _("All your days are booked or used")),
    "past": ("–", pgettext_lazy("a day of the calendar", "Past"), _("The day is over")),
}
_WEEKDAYS = (
    (pgettext_lazy("weekday", "Sun"), "sunday"),
    (pgettext_lazy("weekday", "Mon"), ""),
    (pgettext_lazy("weekday", "Tue"), ""),
    (pgettext_lazy("weekday", "Wed"), ""),
    (pgettext_lazy("weekday", "Thu"), ""),
    (pgettext_lazy("weekday", "Fri"), ""),
    (pgettext_lazy("weekday", "Sat"), "saturday"),
)


@dataclass(frozen=True)
class Day:
    """One day. ``availability`` is a key of AVAILABILITY or "" for no mark; ``holiday`` its name or ""."""

    date: date
    availability: str = ""
    url: str = ""
    choosable: bool = False
    chosen: bool = False
    holiday: str = ""
    today: bool = False

    @property
    def mark(self) -> str:
        return AVAILABILITY[self.availability][0] if self.availability else ""

    @property
    def word(self) -> Promise | str:
        return AVAILABILITY[self.availability][1] if self.availability else ""

    @property
    def kind(self) -> str:
        return {5: "saturday", 6: "sunday"}.get(self.date.weekday(), "")

    @property
    def spoken(self) -> str:
        """The whole date for a screen reader, with its weekday."""
        return date_format(self.date, "MONTH_DAY_FORMAT") + " " + date_format(self.date, "D")


@dataclass(frozen=True)
class Month:
    """A month for the template. With ``input_name`` set, choosable days are checkboxes of that name.

    ``previous_value``, ``next_value``: within a form, what its buttons to turn the month send as ``show``.
    """

    first: date
    weeks: Sequence[Sequence[Day | None]]
    caption: str
    previous_url: str = ""
    next_url: str = ""
    input_name: str = ""
    previous_value: str = ""
    next_value: str = ""
    weekdays: Sequence[tuple[Promise, str]] = _WEEKDAYS

    @property
    def title(self) -> str:
        return date_format(self.first, "YEAR_MONTH_FORMAT")

    @property
    def is_behind(self) -> bool:
        return is_behind(day.availability for week in self.weeks for day in week if day)

    @property
    def key(self) -> list[tuple[str, str, Promise, Promise]]:
        """The marks that this month shows, explained."""
        return key_of(day.availability for week in self.weeks for day in week if day)


# A month in which no other day stands is behind her, whichever month it is by the calendar.
BEHIND = frozenset({"", "past", "late", "closed"})


def is_behind(kinds: Iterable[str]) -> bool:
    """Tell whether nothing in a month can be booked, waited for or drawn any more, from the kinds of its days."""
    return BEHIND.issuperset(kinds)


def key_of(kinds: Iterable[str]) -> list[tuple[str, str, Promise, Promise]]:
    """Explain the marks that are shown, each once: (mark, kind, the word that stands under it, what it means)."""
    shown = set(kinds)
    return [(mark, kind, word, words) for kind, (mark, word, words) in AVAILABILITY.items() if kind in shown]


def month(
    first: date,
    day: Callable[[date], Day],
    *,
    caption: str,
    previous_url: str = "",
    next_url: str = "",
    input_name: str = "",
    previous_value: str = "",
    next_value: str = "",
) -> Month:
    """Lay out the month of ``first``: ``day`` is asked for each of its days, the rest of its weeks stays empty."""
    weeks = calendar.Calendar(firstweekday=6).monthdatescalendar(first.year, first.month)
    return Month(
        first.replace(day=1),
        [[day(one) if one.month == first.month else None for one in week] for week in weeks],
        caption,
        previous_url,
        next_url,
        input_name,
        previous_value,
        next_value,
    )
