"""Counts what was looked for and full, and asked for and refused. What it writes for must never fail or wait for it.

Each is one statement with short limits of its own; what goes wrong is logged and forgotten. Call it outside of the
transaction of an operation: a refusal takes that back.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from bookings.models.unmet import UnmetKind
from bookings.places.day_hindrances import Hindrance
from bookings.places.family_calendar import FamilyMonth
from enrollment.eligibility import Rule
from facilities.models import Service
from sankecare.errors import Refused

from .weeks import sign_of, week_of

logger = logging.getLogger(__name__)
# Milliseconds (own default): nobody waits longer for having been counted.
LONGEST_LOCK, LONGEST = 100, 300
# Days of services at most that one page counts.
MOST_AT_ONCE = 400
NO_PLACE = (Hindrance.FULL, Hindrance.NO_SIBLING_ROOM)
# Refusals that say something of places and rules; others are of keys, forms and sign-ins.
COUNTED = frozenset(
    {
        *("day_full", "day_closed", "draw_first", "sibling_rooms_full", "time_taken", "no_such_time"),
        *("too_many_days", "too_many_consecutive_days", "too_short_notice", "not_open_yet", "not_approved"),
        *(rule.value for rule in Rule),
    }
)


class Row(NamedTuple):
    """What stood in the way, the service's id, and the day looked for."""

    code: str
    service: int
    day: date | None = None


def count_days_looked_for(family: int, shown: Mapping[Service, FamilyMonth], at: datetime) -> None:
    """Count each day shown that the family (its id) could use, had a place been free; once a week of looking."""
    rows = [
        Row(known.hindrance.value, service.pk, day)
        for service, month in shown.items()
        for day, known in month.days.items()
        if known.hindrance in NO_PLACE
    ]
    _write_signs(family, UnmetKind.LOOKED_FOR, rows[:MOST_AT_ONCE], at)


def count_refusal(family: int, service: Service, refused: Refused, at: datetime) -> None:
    """Count what a family (its id) asked for and was refused, by each code or rule; once a week."""
    count_rules_against(family, service, codes_of(refused), at)


def count_rules_against(family: int, service: Service, codes: Iterable[str], at: datetime) -> None:
    """Count the codes or rules that did not allow what a family asked for; those of places and rules alone."""
    said = sorted(COUNTED.intersection(codes))
    _write_signs(family, UnmetKind.REFUSED, [Row(code, service.pk) for code in said], at)


def codes_of(refused: Refused) -> list[str]:
    """Return what a refusal rests on: the rules that it names, else its code."""
    return list(refused.fields) if refused.code == "not_eligible" else [refused.code]


def count_check(rules: Iterable[str], at: datetime) -> None:
    """Count an answer of the self-check by the rules that it found not met; who asked is not known."""
    said = sorted(COUNTED.intersection(rules))
    if said:
        _write(CHECKED, [week_of(at), said])


def _write_signs(family: int, kind: UnmetKind, rows: Sequence[Row], at: datetime) -> None:
    if not rows:
        return
    week = week_of(at)
    columns = [list(column) for column in zip(*rows, strict=True)]
    _write(SIGNS, [week, kind.value, family, timezone.localdate(at), sign_of(family, week), *columns])


def _write(statement: str, values: list[Any]) -> None:
    """Write in a transaction of its own; inside another one (tests) at a savepoint, without limits of its own."""
    inside = connection.in_atomic_block
    limits = "" if inside else f"SET LOCAL lock_timeout = {LONGEST_LOCK}; SET LOCAL statement_timeout = {LONGEST}; "
    try:
        with transaction.atomic() if inside else nullcontext(), connection.cursor() as cursor:
            cursor.execute(limits + statement, values)
    except DatabaseError as error:
        logger.warning("unmet_not_counted", extra={"error": type(error).__name__})


SIGNS = """
    INSERT INTO bookings_unmetsign (week, kind, code, service_id, day, district_id, sign)
    SELECT %s, %s, said.code, said.service_id, said.day,
           (SELECT district_id FROM enrollment_residence WHERE family_id = %s AND period @> %s::date LIMIT 1), %s
      FROM unnest(%s::text[], %s::bigint[], %s::date[]) AS said(code, service_id, day)
        ON CONFLICT DO NOTHING
"""
CHECKED = """
    INSERT INTO bookings_unmetcount (week, kind, code, number)
    SELECT %s, 'checked', code, 1 FROM unnest(%s::text[]) AS code
        ON CONFLICT (week, kind, code, service_id, day, district_id)
        DO UPDATE SET number = bookings_unmetcount.number + 1
"""
