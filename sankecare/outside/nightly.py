"""The checks of the night, so that their silence is seen too: an app says in its ``ready()`` how its last one went."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sankecare.models import HistoryCheck


@dataclass(frozen=True)
class Looked:
    """A check's last look: when, None where there never was one; how much was wrong, 0 where all is well."""

    at: datetime | None
    problems: int


def last_history_check() -> Looked:
    """Return how looking all seals of the history through went. One query."""
    check = HistoryCheck.objects.order_by("pk").values_list("at", "problems").last()
    return Looked(check[0], len(check[1])) if check else Looked(None, 0)


CHECKS: dict[str, Callable[[], Looked]] = {"history": last_history_check}
