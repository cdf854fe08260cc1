"""交代: coming back to a shared tablet by PIN, after one's own full sign-in on it in this shift.

A PIN is no way around the second factor: it stands for a sign-in that showed all of it, on this device, since the
policy's hours, and for nothing else. Wrong a few times, only a full sign-in helps.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from .account_policy import account_policy
from .actions import Action
from .models import ShiftPin, ShiftSignIn, User
from .permissions import visible
from .pin_rules import LONGEST, SHORTEST, is_pin
from .roles import FACILITY_ROLES
from .sign_in import needs_second_factor

BOTH = {"password", "mfa"}


@dataclass(frozen=True)
class Tried:
    """``sign_in``: whose PIN was right; ``left``: tries left where it was wrong, 0: sign in fully."""

    sign_in: ShiftSignIn | None
    left: int = 0


@in_transaction
def open_shift(*, person: User, device: str, ways: Collection[str], at: datetime) -> ShiftSignIn | None:
    """Note a full sign-in on a device; the one before it on the same device ends. None for who shares no tablet."""
    if person.role not in FACILITY_ROLES or not _is_full(person, ways):
        return None
    end_shifts(person=person, at=at, device=device)
    return ShiftSignIn.objects.create(
        person=person,
        device=_digest(device),
        ways=" ".join(sorted(set(ways) & BOTH)),
        stands_for=person.get_session_auth_hash(),
        signed_in_at=at,
        ends_at=at + timedelta(hours=account_policy(timezone.localdate(at)).shift_hours),
    )


@in_transaction
def end_shifts(*, person: User, at: datetime, device: str | None = None) -> None:
    """End what her PIN rests on: on one device (she signs out there), or on all of them."""
    standing = ShiftSignIn.objects.filter(person=person, ended_at__isnull=True)
    if device is not None:
        standing = standing.filter(device=_digest(device))
    standing.update(ended_at=at)


@in_transaction
def set_pin(*, pin: str, by: User, at: datetime) -> ShiftPin:
    """Set one's own PIN. Errors: NotPossible ``pin_too_easy``."""
    if not is_pin(pin):
        words = _(
            "Please choose %(shortest)d to %(longest)d digits, neither all the same nor in a row such as 1234."
        ) % {"shortest": SHORTEST, "longest": LONGEST}
        raise NotPossible("pin_too_easy", words, {"pin": words})
    kept, _new = ShiftPin.objects.update_or_create(person=by, defaults={"pin": _hashed(by, pin), "set_at": at})
    return kept


def shifts_on(device: str, person: User, at: datetime) -> "QuerySet[ShiftSignIn]":
    """Return the colleagues of the person who can come back to the device by PIN, by name."""
    standing = visible(person, Action.SHIFT_CHANGE, ShiftSignIn.objects.all()).filter(
        device=_digest(device),
        ended_at__isnull=True,
        ends_at__gt=at,
        person__is_active=True,
        person__role__in=FACILITY_ROLES,
        person__shift_pin__isnull=False,
    )
    return standing.exclude(person=person).select_related("person").order_by("person__last_name", "person__first_name")


@in_transaction
def try_pin(*, sign_in: ShiftSignIn, pin: str, at: datetime) -> Tried:
    """Compare the PIN; a wrong one is counted, the last one that is allowed ends the sign-in that it rests on.

    It raises nothing, so that the count stays. ``sign_in``: one of ``shifts_on``.
    """
    row = ShiftSignIn.objects.select_for_update(of=("self",)).select_related("person__shift_pin").get(pk=sign_in.pk)
    person, allowed = row.person, account_policy(timezone.localdate(at)).pin_tries
    stands = row.ended_at is None and at < row.ends_at and _is_full(person, row.ways.split())
    if not (stands and person.is_active and constant_time_compare(row.stands_for, person.get_session_auth_hash())):
        return Tried(None)
    if check_password(_peppered(person, pin), person.shift_pin.pin):
        ShiftSignIn.objects.filter(pk=row.pk).update(wrong_pins=0)
        return Tried(row)
    row.wrong_pins += 1
    row.ended_at = at if row.wrong_pins >= allowed else None
    row.save(update_fields=["wrong_pins", "ended_at"])
    return Tried(None, max(allowed - row.wrong_pins, 0))


def _is_full(person: User, ways: Collection[str]) -> bool:
    return not needs_second_factor(person) or set(ways) >= BOTH


def _hashed(person: User, pin: str) -> str:
    return make_password(_peppered(person, pin))


def _peppered(person: User, pin: str) -> str:
    """Four digits are soon tried: who has the table alone, without the server's key, has nothing to try them on."""
    return salted_hmac("accounts.shift.pin", f"{person.pk}:{pin}", algorithm="sha256").hexdigest()


def _digest(device: str) -> str:
    return salted_hmac("accounts.shift.device", device, algorithm="sha256").hexdigest()
