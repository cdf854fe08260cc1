"""The heads of the chain in a second place: a file that is only ever added to, on another disk or machine.

Whoever cuts off the newest days, rows and seals, leaves a chain that is whole: only who kept a head sees it.
"""

import re
from pathlib import Path

from django.conf import settings

from sankecare.models import HistoryDay

DIGEST = re.compile(r"[0-9a-f]{64}")


def write_heads() -> None:
    """Add each head that is not there yet to the file (``HISTORY_HEADS_FILE``): day, digest, signature.

    Those too that could not be written in their own night. Errors: OSError.
    """
    if not settings.HISTORY_HEADS_FILE:
        return
    there = set(kept_heads())
    with Path(settings.HISTORY_HEADS_FILE).open("a", encoding="ascii") as file:
        for day in HistoryDay.objects.order_by("day"):
            if day.digest not in there:
                file.write(f"{day.day.isoformat()} {day.digest} {day.signature}\n")


def kept_heads() -> list[str]:
    """Return the digests that stand in the file, the oldest first; none where no file is set or it is not here yet."""
    file = Path(settings.HISTORY_HEADS_FILE) if settings.HISTORY_HEADS_FILE else None
    if file is None or not file.exists():
        return []
    lines = (line.split() for line in file.read_text(encoding="ascii", errors="replace").splitlines())
    return [words[1] for words in lines if len(words) > 1 and DIGEST.fullmatch(words[1])]
