"""A round that is announced, entered and drawn, and what its winners and losers do then."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.draw import Choice
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.models import (
    Booking,
    DrawEntry,
    DrawRound,
    Turn,
    WaitingEntry,
)
from bookings.places.offers import accept_offer, decline_offer
from bookings.places.refusals import guarded_transaction
from bookings.places.reserve import reserve_days
from bookings.waiting.waiting_list import join_waiting_list
from enrollment.models import Registration
from facilities.models import Service
from tests import builders
from tests.builders import A_DAY, at

FIRST = A_DAY + timedelta(days=14)
OPENS, CLOSES, DRAWN = at(A_DAY), at(A_DAY + timedelta(days=3)), at(A_DAY + timedelta(days=4))
LAPSED = DRAWN + timedelta(hours=48, minutes=1)


def days(*numbers: int) -> tuple[date, ...]:
    return tuple(FIRST + timedelta(days=number) for number in numbers)


def registered(**facts: Any) -> Registration:
    mother = builders.user(Role.MOTHER, email=f"m{Registration.objects.count()}@example.jp")
    return builders.registration(builders.family(account=mother), **facts)


def announce(stay: Service, first: date = FIRST) -> DrawRound:
    with transaction.atomic():
        return announce_round(
            pool=stay.pool,
            first_day=first,
            last_day=first + timedelta(days=6),
            opens_at=OPENS,
            closes_at=CLOSES,
            draw_at=DRAWN,
            by=None,
            at=OPENS,
        )


def enter(announced: DrawRound, *choices: Sequence[date], of: Registration | None = None, **facts: Any) -> DrawEntry:
    slug = facts.pop("service", None) or announced.pool.services.order_by("pk")[0].slug
    with transaction.atomic():
        entry = enter_draw(
            draw_round=announced,
            registration=of or registered(),
            choices=[Choice(slug, tuple(choice)) for choice in choices or [days(0, 1)]],
            by=builders.user(),
            at=OPENS,
            **{name: value for name, value in facts.items() if name != "stays_in_line"},
        )
    if "stays_in_line" in facts:
        DrawEntry.objects.filter(pk=entry.pk).update(stays_in_line=facts["stays_in_line"])
    return entry


def drawn(announced: DrawRound) -> DrawRound:
    for operation, moment in ((close_round, CLOSES), (run_draw, DRAWN)):
        with transaction.atomic():
            announced = operation(draw_round=announced, at=moment)  # type: ignore[operator]
    return announced


def in_drawn_order(announced: DrawRound) -> list[DrawEntry]:
    """The round's entries in the order in which the draw served them."""
    order = {row["sign"]: row["order"] for row in DrawRound.objects.get(pk=announced.pk).result or []}
    return sorted(DrawEntry.objects.filter(round=announced, sign__in=order), key=lambda entry: order[entry.sign])


def book(stay: Service, *numbers: int, of: Registration | None = None, moment: datetime = DRAWN) -> Booking:
    with guarded_transaction():
        return reserve_days(
            registration=of or registered(), service=stay, days=days(*numbers), by=builders.user(), at=moment
        )


def wait(stay: Service, first: int, last: int, *, moment: datetime = DRAWN) -> WaitingEntry:
    with transaction.atomic():
        return join_waiting_list(
            registration=registered(),
            service=stay,
            first_day=days(first)[0],
            last_day=days(last)[0],
            by=builders.user(),
            at=moment,
        )


def decline(booking: Booking, moment: datetime = DRAWN) -> None:
    with transaction.atomic():
        decline_offer(booking=booking, by=builders.user(), at=moment)


def accept(booking: Booking, moment: datetime = DRAWN) -> Booking:
    with transaction.atomic():
        return accept_offer(booking=booking, by=builders.user(), at=moment)


def held_for(entry: DrawEntry) -> Booking | None:
    """What the line holds for an entry now."""
    turn = Turn.objects.filter(entry=entry, ended_at=None).select_related("booking").first()
    return turn.booking if turn else None


def wishes(loser: DrawEntry, *choices: Sequence[date], **facts: Any) -> None:
    """Let who lost have wished this, whatever she lost with."""
    slug = loser.choices[0]["service"]
    rows = [{"service": slug, "days": [str(day) for day in choice]} for choice in choices]
    DrawEntry.objects.filter(pk=loser.pk).update(choices=rows, **facts)
