"""Near misses and incidents as people see them, and how their reports stand. Each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Case, Count, DateField, F, Min, Prefetch, Q, QuerySet, When
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils.translation import gettext_lazy as _

from bookings.models import Stay
from care.models import Incident, IncidentKind, IncidentPolicy, IncidentReport, SafetyChapter
from enrollment.models import Infant
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from facilities.models import Facility
from sankecare.moments import moment_in_words

from .incident_rules import FIRST, PUBLISHED, REPORTS_DUE, SECOND, SERIOUS, ReportTerms, Standing, standing

# What a correction may change, in the words of the page.
SAID = {
    "kind": _("Kind"),
    "happened_at": _("Happened"),
    "place": _("Where"),
    "stay": _("Stay"),
    "infant": _("Infant"),
    "what_happened": _("What happened"),
    "done_at_once": _("What was done at once"),
    "severity": _("What came of it"),
    "chapter": _("Chapter of the safety manual"),
    "prevention": _("So that it does not happen again"),
}
# A family that left may still be who an incident concerns, when it is written down afterwards.
LATELY = timedelta(days=14)


def terms_on(day: date) -> ReportTerms:
    """Return how soon a serious incident of that day is reported: the policy in force, else what is published."""
    policy = IncidentPolicy.objects.filter(period__contains=day).first()
    return policy.terms if policy else PUBLISHED


def chapters_on(day: date) -> QuerySet[SafetyChapter]:
    """Return the chapters of the safety manual that are in force on the day."""
    return SafetyChapter.objects.filter(period__contains=day)


def incidents_shown() -> QuerySet[Incident]:
    """Return incidents with what a list or a page shows of them: whom, where, by whom, and the reports."""
    return Incident.objects.select_related(
        "facility",
        "chapter",
        "infant",
        "recorded_by",
        "corrected_by",
        "stay__booking__service__facility",
        "stay__booking__registration__birth__family",
    ).prefetch_related(Prefetch("reports", IncidentReport.objects.select_related("recorded_by")))


@dataclass(frozen=True)
class ReportDue:
    """One of the two reports of a serious incident: its number, last day, when it was made, how it stands."""

    number: int
    due_on: date
    reported_on: date | None
    standing: Standing

    @property
    def missing(self) -> bool:
        return self.reported_on is None


def reports_due(incident: Incident, today: date) -> list[ReportDue]:
    """Return how the reports of an incident stand; none where it is not serious. Reads the prefetched reports."""
    made = {report.number: report.reported_on for report in incident.reports.all()}
    days = {FIRST: incident.first_due_on, SECOND: incident.second_due_on}
    return [
        ReportDue(number, due_on, made.get(number), standing(due_on, made.get(number), today))
        for number, due_on in days.items()
        if due_on is not None
    ]


@dataclass(frozen=True)
class Listed:
    """An incident in a list, with how its reports stand."""

    incident: Incident
    due: list[ReportDue]


def listed(incidents: Iterable[Incident], today: date) -> list[Listed]:
    """Put beside each incident how its reports stand."""
    return [Listed(incident, reports_due(incident, today)) for incident in incidents]


def serious_incidents(since: date, today: date) -> list[Listed]:
    """Return the serious ones of all facilities: those with a report to be made, whenever they happened, and
    those that happened since; what is due first stands first. Two queries.
    """
    rows = incidents_shown().filter(severity__in=SERIOUS).annotate(made=Count("reports"))
    found = listed(rows.filter(Q(made__lt=len(REPORTS_DUE)) | Q(happened_at__date__gte=since)), today)
    far = date.max
    return sorted(found, key=lambda one: min((report.due_on for report in one.due if report.missing), default=far))


@dataclass(frozen=True)
class Waiting:
    """How many serious incidents have a report to be made, how many of them too late, and the next last day."""

    open: int
    red: int
    next_due: date | None


def reports_waiting(incidents: QuerySet[Incident], today: date) -> Waiting:
    """Count the reports that are still to be made of these incidents. One query."""
    counted = (
        incidents.filter(first_due_on__isnull=False)
        .order_by()
        .annotate(made=Count("reports"))
        .filter(made__lt=len(REPORTS_DUE))
        .annotate(due=Case(When(made=0, then="first_due_on"), default="second_due_on", output_field=DateField()))
        .aggregate(open=Count("pk"), red=Count("pk", filter=Q(due__lt=today)), next_due=Min("due"))
    )
    return Waiting(**counted)


def with_report_missing() -> QuerySet[Incident]:
    """Return the serious incidents of which a report is still to be made, with how many were (``made``)."""
    serious = Incident.objects.filter(first_due_on__isnull=False).select_related("facility")
    return serious.annotate(made=Count("reports")).filter(made__lt=len(REPORTS_DUE)).order_by("first_due_on", "pk")


@dataclass(frozen=True)
class ChapterCounts:
    """A chapter's near misses, incidents, and serious ones among them, for each fiscal year asked for."""

    number: int
    name: str
    years: list[dict[str, int]]


