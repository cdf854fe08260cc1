"""国への報告: the nation's yearly survey and return as tables that are data, a definition for each row."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.eligibility import Rule
from enrollment.reasons import rule_name
from facilities.models import ServiceKind
from reports.chapters.national_queries import TOTAL, Counts, lost_in_draws, rejected_by_rule, used_by_group
from reports.chapters.national_rows import RETURN, SURVEY, NationalRow
from reports.tables import Row, Table

from .entry import Chapter, TableEntry

KINDS = (ServiceKind.SHORT_STAY.value, ServiceKind.DAY_CARE.value, ServiceKind.OUTREACH.value)
TO_BE_CHECKED = gettext_lazy(
    "The rows are worded from general knowledge of the form: to be checked by the ward against the form of the year."
)
NOT_FOR_PUBLICATION = gettext_lazy(
    "Counts of 1 and 2 stand here, because the nation asks for them: do not publish this table as it is."
)


def survey_of_nation(years: Sequence[int], *, today: date) -> Table:
    """Return the rows of 産後ケア事業の実施状況調査 for each fiscal year, by kind of service."""
    return _table(_("Yearly survey of the nation: use"), SURVEY, years, today)


def health_return(years: Sequence[int], *, today: date) -> Table:
    """Return the rows of 地域保健・健康増進事業報告 about postpartum care."""
    return _table(_("Return on community health: postpartum care"), RETURN, years, today)


def refusals_of_nation(years: Sequence[int], *, today: date) -> Table:
    """Return refusals with their reasons: applications by the rule named, families that a draw gave nothing."""
    rejected, lost = rejected_by_rule(years, today=today), lost_in_draws(years, today=today)
    rows: list[Row] = []
    for year in years:
        rows.append(_refusal(year, "applications", _("Applications refused"), rejected.get((year, ""), 0)))
        for rule in Rule:
            words = _("of them: %(rule)s") % {"rule": rule_name(rule)}
            rows.append(_refusal(year, rule.value, words, rejected.get((year, rule.value), 0)))
        rows.append(_refusal(year, "places_full", _("Places full: drawn without a place"), lost[year]))
        full = _("No free day found, and nothing asked for")
        why = _("Who looks and asks for nothing leaves no application: see the tables of demand.")
        rows.append({**_refusal(year, "no_day_found", full, None), "why_empty": why})
    notes = [str(TO_BE_CHECKED), str(NOT_FOR_PUBLICATION)]
    notes.append(_("An application may be refused for several rules, and counts in each: the parts can be more."))
    keys = ("fiscal_year", "reason", "item", "count", "why_empty")
    return Table(_("Refusals and their reasons"), keys, (), rows, notes, for_programs=("reason",))


def _refusal(year: int, reason: str, item: str, count: int | None) -> Row:
    return {"fiscal_year": year, "reason": reason, "item": item, "count": count, "why_empty": ""}


def _table(title: str, asked: Sequence[NationalRow], years: Sequence[int], today: date) -> Table:
    counts = used_by_group(years, today=today)
    rows = [_row(year, row, counts) for year in years for row in asked]
    keys = ("fiscal_year", "code", "section_of_form", "item", "unit", *KINDS, TOTAL, "definition", "why_empty")
    notes = [str(TO_BE_CHECKED), str(NOT_FOR_PUBLICATION)]
    notes.append(_("A family that used two kinds counts once in each and once in the total."))
    return Table(title, keys, (), rows, notes, for_programs=("code",))


def _row(year: int, row: NationalRow, counts: Counts) -> Row:
    figures: Row = dict.fromkeys((*KINDS, TOTAL))
    if row.group:
        for kind in KINDS:
            figures[kind] = counts.get((year, kind, row.group), (0, 0))[row.figure]
        figures[TOTAL] = counts.get((year, TOTAL, row.group), (0, 0))[row.figure]
    return {
        "fiscal_year": year,
        "code": row.code,
        "section_of_form": str(row.section),
        "item": str(row.item),
        "unit": str(row.unit),
        **figures,
        "definition": str(row.definition),
        "why_empty": str(row.why_empty),
    }


_SOURCE = gettext_lazy("Used days of bookings with their kind, the household's class, infants and recorded high need.")

CHAPTER = Chapter(
    "national",
    gettext_lazy("Reports to the nation"),
    (
        TableEntry(
            slug="national-survey",
            title=gettext_lazy("Yearly survey of the nation: use"),
            build=survey_of_nation,
            what=gettext_lazy("What the survey on postpartum care asks: kind of service × actual families and days."),
            rule=gettext_lazy("Each row has its definition. What the records do not hold is empty, with the reason."),
            source=_SOURCE,
        ),
        TableEntry(
            slug="national-refusals",
            title=gettext_lazy("Refusals and their reasons"),
            build=refusals_of_nation,
            what=gettext_lazy("Applications that were refused, by the rule named, and families without a place."),
            rule=gettext_lazy(
                "By the fiscal year of the decision or of the draw. A family that lost in several draws counts once."
            ),
            source=gettext_lazy("Decisions on applications and outcomes of draws."),
        ),
        TableEntry(
            slug="national-return",
            title=gettext_lazy("Return on community health: postpartum care"),
            build=health_return,
            what=gettext_lazy("What the return on community health asks of postpartum care, by kind of service."),
            rule=gettext_lazy("Each row has its definition. What the records do not hold is empty, with the reason."),
            source=_SOURCE,
        ),
    ),
)
