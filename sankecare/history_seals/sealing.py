"""Closing a day: the rows since the last one are digested, chained to it and signed."""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone

from sankecare.models import HistoryDay, HistoryPart
from sankecare.transactions import in_transaction

from .bounds import bounds_that_stand
from .chain import BEFORE_ALL, Part, digest_of_day, print_of_key
from .curve import public_key, signature_of
from .heads import write_heads
from .rows import digests, read_alike
from .tables import sealed_tables

logger = logging.getLogger(__name__)

ONE_AT_A_TIME = 7_300_741  # the advisory lock's number, by chance
A_DAY = timedelta(days=1)
# Called in the sealing's transaction with each new day: apps fill it in in their ``ready()``.
after_sealing: list[Callable[[HistoryDay, datetime], None]] = []


def seal_what_is_over(*, at: datetime, bounds: Callable[[], Mapping[str, int]] | None = None) -> list[HistoryDay]:
    """Seal every day that is over and not sealed yet; the edge of the task and the command. Returns the new days.

    Opens its own transaction, after it has waited for all who write. Errors: ImproperlyConfigured without a key that
    is among the public ones; StillWriting.
    """
    _require_key()
    yesterday = timezone.localdate(at) - A_DAY
    if HistoryDay.objects.filter(day__gte=yesterday).exists():
        return []
    stand = bounds() if bounds else bounds_that_stand(sealed_tables())
    with transaction.atomic(durable=True):
        sealed = seal_days(until=yesterday, bounds=stand, at=at)
    for day in sealed:
        logger.info("history_sealed", extra={"entry": day.pk, "digest": day.digest})
    write_heads()
    return sealed


@in_transaction
def seal_days(*, until: date, bounds: Mapping[str, int], at: datetime) -> list[HistoryDay]:
    """Seal each day after the last sealed one, up to ``until``; the first of them gets the rows up to the bounds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    newest = HistoryDay.objects.order_by("-day").first()
    day, sealed = newest.day + A_DAY if newest else until, []
    parts = _new_parts(bounds) if day <= until else []
    while day <= until:
        newest = _seal(day, newest.digest if newest else "", parts, at)
        sealed.append(newest)
        day, parts = day + A_DAY, []
    for each in sealed:
        for tell in after_sealing:
            tell(each, at)
    return sealed


def _new_parts(bounds: Mapping[str, int]) -> list[Part]:
    read_alike()
    before, parts = _sealed_up_to(), []
    for each in sealed_tables():
        after, last = before.get(each.table, BEFORE_ALL), bounds.get(each.table)
        if last is None or last <= after:
            continue
        ((rows, digest),) = digests(each.table, each.columns, after, [last])
        parts.append(Part(each.table, each.columns, after, last, rows, digest))
    return parts


def _sealed_up_to() -> dict[str, int]:
    newest = HistoryPart.objects.order_by("table", "-last").distinct("table")
    return dict(newest.values_list("table", "last"))


def _seal(day: date, previous: str, parts: list[Part], at: datetime) -> HistoryDay:
    digest = digest_of_day(day, at, previous, parts)
    made = HistoryDay.objects.create(
        day=day,
        previous=previous,
        digest=digest,
        signature=signature_of(digest, settings.HISTORY_KEY),
        key_print=print_of_key(public_key(settings.HISTORY_KEY)),
        rows=sum(part.rows for part in parts),
        sealed_at=at,
    )
    HistoryPart.objects.bulk_create(
        HistoryPart(
            day=made,
            table=part.table,
            columns=list(part.columns),
            after=part.after,
            last=part.last,
            rows=part.rows,
            digest=part.digest,
        )
        for part in parts
    )
    return made


def _require_key() -> None:
    if not settings.HISTORY_KEY:
        raise ImproperlyConfigured("HISTORY_KEY is not set: this process cannot seal the history.")
    if public_key(settings.HISTORY_KEY) not in settings.HISTORY_PUBLIC_KEYS:
        raise ImproperlyConfigured("The public key of HISTORY_KEY is not among HISTORY_PUBLIC_KEYS.")