def counts_by_chapter(
    incidents: QuerySet[Incident], years: list[int]
) -> tuple[list[ChapterCounts], list[dict[str, int]]]:
    """Count by chapter and fiscal year; return the chapters and, beneath them, all together. Two queries."""
    first, last = fiscal_year_days(min(years))[0], fiscal_year_days(max(years))[1]
    rows = (
        incidents.filter(happened_at__date__range=(first, last))
        .order_by()
        .values(
            number=F("chapter__number"),
            one_kind=F("kind"),
            year=ExtractYear("happened_at"),
            month=ExtractMonth("happened_at"),
        )
        .annotate(how_many=Count("pk"), grave=Count("pk", filter=Q(severity__in=SERIOUS)))
    )
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(_none_yet)
    for row in rows:
        year = fiscal_year(date(row["year"], row["month"], 1))
        for place in ((row["number"], year), (0, year)):
            found[place][row["one_kind"]] += row["how_many"]
            found[place]["serious"] += row["grave"]
    names = {chapter.number: str(chapter) for chapter in SafetyChapter.objects.order_by("number", "period")}
    chapters = [ChapterCounts(number, name, [found[number, year] for year in years]) for number, name in names.items()]
    return chapters, [found[0, year] for year in years]


def _none_yet() -> dict[str, int]:
    return {IncidentKind.NEAR_MISS.value: 0, IncidentKind.INCIDENT.value: 0, "serious": 0}


def stays_concerned(facility: Facility, at: datetime, *, also: int | None = None) -> list[Stay]:
    """Return the stays that an incident may concern: in house, or left lately; and ``also`` one by its id.

    With its family and infants. Two queries.
    """
    here = Q(departed_at__isnull=True) | Q(departed_at__gte=at - LATELY) | Q(pk=also)
    return list(
        Stay.objects.filter(here, booking__service__facility=facility)
        .select_related("booking__service__facility", "booking__registration__birth__family")
        .prefetch_related(
            Prefetch("booking__registration__birth__infants", Infant.objects.order_by("birth_date", "pk"))
        )
        .order_by("departed_at", "-arrived_at")
    )


@dataclass(frozen=True)
class Version:
    """A correction of an incident: each field with what it said before and after, who corrected it and when."""

    said: list[tuple[Any, Any, Any]]
    by: Any
    at: datetime


def earlier_versions(incident: Incident) -> list[Version]:
    """Return what was corrected, from what to what, the newest first. One query."""
    events = Incident.pgh_event_model.objects.filter(pgh_obj=incident.pk)  # type: ignore[attr-defined]  # pghistory
    versions = list(
        events.select_related("chapter", "infant", "recorded_by", "corrected_by", "stay__booking").order_by("-pgh_id")
    )
    return [
        Version(_said(event, later), later.corrected_by or later.recorded_by, later.corrected_at or later.recorded_at)
        for later, event in pairwise(versions)
    ]


def _said(event: Any, later: Any) -> list[tuple[Any, Any, Any]]:
    """The fields that the next version changed, with their words before and after."""
    return [
        (words, _words(event, name), _words(later, name))
        for name, words in SAID.items()
        if getattr(event, name) != getattr(later, name)
    ]


def _words(event: Any, name: str) -> Any:
    if name == "infant":
        return event.infant.name if event.infant else ""
    if name == "happened_at":
        return moment_in_words(event.happened_at)
    shown = getattr(event, f"get_{name}_display", None)
    return shown() if shown else getattr(event, name) or ""
