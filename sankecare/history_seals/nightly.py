"""The night's work of the process that holds the key: seal, then look everything through and keep what was found."""

import logging
from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from sankecare.models import HistoryCheck, HistoryDay

from .bounds import StillWriting
from .sealing import seal_what_is_over
from .verifying import keep_check, verify_history

logger = logging.getLogger(__name__)


def seal_and_verify(*, at: datetime) -> None:
    """Seal what is over; verify where something was sealed or the newest seal has no check. Errors go to the log.

    What keeps a night from being sealed keeps it from nothing else: the check is made, and says it.
    """
    try:
        seal_what_is_over(at=at)
    except (ImproperlyConfigured, OSError, StillWriting) as error:
        logger.error("history_not_sealed", extra={"error": type(error).__name__})
    newest, check = HistoryDay.objects.last(), HistoryCheck.objects.order_by("pk").last()
    if newest is None:
        return
    if check is None or check.at < newest.sealed_at or timezone.localdate(check.at) < timezone.localdate(at):
        check_history(at=at)


def check_history(*, at: datetime) -> HistoryCheck:
    """Look all seals through, keep what was found, and put it into the log where something is wrong."""
    found = verify_history(at=at)
    with transaction.atomic(durable=True):
        kept = keep_check(found, at=at)
    if found.problems:
        logger.error("history_is_not_as_sealed", extra={"entry": kept.pk})
    return kept
