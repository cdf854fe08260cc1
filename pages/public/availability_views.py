"""Which days have room, for everyone; and what other months share: the service and the month chosen."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.places.queries import Availability, DayPlaces, Mark, availability_of
from facilities.models import Service
from facilities.queries import services_offered
from sankecare.month_page import Day, Month, month

KINDS_OF_MARK = {Mark.OPEN: "open", Mark.FEW: "few", Mark.FULL: "full", Mark.CLOSED: "closed"}
MONTHS_SHOWN = 6


@require_safe
def public_availability(request: HttpRequest) -> HttpResponse:
    """A month of all services side by side, or of one: ○ △ × for each day from today on, never a count."""
    today = timezone.localdate()
    services = list(services_offered(today))
    asked = request.GET.get("service", "")
    service = chosen_service(services, asked) if asked else None
    first, page = chosen_month(request.GET.get("month", ""), today), reverse("public:availability")
    context: dict[str, object] = {
        "services": [(row.slug, name_of(row)) for row in services],
        "service": service,
        "shown": f"{first:%Y-%m}",
    }
    if service:
        context["month"] = month_of_places(service, first, today, page)
    elif services:
        context["table"] = month_of_all(services, first, today, page)
    return render(request, "public/availability.html", context)


def month_of_all(services: list[Service], first: date, today: date, page: str) -> dict[str, object]:
    """Lay out a month of every service: ``facilities`` with how many columns, ``columns``, ``rows`` of
    (day, holiday, marks), and the ways to turn it.

    One query, however many services.
    """
    last = months_later(first, 1) - timedelta(days=1)
    start = max(first, today)
    known = availability_of(services, start, last, today=today)

    by_day = zip(*(known.places[service.pk] for service in services), strict=True)
    at_facility: dict[str, int] = {}
    for service in services:
        at_facility[service.facility.name] = at_facility.get(service.facility.name, 0) + 1
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
                [Day(row.day, _kind(known, service, row)) for service, row in zip(services, rows, strict=True)],
            )
            for rows in by_day
        ],
        "previous_url": _turned(page, months_later(first, -1), today, {}),
        "next_url": _turned(page, months_later(first, 1), today, {}),
    }


def _kind(known: Availability, service: Service, row: DayPlaces) -> str:
    """Say what the public sees of a service's day, as a key of month_page.AVAILABILITY."""
    if row.slots and row.day in known.to_be_drawn.get(service.pk, {}):
        return "draw"
    return "ahead" if row.slots and known.not_open_yet(service, row.day) else KINDS_OF_MARK[row.mark]


def _turned(page: str, to: date, today: date, along: dict[str, str]) -> str:
    this_month = today.replace(day=1)
    if not this_month <= to <= months_later(this_month, MONTHS_SHOWN - 1):
        return ""
    return f"{page}?{urlencode({**along, 'month': f'{to:%Y-%m}'})}"


def name_of(service: Service) -> str:
    """Return a service's name as people choose it: where, and the kind."""
    return f"{service.facility.name} {service.get_kind_display()}"


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


def month_of_places(service: Service, first: date, today: date, page: str) -> Month:
    """Lay out the month of a service's places, with links to the months before and after. One query."""
    last = months_later(first, 1) - timedelta(days=1)
    known = availability_of([service], first, last, today=today)
    places = {row.day: row for row in known.places[service.pk]}

    def day(one: date) -> Day:
        kind = _kind(known, service, places[one])
        return Day(one, kind if one >= today else "", holiday=known.holidays.get(one, ""), today=one == today)

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
