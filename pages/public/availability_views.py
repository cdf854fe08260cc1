"""Which days have room, for everyone; and what other months share: the service and the month chosen."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.places.availability import ServiceDay, availability_of
from bookings.places.day_hindrances import Hindrance
from bookings.places.queries import Mark
from facilities.models import Service
from facilities.queries import services_to_come
from sankecare.month_page import Day, Month, is_behind, key_of, month

# What stands on a page for a day, as a key of month_page.AVAILABILITY.
KINDS_OF_MARK = {Mark.OPEN: "open", Mark.FEW: "few"}
KIND_OF_HINDRANCE = {
    Hindrance.PASSED: "past",
    Hindrance.CLOSED: "closed",
    Hindrance.OWN_BOOKING: "own",
    Hindrance.NOT_ELIGIBLE: "unfit",
    Hindrance.NO_DAYS_LEFT: "used_up",
    Hindrance.TOO_SHORT_NOTICE: "late",
    Hindrance.NOT_OPEN_YET: "ahead",
    Hindrance.BY_LOT: "draw",
    Hindrance.FULL: "full",
    Hindrance.NO_SIBLING_ROOM: "full",
}
MONTHS_SHOWN = 6


@require_safe
def public_availability(request: HttpRequest) -> HttpResponse:
    """A month of all services side by side, or of one: ○ △ × for each day from today on, never a count."""
    now = timezone.now()
    today = timezone.localdate(now)
    services = list(services_to_come(today))
    asked = request.GET.get("service", "")
    service = chosen_service(services, asked) if asked else None
    first, page = chosen_month(request.GET.get("month", ""), today), reverse("public:availability")
    shown, behind = _shown(services, service, first, now, page)
    if behind and "month" not in request.GET:  # the last evening of a month: what can be booked is in the next
        first = months_later(first, 1)
        shown, _behind = _shown(services, service, first, now, page)
    context: dict[str, object] = {
        "services": [(row.slug, name_of(row)) for row in services],
        "service": service,
        "shown": f"{first:%Y-%m}",
    }
    return render(request, "public/availability.html", context | shown)


def _shown(
    services: list[Service], service: Service | None, first: date, now: datetime, page: str
) -> tuple[dict[str, object], bool]:
    """Lay out the month of the service, or of all, by the template's name; and whether all of it is behind."""
    if service:
        places = month_of_places(service, first, now, page)
        return {"month": places}, places.is_behind
    if not services:
        return {}, False
    table = month_of_all(services, first, now, page)
    return {"table": table}, is_behind(kind for _mark, kind, *_words in table["key"])


def month_of_all(services: list[Service], first: date, now: datetime, page: str) -> dict[str, Any]:
    """Lay out a month of every service: ``facilities`` with how many columns, ``columns``, ``rows`` of
    (day, holiday, marks), and the ways to turn it.

    One query, however many services.
    """
    today = timezone.localdate(now)
    last = months_later(first, 1) - timedelta(days=1)
    known = availability_of(services, max(first, today), last, at=now)
    by_day = zip(*(known.days[service.pk] for service in services), strict=True)
    at_facility: dict[str, int] = {}
    for service in services:
        name = service.facility.name_to_read
        at_facility[name] = at_facility.get(name, 0) + 1
    return {
        "title": date_format(first, "YEAR_MONTH_FORMAT"),
        "facilities": list(at_facility.items()),
        "columns": [
            (row, f"{page}?{urlencode({'service': row.slug, 'month': f'{first:%Y-%m}'})}") for row in services
        ],
        "rows": [
            (
                rows[0].day,
                known.holidays.get(rows[0].day, ""),
                [Day(row.day, kind_of(row)) for row in rows],
            )
            for rows in by_day
        ],
        "key": key_of(kind_of(row) for rows in known.days.values() for row in rows),
        "previous_url": _turned(page, months_later(first, -1), today, {}),
        "next_url": _turned(page, months_later(first, 1), today, {}),
    }


def kind_of(row: ServiceDay) -> str:
    """Say what the public sees of a service's day, as a key of month_page.AVAILABILITY."""
    return KINDS_OF_MARK[row.mark] if row.hindrance is None else KIND_OF_HINDRANCE[row.hindrance]


def _turned(page: str, to: date, today: date, along: dict[str, str]) -> str:
    this_month = today.replace(day=1)
    if not this_month <= to <= months_later(this_month, MONTHS_SHOWN - 1):
        return ""
    return f"{page}?{urlencode({**along, 'month': f'{to:%Y-%m}'})}"


def name_of(service: Service) -> str:
    """Return a service's name as people choose it: where, and the kind."""
    return f"{service.facility.name_to_read} {service.get_kind_display()}"


def chosen_service(services: list[Service], slug: str) -> Service | None:
    """Return the service of the slug, or the first one where it names none."""
    return next((row for row in services if row.slug == slug), services[0] if services else None)


def chosen_month(given: str, today: date) -> date:
    """Read ``2023-05``; anything else, or a month out of the range that is shown, is this month."""
    first = today.replace(day=1)
    try:
        asked = date.fromisoformat(f"{given}-01")
    except ValueError:
        return first
    return asked if first <= asked <= months_later(first, MONTHS_SHOWN - 1) else first


def month_of_places(service: Service, first: date, now: datetime, page: str) -> Month:
    """Lay out the month of a service's places, with links to the months before and after. One query."""
    today = timezone.localdate(now)
    last = months_later(first, 1) - timedelta(days=1)
    known = availability_of([service], first, last, at=now)
    days = {row.day: row for row in known.days[service.pk]}

    def day(one: date) -> Day:
        return Day(one, kind_of(days[one]), holiday=known.holidays.get(one, ""), today=one == today)

    along = {"service": service.slug}
    return month(
        first,
        day,
        caption=_("Places: %(service)s") % {"service": name_of(service)},
        previous_url=_turned(page, months_later(first, -1), today, along),
        next_url=_turned(page, months_later(first, 1), today, along),
    )


def months_later(first: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    year, month_number = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month_number + 1, 1)
