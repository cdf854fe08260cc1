"""支援措置: a family is put under protection, for a year first; nothing but two people ends it."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.addresses import EMPTY
from enrollment.confidential import Address, is_protected, seal_address
from enrollment.helpers import end_all_help
from enrollment.letters.letters import void_unopened_letters
from enrollment.models import Family, Protection, ProtectionPeriod, TimelineEvent
from enrollment.timeline import add_entry
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.periods import last_day as last_day_of
from sankecare.transactions import in_transaction

from .entries import entries_of
from .measure import A_DAY, last_day_of_measure


@in_transaction
def protect_family(
    *,
    family: Family,
    reason: str,
    by: User,
    at: datetime,
    review_by: date | None = None,
    paper_on: date | None = None,
) -> Protection:
    """Ward staff put a family under protection; one alone cannot take it off again.

    ``review_by``: the measure's last day (a year from today). ``paper_on``: the day on which it was asked for.
    Errors: NotPossible ``no_reason``, ``not_come``, ``too_long``; Refused ``already_protected``, ``joined`` for
    an entry that is another one now.
    """
    refuse_without_reason(reason)
    _refuse_impossible_days(review_by, paper_on, timezone.localdate(at))
    locked = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    if locked.merged_into_id is not None:
        raise Refused("joined", _("This entry was joined into No. %(number)d.") % {"number": locked.merged_into_id})
    if is_protected(locked):
        raise Refused("already_protected", _("This family is under protection already."))
    return put_under_protection(family=locked, reason=reason, by=by, at=at, review_by=review_by, paper_on=paper_on)


def put_under_protection(
    *,
    family: Family,
    reason: str,
    by: User,
    at: datetime,
    review_by: date | None = None,
    paper_on: date | None = None,
) -> Protection:
    """Seal every address of the family: those of its history, and of every entry that was joined into it.

    In the caller's transaction, the family locked; twice is once. ``review_by`` tells people to renew or to end the
    measure; it never unmasks.
    """
    today = timezone.localdate(at)
    last_day = review_by or last_day_of_measure(today)
    period = DateRange(today, max(last_day, today) + A_DAY)
    asked = {"period": period, "paper_on": paper_on or today, "reason": reason, "entered_by": by, "entered_at": at}
    for entry in entries_of(family):
        if not is_protected(entry):
            _seal_entry(entry, reason, by, at, last_day)
            flag = Protection.objects.get(family=entry)
            _begin_period(flag, asked)
    return Protection.objects.get(family=family)


def _refuse_impossible_days(review_by: date | None, paper_on: date | None, today: date) -> None:
    if paper_on is not None and paper_on > today:
        sentence = _("This day has not come yet.")
        raise NotPossible("not_come", sentence, {"paper_on": sentence})
    if review_by is not None and not today <= review_by <= last_day_of_measure(today):
        sentence = _("A measure lasts a year at most: until %(last)s.")
        words = sentence % {"last": date_format(last_day_of_measure(today))}
        raise NotPossible("too_long", words, {"review_by": words})


def _begin_period(flag: Protection, asked: dict[str, Any]) -> None:
    """A year begins; of a family that was protected before, days that are told already stay as they are told."""
    last = flag.periods.order_by("period").last()
    period = asked["period"]
    if last is not None and last.period.upper > period.lower:
        period = DateRange(last.period.upper, max(period.upper, last.period.upper + A_DAY))
    ProtectionPeriod.objects.create(protection=flag, **{**asked, "period": period})
    flag.review_by = last_day_of(period)
    flag.save(update_fields=["review_by"])


def _seal_entry(entry: Family, reason: str, by: User, at: datetime, review_by: date) -> None:
    rows = list(entry.residences.select_related("town").select_for_update(of=("self",)))
    for row in rows:
        if row.town is not None:
            address = Address(row.town, row.chome, row.block, row.rest, row.postcode)
            seal_address(family=entry, address=address, period=row.period, by=by, at=at)
    entry.residences.update(**EMPTY)
    anew = {"ended_at": None, "review_by": review_by}
    if not Protection.objects.filter(family=entry).update(**anew):
        Protection.objects.create(family=entry, set_at=at, set_by=by, reason=reason, review_by=review_by)
    with connection.cursor() as cursor:  # history is not ours to write: the function is its owner's
        cursor.execute("SELECT seal_addresses_in_history(%s)", [entry.pk])
    end_all_help(family=entry, at=at)
    add_entry(TimelineEvent.PROTECTED, family=entry, by=by, at=at)
    with translation.override(settings.LANGUAGE_CODE):  # the ward's record, whoever asked for it
        why = _("The family is under protection now.")
    void_unopened_letters(family=entry, reason=why, by=by, at=at)
