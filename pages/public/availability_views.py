"""Which days have room, for everyone; and what other calendars share: the service and the weeks chosen."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.places.availability import ServiceDay, availability_of
from bookings.places.day_hindrances import Hindrance
from bookings.places.queries import Mark
from facilities.models import Service
from facilities.queries import services_to_come
from sankecare.month_page import Day, Stretch, Weeks, key_of, stretch_from, title_of, weeks_of

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


@require_safe
def public_availability(request: HttpRequest) -> HttpResponse:
    """Weeks of all services side by side, or of one: ○ △ × for each day from today on, never a count."""
    now = timezone.now()
    today = timezone.localdate(now)
    services = list(services_to_come(today))
    asked = request.GET.get("service", "")
    service = chosen_service(services, asked) if asked else None
    stretch, page = asked_stretch(request.GET, today), reverse("public:availability")
    context: dict[str, object] = {
        "services": [(row.slug, name_of(row)) for row in services],
        "service": service,
        "shown": stretch.first.isoformat(),
    }
    if service:
        context["weeks"] = weeks_of_places(service, stretch, now, page)
    elif services:
        context["table"] = places_of_all(services, stretch, now, page)
    return render(request, "public/availability.html", context)


def asked_stretch(given: Mapping[str, str], today: date) -> Stretch:
    """Return the weeks that a page is asked for: turned to by ``show``, else ``from``, else ``month``; else now."""
    return stretch_from(given.get("show") or given.get("from") or given.get("month") or "", today)


def places_of_all(services: list[Service], stretch: Stretch, now: datetime, page: str) -> dict[str, Any]:
    """Lay out weeks of every service: ``facilities`` with how many columns, ``columns``, ``rows`` of
    (day, holiday, marks), and the ways to turn them.

    One query, however many services.
    """
    known = availability_of(services, stretch.first, stretch.last, at=now)
    by_day = zip(*(known.days[service.pk] for service in services), strict=True)
    return {
        "title": title_of(stretch),
        "facilities": columns_of_facilities(services),
        "columns": [
            (row, f"{page}?{urlencode({'service': row.slug, 'from': stretch.first.isoformat()})}") for row in services
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
        "earlier_url": _turned(page, stretch.earlier, {}),
        "later_url": _turned(page, stretch.later, {}),
    }


def columns_of_facilities(services: list[Service]) -> list[tuple[str, int]]:
    """Return each facility's name with how many of the services are its, in their order."""
    at_facility: dict[str, int] = {}
    for service in services:
        name = service.facility.name_to_read
        at_facility[name] = at_facility.get(name, 0) + 1
    return list(at_facility.items())


def kind_of(row: ServiceDay) -> str:
    """Say what the public sees of a service's day, as a key of month_page.AVAILABILITY."""
    return KINDS_OF_MARK[row.mark] if row.hindrance is None else KIND_OF_HINDRANCE[row.hindrance]


def _turned(page: str, to: date | None, along: dict[str, str]) -> str:
    return f"{page}?{urlencode({**along, 'from': to.isoformat()})}" if to else ""


def name_of(service: Service) -> str:
    """Return a service's name as people choose it: where, and the kind."""
    return f"{service.facility.name_to_read} {service.get_kind_display()}"


def chosen_service(services: list[Service], slug: str) -> Service | None:
    """Return the service of the slug, or the first one where it names none."""
    return next((row for row in services if row.slug == slug), services[0] if services else None)


def weeks_of_places(service: Service, stretch: Stretch, now: datetime, page: str) -> Weeks:
    """Lay out weeks of a service's places, with links to those before and after. One query."""
    today = timezone.localdate(now)
    known = availability_of([service], stretch.first, stretch.last, at=now)
    days = {row.day: row for row in known.days[service.pk]}

    def day(one: date) -> Day:
        return Day(one, kind_of(days[one]), holiday=known.holidays.get(one, ""), today=one == today)

    along = {"service": service.slug}
    return weeks_of(
        stretch,
        day,
        caption=_("Places: %(service)s") % {"service": name_of(service)},
        earlier_url=_turned(page, stretch.earlier, along),
        later_url=_turned(page, stretch.later, along),
    )
