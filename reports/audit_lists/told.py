"""What an auditor's list holds: who did what, when, and about which family; put into a sentence where it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from accounts.models import User


@dataclass(frozen=True)
class Told:
    """One thing that happened. ``sentence``: with ``%(who)s``, ``%(whom)s`` and ``%(page)s`` still open.

    ``by``: who did it, None where no account is known; ``about``: whose account it is; ``family``: an id; ``page``: a
    URL's name; ``details``: lines beneath; ``grave``: to be looked at first.
    """

    at: datetime
    sentence: str
    by: int | None = None
    about: int | None = None
    family: int | None = None
    page: str = ""
    details: tuple[str, ...] = ()
    grave: bool = False


def people_in(rows: Iterable[Told]) -> dict[int, User]:
    """Return the accounts that the rows name, by id. One query."""
    return User.objects.in_bulk({one for row in rows for one in (row.by, row.about) if one is not None})


def on_days(field: str, first: date, last: date) -> dict[str, Any]:
    """Return a condition for moments on the days from the first to the last."""
    zone = timezone.get_current_timezone()
    return {
        f"{field}__gte": datetime.combine(first, time.min, zone),
        f"{field}__lte": datetime.combine(last, time.max, zone),
    }
