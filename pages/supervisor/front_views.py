"""数字の入口: what changed and what to look at in three sentences, this month and the year to date, all chapters."""

from datetime import date
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may, signed_in
from care.incident_queries import reports_waiting
from care.models import Incident
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from referrals.queries import late
from reports.catalogue.contents import contents
from reports.like_months import like_day, months_to_date, years_to_date
from reports.published import published_facility_years
from reports.queries import district_years
from reports.tables import DISTRICTS, facility_year_table, label_of
from reports.use_queries import Use, use_in
from reports.use_tables import FIGURES
from reports.what_changed import Measure, Overdue, Sentence, three_sentences

from .tables.cells import columns_of, lines_of

YEARS_BESIDE = 3
BESIDE = YEARS_BESIDE + 1
SENTENCES = {
    "year_begun": gettext_lazy("The fiscal year begins today: it is compared with the year before from tomorrow on."),
    "no_mover_yet": gettext_lazy("Which facility or district moved most is told from tomorrow on."),
    "nothing_before": gettext_lazy(
        "This fiscal year %(now)s family-days were used so far; the year before has nothing to compare."
    ),
    "same": gettext_lazy(
        "This fiscal year %(now)s family-days were used so far, as many as in the same days of the year before."
    ),
    "more": gettext_lazy(
        "This fiscal year %(now)s family-days were used so far: %(change)s (%(percent)s%%) more than in the same days "
        "of the year before."
    ),
    "fewer": gettext_lazy(
        "This fiscal year %(now)s family-days were used so far: %(change)s (%(percent)s%%) fewer than in the same "
        "days of the year before."
    ),
    "nothing_moved": gettext_lazy("No facility and no district moved by %(least)s or more."),
    "new_part": gettext_lazy("%(name)s is new beside the same days of the year before: %(now)s %(unit)s."),
    "part_more": gettext_lazy(
        "%(name)s moved most: %(now)s %(unit)s, %(change)s (%(percent)s%%) more than in the same days before."
    ),
    "part_fewer": gettext_lazy(
        "%(name)s moved most: %(now)s %(unit)s, %(change)s (%(percent)s%%) fewer than in the same days before."
    ),
    "nothing_late": gettext_lazy("Nothing that the ward watches over is late."),
    "late": gettext_lazy("To look at: %(found)s."),
}


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What a supervisor opens first. A fixed number of queries."""
    today = timezone.localdate()
    year = fiscal_year(today)
    # Today is not over: a period's first day would stand beside whole days of the years before.
    month_begins = today.day == 1
    year_begins = today == fiscal_year_days(year)[0]
    to_date = use_in(
        {str(one): days for one, days in years_to_date(range(year - YEARS_BESIDE, year + 1), today).items()},
    )
    of_month = use_in({str(one): days for one, days in months_to_date(today, YEARS_BESIDE).items()})
    parts = [] if year_begins else [*_facilities(to_date, year), *_districts(year, today)]
    whole = Measure("", "", to_date[str(year)][-1].total_days, to_date[str(year - 1)][-1].total_days)
    told = three_sentences(None if year_begins else whole, parts, _late(signed_in(request)))
    published = _published(today)
    context = {
        "year": year,
        "today": today,
        "month_begins": month_begins,
        "year_begins": year_begins,
        "sentences": [in_words(sentence) for sentence in told],
        "to_date": _beside(
            to_date, {str(one): _("Fiscal year %(year)s") % {"year": one} for one in range(year, year - BESIDE, -1)}
        ),
        "of_month": _beside(
            of_month,
            {
                str(one): _("%(month)s/%(year)s") % {"year": one, "month": today.month}
                for one in range(today.year, today.year - BESIDE, -1)
            },
        ),
        "published": published,
        "published_columns": columns_of(published) if published else [],
        "published_lines": lines_of(published) if published else [],
        "chapters": [(chapter, list(tables)) for chapter, tables in groupby(contents(), key=lambda one: one.chapter)],
        "may_follow": may(request.user, Action.REFERRAL_OVERSEE),
        "may_plan": may(request.user, Action.PLANNING_RUN),
        "finished": year - 1,
        "year_ended": fiscal_year_days(year - 1)[1],
    }
    return render(request, "supervisor/front.html", context)


def in_words(sentence: Sentence) -> str:
    """Say a sentence of the front page."""
    facts = {key: f"{value:,}" if isinstance(value, int) else value for key, value in sentence.facts.items()}
    if sentence.code == "late":
        each = [
            _("%(name)s: %(count)s") % {"name": name, "count": f"{count:,}"} for name, count in sentence.facts["found"]
        ]
        facts = {"found": _("、").join(each)}
    return str(SENTENCES[sentence.code]) % facts


def _facilities(to_date: dict[str, list[Use]], year: int) -> list[Measure]:
    before = {use.facility: use for use in to_date[str(year - 1)]}
    return [
        Measure(
            str(use.facility),
            _("family-days"),
            use.total_days,
            before[use.facility].total_days if use.facility in before else 0,
        )
        for use in to_date[str(year)]
        if use.facility is not None
    ]


def _districts(year: int, today: date) -> list[Measure]:
    """Families by district in the same days of both years. Two queries each."""
    (now,) = district_years([year], today=today)
    (before,) = district_years([year - 1], today=like_day(today, 1))
    return [
        Measure(label_of(slug), _("families"), now.families.get(slug, 0), before.families.get(slug, 0))
        for slug in DISTRICTS
    ]


def _late(person: User) -> list[Overdue]:
    """What is late, of what the reader may oversee."""
    found = []
    if may(person, Action.REFERRAL_OVERSEE):
        found.append(Overdue(_("follow-up requests that nobody has received in time"), late(timezone.now()).overdue))
    if may(person, Action.INCIDENT_OVERSEE):
        waiting = reports_waiting(Incident.objects.all(), timezone.localdate())
        found.append(Overdue(_("reports of serious incidents past their day"), waiting.red))
    return found


def _beside(found: dict[str, list[Use]], years: dict[str, str]) -> dict[str, Any]:
    """A row a figure, a column a year (its key, and what it is called); occupancy of each facility below."""
    lines = [[label_of(key), *(_told(getattr(found[year][-1], key)) for year in years)] for key in FIGURES]
    places = {use.facility: None for year in years for use in found[year] if use.facility}
    for place in sorted(places, key=lambda one: one.position if one else 0):
        of_place = [next((use for use in found[year] if use.facility == place), None) for year in years]
        what = _("%(facility)s: occupancy %%") % {"facility": place}
        lines.append([what, *(_told(use.occupancy_percent if use else None) for use in of_place)])
    columns = [{"label": _("Figure")}, *({"label": name, "numeric": True} for name in years.values())]
    return {"columns": columns, "rows": lines}


def _published(today: date) -> Any:
    """All that is published of the facilities beside what is counted, whatever the year."""
    years = sorted({year for _slug, year in published_facility_years()})
    return facility_year_table(years, today=today) if years else None


def _told(value: Any) -> str:
    return "–" if value is None else f"{value:,}"
