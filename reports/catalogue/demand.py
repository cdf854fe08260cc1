"""What was asked for and could not be given: days looked for and full, waits, draws lost, refusals by rule."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import WaitingEnd
from enrollment.eligibility import Rule
from enrollment.reasons import rule_name
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from facilities.models import District, Service
from reports.chapters.demand_queries import OPEN, waiting_years
from reports.chapters.unmet_hidden import WARD, hidden_unmet
from reports.chapters.unmet_queries import (
    APPLICATION,
    BOOKING,
    CHECK,
    COUNTED_SINCE,
    MEASURES,
    UNNAMED,
    WAYS,
    added_up,
    counted_since,
    full_months,
    recorded_since,
    refusal_years,
    unmet_weeks,
)
from reports.explained.of_demand import WAITING
from reports.masked_figures import parts_shown
from reports.queries import ELSEWHERE
from reports.small_cells import HIDDEN, STEP, rounded
from reports.tables import Row, Table, label_of

from .entry import Chapter, TableEntry

ENDS = tuple(f"waiting_{end}" for end in (OPEN, *WaitingEnd.values))
COLUMNS = {name: f"unmet_{name}" for name in MEASURES}
A_WEEK = timedelta(days=7)


def unmet_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and district what was looked for, waited for, drawn for, asked for in vain."""
    names, since, weeks = _districts(), counted_since(today), unmet_weeks(years, today=today)
    hidden, begun = hidden_unmet(weeks).years, recorded_since(today)
    rows: list[Row] = []
    for year, measures in added_up(weeks).items():
        unknown = _not_counted(fiscal_year_days(year)[1], since) | _before_records(year, begun)
        for slug in (*names, WARD):
            shown: Row = {}
            for name, of in measures.items():
                count = of.total() if slug == WARD else of[slug]
                told = HIDDEN if (year, name, slug) in hidden else count
                shown[COLUMNS[name]] = rounded(told) if _is_running(year, today) else told
            rows.append({"fiscal_year": year, "district": "total" if slug == WARD else slug, **shown, **unknown})
    title, keys = _("Unmet demand by district"), ("fiscal_year", "district", *COLUMNS.values())
    notes = [*_unmet_notes(years, today, since), *_begun_in_words(years, begun)]
    return Table(title, keys, (), rows, notes, {"district": names | {"total": _("Whole ward")}})


def unmet_week_table(years: Sequence[int], *, today: date) -> Table:
    """Return the same by week and district. What is hidden here and by year is hidden together."""
    names, weeks, since = _districts(), unmet_weeks(years, today=today), counted_since(today)
    hidden, begun = hidden_unmet(weeks).weeks, recorded_since(today)
    rows: list[Row] = [
        {
            "week": week.monday.isoformat(),
            "district": slug,
            **{
                COLUMNS[name]: HIDDEN if (week.monday, name, slug) in hidden else week.measures[name][slug]
                for name in MEASURES
            },
            **_not_counted(week.monday, since),
            **_before_records(fiscal_year(week.monday), begun),
        }
        for week in weeks
        for slug in names
    ]
    title, keys = _("Unmet demand by week and district"), ("week", "district", *COLUMNS.values())
    notes = [*_unmet_notes([], today, since), *_begun_in_words(years, begun)]
    return Table(title, keys, (), rows, notes, {"district": names})


def full_week_table(years: Sequence[int], *, today: date) -> Table:
    """Return by week and service, a column a district, how many families looked for days and found them full."""
    districts, services = _districts(), _services()
    weeks, since = unmet_weeks(years, today=today), counted_since(today)
    hidden = hidden_unmet(weeks).services
    asked = {service for week in weeks for service, _slug in week.full}
    rows: list[Row] = [
        {
            "week": week.monday.isoformat(),
            "service": service,
            **{
                slug: HIDDEN if (week.monday, service, slug) in hidden else week.full[service, slug]
                for slug in districts
            },
        }
        for week in weeks
        for service in services
        if service in asked and since is not None and week.monday >= since
    ]
    keys = ("week", "service", *districts)
    notes = [*_unmet_notes([], today, since), _seen_as_full()]
    return Table(
        _("Days looked for and full by week, service and district"), keys, (), rows, notes, {"service": services}
    )


