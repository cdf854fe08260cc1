"""The entries of a round as its operations read them, the round locked, and who entered told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bookings.models import DrawEntry, DrawRound, without_published
from sankecare import outbox
from sankecare.errors import Refused


def locked_round(draw_round: DrawRound) -> DrawRound:
    locked = DrawRound.objects.select_for_update(of=("self",)).select_related("pool").get(pk=draw_round.pk)
    if locked.called_off_at is not None:
        raise Refused("called_off", _("This draw was called off: %(reason)s") % {"reason": locked.called_off_reason})
    return locked


def is_in_hand(draw_round: DrawRound) -> bool:
    """Tell whether another worker is publishing or drawing the round just now: who comes second need not wait."""
    # Without the order, which would take places and facility along.
    free = DrawRound.objects.select_for_update(skip_locked=True).filter(pk=draw_round.pk).order_by()
    with transaction.atomic():
        return not list(free.values_list("pk"))


def standing_entries(draw_round: DrawRound) -> "QuerySet[DrawEntry]":
    entries = DrawEntry.objects.filter(round=draw_round, withdrawn_at__isnull=True)
    needed = entries.select_related("round__pool__facility", "registration__birth__family", "sibling", "entered_by")
    needed = needed.defer(*without_published())
    return needed.prefetch_related("registration__birth__family__high_needs").order_by("sign")


def entries_to_weigh(draw_round: DrawRound) -> list[DrawEntry]:
    """Return the standing entries with what ``weigh`` reads. In a fixed number of queries."""
    return list(
        standing_entries(draw_round).prefetch_related("registration__birth__infants", "registration__exceptions")
    )


def save_alike(entries: Sequence[DrawEntry], fields: Sequence[str]) -> None:
    """Save these fields of many entries: one statement for all that have the same values."""
    alike: dict[str, tuple[dict[str, Any], list[int]]] = {}
    for entry in entries:
        values = {name: getattr(entry, name) for name in fields}
        alike.setdefault(repr(values), (values, []))[1].append(entry.pk)
    for values, keys in alike.values():
        DrawEntry.objects.filter(pk__in=keys).update(**values)


def tell_all(kind: str, entries: Iterable[DrawEntry], at: datetime) -> None:
    """Have a mail sent to each family, as ``tell`` does. One statement, and one publishing for all."""
    accounts = {entry.pk: entry.registration.birth.family.account_id for entry in entries}
    told = [
        outbox.Announcement(kind, f"user:{account}", f"{kind}:{pk}", {"entry": pk})
        for pk, account in accounts.items()
        if account is not None
    ]
    outbox.enqueue_several(told, at=at)


def tell(kind: str, entry: DrawEntry, at: datetime) -> None:
    """Have a mail sent to the family that entered, once: a link alone."""
    account = entry.registration.birth.family.account_id
    if account is not None:
        outbox.enqueue(
            kind=kind,
            recipient=f"user:{account}",
            dedupe_key=f"{kind}:{entry.pk}",
            payload={"entry": entry.pk},
            at=at,
        )
