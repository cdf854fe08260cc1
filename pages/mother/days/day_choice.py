"""The days to choose from: every service's weeks as one family can use them, one shown, or all side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.permissions import signed_in
from billing.quotes import prices_by_day
from bookings.draws.open_rounds import rounds_to_enter
from bookings.models import Booking
from bookings.places.day_hindrances import Hindrance
from bookings.places.family_calendar import FamilyMonth, family_month, family_weeks
from bookings.places.refusals import is_self_service
from bookings.unmet.counting import count_days_looked_for
from enrollment.addresses import town_on
from enrollment.models import Registration
from facilities.calendar import days_between
from facilities.models import Service
from facilities.queries import minutes_from, takes_siblings_from
from pages.booking_calendar import Lead, Leads, family_cell, weeks_to_choose
from pages.booking_forms import BookForm
from pages.public.availability_views import asked_stretch, chosen_service, columns_of_facilities, name_of
from sankecare.month_page import Stretch, key_of, stretch_from, title_of

from .proposals import AskedBy, other_days, proposals

ALL = "all"
# What of a form of days is its own page's and goes on to no other one.
TURNS = ("to", "pick", "view", "show", "from", "month", "look", "ask", "csrfmiddlewaretoken")


@dataclass(frozen=True)
class AskedDays:
    """What a page of days is asked for: the service that is shown, what was chosen, and whether all are shown."""

    service: Service | None
    data: QueryDict
    shows_all: bool


def asked_days(given: QueryDict, services: Sequence[Service], last: str) -> AskedDays:
    """Read what was sent. ``to``: another service, or all; ``pick``: a day of one, touched in the table of all.

    Days stay from service to service; a day touched of another service than the one shown is chosen alone. ``last``:
    the slug of the service that she used last, shown where none is asked for.
    """
    to = given.get("to", "")
    slug, _space, day = given.get("pick", "").partition(" ")
    shown = given.get("service", "")
    service = chosen_service(list(services), slug or (to if to != ALL else "") or shown or last)
    shows_all = not slug and (to or given.get("view", "")) == ALL
    data = given.copy()
    if service is None:
        return AskedDays(None, data, shows_all)
    if day:
        kept = data.getlist("day") if service.slug == shown else []
        data.setlist("day", list(dict.fromkeys([*kept, day])))
    if shown and service.slug != shown:
        data.pop("options", None)  # each facility's own
        if not takes_siblings_from(service, timezone.localdate()):
            data.pop("sibling", None)
    data["service"] = service.slug
    return AskedDays(service, data, shows_all)


def asks(request: HttpRequest) -> bool:
    """Tell whether she has chosen and goes on, or only turns the weeks and marks days."""
    return request.method == "POST" or ("ask" in request.GET and "to" not in request.GET)


def is_price_alone(request: HttpRequest) -> bool:
    """Tell whether the page only asks what the days marked would cost, as they are marked."""
    return "HX-Request" in request.headers and not asks(request)


def said(request: HttpRequest, form: BookForm) -> dict[str, Any]:
    """Return what is said of the days: marking them is no mistake yet, what is wrong is said when she goes on.

    The price box says it before.
    """
    problems = [str(sentence) for name in ("day", "coupons", "__all__") for sentence in form.errors.get(name, [])]
    early = form.errors and not asks(request) and form.ticked()
    return {"problems": problems if early else [], "show_errors": asks(request)}


def days_of_services(
    request: HttpRequest,
    registration: Registration,
    services: Sequence[Service],
    form: BookForm,
    *,
    shows_all: bool,
    for_helper: bool = False,
) -> dict[str, Any]:
    """Lay out the weeks of the form's service, or of all, with the soonest days in them. In a fixed number of queries.

    ``tabs``: every service, with the minutes from where she lives; of a protected family none. ``for_helper``: no
    price, which would tell the tax class, and no way to the waiting list or a draw, which are the mother's own.
    """
    now, chosen = timezone.now(), form.ticked()
    today = timezone.localdate(now)
    stretch = _stretch(request, chosen, today)
    with_sibling, infants = bool(form["sibling"].value()), _infants(form, registration)
    notice, family = is_self_service(signed_in(request)), registration.birth.family
    found = family_weeks(
        registration, services, stretch.first, stretch.last, at=now, notice=notice, with_sibling=with_sibling
    )
    days = days_between(stretch.first, stretch.last)
    if notice:  # she herself, or who helps her: staff look for many
        seen = services if shows_all else [form.service]
        count_days_looked_for(family.pk, {row: found[row.pk] for row in seen}, now)
    prices: Mapping[str, Mapping[date, int]] = {row.slug: {} for row in services}
    if not for_helper:
        prices = prices_by_day(family, services, days, infants=infants, siblings=int(with_sibling))
    town = town_on(family, today)
    minutes = minutes_from(town, today) if town else {}
    leads = _no_leads if for_helper else _leads(registration, services, stretch, now, form["sibling"].value())
    shown = weeks_to_choose(
        form.service,
        stretch,
        found[form.service.pk],
        today=today,
        chosen=chosen,
        prices=prices[form.service.slug],
        notice=notice,
        leads=leads(form.service),
    )
    page = reverse("family:book", args=[registration.pk])
    party = {"infants": infants, "sibling": form["sibling"].value() or ""}
    context = shown | {
        "tabs": [(row, minutes.get(row.facility_id), row == form.service and not shows_all) for row in services],
        "shows_all": shows_all,
        "proposals": proposals(services, found, AskedBy(prices, minutes, party, page)),
    }
    return context | {"table": _side_by_side(services, stretch, found, prices, leads)} if shows_all else context


def days_of_booking(
    request: HttpRequest, registration: Registration, form: BookForm, booking: Booking
) -> dict[str, Any]:
    """Lay out the weeks to which a booking can be moved; its own days are hers already."""
    now, chosen = timezone.now(), form.ticked()
    today = timezone.localdate(now)
    stretch, notice = _stretch(request, chosen, today), is_self_service(signed_in(request))
    with_sibling = booking.sibling_id is not None
    found = family_month(
        registration,
        form.service,
        stretch.first,
        stretch.last,
        at=now,
        notice=notice,
        with_sibling=with_sibling,
        without=booking,
    )
    prices = prices_by_day(
        registration.birth.family,
        [form.service],
        days_between(stretch.first, stretch.last),
        infants=booking.infant_count,
        siblings=int(with_sibling),
    )
    shown = weeks_to_choose(
        form.service, stretch, found, today=today, chosen=chosen, prices=prices[form.service.slug], notice=notice
    )
    page = reverse("family:move", args=[booking.pk])
    return shown | {"proposals": other_days(form.service, found, booking.days_kept, minutes={}, page=page)}


def _stretch(request: HttpRequest, chosen: Sequence[date], today: date) -> Stretch:
    given = request.POST if request.method == "POST" else request.GET
    if chosen and not {"show", "from", "month"} & given.keys():
        return stretch_from(min(chosen).isoformat(), today)
    return asked_stretch(given, today)


def _infants(form: BookForm, registration: Registration) -> int:
    """How many babies come, as it is chosen; all of the birth where nothing that can be read is."""
    born = max(registration.birth.infants.count(), 1)
    typed = str(form["infants"].value() or born)
    return int(typed) if typed.isascii() and typed.isdigit() and 0 < int(typed) <= born else born


def _leads(
    registration: Registration, services: Sequence[Service], stretch: Stretch, now: datetime, sibling: Any
) -> Callable[[Service], Leads]:
    """Return where a day leads that cannot be chosen: a full one to the waiting list, one of an open draw to its
    wish, each with the day filled in. One query.
    """
    rounds = rounds_to_enter({row.pool_id for row in services}, stretch.first, stretch.last, at=now)
    waiting, today = reverse("family:waiting", args=[registration.pk]), timezone.localdate(now)

    def of_service(service: Service) -> Leads:
        def lead(day: date, hindrance: Hindrance) -> Lead | None:
            asked = {"service": service.slug, "day": day.isoformat()}
            if hindrance in (Hindrance.FULL, Hindrance.NO_SIBLING_ROOM) and day > today:
                along = {"sibling": str(sibling)} if sibling else {}
                return f"{waiting}?{urlencode(asked | along)}", _("Wait for this day")
            if hindrance == Hindrance.BY_LOT:
                for row in rounds:
                    if row.pool_id == service.pool_id and day in row.period:
                        page = reverse("family:draw", args=[registration.pk, row.pk])
                        return f"{page}?{urlencode(asked)}", _("Enter the draw of this day")
            return None

        return lead

    return of_service


def _no_leads(_service: Service) -> Leads:
    return lambda _day, _hindrance: None


def _side_by_side(
    services: Sequence[Service],
    stretch: Stretch,
    found: Mapping[int, FamilyMonth],
    prices: Mapping[str, Mapping[date, int]],
    leads: Callable[[Service], Leads],
) -> dict[str, Any]:
    """Lay out the weeks of all services for mother/all_days.html: rows of (day, cells), a cell with its service."""
    of_service = {row.pk: leads(row) for row in services}
    rows = [
        (
            day,
            [(row, family_cell(found[row.pk], day, prices[row.slug], leads=of_service[row.pk])) for row in services],
        )
        for day in days_between(stretch.first, stretch.last)
    ]
    return {
        "title": title_of(stretch),
        "facilities": columns_of_facilities(list(services)),
        "columns": [(row, name_of(row)) for row in services],
        "rows": rows,
        "key": key_of(cell.availability for _day, cells in rows for _service, cell in cells),
        "earlier_value": stretch.earlier.isoformat() if stretch.earlier else "",
        "later_value": stretch.later.isoformat() if stretch.later else "",
    }
