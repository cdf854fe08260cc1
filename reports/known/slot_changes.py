"""Slot-days as known on a day beside now: one kind of calendar row put in after the other, so that they add up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bookings.places.queries import STAYS
from facilities.calendar import PoolCalendar
from facilities.fiscal_year import fiscal_year_days
from facilities.models import PlacePool
from facilities.queries import calendars
from facilities.slot_days import slot_days

from .day_changes import Place

NOTHING = PoolCalendar(patterns=(), capacities=())


class SlotCause(TextChoices):
    PATTERNS = "patterns", _("Weekdays entered or changed afterwards")
    CAPACITIES = "capacities", _("Slots a day entered or changed afterwards")
    HOLIDAYS = "holidays", _("Public holidays entered afterwards")
    CLOSURES = "closures", _("Closures entered or changed afterwards")
    OVERRIDES = "overrides", _("Single days entered or changed afterwards")


def calendars_of_places(first: date, last: date) -> dict[tuple[str, int], PoolCalendar]:
    """Return the calendar of each pool for stays, by facility and pool: as known where that is asked."""
    pools = PlacePool.objects.filter(services__kind__in=STAYS).select_related("facility").distinct()
    of_pool = calendars([pool.pk for pool in pools], first, last)
    return {(pool.facility.slug, pool.pk): of_pool[pool.pk] for pool in pools}


def changed_slots(
    then: Mapping[tuple[str, int], PoolCalendar],
    now: Mapping[tuple[str, int], PoolCalendar],
    years: list[int],
    until: date,
) -> dict[Place, dict[SlotCause, int]]:
    """Return what each kind of row changes of the slot-days of a facility and year, up to ``until``.

    Nothing is left out. In the order of the causes: what two changes together make counts to the later one.
    """
    found: dict[Place, dict[SlotCause, int]] = {}
    for place in {*then, *now}:
        steps = _steps(then.get(place, NOTHING), now.get(place, NOTHING))
        for year in years:
            first, last = fiscal_year_days(year)
            slots = [slot_days(first, min(last, until), calendar) if first <= until else 0 for calendar in steps]
            of_place = found.setdefault((place[0], year), {})
            for cause, before, after in zip(SlotCause, slots, slots[1:], strict=False):
                if after != before:
                    of_place[cause] = of_place.get(cause, 0) + after - before
    return {place: causes for place, causes in found.items() if causes}


def _steps(then: PoolCalendar, now: PoolCalendar) -> list[PoolCalendar]:
    """From the one calendar to the other, one kind of row at a time."""
    steps = [then]
    for name in ("patterns", "capacities", "public_holidays", "closures", "overrides"):
        steps.append(replace(steps[-1], **{name: getattr(now, name)}))
    return steps
