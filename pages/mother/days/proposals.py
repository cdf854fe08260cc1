"""What she could take at once: the soonest day, days together, the nearest house; each one touch from its price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.places.days_on_end import DaysOnEnd, soonest_run
from bookings.places.family_calendar import FamilyMonth
from bookings.places.queries import STAYS
from facilities.models import Service, ServiceTermsRow
from pages.public.availability_views import name_of
from sankecare.periods import days_in_words

# Days together that are proposed at most (own default): what a rest that helps takes, and fewer where fewer are left.
TOGETHER = 3
A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class AskedBy:
    """Who asks: what a day costs her by service and day, minutes to each facility (none: not known), who comes along
    (``infants``, ``sibling``), and the page on which she books.
    """

    prices: Mapping[str, Mapping[date, int]]
    minutes: Mapping[int, int]
    party: Mapping[str, Any]
    page: str


Usable = Mapping[Service, Sequence[date]]


def proposals(
    services: Sequence[Service], found: Mapping[int, FamilyMonth], asked_by: AskedBy
) -> list[dict[str, Any]]:
    """Return, in words, the soonest day, the soonest days together and the soonest day near by, without repeating.

    Stays first; visits and consultations where no stay is to be had. With a sibling only what takes one. One query
    with a sibling, else none.
    """
    usable = _usable(services, found, with_sibling=bool(asked_by.party["sibling"]))
    soonest = soonest_run(usable, 1)
    if soonest is None:
        return []
    rows = [(_("Soonest"), soonest)]
    length = _together(found, soonest)
    together = soonest_run(usable, length) if length > 1 else None
    if together is not None:
        words = ngettext("%(number)d day together", "%(number)d days together", length) % {"number": length}
        rows.append((words, together))
    near = _nearest(usable, asked_by.minutes)
    if near is not None and near != soonest:
        rows.append((_("Near you"), near))
    return [_in_words(words, row, asked_by) for words, row in rows]


def other_days(
    service: Service, found: FamilyMonth, days: Sequence[date], *, minutes: Mapping[int, int], page: str
) -> list[dict[str, Any]]:
    """Return, in words, to which as many days a booking could be moved at once: the soonest, and a week later.

    None of ``days``, which it has now, is among them. What they cost is seen where they are looked over.
    """
    usable = [day for day, known in found.days.items() if known.usable and day not in days]
    later = tuple(day + A_WEEK for day in days)
    rows = [] if set(later) - set(usable) else [(_("A week later"), DaysOnEnd(service, later))]
    soonest = soonest_run({service: usable}, len(days))
    if soonest is not None and soonest.days != later:
        rows.insert(0, (_("Soonest"), soonest))
    asked_by = AskedBy({service.slug: {}}, minutes, {}, page)
    return [_in_words(words, row, asked_by) for words, row in rows]


def _usable(services: Sequence[Service], found: Mapping[int, FamilyMonth], *, with_sibling: bool) -> Usable:
    taking = None
    if with_sibling:
        today = timezone.localdate()
        terms = ServiceTermsRow.objects.filter(service__in=services, takes_siblings=True, period__contains=today)
        taking = set(terms.values_list("service", flat=True))
    rows = {
        row: [day for day, known in found[row.pk].days.items() if known.usable]
        for row in services
        if taking is None or row.pk in taking
    }
    stays = {row: days for row, days in rows.items() if row.kind in STAYS and days}
    return stays or rows


def _together(found: Mapping[int, FamilyMonth], soonest: DaysOnEnd[Service]) -> int:
    """How many days together are proposed: of stays as many as are left of her days, none of visits."""
    if soonest.service.kind not in STAYS:
        return 0
    left = [row.left for row in found[soonest.service.pk].quotas if row.left is not None]
    return min([TOGETHER, *left])


def _nearest(usable: Usable, minutes: Mapping[int, int]) -> DaysOnEnd[Service] | None:
    """The soonest day at the house that is fewest minutes away; None where no way is known."""
    known = {row: days for row, days in usable.items() if days and row.facility_id in minutes and row.kind in STAYS}
    if not known:
        return None
    least = min(minutes[row.facility_id] for row in known)
    return soonest_run({row: days for row, days in known.items() if minutes[row.facility_id] == least}, 1)


def _in_words(words: str, row: DaysOnEnd[Service], asked_by: AskedBy) -> dict[str, Any]:
    amounts = [asked_by.prices[row.service.slug].get(day) for day in row.days]
    chosen = [("service", row.service.slug), *(("day", day.isoformat()) for day in row.days), *asked_by.party.items()]
    return {
        "words": words,
        "name": name_of(row.service),
        "days": days_in_words(list(row.days), with_year=False),
        "weekday": row.days[0] if len(row.days) == 1 else None,
        "minutes": asked_by.minutes.get(row.service.facility_id) if row.service.kind in STAYS else None,
        "price": None if None in amounts else f"{sum(filter(None, amounts)):,}",
        "url": f"{asked_by.page}?{urlencode([*chosen, ('ask', '1')])}",
    }
