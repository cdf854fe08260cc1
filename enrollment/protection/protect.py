"""支援措置: a family is put under protection. There is no operation that takes it off."""

from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.addresses import EMPTY
from enrollment.confidential import Address, is_protected, seal_address
from enrollment.helpers import end_all_help
from enrollment.letters.letters import void_unopened_letters
from enrollment.models import Family, Protection, Residence, TimelineEvent
from enrollment.timeline import add_entry
from sankecare.errors import Refused, refuse_without_reason
from sankecare.transactions import in_transaction


@in_transaction
def protect_family(
    *, family: Family, reason: str, by: User, at: datetime, review_by: date | None = None
) -> Protection:
    """Ward staff put a family under protection; it cannot be taken off again.

    Errors: NotPossible ``no_reason``; Refused ``already_protected``, ``joined`` for an entry that is another one now.
    """
    refuse_without_reason(reason)
    locked = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    if locked.merged_into_id is not None:
        raise Refused("joined", _("This entry was joined into No. %(number)d.") % {"number": locked.merged_into_id})
    if is_protected(locked):
        raise Refused("already_protected", _("This family is under protection already."))
    return put_under_protection(family=locked, reason=reason, by=by, at=at, review_by=review_by)


def put_under_protection(
    *, family: Family, reason: str, by: User, at: datetime, review_by: date | None = None
) -> Protection:
    """Seal every address of the family: those of its history, and of every entry that was joined into it.

    In the caller's transaction, the family locked; twice is once. ``review_by`` warns when the measure is to be
    renewed; it never unmasks.
    """
    for entry in _entries_of(family):
        if not is_protected(entry):
            _seal_entry(entry, reason, by, at, review_by)
    return Protection.objects.get(family=family)


def _entries_of(family: Family) -> list[Family]:
    """The family and what was joined into it, and into that; a joined entry is joined nowhere else any more."""
    entries, joined = [family], [family]
    while joined:
        joined = list(Family.objects.filter(merged_into__in=joined).order_by("pk"))
        entries += joined
    return entries


def _seal_entry(entry: Family, reason: str, by: User, at: datetime, review_by: date | None) -> None:
    rows = list(entry.residences.select_related("town").select_for_update(of=("self",)))
    for row in rows:
        if row.town is not None:
            address = Address(row.town, row.chome, row.block, row.rest, row.postcode)
            seal_address(family=entry, address=address, period=row.period, by=by, at=at)
    entry.residences.update(**EMPTY)
    Residence.pgh_event_model.objects.filter(family=entry).update(**EMPTY)  # type: ignore[attr-defined]  # pghistory
    Protection.objects.create(family=entry, set_at=at, set_by=by, reason=reason, review_by=review_by)
    end_all_help(family=entry, at=at)
    add_entry(TimelineEvent.PROTECTED, family=entry, by=by, at=at)
    with translation.override(settings.LANGUAGE_CODE):  # the ward's record, whoever asked for it
        why = _("The family is under protection now.")
    void_unopened_letters(family=entry, reason=why, by=by, at=at)
