"""What a round has to give: the services that share its places, their open days, and the rooms. Reads only."""

from collections.abc import Iterable
from datetime import date, timedelta

from bookings.models import DrawRound
from bookings.places.queries import places_on, sibling_rooms_left
from facilities.calendar import days_between
from facilities.models import Service
from facilities.queries import offered_on

from .draw import Room


def services_of(draw_round: DrawRound) -> dict[str, Service]:
    """Return the services that share the round's places, by their slugs, in their order. One query."""
    services = Service.objects.filter(pool=draw_round.pool_id).select_related("facility")
    return {service.slug: service for service in services.order_by("position", "pk")}


def days_of(draw_round: DrawRound) -> list[date]:
    """Return the days that are drawn, in order."""
    return days_between(draw_round.period.lower, draw_round.period.upper - timedelta(days=1))


def closed_days(draw_round: DrawRound, services: Iterable[Service]) -> dict[str, set[date]]:
    """Return, by the services' slugs, on which days of the round each is closed or not offered. One query."""
    places = places_on(draw_round.pool_id, days_of(draw_round))
    return {
        service.slug: {row.day for row in places if row.slots == 0 or not offered_on(service, row.day)}
        for service in services
    }


def rooms_of(draw_round: DrawRound) -> dict[date, Room]:
    """Return what can be given on each day: the places free now, for whom, and the rooms for siblings among them."""
    places, services = places_on(draw_round.pool_id, days_of(draw_round)), services_of(draw_round).values()
    rooms = sibling_rooms_left(draw_round.pool_id, places)
    return {
        row.day: Room(
            row.free,
            None if (room := rooms[row.day]) is None else max(room, 0),
            frozenset(service.slug for service in services if not offered_on(service, row.day)),
        )
        for row in places
    }
