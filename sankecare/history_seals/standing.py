"""How the seals stand, for who must see it: since when, up to where, what the last check found. Three queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from sankecare.models import HistoryCheck, HistoryDay, HistoryPart

from .verifying import expected_day

# A check follows each night's seal.
CHECKED_WITHIN = timedelta(hours=27)


@dataclass(frozen=True)
class Standing:
    """``first``, ``head``: the oldest and the newest sealed day; ``check``: the last one; None where there is none.

    ``problems``: in words, none where all is well.
    """

    first: HistoryDay | None
    head: HistoryDay | None
    check: HistoryCheck | None
    problems: list[str]


def sealed_rows(table: str) -> tuple[int, int]:
    """Return how many rows of a table the seals hold, and the number of the last of them. One query."""
    found = HistoryPart.objects.filter(table=table).aggregate(rows=Sum("rows"), last=Max("last"))
    return found["rows"] or 0, found["last"] or 0


def standing(at: datetime) -> Standing:
    """Look how the seals stand."""
    first, head = HistoryDay.objects.order_by("day").first(), HistoryDay.objects.order_by("day").last()
    check = HistoryCheck.objects.order_by("pk").last()
    problems = list(check.problems) if check else []
    if head is None:
        problems = [_("Nothing is sealed yet."), *problems]
    elif head.day < expected_day(at):
        problems.append(_("The last night was not sealed."))
    if head is not None and (check is None or at - check.at > CHECKED_WITHIN):
        problems.append(_("The history was not checked last night."))
    return Standing(first, head, check, list(dict.fromkeys(problems)))
