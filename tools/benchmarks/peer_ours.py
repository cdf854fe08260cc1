"""Our side of ``make bench-peer``: the API in process, through every middleware, and the operation alone."""

import os
from datetime import timedelta
from typing import Any

from .peer_side import DAYS, PLACES, TAKEN, WORKERS, Side, Way, serve


def main() -> None:
    """Migrate, write the rows, and answer."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sankecare.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.test import Client

    from bookings.places.availability import places_of

    from . import world as worlds

    call_command("migrate", verbosity=0)
    assert (worlds.SLOTS, worlds.GIVEN, worlds.DAYS) == (PLACES, TAKEN, DAYS), "both sides hold the same"
    world = worlds.build()
    clients = [Client(SERVER_NAME="localhost") for _ in range(WORKERS)]
    for client, mother in zip(clients, world.mothers, strict=False):
        client.force_login(mother)
    number_of_key = iter(range(10**9))

    def post(number: int, path: str, body: dict[str, Any]) -> Any:
        key = f"{os.getpid()}-{next(number_of_key)}"
        return clients[number].post(path, body, "application/json", headers={"Idempotency-Key": key})

    def book(number: int) -> str | None:
        registration = world.registrations[number][0].pk
        body = {"registration": registration, "service": world.service.slug, "days": [world.first.isoformat()]}
        answer = post(number, "/api/v1/bookings/", body)
        if answer.status_code == 409 and answer.json()["code"] == "day_full":
            return None
        return str(_expect(answer, 201)["id"])

    def give_back(number: int, made: str) -> None:
        _expect(post(number, f"/api/v1/bookings/{made}/cancel/", {}), 200)

    def held() -> int:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM bookings_bookingday WHERE day = %s AND status <> 'released'", [world.first]
            )
            return int(cursor.fetchone()[0])

    def month() -> list[int]:
        days = places_of(world.service, world.first, world.first + timedelta(days=DAYS - 1))
        return [day.free for day in days]

    ways = {"api": Way(book, give_back), "operation": Way(*_operations(world))}
    serve(Side(ways, held, month, rest=connections.close_all))


def _operations(world: Any) -> Any:
    """What pages and API call: the operation in the one transaction that its caller opens."""
    from django.db import transaction
    from django.utils import timezone

    from bookings.models import Booking
    from bookings.places.cancel import cancel_booking
    from bookings.places.refusals import guarded_transaction
    from bookings.places.reserve import reserve_days
    from sankecare.errors import Refused

    def book(number: int) -> str | None:
        given = {"registration": world.registrations[number][0], "service": world.service, "days": [world.first]}
        try:
            with guarded_transaction():
                return str(reserve_days(**given, by=world.mothers[number], at=timezone.now()).pk)
        except Refused as refused:
            if refused.code != "day_full":
                raise
            return None

    def give_back(number: int, made: str) -> None:
        booking = Booking.objects.get(pk=made)
        with transaction.atomic(durable=True):
            cancel_booking(booking=booking, by=world.mothers[number], at=timezone.now())

    return book, give_back


def _expect(answer: Any, status: int) -> Any:
    if answer.status_code != status:
        raise RuntimeError(f"{answer.status_code} {answer.content!r}")
    return answer.json()


if __name__ == "__main__":
    main()
