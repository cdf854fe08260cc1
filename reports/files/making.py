"""Ordered files are made: table after table, with how far it is, in the background."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reports.catalogue.contents import contents
from reports.models import FileOrder, OrderState, ReportKind
from reports.queries import fiscal_years_with_use
from sankecare.mails import desk
from sankecare.moments import fact_in_words
from sankecare.sealing import seal

from .figures import FiguresFile, families_counted, table_address
from .ordering import DAYS_KEPT
from .paper import report_pdf
from .workbook import workbook

logger = logging.getLogger(__name__)

# Nobody has worked on it for so long: whoever made it is gone, and it is made again, so often.
GIVEN_UP_AFTER = timedelta(minutes=4)
MOST_TRIES = 3


def make_files(*, now: Callable[[], datetime]) -> int:
    """Make what waits, one after the other, each with transactions of its own; return how many became ready."""
    ready = 0
    while (order := _taken(now())) is not None:
        try:
            with translation.override(settings.LANGUAGE_CODE):
                _make(order, now)
            ready += 1
        except Exception as error:  # noqa: BLE001 - the order says so; the next one is made by the next beat
            logger.error("file_not_made", extra={"entry": order.pk, "error": type(error).__name__})
            FileOrder.objects.filter(pk=order.pk).update(state=OrderState.FAILED)
            break
    return ready


def _taken(at: datetime) -> FileOrder | None:
    """Take the oldest order that waits, or that was given up; after too many tries it has failed."""
    with transaction.atomic(durable=True):
        left = Q(state=OrderState.MAKING, touched_at__lt=at - GIVEN_UP_AFTER)
        FileOrder.objects.filter(left, tries__gte=MOST_TRIES).update(state=OrderState.FAILED)
        waiting = FileOrder.objects.filter(Q(state=OrderState.WAITING) | left).order_by("asked_at", "pk")
        order = waiting.select_for_update(skip_locked=True).first()
        if order is not None:
            FileOrder.objects.filter(pk=order.pk).update(
                state=OrderState.MAKING, touched_at=at, tries=F("tries") + 1, done=0, tables=len(contents())
            )
    return order


def _make(order: FileOrder, now: Callable[[], datetime]) -> None:
    years = [year for year in fiscal_years_with_use() if order.first_year <= year <= order.last_year]
    files = _counted(order, years, now)
    name = _("Postpartum care in figures, fiscal years %(first)s to %(last)s")
    title = name % {"first": order.first_year, "last": order.last_year}
    rows_digest = digest_of(files)
    if order.kind == ReportKind.ANNUAL:
        words = _("%(office)s. Counted up to %(day)s; made by %(who)s.")
        told = {"office": desk().municipality, "day": fact_in_words(files[0].counted_to), "who": order.asked_by}
        content = report_pdf(files, title=title, subtitle=words % told, digest=rows_digest)
    else:
        content = workbook(files, title=title)
    ready_at = now()
    FileOrder.objects.filter(pk=order.pk, state=OrderState.MAKING).update(
        state=OrderState.READY,
        content=seal(content),
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        rows_digest=rows_digest,
        families=families_counted(years),
        touched_at=ready_at,
        ready_at=ready_at,
        ends_at=ready_at + DAYS_KEPT,
    )


def _counted(order: FileOrder, years: Sequence[int], now: Callable[[], datetime]) -> list[FiguresFile]:
    """All tables as of one moment; after each it is written down how far it is."""
    made_at, files = now(), []
    for done, numbered in enumerate(contents(), start=1):
        files.append(
            FiguresFile(
                numbered,
                numbered.entry.build(years, today=timezone.localdate(made_at)),
                tuple(years),
                counted_to=timezone.localdate(made_at),
                made_at=made_at,
                made_by=str(order.asked_by),
                address=table_address(
                    numbered.entry.slug, {"from": str(order.first_year), "to": str(order.last_year)}
                ),
            )
        )
        FileOrder.objects.filter(pk=order.pk).update(done=done, touched_at=now())
    return files


def digest_of(files: Sequence[FiguresFile]) -> str:
    """Return the SHA-256 of a report's rows: of a line for each table, its name and the digest of its rows."""
    lines = "".join(f"{file.slug}:{file.digest}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()
