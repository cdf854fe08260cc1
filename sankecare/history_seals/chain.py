"""The text of a sealed day, and its digest: computed anew from what stands in the tables. Knows no database."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

VERSION = "sanke-care history 1"
# Before every row, also one put in with a number that no sequence gives.
BEFORE_ALL = -(2**63)


@dataclass(frozen=True)
class Part:
    """The rows of one table that a day sealed: those after the number ``after``, to the number ``last``.

    ``columns`` in the order in which they were read; ``digest``: SHA-256 of the rows as COPY writes them.
    """

    table: str
    columns: Sequence[str]
    after: int
    last: int
    rows: int
    digest: str


def digest_of_day(day: date, sealed_at: datetime, previous: str, parts: Iterable[Part]) -> str:
    """Return the digest of a day: over the one of the day before (empty for the first) and every part."""
    moment = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    lines = [VERSION, f"day {day.isoformat()}", f"sealed {moment}", f"previous {previous}"]
    for part in sorted(parts, key=lambda each: each.table):
        columns = ",".join(part.columns)
        lines.append(f"{part.table} {part.after} {part.last} {part.rows} {part.digest} {columns}")
    return hashlib.sha256("\n".join([*lines, ""]).encode()).hexdigest()


def print_of_key(public_key: str) -> str:
    """Return the fingerprint of a public key."""
    return hashlib.sha256(public_key.encode()).hexdigest()
