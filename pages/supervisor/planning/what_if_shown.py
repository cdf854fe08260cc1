"""What came of a replay: sentences first, then tables by facility, district, month and trait."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from facilities.models import ServiceKind
from reports.models import PlanningRun

from .names import (
    NOTHING,
    becomes,
    change,
    district_names,
    facility_names,
    in_range,
    percent_in_range,
    trait_names,
    value_name,
    weekdays_in_words,
)

Table = dict[str, Any]


def asked_in_words(run: PlanningRun) -> list[tuple[str, str]]:
    """Return what was asked of a run, as facts: what was changed, then what was assumed."""
    said = run.parameters
    names, districts, house = facility_names(), district_names(), said["new_house"]
    period = _("%(first)s to %(last)s") % {
        "first": date_format(date.fromisoformat(said["first_day"])),
        "last": date_format(date.fromisoformat(said["last_day"])),
    }
    facts = [(_("Days that are replayed"), period)]
    facts += [
        (_("%(facility)s: more families a day") % {"facility": names.get(slug, slug)}, f"{more:+d}")
        for slug, more in said["more_slots"].items()
    ]
    facts += [
        (
            _("%(facility)s: open on these weekdays alone") % {"facility": names.get(slug, slug)},
            weekdays_in_words(days),
        )
        for slug, days in said["weekdays"].items()
    ]
    if house:
        words = _("%(name)s: %(kind)s, %(slots)d a day, %(weekdays)s, in %(district)s") % {
            "name": house["name"],
            "kind": ServiceKind(house["kind"]).label,
            "slots": house["slots"],
            "weekdays": weekdays_in_words(house["weekdays"]),
            "district": districts.get(house["district"], house["district"]),
        }
        facts.append((_("A new house"), words))
    if said["days_per_birth"] is not None:
        facts.append((_("Family-days a birth"), str(said["days_per_birth"])))
    if said["without_draw"]:
        facts.append((_("Draws"), _("None: first come, first served")))
    if said["high_need_tickets"] is not None:
        facts.append((_("More tickets for high need"), str(said["high_need_tickets"])))
    return [*facts, *_assumed(said)]


def _assumed(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    assumed = [(_("Assumed: days earlier or later that a family would take as well"), str(said["flexible_days"]))]
    if said["new_house"]:
        words = _("Assumed: of the district’s families so many ask at the new house first")
        assumed.append((words, f"{said['to_new_house']} %"))
    if said["days_per_birth"] is not None:
        words = _("Assumed: of those who used all their days so many would use more")
        assumed.append((words, f"{said['more_days']} %"))
    return [*assumed, (_("Replayed with so many orders of the draws"), str(said["seeds"]))]


def what_if_shown(run: PlanningRun) -> dict[str, Any]:
    """Return sentences, tables and the test against what happened, as the page and the print show them."""
    result = run.result
    assert result is not None
    was, would_be = result["was"], result["would_be"]
    house = run.parameters["new_house"]
    districts = district_names()
    return {
        "sentences": _sentences(was["whole"], would_be["whole"], result["gains"]["all"].get("all")),
        "tables": [
            _by_facility(was, would_be, facility_names(house["name"] if house else "")),
            _by_district(was, would_be, districts),
            _by_month(was["unmet_in"], would_be["unmet_in"]),
            _by_trait(result["gains"], districts),
        ],
        "as_it_was": _as_it_was(result["as_it_was"]),
        "rests_on": _rests_on(result["as_it_was"]),
    }


def _sentences(was: Mapping[str, Any], would_be: Mapping[str, Any], gains: Mapping[str, Any] | None) -> list[str]:
    asked, days = was["asked"]["middle"], was["days"]
    sentences = [
        _("Of %(asked)s family-days asked for, %(was)s were given as it was, and %(would_be)s would be: %(apart)s.")
        % {
            "asked": f"{asked:,}",
            "was": in_range(days),
            "would_be": in_range(would_be["days"]),
            "apart": change(days, would_be["days"]),
        },
        _("For want of a place %(was)s family-days were not given, and %(would_be)s would not be: %(apart)s.")
        % {
            "was": in_range(was["unmet"]),
            "would_be": in_range(would_be["unmet"]),
            "apart": change(was["unmet"], would_be["unmet"]),
        },
    ]
    if gains:
        words = _("%(more)s families would have more days, %(fewer)s families fewer.")
        sentences.append(words % {"more": in_range(gains["more"]), "fewer": in_range(gains["fewer"])})
    return sentences


def _by_facility(was: Mapping[str, Any], would_be: Mapping[str, Any], names: Mapping[str, str]) -> Table:
    columns = [
        _column(_("Facility"), False),
        *map(_column, (_("Slot-days"), _("Family-days"), _("Difference"), _("Occupancy"), _("Days not given"))),
    ]
    known = {*was["slots"], *would_be["slots"]}
    rows = []
    for slug in (slug for slug in names if slug in known):
        slots, days, unmet = (_pair(was, would_be, key, slug) for key in ("slots", "days", "unmet_at"))
        shares = (percent_in_range(of_days, of_slots) for of_days, of_slots in zip(days, slots, strict=True))
        rows.append(
            [
                names[slug],
                becomes(*map(in_range, slots)),
                becomes(*map(in_range, days)),
                change(*days),
                becomes(*shares),
                becomes(*map(in_range, unmet)),
            ]
        )
    return {"caption": _("By facility: as it was, and what would be"), "columns": columns, "rows": rows}


def _by_district(was: Mapping[str, Any], would_be: Mapping[str, Any], names: Mapping[str, str]) -> Table:
    columns = [
        _column(_("District"), False),
        *map(_column, (_("Days asked for"), _("Family-days"), _("Difference"), _("Families"), _("Days not given"))),
    ]
    rows = []
    for slug, name in names.items():
        if (asked := was["asked_of_district"].get(slug)) is None:
            continue
        keys = ("days_of_district", "families_of_district", "unmet_of_district")
        days, families, unmet = (_pair(was, would_be, key, slug) for key in keys)
        rows.append(
            [
                name,
                in_range(asked),
                becomes(*map(in_range, days)),
                change(*days),
                becomes(*map(in_range, families)),
                becomes(*map(in_range, unmet)),
            ]
        )
    return {"caption": _("By district of the family: as it was, and what would be"), "columns": columns, "rows": rows}


def _pair(was: Mapping[str, Any], would_be: Mapping[str, Any], key: str, slug: str) -> list[Any]:
    return [world[key].get(slug, NOTHING) for world in (was, would_be)]


def _by_month(was: Mapping[str, Any], would_be: Mapping[str, Any]) -> Table:
    columns = [_column(_("Month"), False), _column(_("as it was")), _column(_("would be")), _column(_("Difference"))]
    rows = []
    for month in sorted({*was, *would_be}):
        pair = [world.get(month, NOTHING) for world in (was, would_be)]
        name = date_format(date.fromisoformat(f"{month}-01"), "YEAR_MONTH_FORMAT")
        rows.append([name, *map(in_range, pair), change(*pair)])
    return {"caption": _("Family-days not given for want of a place, by month"), "columns": columns, "rows": rows}


def _by_trait(gains: Mapping[str, Any], districts: Mapping[str, str]) -> Table:
    columns = [
        _column(_("Families"), False),
        *(_column(words) for words in (_("that asked"), _("that would have more days"), _("that would have fewer"))),
    ]
    rows = []
    for trait, name in trait_names().items():
        known = gains.get(trait, {})
        ordered = [value for value in (*districts, *known) if value in known]
        for value, row in ((value, known[value]) for value in dict.fromkeys(ordered)):
            words = value_name(trait, value, districts)
            label = words if trait == "all" else _("%(trait)s: %(value)s") % {"trait": name, "value": words}
            rows.append([label, *(in_range(row[key]) for key in ("asked", "more", "fewer"))])
    return {"caption": _("Who would gain and who would lose"), "columns": columns, "rows": rows}


def _as_it_was(row: Mapping[str, int]) -> str:
    words = _(
        "The world as it was, replayed by the same rules, places %(same)s of the %(recorded)s family-days of the"
        " records as they are (%(percent)s). Of the others, %(refused)s are refused by a rule or a closed day as facts"
        " are known today, %(full)s find no place; %(other)s are placed that the records do not hold."
    )
    share = 100 * row["same"] / row["recorded"] if row["recorded"] else 100
    figures = {name: f"{row[name]:,}" for name in ("same", "recorded", "refused", "full", "other")}
    return words % {**figures, "percent": f"{share:.1f} %"}


def _rests_on(row: Mapping[str, int]) -> str:
    words = _(
        "It rests on the records of %(households)s registrations: %(asks)s bookings, %(entries)s entries in %(rounds)s"
        " draws, %(waits)s waits."
    )
    return words % {name: f"{row[name]:,}" for name in ("households", "asks", "entries", "rounds", "waits")}


def _column(label: str, numeric: bool = True) -> dict[str, Any]:
    return {"label": label, "numeric": numeric}
