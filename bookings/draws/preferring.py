"""A family says which of its draws it prefers."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from bookings.models import DrawEntry
from bookings.places.locking import lock_registration
from enrollment.models import Registration
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from .preferences import entries_in_order


@in_transaction
def prefer_draws(*, registration: Registration, order: Sequence[int], at: datetime) -> list[DrawEntry]:
    """Put the family's entries in draws still to come into this order (their ids), the most preferred first.

    It may be changed until each draw: it decides between places that the family wins, and nothing for others.

    Errors: NotPossible ``order_incomplete``, where these are not all of its entries, each once.
    """
    locked = lock_registration(registration.pk)
    entries = {entry.pk: entry for entry in entries_in_order(locked.birth.family)}
    if sorted(order) != sorted(entries):
        sentence = _("Give each draw its own place. If you have entered or withdrawn since, please look again.")
        raise NotPossible("order_incomplete", sentence)
    for place, pk in enumerate(order, start=1):
        entries[pk].preference = place
    DrawEntry.objects.bulk_update(entries.values(), ["preference"])
    return [entries[pk] for pk in order]
