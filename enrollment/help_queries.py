"""What every page's foot and every form that is sent asks for: lines to call, words of despair. Kept for a minute.

Staff seldom change them and every page shows them: each process asks once a minute. Where the database is away, what
was known last still stands on the page.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import Error
from django.utils import timezone

from facilities.models import PublicHoliday

from .despair import says_despair
from .help_hours import answers
from .models import DespairWord, HelpLine

SECONDS = 60.0
A_DAY = timedelta(days=1)
T = TypeVar("T")


@dataclass
class Kept(Generic[T]):
    """What was asked, until it is too old. ``until``: on the process's clock, in seconds."""

    ask: Callable[[], T]
    nothing: T
    value: T | None = None
    until: float = field(default=0.0)

    def get(self) -> T:
        """Ask where it is too old; where the database does not answer, what was known."""
        if self.value is None or time.monotonic() > self.until:
            try:
                self.keep(self.ask())
            except Error:
                return self.known()
        return self.known()

    def known(self) -> T:
        """What was known last, without asking."""
        return self.nothing if self.value is None else self.value

    def keep(self, value: T, seconds: float = SECONDS) -> None:
        """Keep it for some seconds."""
        self.value, self.until = value, time.monotonic() + seconds

    def forget(self) -> None:
        """Ask anew the next time."""
        self.value = None


def _lines_of_today() -> tuple[tuple[HelpLine, ...], frozenset[Any]]:
    today = timezone.localdate()
    lines = tuple(HelpLine.objects.filter(period__contains=today))
    holidays = PublicHoliday.objects.filter(day__range=(today - A_DAY, today + A_DAY)).values_list("day", flat=True)
    return lines, frozenset(holidays)


def _words_of_today() -> tuple[str, ...]:
    return tuple(DespairWord.objects.filter(period__contains=timezone.localdate()).values_list("text", flat=True))


kept_lines: Kept[tuple[tuple[HelpLine, ...], frozenset[Any]]] = Kept(_lines_of_today, ((), frozenset()))
kept_words: Kept[tuple[str, ...]] = Kept(_words_of_today, ())


@dataclass(frozen=True)
class ShownLine:
    """A line, and whether it answers now."""

    line: HelpLine
    answers: bool


def lines_to_call(at: datetime, *, asking: bool = True, after_hard_news: bool = False) -> list[ShownLine]:
    """Return the lines in force, those that answer now first. ``asking``: False takes what is known, no database.

    ``after_hard_news``: for a mother whose baby died or is in hospital, without those that speak of a child at home.
    """
    lines, holidays = kept_lines.get() if asking else kept_lines.known()
    now = timezone.localtime(at)
    shown = [
        ShownLine(line, answers(line.hours, now, holidays))
        for line in lines
        if not (after_hard_news and line.about_children)
    ]
    return sorted(shown, key=lambda one: not one.answers)


def writes_despair(*texts: str) -> bool:
    """Whether one of the texts holds one of the ward's words of despair."""
    return says_despair(filter(None, texts), kept_words.get())
