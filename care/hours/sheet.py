"""日計: what was noted by the hour makes up the sheet of the day, by itself."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import User
from bookings.models import Stay
from care.hour_rules import FEEDS, InfantDay, Kind, MotherDay
from care.models import CareRecord, InfantCare, Observation
from sankecare.transactions import in_transaction

from .standing import DaySums, is_any_on, sums_of

NOTHING: tuple[Any, ...] = (None, "")
# Which fields of the sheet a kind fills.
FILLS_INFANT: dict[Kind, tuple[str, ...]] = {
    **dict.fromkeys(FEEDS, ("feeding", "feeds", "milk_ml")),
    Kind.WET: ("wets",),
    Kind.STOOL: ("stools",),
    Kind.WEIGHT: ("weight_grams",),
    Kind.TEMPERATURE: ("temperature",),
    Kind.JAUNDICE: ("jaundice",),
    Kind.ASLEEP: ("sleep_hours",),
    Kind.AWAKE: ("sleep_hours",),
}
FILLS_MOTHER: dict[Kind, tuple[str, ...]] = {
    Kind.SLEPT: ("sleep_hours",),
    Kind.BREASTS: ("breast",),
    Kind.MOOD: ("mood",),
    Kind.TEMPERATURE: ("temperature",),
    Kind.PRESSURE: ("systolic", "diastolic"),
    Kind.LOCHIA: ("lochia",),
    Kind.UTERUS: ("uterus",),
    Kind.WOUND: ("wound",),
}


def filled(day: InfantDay | MotherDay) -> dict[str, Any]:
    """Return the fields of the sheet that the day's observations fill, with their values."""
    return {name: value for name, value in asdict(day).items() if value not in NOTHING}


def filled_of(sums: DaySums, infant: int) -> dict[str, Any]:
    """The same of one infant."""
    return filled(sums.infants.get(infant, InfantDay()))


@in_transaction
def fill_sheet(*, stay: Stay, days: Iterable[date], noted: Iterable[Observation], by: User, at: datetime) -> None:
    """Bring the sheets of some days up to date with what counts now, under the lock of the booking.

    ``noted``: what was just noted, replaced or taken back: a field of the sheet that nothing fills any more is empty
    again, the others that nothing fills stay as they were written by hand. A sheet is made where there is none, and
    goes where nothing is left on it.
    """
    emptied: dict[int | None, set[str]] = {}
    for one in noted:
        fills = FILLS_MOTHER if one.infant_id is None else FILLS_INFANT
        emptied.setdefault(one.infant_id, set()).update(fills.get(Kind(one.kind), ()))
    for day in sorted(set(days)):
        sums = sums_of(stay, day)
        record = CareRecord.objects.filter(stay=stay, day=day).first()
        if record is None:
            if not is_any_on(stay, day):
                continue
            record = CareRecord.objects.create(stay=stay, day=day, recorded_at=at, recorded_by=by)
        _put(record, _blank(CareRecord, emptied.get(None, ())) | filled(sums.mother))
        for infant in {*sums.infants, *(one for one in emptied if one is not None)}:
            values = _blank(InfantCare, emptied.get(infant, ())) | filled_of(sums, infant)
            row = InfantCare.objects.filter(record=record, infant=infant).first()
            if row is not None:
                _put(row, values)
            elif any(value not in NOTHING for value in values.values()):
                InfantCare.objects.create(record=record, infant_id=infant, **values)
        _forget_empty(record)


def days_touched(day: date, kind: Kind) -> list[date]:
    """The days whose sums an observation on a day can change: sleep reaches over midnight."""
    beside = timedelta(days=1)
    return [day - beside, day, day + beside] if kind in (Kind.ASLEEP, Kind.AWAKE) else [day]


def _blank(model: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: None if model._meta.get_field(name).null else "" for name in names}


def _put(row: CareRecord | InfantCare, values: dict[str, Any]) -> None:
    """Write what changes; who wrote the sheet by hand, and when, stays."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.save(update_fields=list(changed))


def _forget_empty(record: CareRecord) -> None:
    """A sheet on which nothing stands any more, and that nothing of the day supports, is none."""
    mothers = [*(one.name for one in fields(MotherDay)), "note", "corrected_because"]
    rows = list(InfantCare.objects.filter(record=record))
    infants = [*(one.name for one in fields(InfantDay)), "note"]
    stands = [getattr(record, name) for name in mothers]
    stands += [getattr(row, name) for row in rows for name in infants]
    if any(value not in NOTHING for value in stands) or is_any_on(record.stay, record.day):
        return
    try:
        with transaction.atomic():
            InfantCare.objects.filter(record=record).delete()
            record.delete()
    except ProtectedError:
        return  # a follow-up request rests on it