def full_day_table(years: Sequence[int], *, today: date) -> Table:
    """Return by month and service the days that families looked for and found full."""
    names = _services()
    order = {slug: number for number, slug in enumerate(names)}
    rows: list[Row] = [
        {
            "month": f"{month:%Y-%m}",
            "service": slug,
            "full_days": row.days,
            "looks_full": row.full,
            "looks_no_sibling_room": row.no_sibling_room,
            "looks_in_a_week": row.in_one_week,
        }
        for (month, slug), row in sorted(
            full_months(years, today=today).items(), key=lambda item: (item[0][0], order[item[0][1]])
        )
    ]
    keys = ("month", "service", "full_days", "looks_full", "looks_no_sibling_room", "looks_in_a_week")
    notes = [
        _seen_as_full(),
        _since(counted_since(today)),
    ]
    return Table(_("Days looked for and full"), keys, (), rows, notes, {"service": names})


def refusal_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and way of asking how often each rule or limit refused."""
    words = _refusal_words()
    order = {code: number for number, code in enumerate(words)}
    rows: list[Row] = []
    counted = refusal_years(years, today=today)
    for year, way in sorted(counted, key=lambda key: (key[0], WAYS.index(key[1]))):
        shown = parts_shown(counted[year, way], running=_is_running(year, today))
        rows += [
            {"fiscal_year": year, "way_of_asking": way, "rule": code, "refusals": shown[code]}
            for code in sorted(shown, key=lambda code: (order.get(code, len(order)), code))
        ]
    ways = {BOOKING: _("Booking"), CHECK: _("Self-check"), APPLICATION: _("Application")}
    names: dict[str, Mapping[str, str]] = {"way_of_asking": ways, "rule": words}
    notes = [
        *_unmet_notes(years, today, None)[:-1],
        _(
            "Bookings: families, once a week, service and rule. Self-check: answers, of nobody known, as often as they"
            " were given. Applications: each in every rule named."
        ),
        _since(counted_since(today)),
    ]
    keys = ("fiscal_year", "way_of_asking", "rule", "refusals")
    return Table(_("Refusals by rule"), keys, (), rows, notes, names)


def waiting_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and service the entries of the waiting list, how they ended, and how long they waited."""
    names = _services()
    order = {slug: number for number, slug in enumerate(names)}
    counted = waiting_years(years, today=today)
    rows: list[Row] = []
    for (year, slug), row in sorted(counted.items(), key=lambda item: (item[0][0], order[item[0][1]])):
        ended = Counter({f"waiting_{end}": count for end, count in row.ended.items()})
        rows.append(
            {
                "fiscal_year": year,
                "service": slug,
                "waiting_joined": row.joined,
                **{key: ended[key] for key in ENDS},
                "days_to_place": _median(row.days_to_place),
                "days_in_vain": _median(row.days_in_vain),
            }
        )
    keys = ("fiscal_year", "service", "waiting_joined", *ENDS, "days_to_place", "days_in_vain")
    notes = [_("Days waited: whole days, the median of those that ended so.")]
    return Table(_("Waiting list"), keys, (), rows, notes, {"service": names})


