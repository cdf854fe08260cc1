"""What a racing process does: each job once, and one word for how it ended."""

import os
import signal
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import User
from billing.check_out import check_out
from bookings.cuts.whole_cut import Decisions, RoundDecision, WishDecision, apply_whole_cut
from bookings.draws import drawing, holding_awards
from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.models import Booking, DrawRound
from bookings.places import release, reserve
from bookings.places.booking_context import BookingContext, load_context
from bookings.places.cancel import cancel_booking
from bookings.places.capacity import Cut, CutKind, Decision, Fate, apply_cut
from bookings.places.move import move_booking
from bookings.places.offers import accept_offer, decline_offer, lapse_offers
from bookings.places.queries import places_on
from bookings.places.refusals import guarded_transaction
from bookings.stays import rooms
from bookings.waiting.passing_on import pass_on_all
from enrollment.models import Registration, Sibling
from facilities.models import Capacity, Closure, DayOverride, PlacePool, Room, Service
from referrals.acknowledge import acknowledge_referral
from referrals.models import RecipientKind, Referral
from referrals.redirect import redirect_referral
from referrals.sending import follow_moves
from sankecare import outbox
from sankecare.database_refusals import constraint_of
from sankecare.db import run_batch
from sankecare.errors import Refused
from sankecare.postgresql.in_force import NAME

DONE = "done"


def outcome(job: dict[str, Any]) -> str:
    """Do the job: ``done``, the code of the refusal, or ``broke: …`` for anything that must not happen."""
    do = JOBS[job.pop("do")]
    try:
        return do(**job)
    except Refused as refused:
        return refused.code
    except Exception as error:  # noqa: BLE001 - whatever it is, the test must hear of it
        return f"broke: {error!r}"


def take_locks_out() -> None:
    """Let the operation read and count as ever, but lock nothing."""
    reserve.places_under_lock = places_on
    reserve.places_under_lock_and = lambda pool, days, *beside: (places_on(pool, days), run_batch(*beside))
    reserve.lock_and_load_context = _know_without_lock
    rooms.refuse_taken = lambda room: None


def _know_without_lock(registration: Registration, service: Service, days: list[date]) -> BookingContext:
    kept = Registration.objects.select_related("birth__family").get(pk=registration.pk)
    return load_context(kept, service, days)


def _reserve(*, registration: int, service: int, days: list[str], by: int, at: str, sibling: int | None = None) -> str:
    given = {
        "registration": Registration.objects.get(pk=registration),
        "service": Service.objects.select_related("facility").get(pk=service),
        "days": [date.fromisoformat(day) for day in days],
        "by": User.objects.get(pk=by),
        "at": datetime.fromisoformat(at),
        "sibling": Sibling.objects.get(pk=sibling) if sibling else None,
    }
    with guarded_transaction():
        reserve.reserve_days(**given)
    return DONE


def _cancel(booking: int, by: int, at: str) -> str:
    person = User.objects.get(pk=by)
    with transaction.atomic(durable=True):
        cancel_booking(booking=Booking.objects.get(pk=booking), by=person, at=datetime.fromisoformat(at))
    return DONE


def _cut(pool: int, day: str, slots: int, how: str) -> str:
    """Staff take slots away, each way that the calendar has, all rows in one transaction.

    ``capacity``: from the day on; ``override`` and ``closure``: on that day.
    """
    first = date.fromisoformat(day)
    try:
        with transaction.atomic():
            if how == "closure":
                Closure.objects.create(pool_id=pool, period=(first, first + timedelta(days=1)), reason="臨時休業")
            elif how == "override":
                DayOverride.objects.create(pool_id=pool, day=first, slots=slots, reason="助産師の不足")
            else:
                before = Capacity.objects.get(pool=pool, period__contains=first)
                before.period = (before.period.lower, first)
                _rewrite_what_is_in_force()  # scenes lie in the past
                before.save()
                Capacity.objects.create(pool_id=pool, period=(first, None), slots=slots)
    except IntegrityError as refusal:
        return constraint_of(refusal)
    return DONE


def _rewrite_what_is_in_force() -> None:
    """Until the transaction ends a capacity that has begun may be changed."""
    guard = next(one for one in Capacity._meta.triggers if one.name == NAME)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{guard.get_pgid(Capacity)}}}"])


