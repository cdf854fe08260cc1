"""職員のホーム: what is due, the gravest and oldest first; what the administration's first page shows."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import signed_in
from pages import due_calls
from pages.due import Due, Graded, graded
from pages.ward.family.links import url_for

from . import due_of_families, due_of_work

Count = Callable[[User, datetime], Iterator[Due]]

COUNTS: tuple[Count, ...] = (
    due_of_work.incidents,
    due_calls.despair,
    due_calls.hard_news,
    due_of_families.second_person,
    due_of_families.drafts,
    due_of_work.incident_reports,
    due_of_work.referrals,
    due_of_families.applications,
    due_of_work.places_asked,
    due_of_work.draws,
    due_of_work.lines,
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


def due_for(person: User, at: datetime) -> tuple[list[Graded], list[Due]]:
    """Return what is due by grade, and what was looked at of which nothing waits. A fixed number of queries."""
    return graded(due for count in COUNTS for due in count(person, at))


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's callback for the first page of the administration."""
    found, nothing = due_for(signed_in(request), timezone.now())
    enter_url = url_for(signed_in(request), "entry:new")
    return context | {
        "title": _("Home"),
        "graded": found,
        "nothing": nothing,
        "enter_url": enter_url,
        "figures_url": "" if enter_url else url_for(signed_in(request), "supervisor:front"),
        "is_home": True,
    }
