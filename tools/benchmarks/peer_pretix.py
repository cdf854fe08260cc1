"""pretix's side of ``make bench-peer``: run by the Python of its own environment, which has nothing of ours.

An event series of a month: each day a date with a quota of its own, of which most is sold. Its REST API in process,
through every middleware; Celery's tasks go to a broker, where nobody takes them up; its cache is there.
"""

import importlib
import logging
import os
import tempfile
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from tools.benchmarks.peer_side import DAYS, PLACES, TAKEN, WORKERS, Side, Way, serve

PRICE = "3000.00"
ORDER = {"email": "family@example.org", "locale": "en", "sales_channel": "web", "status": "n"}


def main() -> None:
    """Make the tables, write the rows, and answer."""
    _configure()
    import django

    django.setup()
    logging.disable(logging.WARNING)  # ours writes errors alone, too
    from django.core.management import call_command
    from django.db import connections
    from django_scopes import scopes_disabled

    call_command("migrate", run_syncdb=True, verbosity=0)
    with scopes_disabled():
        shop = _build()
    base = f"/api/v1/organizers/ward/events/{shop['event'].slug}/orders/"
    position = {"item": shop["item"].pk, "variation": None, "price": PRICE, "subevent": shop["dates"][0].pk}
    clients = [_client(shop["token"].token) for _ in range(WORKERS)]

    def book(number: int) -> str | None:
        body = ORDER | {"positions": [position]}
        answer = clients[number].post(base, body, "application/json")
        if answer.status_code == 400 and b"quota" in answer.content:
            return None
        return str(_expect(answer, 201)["code"])

    def give_back(number: int, made: str) -> None:
        path = f"{base}{made}/mark_canceled/"
        _expect(clients[number].post(path, {"send_email": False}, "application/json"), 200)

    def held() -> int:
        with scopes_disabled():
            return _positions(shop["dates"][0])

    def month() -> list[int]:
        from pretix.base.services.quotas import QuotaAvailability

        with scopes_disabled():
            asked = QuotaAvailability()
            asked.queue(*shop["quotas"])
            asked.compute(allow_cache=False)
        return [asked.results[quota][1] for quota in shop["quotas"]]

    ways = {"api": Way(book, give_back), "operation": Way(*_operations(shop))}
    serve(Side(ways, held, month, rest=connections.close_all))


def _operations(shop: dict[str, Any]) -> Any:
    """What its checkout calls: the place into a cart, then the order of the cart; a payment by hand to come."""
    from django_scopes import scope
    from pretix.base.models import CartPosition, Event, Order
    from pretix.base.services.cart import CartError, CartManager
    from pretix.base.services.orders import OrderError, _cancel_order, _perform_order

    pk, organizer = shop["event"].pk, shop["event"].organizer
    with scope(organizer=organizer):
        web = organizer.sales_channels.get(identifier="web")
    wanted = {"item": shop["item"].pk, "variation": None, "subevent": shop["dates"][0].pk, "count": 1, "price": None}
    by_hand = {"id": "1", "provider": "manual", "payment_amount": Decimal(PRICE), "min_value": None, "info_data": {}}
    numbers = iter(range(10**9))

    def book(_number: int) -> str | None:
        with scope(organizer=organizer):
            event, cart = Event.objects.get(pk=pk), f"{os.getpid()}-{next(numbers)}"
            try:
                manager = CartManager(event=event, cart_id=cart, sales_channel=web)
                manager.add_new_items([wanted | {"voucher": None}])
                manager.commit()
                positions = list(CartPosition.objects.filter(event=event, cart_id=cart).values_list("pk", flat=True))
                payment = by_hand | {"max_value": None, "multi_use_supported": False}
                made = _perform_order(event, [payment], positions, ORDER["email"], "en", None, {}, "web", cart_id=cart)
            except (CartError, OrderError) as refused:
                if "available" not in str(refused) and "sold out" not in str(refused):
                    raise
                return None
        return str(made["order_id"])

    def give_back(_number: int, made: str) -> None:
        with scope(organizer=organizer):
            _cancel_order(Order.objects.get(pk=made), send_mail=False)

    return book, give_back


