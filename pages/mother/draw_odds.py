"""当たりやすさ on the page of her wishes: what is told of each day before she chooses, and what betters it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.draws.draw import choice_from_published
from bookings.draws.round_odds import Better, OddsShown, Way, odds_shown, tried_of
from bookings.draws.round_places import days_of
from bookings.models import DrawEntry, DrawRound
from facilities.models import Service

# For how many days from a day on the table tells them; whatever of these the round has.
LENGTHS = (1, 2, 3, 5, 7)


def odds_part(
    draw_round: DrawRound, services: Iterable[Service], entry: DrawEntry | None, now: datetime
) -> dict[str, Any]:
    """Return the context of mother/draw_odds.html; ``odds`` None: nothing may be told. Two queries."""
    shown, offered = odds_shown(draw_round, now), list(services)
    if shown is None:
        return {"odds": None}
    days = days_of(draw_round)
    lengths = [length for length in LENGTHS if length <= len(days)]
    tables = [
        {
            "name": service.get_kind_display(),
            "rows": [
                (row.day, [row.by_length[length].words if length in row.by_length else "" for length in lengths])
                for row in shown.days(service.slug, days)
            ],
        }
        for service in offered
    ]
    heads = [ngettext("%(number)d day", "%(number)d days", length) % {"number": length} for length in lengths]
    told = {"shown": shown, "lengths": heads, "tables": [table for table in tables if table["rows"]]}
    return {"odds": told | _of_entry(shown, offered, entry)}


def _of_entry(shown: OddsShown, services: list[Service], entry: DrawEntry | None) -> dict[str, Any]:
    """What is told of her first choice as it stands, and what would be given more often."""
    if entry is None:
        return {}
    tried = tried_of(
        choice_from_published(entry.choices[0]),
        has_sibling=entry.sibling_id is not None,
        or_without=entry.or_without,
        least_days=entry.least_days,
    )
    names = {service.slug: str(service.get_kind_display()) for service in services}
    return {
        "first": shown.of(tried),
        "better": [(_in_words(one, names), one.told.words) for one in shown.better(tried, list(names))],
    }


def _in_words(one: Better, names: dict[str, str]) -> str:
    if one.way == Way.FEWER_DAYS:
        return _("If fewer days are fine too (one day is enough)")
    if one.way == Way.ELSE_WITHOUT:
        return _("With the elder child, else without")
    return _("The same days of %(service)s") % {"service": names[one.service]}
