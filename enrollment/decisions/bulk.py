"""Plain applications approved together: each by the same operation as alone, each with its own letter."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from enrollment.applications.queue import places_in_queue, unclear_words
from enrollment.models import Registration
from sankecare.errors import Refused

from .decide import approve_application

# More at once is not looked at any more; and a page must answer in time.
MOST_AT_ONCE = 20


@dataclass
class Outcome:
    """``approved``; ``left``: with the sentence why each stays in the queue."""

    approved: list[Registration] = field(default_factory=list)
    left: list[tuple[Registration, str]] = field(default_factory=list)


def approve_plain(
    *, applications: "QuerySet[Registration]", chosen: Collection[int], by: User, at: datetime
) -> Outcome:
    """Approve those of the chosen that are plain at this moment (enrollment/bulk_approvable.py).

    A batch: it opens a transaction for each, so that one that is refused undoes no other. Call it outside of one.

    What another person decided meanwhile, and what is no longer plain, is left with its reason.
    ``applications``: those that the person may decide; ``chosen``: ids, at most MOST_AT_ONCE are taken.
    """
    outcome = Outcome()
    taken = sorted(chosen)[:MOST_AT_ONCE]
    for place in places_in_queue(applications.filter(pk__in=taken), timezone.localdate(at)):
        if place.unclear:
            outcome.left.append((place.registration, "、".join(unclear_words(reason) for reason in place.unclear)))
            continue
        try:
            with transaction.atomic(durable=True):
                approved = approve_application(registration=place.registration, by=by, at=at, seen={})
        except Refused as refused:
            outcome.left.append((place.registration, refused.detail))
        else:
            outcome.approved.append(approved)
    return outcome
