"""The chain over the access log: each link seals the rows since the one before, so that a change behind it shows.

The newest digest is printed and logged: kept elsewhere, it also shows that the end was cut off.
"""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from sankecare import outbox
from sankecare.history_seals.standing import sealed_rows
from sankecare.models import Pulse
from sankecare.outside.nightly import Looked
from sankecare.transactions import in_transaction

from .models import AccessLogEntry, AccessLogLink

logger = logging.getLogger(__name__)

# A row may be written in a transaction that ends a little later; what is older than this stands (statements end after
# 30 s, idle transactions after 60 s: settings).
SETTLED_AFTER = timedelta(minutes=5)
CHUNK = 5000
# When the chain was last looked through at night and all was well, and when something was wrong.
WELL, WRONG = "access_log_well", "access_log_wrong"
BEFORE_ALL = -(2**63)  # also a row put in with a number that no sequence gives


@dataclass(frozen=True)
class Verified:
    """What looking the chain through found: sentences, none where all is well; how many rows and links were read."""

    problems: list[str]
    looks: int
    links: int


@in_transaction
def chain_access_log(*, at: datetime) -> AccessLogLink | None:
    """Seal what has settled since the last link; None where nothing has."""
    before = AccessLogLink.objects.select_for_update().order_by("-last_look").first()
    start = before.last_look if before else BEFORE_ALL
    settled = (
        AccessLogEntry.objects.filter(pk__gt=start, at__lt=at - SETTLED_AFTER)
        .order_by("-pk")
        .values_list("pk", flat=True)
    )
    last = settled.first()
    if last is None:
        return None
    count, digest = _digest(before.digest if before else "", start, last)
    link = AccessLogLink.objects.create(last_look=last, count=count, digest=digest, sealed_at=at)
    logger.info("access_log_chained", extra={"entry": link.last_look, "digest": link.digest})
    return link


def verify_access_log(*, known: str = "") -> Verified:
    """Compute the chain again from its rows. ``known``: a digest kept elsewhere, which must be among the links."""
    problems, before, start, looks = [], "", BEFORE_ALL, 0
    links = list(AccessLogLink.objects.order_by("last_look"))
    for link in links:
        count, digest = _digest(before, start, link.last_look)
        if (count, digest) != (link.count, link.digest):
            problems.append(
                _("Looks %(first)d to %(last)d were changed: %(count)d rows where %(sealed)d were sealed.")
                % {"first": max(start + 1, 1), "last": link.last_look, "count": count, "sealed": link.count}
            )
        before, start, looks = link.digest, link.last_look, looks + count
    problems += _fewer_than_sealed()
    if known and known not in {link.digest for link in links}:
        problems.append(_("The digest that you keep is not in the chain: its end was cut off or replaced."))
    return Verified(problems, looks, len(links))


def check_access_log(*, at: datetime) -> Verified:
    """Look the chain through, keep when and whether all was well, and put it into the log where it was not."""
    found = verify_access_log()
    outbox.note_pulse(at=at, name=WRONG if found.problems else WELL)
    if found.problems:
        logger.error("access_log_is_not_as_sealed", extra={"entry": found.looks})
    return found


def last_access_log_check() -> Looked:
    """Return how the last look of a night went: 1 problem where something was wrong. One query."""
    newest = Pulse.objects.filter(name__in=(WELL, WRONG)).order_by("-at").first()
    return Looked(newest.at, int(newest.name == WRONG)) if newest else Looked(None, 0)


def _fewer_than_sealed() -> list[str]:
    """What the nightly seals of the history hold and is not here any more: an emptied log has no link that says it."""
    found = []
    for model, words in (
        (AccessLogEntry, _("The seals of the history hold %(sealed)d looks; %(count)d of them are left.")),
        (
            AccessLogLink,
            _("The seals of the history hold %(sealed)d links of it; %(count)d of them are left."),
        ),
    ):
        sealed, last = sealed_rows(model._meta.db_table)
        count = model.objects.filter(pk__lte=last).count() if sealed else 0
        if count < sealed:
            found.append(words % {"sealed": sealed, "count": count})
    return found


def _digest(before: str, after: int, last: int) -> tuple[int, str]:
    made, count = hashlib.sha256(before.encode()), 0
    for row in _rows(after, last):
        made.update(row.encode())
        count += 1
    return count, made.hexdigest()


def _rows(after: int, last: int) -> Iterator[str]:
    fields = ("pk", "at", "user_id", "role", "family_id", "page", "sensitive")
    rows = AccessLogEntry.objects.filter(pk__gt=after, pk__lte=last).order_by("pk").values_list(*fields)
    for pk, at, *rest in rows.iterator(chunk_size=CHUNK):
        yield "|".join([str(pk), at.isoformat(), *map(str, rest)]) + "\n"