def _configure() -> None:
    """Point it at the servers, as its own configuration in the environment does."""
    database, data = urlsplit(os.environ["DATABASE_URL"]), tempfile.mkdtemp(prefix="bench-pretix-")
    given = {
        "DATABASE_BACKEND": "postgresql",
        "DATABASE_NAME": database.path[1:],
        "DATABASE_USER": database.username,
        "DATABASE_PASSWORD": database.password,
        "DATABASE_HOST": database.hostname,
        "DATABASE_PORT": str(database.port),
        "REDIS_LOCATION": os.environ["REDIS_URL"],
        "CELERY_BROKER": os.environ["REDIS_URL"],
        "CELERY_BACKEND": os.environ["REDIS_URL"],
        "DJANGO_SECRET": os.environ["SECRET_KEY"],
        "PRETIX_DATADIR": data,
    }
    os.environ.update({f"PRETIX_{name}": value for name, value in given.items() if value is not None})
    os.environ["DJANGO_SETTINGS_MODULE"] = "pretix.settings"
    shipped: Any = importlib.import_module("pretix.settings")
    # The tables as its models have them, as its own tests make them: hundreds of migrations change no speed.
    shipped.MIGRATION_MODULES = {app.rpartition(".")[2]: None for app in shipped.INSTALLED_APPS} | _NO_MIGRATIONS


_NO_MIGRATIONS = {
    "pretixbase": None,
    "pretixapi": None,
    "pretixcontrol": None,
    "pretixpresale": None,
    "pretixmultidomain": None,
}


def _build() -> dict[str, Any]:
    from django.utils import timezone
    from pretix.base.models import Event, Item, Organizer, Quota, SubEvent, Team

    organizer = Organizer.objects.create(name="Ward", slug="ward")
    first = timezone.now() + timedelta(days=7)
    event = Event.objects.create(
        organizer=organizer,
        name="Short stay",
        slug="stay",
        has_subevents=True,
        live=True,
        currency="JPY",
        date_from=first,
    )
    item = Item.objects.create(event=event, name="A day", default_price=PRICE)
    dates, quotas = [], []
    for number in range(DAYS):
        date = SubEvent.objects.create(
            event=event, name=f"Day {number}", active=True, date_from=first + timedelta(days=number)
        )
        quota = Quota.objects.create(event=event, subevent=date, name="Places", size=PLACES)
        quota.items.add(item)
        dates.append(date)
        quotas.append(quota)
    _sell(event, item, dates)
    team = Team.objects.create(
        organizer=organizer, name="Bench", all_events=True, all_event_permissions=True, all_organizer_permissions=True
    )
    token = team.tokens.create(name="Bench")
    return {"event": event, "item": item, "dates": dates, "quotas": quotas, "token": token}


def _sell(event: Any, item: Any, dates: list[Any]) -> None:
    """As our world: ``TAKEN`` families, each with every day of the month."""
    from django.db import connection
    from django.utils import timezone
    from pretix.base.models import Order, OrderPosition

    web = event.organizer.sales_channels.get(identifier="web")
    for _ in range(TAKEN):
        order = Order.objects.create(
            event=event,
            email="family@example.org",
            status=Order.STATUS_PENDING,
            datetime=timezone.now(),
            expires=timezone.now() + timedelta(days=60),
            total=0,
            locale="en",
            sales_channel=web,
        )
        for number, date in enumerate(dates, 1):
            OrderPosition.objects.create(order=order, item=item, subevent=date, price=0, positionid=number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _positions(date: Any) -> int:
    from pretix.base.models import Order, OrderPosition

    open_orders = (Order.STATUS_PENDING, Order.STATUS_PAID)
    return int(OrderPosition.objects.filter(subevent=date, order__status__in=open_orders, canceled=False).count())


def _client(token: str) -> Any:
    from django.test import Client

    return Client(HTTP_AUTHORIZATION=f"Token {token}", SERVER_NAME="localhost")


def _expect(answer: Any, status: int) -> Any:
    if answer.status_code != status:
        raise RuntimeError(f"{answer.status_code} {answer.content!r}")
    return answer.json()


if __name__ == "__main__":
    main()
