"""列と待ち: for which days of which service families hope, and who comes first for one of them."""

from datetime import date
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access_log import note_shown
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import signed_in, visible
from bookings.models import Booking, DrawEntry, WaitingEntry
from bookings.places.queries import places_on
from bookings.waiting.lines import Hoped, InLine, hoped_days, line_of, offers_of
from facilities.models import Service
from pages.public.availability_views import name_of
from pages.ward.family.links import url_for
from sankecare.periods import as_text, days_in_words

LONGEST_NUMBER = 9


@never_cache
@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """Every day of which somebody stands in line, waits or has an offer; with ``service`` and ``day`` that one."""
    service, day = _chosen(request)
    if service is not None and day is not None:
        return _line(request, service, day)
    found = hoped_days(timezone.localdate())
    grouped = [(name_of(service), list(rows)) for service, rows in groupby(found, key=lambda row: row.service)]
    context = {
        "services": grouped,
        "families": _families(found),
        "list_url": url_for(signed_in(request), "admin:bookings_waitingentry_changelist"),
    }
    return render(request, "ward/draws/lines.html", context)


def _line(request: HttpRequest, service: Service, day: date) -> HttpResponse:
    person = signed_in(request)
    rows = line_of(service, day)
    mine = _hers(person, rows)
    offers = list(visible(person, Action.BOOKING_VIEW, offers_of(service, day)))
    note_shown(request, [*(row.of for row in rows if row.number in mine), *offers])
    places = places_on(service.pool_id, [day])
    shares = Service.objects.filter(pool=service.pool_id).exclude(pk=service.pk).order_by("position", "pk")
    context = {
        "name": name_of(service),
        "service": service,
        "day": day,
        "places": places[0] if places else None,
        "shares": [(row, name_of(row)) for row in shares.select_related("facility")],
        "rows": [_row(person, row, is_hers=row.number in mine) for row in rows],
        "offers": [(offer, _family_url(person, offer)) for offer in offers],
        "trail": [(_("In line and waiting"), reverse("desk:lines"))],
        "here": name_of(service),
    }
    return render(request, "ward/draws/line.html", context)


def _row(person: User, row: InLine, *, is_hers: bool) -> dict[str, Any]:
    """A family in line as she may see it: of another district's the place alone."""
    since = row.turn.since if row.turn else row.wait.joined_at if row.wait else None
    return {
        "number": row.number,
        "days": days_in_words(row.days, with_year=False),
        "draw": row.turn.entry.round if row.turn else None,
        "draw_days": as_text(row.turn.entry.round.period) if row.turn else "",
        "order": row.turn.order if row.turn else None,
        "since": since,
        "away": row.of.get_away_why_display() if row.of.away_why else "",
        "family": row.of.registration.birth.family if is_hers else None,
        "registration": row.of.registration if is_hers else None,
        "url": _family_url(person, row.of) if is_hers else "",
    }


def _hers(person: User, rows: list[InLine]) -> set[int]:
    """The numbers of those whom she may see by name. Two queries."""
    kinds: tuple[tuple[type[DrawEntry] | type[WaitingEntry], list[InLine]], ...] = (
        (DrawEntry, [row for row in rows if row.turn]),
        (WaitingEntry, [row for row in rows if row.wait]),
    )
    found: set[int] = set()
    for kind, of_kind in kinds:
        keys = {row.of.pk: row.number for row in of_kind}
        objects: Any = kind._default_manager.filter(pk__in=keys)
        found |= {
            keys[pk] for pk in visible(person, Action.DRAW_ENTRIES, objects).order_by().values_list("pk", flat=True)
        }
    return found


def _families(found: list[Hoped]) -> dict[str, int]:
    """How many days, and how many answers are awaited on them."""
    return {"days": len(found), "held": sum(row.held for row in found)}


def _family_url(person: User, of: DrawEntry | WaitingEntry | Booking) -> str:
    return url_for(person, "ward_family", of.registration.birth.family_id)


def _chosen(request: HttpRequest) -> tuple[Service | None, date | None]:
    number, written = request.GET.get("service", ""), request.GET.get("day", "")
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None, None
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        return None, None
    return Service.objects.select_related("facility").filter(pk=int(number)).first(), day
