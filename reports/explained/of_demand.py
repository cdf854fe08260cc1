"""Families that waited and families that drew: what the tables of the waiting list and of draws count."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import DrawEntry, DrawRound, WaitingEnd, WaitingEntry
from bookings.models.draws import Outcome, without_published
from bookings.places.release import EndCode
from facilities.fiscal_year import fiscal_year_days
from reports.chapters.demand_queries import OPEN
from reports.tables import Row, Table, label_of
from sankecare.periods import last_day, midnight

from .cells import Cell, Opened, Parts, Words
from .figure import RowsBehind

A_DAY = timedelta(days=1)
Condition = Callable[[Any], Q]
BY_NEAREST_RANK = gettext_lazy("The one in the middle by nearest rank: half of them are no more than it.")


def waits_behind(row: Row, today: date, stood: Condition) -> RowsBehind:
    """Return the entries of the waiting list that began in the year, that stand so at the end of ``today``."""
    first, last = fiscal_year_days(row["fiscal_year"])
    found = WaitingEntry.objects.filter(
        stood(midnight(today + A_DAY)),
        joined_at__gte=midnight(first),
        joined_at__lt=midnight(min(last, today) + A_DAY),
        service__slug=row["service"],
    )
    return RowsBehind(
        _("Entries of the waiting list"),
        found.select_related("registration__birth__family").order_by("joined_at", "pk"),
        "registration__birth__family",
        (_("Waits since"), _("Days waited for"), _("Ended on"), _("How it ended"), _("Family")),
        lambda one: (
            date_format(timezone.localtime(one.joined_at)),
            _days(one.period),
            date_format(timezone.localtime(one.ended_at)) if one.ended_at else "–",
            one.get_ended_as_display() or label_of("waiting_open"),
            one.registration.birth.family.mother_name,
        ),
        lambda one: int(one.registration.birth.family_id),
    )


def median_wait(rows: "QuerySet[WaitingEntry]") -> int | None:
    """Return the whole days waited in the middle, by nearest rank."""
    days = sorted((ended - joined).days for joined, ended in rows.values_list("joined_at", "ended_at") if ended)
    return days[(len(days) - 1) // 2] if days else None


def median_odds(rows: "QuerySet[DrawEntry]") -> int | None:
    """Return the odds told in the middle, percent, by nearest rank."""
    odds = sorted(odds for odds in rows.values_list("odds_told", flat=True) if odds is not None)
    return odds[(len(odds) - 1) // 2] if odds else None


def rounds_of(row: Row, today: date) -> "QuerySet[DrawRound]":
    """Return the rounds of the row: of a fiscal year and facility, or the one that was drawn."""
    if "drawn_on" in row:
        first, days = (date.fromisoformat(words) for words in (row["drawn_on"], row["days_drawn"][:10]))
        drawn = DrawRound.objects.filter(
            drawn_at__gte=midnight(first), drawn_at__lt=midnight(first + A_DAY), period__startswith=days
        )
    else:
        first, last = fiscal_year_days(row["fiscal_year"])
        last = min(last, today)
        drawn = DrawRound.objects.filter(drawn_at__gte=midnight(first), drawn_at__lt=midnight(last + A_DAY))
    return drawn.filter(pool__facility__slug=row["facility"])


def entries_behind(row: Row, today: date, which: Q) -> RowsBehind:
    """Return the entries of the row's rounds that a figure counts."""
    found = DrawEntry.objects.filter(which, round__in=rounds_of(row, today).values("pk"))
    return RowsBehind(
        _("Entries of draws"),
        found.select_related("round", "registration__birth__family")
        .defer(*without_published())
        .order_by("round__drawn_at", "sign"),
        "registration__birth__family",
        (_("Drawn on"), _("Sign"), _("Result of the draw"), _("Odds told, %"), _("Family")),
        lambda one: (
            date_format(timezone.localtime(one.round.drawn_at)),
            one.sign,
            label_of("draw_withdrawn") if one.withdrawn_at else one.get_outcome_display() or "–",
            "–" if one.odds_told is None else one.odds_told,
            one.registration.birth.family.mother_name,
        ),
        lambda one: int(one.registration.birth.family_id),
    )


def _days(period: Any) -> str:
    return f"{date_format(period.lower)} – {date_format(last_day(period) or period.lower)}"


