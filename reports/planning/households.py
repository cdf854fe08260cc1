"""家庭: who asked, with the facts by which she is judged, her other days, and what she is counted by. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.backends.postgresql.psycopg_any import DateRange

from bookings.models import BookingDay
from bookings.places.limits import BookedDay
from bookings.places.queries import STAYS
from enrollment.corrected_age import births, is_corrected
from enrollment.models import Registration, Residence, TaxClassPeriod
from enrollment.queries import Facts, application_of, ask_facts, facts_from
from facilities.models import Service
from sankecare.db import run_alike

from .demand import Household
from .world import BESIDE, World

ASKED_AT_ONCE = 250
NO_DISTRICT = "elsewhere"
FIRST_OF_ALL = date(2000, 1, 1)


@dataclass
class Wanted:
    """What is known of a registration by what it asked for: the first day, an elder child, a high need."""

    first: date = date.max
    sibling: bool = False
    high_need: bool = False

    def note(self, day: date, *, sibling: bool, high_need: bool = False) -> None:
        """Take in one thing that was asked for."""
        self.first = min(self.first, day)
        self.sibling |= sibling
        self.high_need |= high_need


class Households:
    """The registrations of a replay, each with its facts, its other days and what it is counted by."""

    def __init__(
        self, world: World, registrations: Collection[int], wants: Mapping[int, Wanted], families: set[int]
    ) -> None:
        listed = list(Registration.objects.filter(pk__in=registrations).select_related("birth__family").order_by("pk"))
        families |= {one.birth.family_id for one in listed}
        self._districts = _by_family(
            Residence.objects.filter(family__in=families).values_list("family", "period", "district__slug")
        )
        self._classes = _by_family(
            TaxClassPeriod.objects.filter(family__in=families).values_list("family", "period", "tax_class")
        )
        self._beside = _days_beside(world, families)
        self._wants = wants
        service = Service.objects.filter(kind__in=STAYS).order_by("pk").first()
        self.found: dict[int, Household] = {}
        for start in range(0, len(listed), ASKED_AT_ONCE):
            some = listed[start : start + ASKED_AT_ONCE]
            assert service is not None  # whoever asked for days asked for some service
            questions = [ask_facts(one, service) for one in some]
            answers = iter(run_alike([one for several in questions for one in several]))
            for one, several in zip(some, questions, strict=True):
                facts = facts_from(service, list(islice(answers, len(several))))
                self._add(one, facts)

    def _add(self, one: Registration, facts: Facts) -> None:
        family, wanted = one.birth.family_id, self._wants[one.pk]
        turns = {infant.rolls_over_since for infant in facts.infants if infant.rolls_over_since}
        stands = [(day, application_of(one, day, day, facts=facts)) for day in sorted({FIRST_OF_ALL, *turns})]
        infants = stands[0][1].infants
        self.found[one.pk] = Household(
            key=one.pk,
            family=family,
            birth=one.birth_id,
            district=_on(self._districts[family], wanted.first) or NO_DISTRICT,
            applications=stands,
            days_before=[
                BookedDay(day, same_birth=birth == one.birth_id) for day, birth in self._beside.get(family, ())
            ],
            traits={
                "tax_class": _on(self._classes[family], wanted.first) or "unknown",
                "corrected_age": _yes(any(is_corrected(birth) for birth in births(infants))),
                "multiple": _yes(len(infants) > 1),
                "sibling": _yes(wanted.sibling),
                "high_need": _yes(wanted.high_need),
            },
        )


def _days_beside(world: World, families: Collection[int]) -> dict[int, list[tuple[date, int]]]:
    """By family, the days that it holds outside of what is replayed: they count towards its limits."""
    rows = BookingDay.objects.kept().filter(family__in=families, booking__service__kind__in=STAYS)
    beside = rows.exclude(day__range=(world.first_day - BESIDE, world.last_day + BESIDE))
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for family, day, birth in beside.values_list("family", "day", "booking__registration__birth"):
        found[family].append((day, birth))
    return found


def _by_family(rows: Iterable[tuple[int, DateRange, str]]) -> dict[int, list[tuple[DateRange, str]]]:
    found: dict[int, list[tuple[DateRange, str]]] = defaultdict(list)
    for family, period, value in rows:
        found[family].append((period, value))
    return found


def _on(rows: Sequence[tuple[DateRange, str]], day: date) -> str | None:
    return next((value for period, value in rows if day in period), None)


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
