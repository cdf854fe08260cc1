"""Plain applications approved together: each by the same operation as alone, each with its own letter.

Where a second person decides, what is ticked is drafted together, and drafts are decided together.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.applications.queue import places_in_queue, unclear_words
from enrollment.models import DraftedDecision, DraftedFor, Registration
from sankecare.errors import Refused

from .decide import approve_application
from .drafting import approve_drafted, draft_decision
from .second_step import needs_second_step

# More at once is not looked at any more; and a page must answer in time.
MOST_AT_ONCE = 20


@dataclass
class Outcome:
    """``approved``, or ``drafted`` for a second person; ``left``: with the sentence why each stays as it is."""

    approved: list[Registration] = field(default_factory=list)
    drafted: list[Registration] = field(default_factory=list)
    left: list[tuple[Registration, str]] = field(default_factory=list)


def approve_plain(
    *, applications: "QuerySet[Registration]", chosen: Collection[int], by: User, at: datetime
) -> Outcome:
    """Approve those of the chosen that are plain at this moment (enrollment/bulk_approvable.py), or draft it.

    A batch: it opens a transaction for each, so that one that is refused undoes no other. Call it outside of one.

    What another person decided meanwhile, and what is no longer plain, is left with its reason.
    ``applications``: those that the person may decide; ``chosen``: ids, at most MOST_AT_ONCE are taken.
    """
    outcome = Outcome()
    taken, two = sorted(chosen)[:MOST_AT_ONCE], needs_second_step(timezone.localdate(at))
    for place in places_in_queue(applications.filter(pk__in=taken), timezone.localdate(at)):
        if place.unclear:
            outcome.left.append((place.registration, "、".join(unclear_words(reason) for reason in place.unclear)))
            continue
        try:
            with transaction.atomic(durable=True):
                if two:
                    draft = draft_decision(
                        registration=place.registration, decision=DraftedFor.APPROVE, by=by, at=at, seen={}
                    )
                    outcome.drafted.append(draft.registration)
                else:
                    outcome.approved.append(
                        approve_application(registration=place.registration, by=by, at=at, seen={})
                    )
        except Refused as refused:
            outcome.left.append((place.registration, refused.detail))
    return outcome


def decide_plain(*, drafts: "QuerySet[DraftedDecision]", chosen: Collection[int], by: User, at: datetime) -> Outcome:
    """Decide those of the chosen drafts that approve what has no open point, each as alone. A batch, as above.

    ``drafts``: those that the person may decide; ``chosen``: their ids, at most MOST_AT_ONCE are taken.
    """
    outcome = Outcome()
    for draft in drafts.filter(pk__in=sorted(chosen)[:MOST_AT_ONCE]):
        if not is_plain(draft):
            outcome.left.append((draft.registration, _("open it: it is a rejection, or something was looked at")))
            continue
        try:
            with transaction.atomic(durable=True):
                outcome.approved.append(approve_drafted(drafted=draft, by=by, at=at))
        except Refused as refused:
            outcome.left.append((draft.registration, refused.detail))
    return outcome


def is_plain(draft: DraftedDecision) -> bool:
    """Tell whether a draft may be decided together with others: an approval at which nothing had to be looked at."""
    return draft.decision == DraftedFor.APPROVE and not draft.words and not draft.reason
