"""What a racing process does: each job once, and one word for how it ended."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from bookings import reserve
from bookings.cancel import cancel_booking
from bookings.models import Booking
from enrollment.models import Registration
from facilities.models import Capacity, Closure, DayOverride, Service
from sankecare.database_refusals import constraint_of
from sankecare.errors import Refused

DONE = "done"


def outcome(job: dict[str, Any]) -> str:
    """Do the job: ``done``, the code of the refusal, or ``broke: …`` for anything that must not happen."""
    do = {"reserve": _reserve, "cancel": _cancel, "cut": _cut, "post": _post}[job.pop("do")]
    try:
        return do(**job)
    except Refused as refused:
        return refused.code
    except Exception as error:  # noqa: BLE001 - whatever it is, the test must hear of it
        return f"broke: {error!r}"


def take_locks_out() -> None:
    """Let the operation read and count as ever, but lock nothing."""
    reserve.lock_pools = lambda pools: None
    reserve.lock_registration = lambda pk: Registration.objects.select_related("birth__family").get(pk=pk)


def _reserve(registration: int, service: int, days: list[str], by: int, at: str) -> str:
    reserve.reserve_days(
        registration=Registration.objects.get(pk=registration),
        service=Service.objects.select_related("facility").get(pk=service),
        days=[date.fromisoformat(day) for day in days],
        by=User.objects.get(pk=by),
        at=datetime.fromisoformat(at),
    )
    return DONE


def _cancel(booking: int, by: int, at: str) -> str:
    person = User.objects.get(pk=by)
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
                before.save()
                Capacity.objects.create(pool_id=pool, period=(first, None), slots=slots)
    except IntegrityError as refusal:
        return constraint_of(refusal)
    return DONE


def _post(path: str, user: int, key: str, body: dict[str, Any]) -> str:
    """Send a write as a signed-in person; the answer's status and the booking's number or the refusal's code."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=user))
    answer = client.post(path, body, content_type="application/json", headers={"Idempotency-Key": key})
    return f"{answer.status_code} {answer.json().get('number') or answer.json().get('code')}"