def _wait(meaning: Words, stood: Condition, **more: Any) -> Cell:
    return Cell(meaning, rows=lambda row, today: waits_behind(row, today, stood), **more)


def _ended(ended: str) -> Condition:
    return lambda until: Q(ended_as=ended, ended_at__lt=until)


def _in_vain(until: Any) -> Q:
    return Q(ended_at__lt=until) & ~Q(ended_as=WaitingEnd.PLACED)


def _waiting_cells() -> Mapping[str, Cell]:
    ended = {
        f"waiting_{end.value}": _wait(gettext_lazy("Waits that began in the year and ended so."), _ended(end.value))
        for end in WaitingEnd
    }
    return {
        "waiting_joined": _wait(gettext_lazy("Waits that began in the year."), lambda _until: Q()),
        f"waiting_{OPEN}": _wait(
            gettext_lazy("Waits that began in the year and have not ended."),
            lambda until: Q(ended_at__isnull=True) | Q(ended_at__gte=until),
        ),
        **ended,
        "days_to_place": _wait(
            gettext_lazy("Whole days from the beginning of the wait until the family had a place."),
            _ended(WaitingEnd.PLACED),
            makes=median_wait,
            rule=BY_NEAREST_RANK,
        ),
        "days_in_vain": _wait(
            gettext_lazy("Whole days from the beginning of the wait until it ended without a place."),
            _in_vain,
            makes=median_wait,
            rule=BY_NEAREST_RANK,
        ),
    }


def _entry(meaning: Words, which: Q, **more: Any) -> Cell:
    return Cell(meaning, rows=lambda row, today: entries_behind(row, today, which), **more)


def _round_parts(figure: str) -> Callable[[Row, Table], Parts]:
    """Each round of the row with its figure: what is given has no row of a family, the round's list is published."""

    def parts(row: Row, table: Table) -> Parts:
        rounds = rounds_of(row, timezone.localdate()).filter(drawn_at__isnull=False).order_by("drawn_at", "pk")
        return [
            (f"{date_format(timezone.localtime(one.drawn_at))}　{_days(one.period)}", _of_round(one, figure))
            for one in rounds
        ]

    return parts


def _of_round(one: DrawRound, figure: str) -> int:
    if figure == "draw_places":
        return sum(int(room["places"]) for room in (one.rooms or {}).values())
    if figure == "draw_given":
        return sum(len(award["days"]) for award in one.result or [])
    return 1


STAYED = Q(withdrawn_at__isnull=True)
_DRAWN: Mapping[str, Cell] = {
    "draw_entered": _entry(gettext_lazy("Entries of the rounds that were drawn, those withdrawn included."), Q()),
    "draw_withdrawn": _entry(gettext_lazy("Entries that the family took back."), ~STAYED),
    **{
        f"draw_{outcome.value}": _entry(
            gettext_lazy("Entries that were not taken back, by what the draw gave them."), STAYED & Q(outcome=outcome)
        )
        for outcome in Outcome
    },
    "draw_places": Cell(
        gettext_lazy("Places of the days drawn, each day's places added up."), parts=_round_parts("draw_places")
    ),
    "draw_given": Cell(
        gettext_lazy("Places that the draw gave: each day of each family that won."), parts=_round_parts("draw_given")
    ),
    "draw_declined": _entry(
        gettext_lazy("Families that won and declined what they won."), Q(booking__ended_reason=EndCode.DECLINED.value)
    ),
    "draw_lapsed": _entry(
        gettext_lazy("Families that won and did not answer in time."), Q(booking__ended_reason=EndCode.LAPSED.value)
    ),
    "draw_by_line": _entry(
        gettext_lazy("Families that stood in line after the draw and have a place now."),
        Q(turn__ended_as=WaitingEnd.PLACED),
    ),
    "odds_median": _entry(
        gettext_lazy("What the page said when the family entered: percent, of its first choice."),
        STAYED & Q(odds_told__isnull=False),
        makes=median_odds,
        rule=BY_NEAREST_RANK,
    ),
}

WAITING = Opened(("fiscal_year", "service"), _waiting_cells())
DRAWS = Opened(
    ("fiscal_year", "facility"),
    {"rounds": Cell(gettext_lazy("Rounds that were drawn in the year."), parts=_round_parts("rounds")), **_DRAWN},
)
ROUNDS = Opened(("drawn_on", "facility", "days_drawn"), _DRAWN)