def _median(waits: Sequence[int]) -> int | None:
    return waits[(len(waits) - 1) // 2] if waits else None


def _services() -> dict[str, str]:
    rows = Service.objects.select_related("facility").order_by("facility__position", "position", "slug")
    return {row.slug: str(row) for row in rows}


def _districts() -> dict[str, str]:
    districts = {row.slug: str(row) for row in District.objects.order_by("position")}
    return {**districts, ELSEWHERE: _("Elsewhere, unknown")}


def _is_running(year: int, today: date) -> bool:
    """Tell whether a week of the year is still to come or not over."""
    return fiscal_year_days(year)[1] + A_WEEK > today


def _not_counted(last: date, since: date | None) -> dict[str, None]:
    """What of a time that ends on a day nobody counted: no figure, and not 0."""
    return dict.fromkeys(COLUMNS[name] for name in COUNTED_SINCE) if since is None or last < since else {}


def _before_records(year: int, begun: Mapping[str, int | None]) -> dict[str, None]:
    """What was not recorded yet in a fiscal year: no figure, and not 0."""
    return {COLUMNS[name]: None for name, first in begun.items() if first is None or year < first}


def _begun_in_words(years: Sequence[int], begun: Mapping[str, int | None]) -> list[str]:
    """Say of each measure that has no figure in one of the years since when it is recorded."""
    before = _("%(figure)s: “–” stands for years before fiscal year %(year)s, the first recorded. It is not 0.")
    never = _("%(figure)s: nothing has been recorded yet. “–” is not 0.")
    return [
        (never if first is None else before) % {"figure": label_of(COLUMNS[name]), "year": first}
        for name, first in begun.items()
        if any(first is None or year < first for year in years)
    ]


def _unmet_notes(years: Sequence[int], today: date, since: date | None) -> list[str]:
    notes = [
        _("%(hidden)s: 1 or 2, or hidden with them so that none can be worked out from the others.")
        % {"hidden": HIDDEN},
        _("Weeks that are over, Monday to Sunday, each in the fiscal year of its Monday."),
    ]
    if any(_is_running(year, today) for year in years):
        notes.append(_("A running fiscal year is shown to the nearest %(step)d.") % {"step": STEP})
    return [*notes, _since(since)]


def _seen_as_full() -> str:
    return _(
        "A family counts once a day looked for and week of looking. It saw the day as full; whether it would have"
        " taken it is not known."
    )


def _since(first: date | None) -> str:
    if first is None:
        return _("Days looked for and refusals have not been counted yet.")
    words = _("Days looked for and refusals are counted, without names, since the week of %(day)s.")
    return words % {"day": date_format(first)}


def _refusal_words() -> dict[str, str]:
    """Rules by their names, then limits and places."""
    return {
        **{rule.value: str(rule_name(rule)) for rule in Rule},
        "day_full": _("No place left"),
        "sibling_rooms_full": _("No room left that takes a sibling"),
        "draw_first": _("Given by lot first"),
        "day_closed": _("Closed on the day"),
        "time_taken": _("Time already given"),
        "no_such_time": _("No such time"),
        "too_many_days": _("More days than are left"),
        "too_many_consecutive_days": _("Too many days in a row"),
        "too_short_notice": _("Too late to book"),
        "not_open_yet": _("Too early to book"),
        "not_approved": _("Not registered"),
        UNNAMED: _("No rule named"),
    }


UNMET_SOURCE = gettext_lazy(
    "What families were shown and refused, counted each week without a name; waiting list, draws, decisions."
)

CHAPTER = Chapter(
    "demand",
    gettext_lazy("What could not be given"),
    (
        TableEntry(
            slug="unmet",
            title=gettext_lazy("Unmet demand by district"),
            build=unmet_table,
            what=gettext_lazy(
                "Days looked for and full, waits that ended without a place, draws lost, bookings refused, and"
                " applications not approved."
            ),
            rule=gettext_lazy(
                "By the district in which the family lived when it looked, waited, entered, asked. One family may"
                " stand in several columns: they make no total."
            ),
            source=UNMET_SOURCE,
        ),
        TableEntry(
            slug="unmet-weeks",
            title=gettext_lazy("Unmet demand by week and district"),
            build=unmet_week_table,
            what=gettext_lazy("The same of each week that is over."),
            rule=gettext_lazy("A week is counted once it is over. Its figures make those of the year."),
            source=UNMET_SOURCE,
        ),
        TableEntry(
            slug="full-days-weeks",
            title=gettext_lazy("Days looked for and full by week, service and district"),
            build=full_week_table,
            what=gettext_lazy("Families that looked at days of a service and found them full, by where they lived."),
            rule=gettext_lazy(
                "By the week of looking, once it is over. A family counts once a day looked for. The services of a"
                " week make the week of the district."
            ),
            source=gettext_lazy("What families were shown, counted each week without a name."),
        ),
        TableEntry(
            slug="full-days",
            title=gettext_lazy("Days looked for and full"),
            build=full_day_table,
            what=gettext_lazy("Days that families looked at and could have used, had a place been free."),
            rule=gettext_lazy("By the month of the day looked for. A family counts once a day and week of looking."),
            source=gettext_lazy("What families were shown, counted each week without a name."),
        ),
        TableEntry(
            slug="refusals",
            title=gettext_lazy("Refusals by rule"),
            build=refusal_table,
            what=gettext_lazy("How often each rule or limit stood in the way, by the way in which it was asked."),
            rule=gettext_lazy("Weeks that are over. One family may be refused by several rules: they make no total."),
            source=gettext_lazy("Refused bookings and self-checks, counted without a name; decisions."),
        ),
        TableEntry(
            slug="waiting",
            title=gettext_lazy("Waiting list"),
            build=waiting_table,
            what=gettext_lazy("Families that began to wait for days of a service, and what came of it."),
            rule=gettext_lazy(
                "By the day on which the wait began, as it stands today. One family may wait several times."
            ),
            source=gettext_lazy("Entries of the waiting list."),
            opened=WAITING,
        ),
    ),
)
