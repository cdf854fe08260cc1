"""What a large draw is measured on: thousands of families with an account each, one pool, one round of a week."""

import json
import random
import time
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http.client import HTTPConnection
from threading import Event
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.published_draw import problems_of, published
from bookings.models import BookingDay, DrawEntry, DrawRound
from enrollment.models import Birth, Family, Infant, Registration, RegistrationState, Residence, TaxClassPeriod
from facilities.models import Service
from sankecare.models import OutboxEntry
from sankecare.stack.ports import LOOPBACK
from tests import builders

from .ours import CSRF
from .world import session_of

CLIENTS = 4
FREE_DAYS = 20
# Seconds from the building of the ward to the draw: time to publish the list and to mail it.
DRAW_AFTER = 150


@dataclass(frozen=True)
class DrawWard:
    """``booked_from``: the first of the days of the same pool that are not drawn, on which the mothers book."""

    service: Service
    draw_round: DrawRound
    places: int
    booked_from: date
    registrations: list[Registration]
    sessions: list[str]


def build(entries: int, places: int, length: int) -> DrawWard:
    """Write the rows; the deadline has just passed, and the draw is due in a few minutes."""
    now = timezone.now()
    builders.usage_limits()
    builders.draw_policy()
    service = builders.service(slots=places)
    first = timezone.localdate(now) + timedelta(days=5)
    with transaction.atomic():
        draw_round = announce_round(
            pool=service.pool,
            first_day=first,
            last_day=first + timedelta(days=length - 1),
            opens_at=now - timedelta(days=3),
            closes_at=now - timedelta(minutes=2),
            draw_at=now + timedelta(seconds=DRAW_AFTER),
            by=None,
            at=now - timedelta(days=4),
        )
    registrations = _families(entries, now)
    _analyze()
    _enter(draw_round, service, registrations, length)
    mothers = [builders.user(Role.MOTHER) for _ in range(CLIENTS)]
    own = [
        builders.registration(builders.family(account=mother), born=first - timedelta(days=30)) for mother in mothers
    ]
    _analyze()
    booked_from = first + timedelta(days=length)
    return DrawWard(service, draw_round, places, booked_from, own, [session_of(mother) for mother in mothers])


def _families(number: int, now: datetime) -> list[Registration]:
    """So many approved families, each with an account, written in bulk."""
    staff, town, district = builders.user(), builders.town(), builders.district()
    born, period = timezone.localdate(now) - timedelta(days=30), DateRange(builders.LONG_AGO, None)
    accounts = User.objects.bulk_create(
        User(username=f"m{n}", email=f"m{n}@example.jp", role=Role.MOTHER, password="!") for n in range(number)
    )
    families = Family.objects.bulk_create(
        Family(mother_name="母", mother_name_kana="はは", created_at=now - timedelta(days=60), account=account)
        for account in accounts
    )
    Residence.objects.bulk_create(
        Residence(family=family, period=period, town=town, chome=1, block=1, district=district) for family in families
    )
    TaxClassPeriod.objects.bulk_create(
        TaxClassPeriod(family=family, period=period, tax_class="taxed") for family in families
    )
    births = Birth.objects.bulk_create(Birth(family=family, due_date=born) for family in families)
    Infant.objects.bulk_create(Infant(birth=birth, birth_date=born, gestation_days=275, name="子") for birth in births)
    decided = {"decided_at": now - timedelta(days=20), "decided_by": staff, "decision_reason": "要件を満たすため"}
    return Registration.objects.bulk_create(
        Registration(
            birth=birth,
            state=RegistrationState.APPROVED,
            applied_at=now - timedelta(days=21),
            worry=True,
            lacks_support=True,
            **decided,
        )
        for birth in births
    )


def _enter(draw_round: DrawRound, service: Service, registrations: list[Registration], length: int) -> None:
    chance, staff, first = random.Random(1), builders.user(), draw_round.period.lower
    rows = []
    for number, registration in enumerate(registrations):
        choices = []
        for _ in range(chance.randint(1, 3)):
            start = chance.randrange(length)
            days = [first + timedelta(days=start + n) for n in range(chance.randint(1, length - start))]
            choices.append({"service": service.slug, "days": [day.isoformat() for day in days]})
        longest = max(len(choice["days"]) for choice in choices)
        rows.append(
            DrawEntry(
                round=draw_round,
                registration=registration,
                sign=f"S{number:05}",
                choices=choices,
                least_days=1 if longest > 1 and chance.random() < 0.5 else None,
                entered_at=draw_round.opens_at,
                entered_by=staff,
            )
        )
    DrawEntry.objects.bulk_create(rows, batch_size=250)


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def is_closed(ward: DrawWard) -> bool:
    return DrawRound.objects.filter(pk=ward.draw_round.pk, closed_at__isnull=False).exists()


def is_drawn(ward: DrawWard) -> bool:
    return DrawRound.objects.filter(pk=ward.draw_round.pk, drawn_at__isnull=False).exists()


def is_told(kind: str) -> bool:
    """Whether all mails of a kind are sent; the bookings' own wait for a sweep that nobody runs here."""
    return not OutboxEntry.objects.filter(kind=kind, done_at__isnull=True).exists()


def wrong(ward: DrawWard) -> list[str]:
    """Return what of the result is not right, from the rows and from the published file."""
    drawn = DrawRound.objects.select_related("pool").get(pk=ward.draw_round.pk)
    found = list(problems_of(published(drawn)))
    given = sum(len(award["days"]) for award in drawn.result or [])
    held = BookingDay.objects.filter(booking__draw_entry__round=drawn, status="held").count()
    if given != held or not given:
        found.append(f"{given} days drawn, {held} held")
    without = DrawEntry.objects.filter(round=drawn, outcome="").count()
    if without:
        found.append(f"{without} entries without an outcome")
    entries, told = (
        DrawEntry.objects.filter(round=drawn).count(),
        OutboxEntry.objects.filter(kind="draw_result").count(),
    )
    if entries != told:
        found.append(f"{entries} entries, {told} announcements")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT day FROM bookings_bookingday WHERE status <> 'released'"
            " GROUP BY day HAVING count(*) > %s) AS over_booked",
            [ward.places],
        )
        found += [f"{over} days over their places" for over in cursor.fetchone() if over]
    return found


def book_and_cancel(ward: DrawWard, port: int, number: int, noted: Any, running: Event) -> None:
    """One mother over one connection: book one to three days, give them back, until told to end."""
    conversation = HTTPConnection(LOOPBACK, port, timeout=60)
    registration = ward.registrations[number].pk

    def post(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any], float]:
        headers = {
            "Content-Type": "application/json",
            "Cookie": f"sessionid={ward.sessions[number]}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Idempotency-Key": str(uuid.uuid4()),
        }
        start = time.perf_counter()
        conversation.request("POST", path, json.dumps(body, default=date.isoformat), headers)
        answer = conversation.getresponse()
        content = json.loads(answer.read())
        return answer.status, content, (time.perf_counter() - start) * 1000

    while running.is_set():
        start = random.randrange(FREE_DAYS)
        days = [ward.booked_from + timedelta(days=start + n) for n in range(random.randint(1, 3))]
        status, made, taken = post(
            "/api/v1/bookings/", {"registration": registration, "service": ward.service.slug, "days": days}
        )
        noted.note(taken)
        if status != 201:
            noted.bad.append(f"{status} {made}")
            continue
        status, made, _taken = post(f"/api/v1/bookings/{made['id']}/cancel/", {})
        if status != 200:
            noted.bad.append(f"{status} {made}")
