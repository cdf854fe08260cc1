"""支援措置: a family is put under protection. There is no operation that takes it off."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from sankecare.errors import NotPossible, Refused

from .addresses import EMPTY
from .confidential import Address, is_protected, seal_address
from .letters import void_unopened_letters
from .models import Family, Happening, Protection, Residence
from .record import note


@transaction.atomic(durable=True)
def protect_family(
    *, family: Family, reason: str, by: User, at: datetime, review_by: date | None = None
) -> Protection:
    """Ward staff put a family under protection; it cannot be taken off again.

    Errors: NotPossible ``no_reason``; Refused ``already_protected``, ``joined`` for an entry that is another one now.
    """
    if not reason.strip():
        sentence = _("Please give the reason.")
        raise NotPossible("no_reason", sentence, {"reason": sentence})
    kept = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    if kept.merged_into_id is not None:
        raise Refused("joined", _("This entry was joined into No. %(number)d.") % {"number": kept.merged_into_id})
    if is_protected(kept):
        raise Refused("already_protected", _("This family is under protection already."))
    return put_under_protection(family=kept, reason=reason, by=by, at=at, review_by=review_by)


def put_under_protection(
    *, family: Family, reason: str, by: User, at: datetime, review_by: date | None = None
) -> Protection:
    """Seal every address of the family, those of its history too. In the caller's transaction; twice is once.

    ``review_by`` warns when the measure is to be renewed; it never unmasks.
    """
    if is_protected(family):
        return Protection.objects.get(family=family)
    rows = list(family.residences.select_related("town").select_for_update(of=("self",)))
    for row in rows:
        if row.town is not None:
            address = Address(row.town, row.chome, row.block, row.rest, row.postcode)
            seal_address(family=family, address=address, period=row.period, by=by, at=at)
    family.residences.update(**EMPTY)
    Residence.pgh_event_model.objects.filter(family=family).update(**EMPTY)  # type: ignore[attr-defined]  # pghistory
    protection = Protection.objects.create(family=family, set_at=at, set_by=by, reason=reason, review_by=review_by)
    note(Happening.PROTECTED, family=family, by=by, at=at)
    void_unopened_letters(family=family, reason=_("The family is under protection now."), by=by, at=at)
    return protection
