"""Who counts as a second person: nobody whom the first could have made up. Pure: values in, values out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Unfit(StrEnum):
    """Why somebody does not count."""

    SAME = "second_person_needed"
    TOUCHED = "second_person_made_by_the_first"
    TOO_NEW = "second_person_too_new"


@dataclass(frozen=True)
class Standing:
    """What is known of the second person when she acts.

    ``since``: when her account was made, or last changed by administrators. ``factor_since``: when the newest of her
    second factors was set up, None where she has none. ``touched_by_first``: when the first person last proposed or
    confirmed something about her account, None where never.
    """

    since: datetime
    factor_since: datetime | None
    touched_by_first: datetime | None


def unfit_for_a_look(standing: Standing, *, at: datetime, days: int) -> Unfit | None:
    """Tell why she may not be the second person where a family is concerned; None where she may.

    Account and second factor have stood for ``days`` (a policy's), and the first never touched either.
    """
    if standing.touched_by_first is not None:
        return Unfit.TOUCHED
    return Unfit.TOO_NEW if at < stands_from(standing, days=days) else None


def unfit_for_an_account(standing: Standing, *, at: datetime, days: int) -> Unfit | None:
    """Tell why she may not be the second administrator; None where she may.

    The first two of an installation confirm each other's proposals from the first day. An account that the first
    proposed or confirmed counts after ``days`` (a policy's).
    """
    touched = standing.touched_by_first
    return Unfit.TOUCHED if touched is not None and at < touched + timedelta(days=days) else None


def stands_from(standing: Standing, *, days: int) -> datetime:
    """Return from when on her account and her second factor have stood long enough."""
    newest = max(filter(None, (standing.since, standing.factor_since)))
    return newest + timedelta(days=days)
