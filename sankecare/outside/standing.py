"""What is true of the whole installation, read from the database when asked: the same whichever process answers.

Numbers alone. Where something never happened its age is ``+Inf``, so that an alarm on an age fires.
"""

import math
from collections.abc import Iterator
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sankecare import outbox

from .nightly import CHECKS

NEVER = math.inf
DATABASE = """
    SELECT (SELECT count(*) FROM sankecare_outboxentry WHERE done_at IS NULL),
           pg_database_size(current_database()),
           (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
           current_setting('max_connections')::int
"""


class Standing(Collector):
    """Collects at each question; without the database it says that, and nothing else."""

    def collect(self) -> Iterator[Metric]:
        try:
            found = list(_found(timezone.now()))
        except (DatabaseError, InterfaceError):
            connection.close()
            found = []
        yield _gauge("database_up", "1 while the database answers.", 1 if found else 0)
        yield from found


def _found(at: datetime) -> Iterator[Metric]:
    announcing = outbox.standing(at)
    with connection.cursor() as cursor:
        cursor.execute(DATABASE)
        undone, size, connections, most = cursor.fetchone()
    yield _gauge("outbox_undone", "Announcements that are not done, those that wait on purpose too.", undone)
    yield _gauge(
        "outbox_oldest_seconds",
        "For how long the oldest announcement waits that can go out.",
        announcing.oldest_seconds,
    )
    yield _gauge("mails_refused", "Mails that wait because a mail server refuses their address.", announcing.refused)
    silent = NEVER if announcing.silent_seconds is None else announcing.silent_seconds
    yield _gauge("worker_silent_seconds", "Since the worker last swept at the beat's call.", silent)
    yield _gauge("database_bytes", "Size of the database.", size)
    yield _gauge("database_connections", "Connections to the database, by all processes.", connections)
    yield _gauge("database_connections_limit", "How many connections the server gives at most.", most)
    ages = GaugeMetricFamily("sankecare_check_age_seconds", "Since a check of the night last ran.", labels=["check"])
    wrong = GaugeMetricFamily("sankecare_check_problems", "What a check's last run found wrong.", labels=["check"])
    for name, last in CHECKS.items():
        looked = last()
        ages.add_metric([name], NEVER if looked.at is None else max(0.0, (at - looked.at).total_seconds()))
        wrong.add_metric([name], looked.problems)
    yield ages
    yield wrong


def _gauge(name: str, words: str, value: float | None) -> Metric:
    return GaugeMetricFamily(f"sankecare_{name}", words, value=value or 0)
