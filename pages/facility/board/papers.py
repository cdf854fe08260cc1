"""紙: one A4 landscape for the shift, and one that is taken along when the house is left."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import typst
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.places.queries import FacilityDay
from facilities.models import Facility
from sankecare.moments import moment_in_words

from .rows import BoardRow, House

TEMPLATES = settings.BASE_DIR / "templates" / "facility" / "board"
FONTS = settings.BASE_DIR / "static" / "fonts"
LONGEST_NOTE = 90


def shift_pdf(place: Facility, house: House, shown: FacilityDay, day: date, now: datetime) -> bytes:
    """Print the day for the shift: a line a family, the note of the house, visits, a column to write in."""
    with translation.override(settings.LANGUAGE_CODE):
        data = _head(place, _("Paper for the shift"), date_format(day), now) | {
            "note": _signed(house.note.text, house.note) if house.note else "",
            "heads": [
                *(_("Room"), _("Mother"), _("Baby (days of life)"), _("Day"), _("Weight"), _("Feeding"), _("Temp.")),
                *("EPDS", _("To heed"), _("From the last shifts"), _("To write in")),
            ],
            "rows": [_shift_row(row) for row in house.rows],
            "visits": [
                f"{visit.registration.birth.family.mother_name}（{visit.service.get_kind_display()}）"
                for visit in shown.visits
            ],
            "visits_head": _("Visits and online consultations today"),
        }
    return _set("shift.typ", data)


def evacuation_pdf(place: Facility, house: House, now: datetime) -> bytes:
    """Print who is in which room now, floor by floor, with boxes to tick; an empty room stands as empty."""
    with translation.override(settings.LANGUAGE_CODE):
        here = [row for row in house.rows if row.in_house]
        mothers, infants, siblings = house.people
        data = _head(place, _("Paper for an evacuation"), moment_in_words(now), now) | {
            "sums": _("%(mothers)d mothers, %(infants)d babies, %(siblings)d siblings: %(all)d people")
            % {"mothers": mothers, "infants": infants, "siblings": siblings, "all": mothers + infants + siblings},
            "heads": [
                *(_("Floor"), _("Room"), _("Mother"), _("Baby (days of life)"), _("Sibling"), _("People")),
                *(_("Out of the room"), _("At the meeting point"), _("To heed")),
            ],
            "rows": [*_rooms(house, here), *(_person(row, "–", _("no room yet")) for row in here if row.room is None)],
        }
    return _set("evacuation.typ", data)


def _head(place: Facility, title: str, of: str, now: datetime) -> dict[str, Any]:
    local = timezone.localtime(now)
    printed = _("printed %(moment)s; take it along, do not leave it lying about") % {"moment": moment_in_words(now)}
    return {
        "title": f"{title}　{of}",
        "facility": place.name,
        "printed": printed,
        "day": [local.year, local.month, local.day],
    }


def _shift_row(row: BoardRow) -> list[str]:
    infants = [(baby.infant.name or "–", baby.days_of_life, baby.now) for baby in row.babies]
    warm = [f"{_('M')}{row.now.mother_temperature}"] if row.now.mother_temperature else []
    family = row.booking.registration.birth.family
    return [
        row.room.name if row.room else "–",
        f"{family.mother_name}\n{family.mother_name_kana}",
        _lines(f"{name} {_days(days)}" for name, days, _now in infants),
        f"{row.day_number or '–'}/{row.days_in_all}",
        _lines(_weight(known.weight_grams, known.grams_a_day) for _name, _age, known in infants),
        _lines(_fed(known.feeding, known.feeds) for _name, _age, known in infants),
        _lines([*warm, *(f"{_('B')}{known.temperature}" for _name, _age, known in infants if known.temperature)]),
        f"{row.now.epds.total}（{row.now.epds.item_10}）" if row.now.epds else "–",
        "・".join(badge.text for badge in row.booking.badges),  # type: ignore[attr-defined]
        _signed(_short(row.note.text), row.note) if row.note else "",
        "",
    ]


def _rooms(house: House, here: list[BoardRow]) -> list[list[str]]:
    in_room = {row.room.pk: row for row in here if row.room}
    lines = []
    for now in sorted(house.rooms, key=lambda one: (one.room.floor, one.room.name)):
        row = in_room.get(now.room.pk)
        if row is not None:
            lines.append(_person(row, now.room.floor, now.room.name))
        else:
            why = _("out of order") if now.out_of_order else _("empty")
            lines.append([now.room.floor, now.room.name, f"（{why}）", "", "", "0", "", "", ""])
    return lines


def _person(row: BoardRow, floor: str, room: str) -> list[str]:
    sibling = row.booking.sibling
    people = 1 + len(row.babies) + (sibling is not None)
    away = [_("Not here today")] if row.kind == "away" else []
    badges = [badge.text for badge in row.booking.badges]  # type: ignore[attr-defined]
    return [
        *(floor or "–", room, row.booking.registration.birth.family.mother_name),
        _lines(f"{baby.infant.name or '–'} {_days(baby.days_of_life)}" for baby in row.babies),
        *(sibling.name if sibling else "", str(people), "□", "□", "・".join([*away, *badges])),
    ]


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(parts) or "–"


def _days(days: int | None) -> str:
    return "" if days is None else _("%(days)d d") % {"days": days}


def _weight(grams: int | None, a_day: int | None) -> str:
    if grams is None:
        return "–"
    return f"{grams} g" if a_day is None else f"{grams} g（{a_day:+d}）"


def _fed(feeding: str, feeds: int | None) -> str:
    return " ".join(filter(None, [feeding, "" if feeds is None else _("%(feeds)d x") % {"feeds": feeds}])) or "–"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_NOTE else plain[: LONGEST_NOTE - 1] + "…"


def _signed(text: str, note: Any) -> str:
    return f"{text}（{note.recorded_by}、{date_format(timezone.localtime(note.recorded_at), 'n/j H:i')}）"


def _set(template: str, data: dict[str, Any]) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    compiled = typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs=inputs,
    )
    assert isinstance(compiled, bytes)
    return compiled
