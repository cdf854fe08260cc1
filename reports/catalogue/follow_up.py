"""What districts and houses did: requests and how soon they were received, watch lists, incidents. Few are hidden."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from care.incident_rules import SERIOUS, Standing
from care.models import Severity
from facilities.models import District
from referrals.models import Concern, MarkKind, Outcome, ReferralState
from reports.chapters.follow_up_queries import (
    NOT_MARKED,
    Raised,
    incident_years,
    raised_in,
    responses_of,
    watch_years,
)
from reports.chapters.money_queries import facility_names
from reports.explained.of_follow_up import CAME_OF_THEM, CONCERNS, RESPONSES
from reports.masked_figures import count_shown, counted_until, is_running, notes_of, parts_shown
from reports.response_times import ResponseTimes
from reports.small_cells import HIDDEN, hidden_in, is_small, share_tells
from reports.tables import Row, Table

from .entry import Chapter, TableEntry

REASONS = tuple(f"concern_{concern.value}" for concern in Concern)
OPEN = (ReferralState.RAISED.value, ReferralState.ACKNOWLEDGED.value)
OUTCOMES = (*(f"outcome_{outcome.value}" for outcome in Outcome), *(f"still_{state}" for state in OPEN))
STILL_RAISED = f"still_{ReferralState.RAISED.value}"
MARKS = (*(f"mark_{kind.value}" for kind in MarkKind), f"mark_{NOT_MARKED}")
SEVERITIES = tuple(f"severity_{severity.value}" for severity in Severity)
WARD = "ward"


def reason_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year how many requests named each concern; one may name several."""
    rows = []
    for year, running, raised in _raised_by_year(years, today):
        named = Counter(f"concern_{concern}" for row in raised for concern in row.concerns)
        shown = parts_shown({key: named[key] for key in REASONS}, running=running)
        rows.append({"fiscal_year": year, "requests": count_shown(len(raised), running=running), **shown})
    notes = [*notes_of(sorted(set(years)), today), _("One request may name several concerns: they make no total.")]
    return Table(_("Follow-up requests by concern"), ("fiscal_year", "requests", *REASONS), (), rows, notes)


def outcome_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year what came of the requests, and how many are open."""
    rows = []
    for year, running, raised in _raised_by_year(years, today):
        shown = parts_shown(_came_of(raised), running=running)
        rows.append({"fiscal_year": year, **shown, "requests": count_shown(len(raised), running=running)})
    title, notes = _("What came of follow-up requests"), notes_of(sorted(set(years)), today)
    return Table(title, ("fiscal_year", *OUTCOMES, "requests"), (), rows, notes)


def response_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and district how soon requests were received, in working hours; the ward's row last."""
    names = {**{row.slug: str(row) for row in District.objects.order_by("position")}, WARD: _("Whole ward")}
    rows = []
    for year, running, raised in _raised_by_year(years, today):
        by_place = {slug: [row for row in raised if row.district == slug] for slug in names if slug != WARD}
        whole = responses_of(raised)
        counts = {slug: len(of_place) for slug, of_place in by_place.items()}
        got = {slug: responses_of(of_place) for slug, of_place in by_place.items()}
        hidden = hidden_in(counts) | hidden_in({slug: row.received for slug, row in got.items()})
        hidden |= hidden_in({slug: counts[slug] - row.received for slug, row in got.items()})
        untold = STILL_RAISED in hidden_in(_came_of(raised))
        if untold and not hidden:
            # The table of outcomes hides how many were not received: no sum of districts may tell it.
            hidden = hidden_in(counts, [min(filter(counts.get, counts), key=lambda slug: counts[slug])])
        in_time = _shares_hidden(got)
        rows += [
            _response_row(
                year, slug, counts[slug], got[slug], hidden=slug in hidden, untold=slug in in_time, running=running
            )
            for slug in by_place
            if counts[slug]
        ]
        few = untold or (share_tells(whole.received, len(raised)) and whole.received != len(raised))
        rows.append(_response_row(year, WARD, len(raised), whole, hidden=few, untold=False, running=running))
    keys = ("fiscal_year", "district", "requests", "received", "within_percent", "median_hours", "p90_hours")
    notes = [
        *notes_of(sorted(set(years)), today),
        _("Working hours are those of the ward's offices. Median and 90th percentile of three requests or more."),
    ]
    return Table(_("How soon requests were received"), keys, (), rows, notes, {"district": names})


def watch_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and district the weekly watch lists, the families on them, and how rows were marked."""
    names = {row.slug: str(row) for row in District.objects.order_by("position")}
    rows: list[Row] = []
    counted = watch_years(years, today=_until(years, today))
    for year in sorted(set(years)):
        running = is_running(year, today)
        hidden = hidden_in({slug: len(row.families) for (of, slug), row in counted.items() if of == year})
        for slug in names:
            if (of_place := counted.get((year, slug))) is None:
                continue
            marks = {key: of_place.marks[key.removeprefix("mark_")] for key in MARKS}
            shown: dict[str, Any] = dict(parts_shown(marks, running=running))
            families = count_shown(len(of_place.families), running=running)
            figures = {"families": families, "watch_rows": count_shown(of_place.rows, running=running), **shown}
            if slug in hidden:
                figures = dict.fromkeys(figures, HIDDEN)
            rows.append({"fiscal_year": year, "district": slug, "watch_lists": len(of_place.lists), **figures})
    keys = ("fiscal_year", "district", "watch_lists", "families", "watch_rows", *MARKS)
    notes = notes_of(sorted(set(years)), today)
    return Table(_("Watch lists"), keys, (), rows, notes, {"district": names})


def incident_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and facility near misses and incidents by what came of them, and reports in time."""
    names = facility_names()
    rows: list[Row] = []
    counted = incident_years(years, today=_until(years, today))
    for year in sorted(set(years)):
        running = is_running(year, today)
        for slug in names:
            if (of_place := counted.get((year, slug))) is None:
                continue
            severities = {key: of_place.severities[key.removeprefix("severity_")] for key in SEVERITIES}
            serious = sum(of_place.severities[severity] for severity in SERIOUS)
            rows.append(
                {
                    "fiscal_year": year,
                    "facility": slug,
                    **parts_shown(severities, running=running),
                    "incidents": count_shown(sum(severities.values()), running=running),
                    "first_in_time": _in_time(of_place.first, serious, running=running),
                    "second_in_time": _in_time(of_place.second, serious, running=running),
                }
            )
    keys = ("fiscal_year", "facility", *SEVERITIES, "incidents", "first_in_time", "second_in_time")
    notes = [
        *notes_of(sorted(set(years)), today),
        _("Reports in time: of the reports of serious ones that were made or whose last day is over, percent."),
    ]
    return Table(_("Near misses and incidents"), keys, (), rows, notes, {"facility": names})