def _post(path: str, user: int, key: str, body: dict[str, Any]) -> str:
    """Send a write as a signed-in person; the answer's status and the booking's number or the refusal's code."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=user))
    answer = client.post(path, body, content_type="application/json", headers={"Idempotency-Key": key})
    return f"{answer.status_code} {answer.json().get('number') or answer.json().get('code')}"


def _move(booking: int, days: list[str], by: int, at: str, service: int | None = None) -> str:
    given = {
        "booking": Booking.objects.get(pk=booking),
        "days": [date.fromisoformat(day) for day in days],
        "by": User.objects.get(pk=by),
        "at": datetime.fromisoformat(at),
        "service": Service.objects.select_related("facility").get(pk=service) if service else None,
    }
    with guarded_transaction():
        move_booking(**given)
    return DONE


def _close(pool: int, day: str, cancelled: list[int], by: int, at: str) -> str:
    """Close a day, with the bookings known so far cancelled."""
    closed = date.fromisoformat(day)
    cut = Cut(PlacePool.objects.get(pk=pool), CutKind.CLOSURE, closed, closed, 0, "改修")
    decisions = {pk: Decision(Fate.CANCEL, "改修のため") for pk in cancelled}
    person = User.objects.get(pk=by)
    with guarded_transaction():
        apply_cut(cut=cut, decisions=decisions, by=person, at=datetime.fromisoformat(at))
    return DONE


def _close_whole(
    *,
    pool: int,
    day: str,
    entries: list[int],
    by: int,
    at: str,
    rounds: Sequence[int] = (),
    cancelled: Sequence[int] = (),
) -> str:
    """Close a day: the entries known so far stay, their rounds are held, the bookings known so far cancelled."""
    closed = date.fromisoformat(day)
    cut = Cut(PlacePool.objects.get(pk=pool), CutKind.CLOSURE, closed, closed, 0, "改修")
    decisions = Decisions(
        bookings={pk: Decision(Fate.CANCEL, "改修のため") for pk in cancelled},
        rounds={pk: RoundDecision(goes_on=True) for pk in rounds},
        entries={pk: WishDecision(stays=True, message="改修のため") for pk in entries},
    )
    person = User.objects.get(pk=by)
    with guarded_transaction():
        apply_whole_cut(cut=cut, decisions=decisions, by=person, at=datetime.fromisoformat(at))
    return DONE


def _decline(booking: int, by: int, at: str) -> str:
    person = User.objects.get(pk=by)
    with guarded_transaction():
        decline_offer(booking=Booking.objects.get(pk=booking), by=person, at=datetime.fromisoformat(at))
    return DONE


def _accept(booking: int, by: int, at: str) -> str:
    person = User.objects.get(pk=by)
    with guarded_transaction():
        accept_offer(booking=Booking.objects.get(pk=booking), by=person, at=datetime.fromisoformat(at))
    return DONE


def _lapse(at: str) -> str:
    lapse_offers(at=datetime.fromisoformat(at))
    return DONE


def _pass_on(at: str) -> str:
    pass_on_all(at=datetime.fromisoformat(at))
    return DONE


def _draw(draw_round: int, at: str) -> str:
    found = DrawRound.objects.select_related("pool").get(pk=draw_round)
    for operation in (close_round, run_draw):
        with guarded_transaction():
            operation(draw_round=found, at=datetime.fromisoformat(at))
    return DONE


def _check_out(booking: int, coupons: list[int], by: int, at: str) -> str:
    with transaction.atomic(durable=True):
        check_out(
            booking=Booking.objects.get(pk=booking),
            by=User.objects.get(pk=by),
            at=datetime.fromisoformat(at),
            coupons=coupons,
        )
    return DONE


def _acknowledge(referral: int, by: int, at: str) -> str:
    with transaction.atomic(durable=True):
        acknowledge_referral(
            referral=Referral.objects.get(pk=referral), by=User.objects.get(pk=by), at=datetime.fromisoformat(at)
        )
    return DONE


def _redirect(referral: int, by: int, at: str) -> str:
    """Sent on to the caseworker of where the family lives."""
    with transaction.atomic(durable=True):
        redirect_referral(
            referral=Referral.objects.get(pk=referral),
            recipient=RecipientKind.CASEWORKER,
            district=None,
            reason="児童福祉の支援が要る",
            by=User.objects.get(pk=by),
            at=datetime.fromisoformat(at),
        )
    return DONE


def _follow(at: str) -> str:
    follow_moves(at=datetime.fromisoformat(at))
    return DONE


def _announce(at: str) -> str:
    outbox.take_all(at=datetime.fromisoformat(at))
    return DONE


def _give_room(booking: int, room: int, by: int, at: str) -> str:
    given = {"booking": Booking.objects.get(pk=booking), "room": Room.objects.get(pk=room)}
    with guarded_transaction():
        rooms.give_room(**given, by=User.objects.get(pk=by), at=datetime.fromisoformat(at))
    return DONE


def _killed(when: str, job: dict[str, Any]) -> str:
    """Do another job in a process that is killed at that point: nothing after it happens, not even a farewell."""
    if when == "before what came free is passed on":
        release.after_release[:] = [_kill]
    else:
        for module, name in POINTS[when]:
            setattr(module, name, _kill)
    return JOBS[job.pop("do")](**job)


# Where a process is killed: instead of what it would have done there.
POINTS = {
    "before the family is told": ((outbox, "enqueue"), (outbox, "enqueue_several")),
    "before the result is written": ((drawing, "save_alike"),),
    "before the places are locked": ((holding_awards, "lock_pools"),),
    "once the places are held": ((drawing, "add_link"),),
}


def _kill(*_given: Any, **_named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


JOBS: dict[str, Callable[..., str]] = {
    "reserve": _reserve,
    "cancel": _cancel,
    "cut": _cut,
    "post": _post,
    "move": _move,
    "close": _close,
    "close_whole": _close_whole,
    "decline": _decline,
    "accept": _accept,
    "lapse": _lapse,
    "pass_on": _pass_on,
    "draw": _draw,
    "check_out": _check_out,
    "acknowledge": _acknowledge,
    "redirect": _redirect,
    "follow": _follow,
    "announce": _announce,
    "killed": _killed,
    "give_room": _give_room,
}
