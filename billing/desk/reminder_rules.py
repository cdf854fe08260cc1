"""Whether a letter about an unpaid fee may go out, and in which band of age the fee stands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class LetterStands(StrEnum):
    """What is to be done about a fee that is open."""

    MAY = "may"
    OFF = "off"
    IN_PERSON = "in_person"
    TOO_EARLY = "too_early"
    WAITS = "waits"


@dataclass(frozen=True)
class LetterRules:
    """Days after the fee was issued from which a letter may go out; and days until the next one."""

    after: int
    again_after: int


def letter_stands(
    *, rules: LetterRules | None, issued_on: date, last_letter_on: date | None, in_person: bool, today: date
) -> LetterStands:
    """Tell whether a letter may go out today. ``rules``: None where the ward sends none.

    ``in_person``: the family told hard news: somebody speaks with her, if at all; no letter ever goes out.
    """
    if in_person:
        return LetterStands.IN_PERSON
    if rules is None:
        return LetterStands.OFF
    if last_letter_on is not None and today < last_letter_on + timedelta(days=rules.again_after):
        return LetterStands.WAITS
    return LetterStands.MAY if today >= issued_on + timedelta(days=rules.after) else LetterStands.TOO_EARLY


def band_of(days_open: int, ages: Sequence[int]) -> int:
    """Return the band, 0 for what is open no longer than the first age (days); ``ages`` rise."""
    return sum(days_open > age for age in ages)
