"""Where two entries of one family say otherwise when it leaves the ward: a person says which is right."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from enrollment.addresses import end_residence, in_ward
from enrollment.models import Family

from .joined_facts import Chosen, FactKey, value_in_words

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LeavingOfBoth:
    """One entry leaves the ward on a day on which the other one lives on. ``first_away``: the first day after.

    ``leaver``: the entry that leaves; ``until``: how long the other one is known to live here, half open, None: on.
    """

    kept: Family
    given_up: Family
    leaver: Family
    first_away: date
    until: date | None

    @property
    def key(self) -> FactKey:
        low, high = sorted((self.kept.pk, self.given_up.pk))
        return "family", low, high, "leaves"

    @property
    def entries(self) -> tuple[int, int]:
        """Return the numbers of the entry kept and of the one given up."""
        return self.kept.pk, self.given_up.pk

    @property
    def whose(self) -> str:
        return str(self.kept)

    @property
    def in_words(self) -> str:
        return _("Last day in the ward")

    @property
    def values(self) -> tuple[date | None, date | None]:
        """Return the last day in the ward as the entry kept knows it, and as the other one does."""
        leaves, stays = self.first_away - A_DAY, self.until - A_DAY if self.until else None
        return (leaves, stays) if self.leaver == self.kept else (stays, leaves)

    @property
    def values_in_words(self) -> tuple[str, str]:
        one, other = (value_in_words(day) if day else _("lives in the ward") for day in self.values)
        return one, other

    def days_away(self, chosen: Chosen) -> DateRange | None:
        """Return the days on which it does not live here, where the entry that leaves is right; else None."""
        is_right = chosen[self.key] == self.leaver.pk
        return DateRange(self.first_away, self.until) if is_right else None

    def settle(self, chosen: Chosen) -> DateRange | None:
        """Let the entry kept leave where that is right, in the caller's transaction; return ``days_away``."""
        away = self.days_away(chosen)
        if away is not None and self.leaver != self.kept:
            end_residence(family=self.kept, last_day=self.first_away - A_DAY)
        return away

    def as_kept(self, chosen: Chosen) -> dict[str, Any]:
        """Return it as it is kept with what was joined."""
        one, other = (day.isoformat() if day else None for day in self.values)
        stands = "kept" if chosen[self.key] == self.kept.pk else "given_up"
        return {"of_entry_kept": one, "of_entry_given_up": other, "stands": stands, "because": "said"}


def leaving_of_both(kept: Family, given_up: Family) -> LeavingOfBoth | None:
    """Return where the two say otherwise; None where they do not. Two queries."""
    runs = {family.pk: in_ward(family) for family in (kept, given_up)}
    for leaver, other in ((kept, given_up), (given_up, kept)):
        for left in (run.upper for run in runs[leaver.pk] if run.upper is not None):
            for run in runs[other.pk]:
                began = run.lower is None or run.lower < left
                if began and (run.upper is None or run.upper > left):
                    return LeavingOfBoth(kept, given_up, leaver, left, run.upper)
    return None


def gaps(family: Family) -> list[DateRange]:
    """Return the times between two stays in the ward, half open: the family lived elsewhere. One query."""
    runs = in_ward(family)
    return [DateRange(one.upper, other.lower) for one, other in pairwise(runs) if one.upper and other.lower]