def _raised_by_year(years: Sequence[int], today: date) -> Iterable[tuple[int, bool, list[Raised]]]:
    """Each year that has a request, whether it is running, and its requests, as they stood when it was counted."""
    every = raised_in(years, today=_until(years, today))
    for year in sorted({row.year for row in every}):
        yield year, is_running(year, today), [row for row in every if row.year == year]


def _until(years: Sequence[int], today: date) -> date:
    """The last day that is counted at all."""
    return max((counted_until(year, today) for year in years), default=today)


def _came_of(raised: Sequence[Raised]) -> dict[str, int]:
    """How many requests ended in each way, or how they are open."""
    came = Counter(f"outcome_{row.outcome}" if row.outcome else f"still_{row.state}" for row in raised)
    return {key: came[key] for key in OUTCOMES}


def _shares_hidden(got: Mapping[str, ResponseTimes]) -> frozenset[str]:
    """The districts whose share in time is hidden: few were in time or late, or the ward's share would tell."""
    in_time = hidden_in({slug: row.within for slug, row in got.items()})
    return in_time | hidden_in({slug: row.received - row.within for slug, row in got.items()})


def _response_row(
    year: int, slug: str, requests: int, times: ResponseTimes, *, hidden: bool, untold: bool, running: bool
) -> Row:
    """``hidden``: the whole row; ``untold``: its share in time."""
    tells = hidden or untold or share_tells(times.within, times.received)
    return {
        "fiscal_year": year,
        "district": slug,
        "requests": HIDDEN if hidden else count_shown(requests, running=running),
        "received": HIDDEN if hidden else count_shown(times.received, running=running),
        # Of a running year a share of exact counts would tell them.
        "within_percent": None
        if running or times.within_percent is None
        else HIDDEN
        if tells
        else times.within_percent,
        "median_hours": HIDDEN if hidden and times.median_hours is not None else times.median_hours,
        "p90_hours": HIDDEN if hidden and times.p90_hours is not None else times.p90_hours,
    }


def _in_time(reports: Counter[Standing], serious: int, *, running: bool) -> Any:
    """The share of reports in time, percent; hidden of few, none in a running year."""
    due = reports.total() - reports[Standing.DUE]
    if running or not due:
        return None
    in_time = reports[Standing.REPORTED]
    if share_tells(in_time, due) or is_small(serious):
        return HIDDEN
    return (Decimal(100 * in_time) / due).quantize(Decimal("0.1"), ROUND_HALF_UP)


_REQUESTS = gettext_lazy("Follow-up requests and what happened to them, with the moment of each.")
_STOOD = gettext_lazy("By the year in which they were raised, as they stood at its end; without those withdrawn.")

CHAPTER = Chapter(
    "follow-up",
    gettext_lazy("Follow-up, watch lists, incidents"),
    (
        TableEntry(
            slug="follow-up-concerns",
            title=gettext_lazy("Follow-up requests by concern"),
            build=reason_table,
            what=gettext_lazy("What worried the facilities, by fiscal year."),
            rule=_STOOD,
            source=_REQUESTS,
            opened=CONCERNS,
        ),
        TableEntry(
            slug="follow-up-outcomes",
            title=gettext_lazy("What came of follow-up requests"),
            build=outcome_table,
            what=gettext_lazy("How requests ended, and how many are open."),
            rule=_STOOD,
            source=_REQUESTS,
            opened=CAME_OF_THEM,
        ),
        TableEntry(
            slug="follow-up-responses",
            title=gettext_lazy("How soon requests were received"),
            build=response_table,
            what=gettext_lazy(
                "Working hours from raising until a person received the request, and the share in time."
            ),
            rule=gettext_lazy("By the district that has the request, with the time due that was in force."),
            source=_REQUESTS,
            opened=RESPONSES,
        ),
        TableEntry(
            slug="watch-lists",
            title=gettext_lazy("Watch lists"),
            build=watch_table,
            what=gettext_lazy("Weekly lists of families to look at, and what nurses made of their rows."),
            rule=gettext_lazy("A family counts once a year and district; a row by its last mark."),
            source=gettext_lazy("Watch lists and the marks on them."),
        ),
        TableEntry(
            slug="incidents",
            title=gettext_lazy("Near misses and incidents"),
            build=incident_table,
            what=gettext_lazy("What came of them, and how many reports of serious ones were made in time."),
            rule=gettext_lazy("By the day on which it happened. The last day of a report is still in time."),
            source=gettext_lazy("Near misses and incidents of the facilities, and their reports."),
        ),
    ),
)
