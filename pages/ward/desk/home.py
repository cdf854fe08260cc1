"""職員のホーム: what is due, the gravest and oldest first; what the administration's first page shows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import signed_in
from pages.ward.family.links import url_for

from . import due_of_families, due_of_work
from .due import Due, Grade

Count = Callable[[User, datetime], Iterator[Due]]

COUNTS: tuple[Count, ...] = (
    due_of_work.incidents,
    due_of_families.despair,
    due_of_families.hard_news,
    due_of_families.second_person,
    due_of_families.drafts,
    due_of_work.incident_reports,
    due_of_work.referrals,
    due_of_families.applications,
    due_of_work.places_asked,
    due_of_work.draws,
    due_of_families.calls,
    due_of_families.letters,
    due_of_families.mails,
    due_of_families.protection,
    due_of_families.deletion,
    due_of_work.claims,
    due_of_work.fees,
    due_of_work.differences,
    due_of_work.refunds,
    due_of_work.practice,
    due_of_work.cuts,
)
GRADES: dict[Grade, Promise] = {
    Grade.AT_ONCE: gettext_lazy("At once"),
    Grade.LATE: gettext_lazy("Late, or standing still"),
    Grade.WAITS: gettext_lazy("Waiting for you"),
    Grade.AHEAD: gettext_lazy("To know, and what comes"),
}


@dataclass(frozen=True)
class Graded:
    """What is due of one grade."""

    grade: Grade
    label: Promise
    rows: list[Due]


def due_for(person: User, at: datetime) -> tuple[list[Graded], list[Due]]:
    """Return what is due by grade, and what was looked at of which nothing waits. A fixed number of queries."""
    found = sorted((due for count in COUNTS for due in count(person, at)), key=lambda due: due.order)
    there = [due for due in found if due.count]
    by_grade = groupby(there, key=lambda due: due.grade)
    return [Graded(grade, GRADES[grade], list(rows)) for grade, rows in by_grade], [
        due for due in found if not due.count
    ]


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's callback for the first page of the administration."""
    graded, nothing = due_for(signed_in(request), timezone.now())
    enter_url = url_for(signed_in(request), "entry:new")
    return context | {
        "title": _("Home"),
        "graded": graded,
        "nothing": nothing,
        "enter_url": enter_url,
        "is_home": True,
    }
