"""Facilities, services and calendars as they are in force on a day, each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from sankecare.db import Prepared, Question, Rows, run_batch
from sankecare.errors import NotPossible
from sankecare.periods import last_day, period

from . import calendar, districts
from .models import (
    CalendarRow,
    Capacity,
    Closure,
    DayOverride,
    District,
    Facility,
    FacilityAddress,
    FacilityPicture,
    GuestNote,
    PublicHoliday,
    Service,
    ServiceTermsRow,
    Town,
    TownMinutes,
    WeeklyPattern,
)

R = TypeVar("R", bound=CalendarRow)

CALENDAR_QUERIES = 5


def calendars(pools: Iterable[int], first_day: date, last: date) -> dict[int, calendar.PoolCalendar]:
    """Return each pool's calendar, complete for the days from ``first_day`` to ``last``, both included.

    Always ``CALENDAR_QUERIES`` queries, however many pools and days.
    """
    keys = list(pools)
    days = period(first_day, last)
    patterns = _by_pool(WeeklyPattern.objects.filter(pool__in=keys, period__overlap=days))
    capacities = _by_pool(Capacity.objects.filter(pool__in=keys, period__overlap=days))
    closures = _by_pool(Closure.objects.filter(Q(repeats_yearly=True) | Q(period__overlap=days), pool__in=keys))
    overrides = defaultdict(list)
    for override in DayOverride.objects.filter(pool__in=keys, day__range=(first_day, last)):
        overrides[override.pool_id].append(
            calendar.DayOverride(override.day, override.slots, override.reason, override.inferred)
        )
    holidays: Mapping[date, str] = dict(
        PublicHoliday.objects.filter(day__range=(first_day, last)).values_list("day", "name")
    )
    return {
        pool: calendar.PoolCalendar(
            patterns=[
                calendar.WeeklyPattern(*_days(row), frozenset(row.weekdays), row.keeps_public_holidays)
                for row in patterns[pool]
            ],
            capacities=[calendar.Capacity(*_days(row), row.slots, row.reason) for row in capacities[pool]],
            closures=[
                calendar.Closure(*_days(row), row.reason, row.repeats_yearly, row.inferred) for row in closures[pool]
            ],
            overrides=overrides[pool],
            public_holidays=holidays,
        )
        for pool in keys
    }


def service_named(slug: str) -> Service:
    """Return the service with its facility. Errors: NotPossible ``service_unknown``."""
    return service_from(run_batch(ask_service(slug))[0])


NAMED = Prepared(lambda: Service.objects.select_related("facility").filter(slug=""))


def ask_service(slug: str) -> Question:
    """What ``service_from`` reads."""
    return NAMED.ask(slug)


def service_from(rows: Rows) -> Service:
    """Return the service that was asked for. Errors: NotPossible ``service_unknown``."""
    for service in NAMED.read(rows):
        return service
    sentence = _("There is no such service.")
    raise NotPossible("service_unknown", sentence, {"service": sentence})


def offered_on(service: Service, day: date) -> bool:
    """Tell whether the service is offered on the day, by its own dates (not by its calendar)."""
    lower, upper = service.offered.lower, service.offered.upper
    return (lower is None or lower <= day) and (upper is None or day < upper)


def terms_row(service: Service, day: date) -> ServiceTermsRow | None:
    """Return the terms of the service in force on the day, or None where none are."""
    return ServiceTermsRow.objects.filter(service=service, period__contains=day).first()


def own_facility(person: User) -> Facility:
    """Return the facility that the person is bound to; Http404 where she is bound to none."""
    if person.facility is None:
        raise Http404
    return person.facility


def town_of_postcode(postcode: str) -> Town | None:
    """Return the town of a postcode's seven digits; None where it is no town of the ward."""
    found = list(Town.objects.filter(postcode=postcode)[:2]) if postcode else []
    return found[0] if len(found) == 1 else None


def services_offered(day: date) -> QuerySet[Service]:
    """Return the services offered on the day, with their facilities, in the ward's order."""
    return (
        Service.objects.filter(offered__contains=day)
        .select_related("facility")
        .order_by("facility__position", "position")
    )


