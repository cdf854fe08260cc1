"""支援措置 renewed: a year more, by a person with a name, on a paper with its day."""

from datetime import date, datetime

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.models import Protection, ProtectionPeriod, TimelineEvent
from enrollment.timeline import add_entry
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from .ending import decline_waiting, locked_in_force
from .measure import A_DAY, first_day_of_renewal, first_day_to_renew, last_day_of_measure, renewable_until


@in_transaction
def renew_protection(
    *, protection: Protection, paper_on: date, review_by: date, by: User, at: datetime
) -> ProtectionPeriod:
    """Enter that the measure goes on until ``review_by``, as asked for on the paper's day.

    An end that was proposed is not decided any more. Errors: NotPossible ``day_passed``, ``not_come``, ``too_early``
    (before the last month of the period), ``too_long`` (more than a year); Refused ``not_protected`` where it was
    ended meanwhile.
    """
    today = timezone.localdate(at)
    if paper_on > today:
        raise _impossible("not_come", "paper_on", _("This day has not come yet."))
    if review_by <= today:
        raise _impossible("day_passed", "review_by", _("This day has passed already."))
    locked = locked_in_force(protection)
    if locked.review_by is not None and locked.review_by > renewable_until(paper_on):
        opens = first_day_to_renew(locked.review_by)
        sentence = _("A renewal is asked for in the last month of the period: from %(first)s.")
        raise _impossible("too_early", "paper_on", sentence % {"first": date_format(opens)})
    first_day = first_day_of_renewal(locked.review_by, paper_on)
    latest = last_day_of_measure(first_day)
    if not first_day <= review_by <= latest:
        sentence = _("A measure is renewed by a year at most: from %(first)s to %(last)s.")
        words = sentence % {"first": date_format(first_day), "last": date_format(latest)}
        raise _impossible("too_long", "review_by", words)
    period = DateRange(first_day, review_by + A_DAY)
    made = ProtectionPeriod.objects.create(
        protection=locked, period=period, paper_on=paper_on, entered_by=by, entered_at=at
    )
    locked.review_by = review_by
    locked.save(update_fields=["review_by"])
    decline_waiting(locked, by=by, at=at)
    add_entry(TimelineEvent.PROTECTION_RENEWED, family=locked.family, by=by, at=at, on_day=paper_on)
    return made


def _impossible(code: str, field: str, sentence: str) -> NotPossible:
    return NotPossible(code, sentence, {field: sentence})
