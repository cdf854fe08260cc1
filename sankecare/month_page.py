"""Days laid out for templates/partials/calendar.html: weeks from today on, each day with its mark and its word.

Some weeks are shown at a time, from Sunday to Saturday, and nothing of what has passed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

# What a day can be: (mark, word under the mark, words of the key). Never colour alone.
AVAILABILITY: Mapping[str, tuple[str, Promise, Promise]] = {
    "open": ("○", pgettext_lazy("a day of the calendar", "Open"), _("There are places")),
    "few": ("△", pgettext_lazy("a day of the calendar", "Few"), _("Few places are left")),
    "full": ("×", pgettext_lazy("a day of the calendar", "Full"), _("Full")),
    "closed": ("–", pgettext_lazy("a day of the calendar", "Closed"), _("Closed, or not open for booking")),
    "own": ("●", pgettext_lazy("a day of the calendar", "Yours"), _("You have a booking")),
    "draw": ("☆", pgettext_lazy("a day of the calendar", "By lot"), _("Given by lottery first")),
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
# Few places whose number stands under the mark, in the key: (mark, kind, word, words).
COUNTED = ("△", "few", pgettext_lazy("a day of the calendar", "n left"), _("So many places are left"))
_WEEKDAYS = (
    (pgettext_lazy("weekday", "Sun"), "sunday"),
    (pgettext_lazy("weekday", "Mon"), ""),
    (pgettext_lazy("weekday", "Tue"), ""),
    (pgettext_lazy("weekday", "Wed"), ""),
    (pgettext_lazy("weekday", "Thu"), ""),
    (pgettext_lazy("weekday", "Fri"), ""),
    (pgettext_lazy("weekday", "Sat"), "saturday"),
)


WEEKS_SHOWN = 5
WEEKS_AHEAD = 26
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Stretch:
    """The days that a page shows, both included, and from which on the page before and after it begins, if any."""

    first: date
    last: date
    earlier: date | None = None
    later: date | None = None


def stretch_from(given: str, today: date) -> Stretch:
    """Return the weeks that hold ``2023-05-20`` or begin with ``2023-05``; from today on for anything else.

    Nothing before today is shown, and nothing further ahead than ``WEEKS_AHEAD``.
    """
    first = max(_sunday(min(_day_read(given) or today, today + (WEEKS_AHEAD - 1) * WEEK)), today)
    later = _sunday(first) + WEEKS_SHOWN * WEEK
    earlier = max(_sunday(first) - WEEKS_SHOWN * WEEK, today)
    return Stretch(
        first,
        later - timedelta(days=1),
        earlier if first > today else None,
        later if later < today + WEEKS_AHEAD * WEEK else None,
    )


def _day_read(given: str) -> date | None:
    for written in (given, f"{given}-01"):
        try:
            return date.fromisoformat(written)
        except ValueError:
            continue
    return None


def _sunday(day: date) -> date:
    """The Sunday of the day's week; the first days that a calendar has stay as they are."""
    back = timedelta(days=(day.weekday() + 1) % 7)
    return day - back if day - date.min >= back else day


@dataclass(frozen=True)
class Day:
    """One day. ``availability`` is a key of AVAILABILITY or "" for no mark; ``holiday`` its name or "".

    ``left``: how many places are left, where they are few and told. ``price``: yen, as it is read, or "". ``leads``:
    what a touch of its ``url`` leads to, in words. ``with_month``: the month stands before the number.
    """

    date: date
    availability: str = ""
    url: str = ""
    choosable: bool = False
    chosen: bool = False
    holiday: str = ""
    today: bool = False
    left: int | None = None
    price: str = ""
    leads: str = ""
    with_month: bool = False

    @property
    def mark(self) -> str:
        return AVAILABILITY[self.availability][0] if self.availability else ""

    @property
    def word(self) -> Promise | str:
        if self.left is not None:
            return gettext("%(number)d left") % {"number": self.left}
        return AVAILABILITY[self.availability][1] if self.availability else ""

    @property
    def number(self) -> str:
        return f"{self.date.month}/{self.date.day}" if self.with_month or self.date.day == 1 else f"{self.date.day}"

    @property
    def kind(self) -> str:
        return {5: "saturday", 6: "sunday"}.get(self.date.weekday(), "")

    @property
    def spoken(self) -> str:
        """The whole date for a screen reader, with its weekday."""
        return date_format(self.date, "MONTH_DAY_FORMAT") + " " + date_format(self.date, "D")


@dataclass(frozen=True)
class Weeks:
    """Weeks for the template. With ``input_name`` set, choosable days are checkboxes of that name.

    ``earlier_value``, ``later_value``: within a form, what its buttons to turn the page send as ``show``.
    """

    stretch: Stretch
    weeks: Sequence[Sequence[Day | None]]
    caption: str
    earlier_url: str = ""
    later_url: str = ""
    input_name: str = ""
    earlier_value: str = ""
    later_value: str = ""
    weekdays: Sequence[tuple[Promise, str]] = _WEEKDAYS

    @property
    def title(self) -> str:
        return title_of(self.stretch)

    @property
    def key(self) -> list[tuple[str, str, Promise, Promise]]:
        """The marks that these weeks show, explained; a number of places by its own words."""
        days = [day for week in self.weeks for day in week if day]
        key = key_of(day.availability for day in days if day.left is None)
        return [*key, COUNTED] if any(day.left is not None for day in days) else key


def title_of(stretch: Stretch) -> str:
    """Name the days that are shown, from the first to the last."""
    words = {
        "first": date_format(stretch.first, "MONTH_DAY_FORMAT"),
        "last": date_format(stretch.last, "MONTH_DAY_FORMAT"),
    }
    return gettext("%(first)s – %(last)s") % words


def key_of(kinds: Iterable[str]) -> list[tuple[str, str, Promise, Promise]]:
    """Explain the marks that are shown, each once: (mark, kind, the word that stands under it, what it means)."""
    shown = set(kinds)
    return [(mark, kind, word, words) for kind, (mark, word, words) in AVAILABILITY.items() if kind in shown]


def weeks_of(
    stretch: Stretch,
    day: Callable[[date], Day],
    *,
    caption: str,
    earlier_url: str = "",
    later_url: str = "",
    input_name: str = "",
    earlier_value: str = "",
    later_value: str = "",
) -> Weeks:
    """Lay out the weeks of a stretch: ``day`` is asked for each of its days, the rest of its weeks stays empty."""

    def cell(one: date) -> Day | None:
        if not stretch.first <= one <= stretch.last:
            return None
        return replace(day(one), with_month=True) if one == stretch.first else day(one)

    start = _sunday(stretch.first)
    count = ((stretch.last - start).days // 7) + 1
    return Weeks(
        stretch,
        [[cell(start + week * WEEK + timedelta(days=number)) for number in range(7)] for week in range(count)],
        caption,
        earlier_url,
        later_url,
        input_name,
        earlier_value,
        later_value,
    )