def services_to_come(day: date) -> QuerySet[Service]:
    """Return the services offered on the day or later, as ``services_offered``: what can be asked for from it on."""
    still = Q(offered__endswith__isnull=True) | Q(offered__endswith__gt=day)
    return Service.objects.filter(still).select_related("facility").order_by("facility__position", "position")


def takes_siblings_from(service: Service, day: date) -> bool:
    """Tell whether the service takes a sibling on the day or later; on which days is for the rules to say."""
    still = Q(period__endswith__isnull=True) | Q(period__endswith__gt=day)
    return ServiceTermsRow.objects.filter(still, service=service, takes_siblings=True).exists()


def facilities_on(day: date) -> QuerySet[Facility]:
    """Return the facilities in the programme on the day; ``current_addresses``, ``current_services`` prefetched.

    Three queries, and one for the terms of the services (``current_terms``).
    """
    terms = Prefetch("terms", ServiceTermsRow.objects.filter(period__contains=day), "current_terms")
    services = Service.objects.filter(offered__contains=day).order_by("position").prefetch_related(terms)
    return Facility.objects.filter(opened_on__lte=day).prefetch_related(
        Prefetch("addresses", FacilityAddress.objects.filter(period__contains=day), "current_addresses"),
        Prefetch("services", services, "current_services"),
    )


def minutes_from(town: Town, day: date) -> dict[int, int]:
    """Return the minutes from the town to each facility, by its id, as in force on the day. One query."""
    return dict(TownMinutes.objects.filter(town=town, period__contains=day).values_list("facility", "minutes"))


def guest_notes(facilities: Iterable[Facility], day: date) -> dict[int, list[GuestNote]]:
    """Return what guests of each facility are told, by its id, as in force on the day, in order. One query."""
    found: dict[int, list[GuestNote]] = {}
    for row in GuestNote.objects.filter(facility__in=list(facilities), period__contains=day):
        found.setdefault(row.facility_id, []).append(row)
    return found


def pictures_of(facilities: Iterable[Facility], day: date) -> dict[int, list[FacilityPicture]]:
    """Return the pictures of each facility, by its id, as shown on the day, in order, without their content.

    One query.
    """
    found: dict[int, list[FacilityPicture]] = {}
    shown = FacilityPicture.objects.filter(facility__in=list(facilities), period__contains=day)
    for row in shown.defer("content"):
        found.setdefault(row.facility_id, []).append(row)
    return found


def district_of_address(town: Town, chome: int | None, block: int | None) -> District:
    """Return the district that the town, chome and block give. One query.

    Errors: NotPossible ``chome_needed``, ``block_needed`` or ``no_such_address``, naming the field.
    """
    rows = list(town.areas.select_related("district"))
    areas = [
        districts.Area(row.district.slug, row.chome_from, row.chome_to, row.block_from, row.block_to) for row in rows
    ]
    if chome is not None and not 1 <= chome <= (town.chome_count or chome):
        raise _unclear("no_such_address")
    try:
        slug = districts.district_of(areas, chome, block)
    except districts.DistrictUnclear as unclear:
        raise _unclear(unclear.code) from unclear
    return next(row.district for row in rows if row.district.slug == slug)


def _unclear(code: str) -> NotPossible:
    field, sentence = {
        "chome_needed": ("chome", _("Please enter the chome: this town has several.")),
        "block_needed": ("block", _("Please enter the block number: this chome lies in two districts.")),
    }.get(code, ("chome", _("There is no such chome in this town.")))
    return NotPossible(code, sentence, {field: sentence})


def _by_pool(rows: "QuerySet[R]") -> dict[int, list[R]]:
    found: dict[int, list[R]] = defaultdict(list)
    for row in rows.order_by("pool", "period"):
        found[row.pool_id].append(row)
    return found


def _days(row: CalendarRow) -> tuple[date, date | None]:
    return row.period.lower or date.min, last_day(row.period)
