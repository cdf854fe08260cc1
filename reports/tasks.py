"""The nightly look for what cannot be; planning runs and ordered files, made by the clock. Each may run twice."""

import logging
import time

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from sankecare.isolation import isolated

from .files.making import make_files
from .files.ordering import forget_files
from .invariants import broken_invariants
from .planning.carry_on import carry_on, forget_runs, open_runs

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def check_invariants() -> None:
    """Log one error for each kind of impossible thing (nightly, settings)."""
    for broken in broken_invariants(timezone.now()):
        logger.error("invariant_broken", extra={"error": broken.what, "entry": broken.count})


# Seconds that runs are carried on for at once.
PLANNING_SECONDS = 12.0


@shared_task(soft_time_limit=100, time_limit=110)  # type: ignore[untyped-decorator]  # celery ships no types
def carry_on_planning() -> None:
    """Work out the planning runs that are open, for so long at most (every 15 seconds, settings)."""
    end = time.monotonic() + PLANNING_SECONDS
    for run in open_runs(timezone.now()):
        with isolated("planning_not_worked_out", run):
            carry_on(run, has_time=lambda: time.monotonic() < end)
        if time.monotonic() >= end:
            return


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def forget_planning() -> None:
    """Delete the planning runs whose time to be kept is over (nightly, settings)."""
    with transaction.atomic(durable=True):
        forget_runs(today=timezone.localdate())


# Many tables of many years; below the time after which the broker gives a message out again.
@shared_task(soft_time_limit=100, time_limit=110)  # type: ignore[untyped-decorator]  # celery ships no types
def make_the_files() -> None:
    """Make the files that were ordered (every ten seconds, settings)."""
    make_files(now=timezone.now)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def forget_the_files() -> None:
    """Delete ordered files past their end date (nightly, settings)."""
    with transaction.atomic(durable=True):
        forget_files(at=timezone.now())
