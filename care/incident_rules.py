"""事故の報告: what makes an incident serious, when its reports are due, how each of them stands. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

# 死亡、意識不明、治療に要する期間が30日以上 (PUBLIC): these are reported to the ward, twice.
SERIOUS = ("treated_30_days", "unconscious", "death")
# A near miss reached nobody; whatever did anybody harm is an incident.
NO_HARM = "no_harm"
FIRST, SECOND = 1, 2
REPORTS_DUE = (FIRST, SECOND)


@dataclass(frozen=True)
class ReportTerms:
    """How soon a serious incident is reported: days, then months, after the day on which it happened.

    ``bar_days_before``: from how many days before a last day on every page of the facility says so.
    """

    first_report_days: int
    second_report_months: int
    remind_days_before: int
    bar_days_before: int = 3


# Where no row is in force (PUBLIC: the same day or the next, again in about a month): a missing row must stop nobody.
PUBLISHED = ReportTerms(first_report_days=1, second_report_months=1, remind_days_before=7)


class Standing(StrEnum):
    """How one of the two reports stands on a day."""

    REPORTED = "reported"
    REPORTED_LATE = "reported_late"
    DUE = "due"
    RED = "red"


def is_serious(severity: str) -> bool:
    """Whether an incident of this severity is reported to the ward with deadlines."""
    return severity in SERIOUS


def report_days(happened_on: date, terms: ReportTerms) -> tuple[date, date]:
    """Return the last days for the first and the second report.

    The day on which it happened is not counted (Civil Code art. 140): happened on 10 May, a month ends on 10
    June; where a month has no such day, on its last one (art. 143).
    """
    return (
        happened_on + timedelta(days=terms.first_report_days),
        happened_on + relativedelta(months=terms.second_report_months),
    )


def remind_from(due_on: date, terms: ReportTerms) -> date:
    """From which day on those who must report are reminded; a term shorter than that: at once."""
    return due_on - timedelta(days=terms.remind_days_before)


def is_near(due_on: date, today: date, terms: ReportTerms) -> bool:
    """Whether a report is to be said on every page: its last day is near, or over."""
    return today >= due_on - timedelta(days=terms.bar_days_before)


def standing(due_on: date, reported_on: date | None, today: date) -> Standing:
    """How a report stands: the last day is still in time, the day after is red."""
    if reported_on is not None:
        return Standing.REPORTED if reported_on <= due_on else Standing.REPORTED_LATE
    return Standing.DUE if today <= due_on else Standing.RED
