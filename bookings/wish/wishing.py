"""ひとつの希望: a family says once what it wishes; changes it, withdraws it, takes that back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.draws.draw_facts import policy_on
from bookings.models import Wish, WishEnd, WishService
from bookings.models.wishes import MOST_WISHED
from bookings.places.locking import lock_registration
from bookings.places.refusals import guarded_transaction
from bookings.places.reserve import refuse_foreign_sibling, refuse_unregistered
from bookings.waiting.line import stand_again
from bookings.waiting.waiting_list import wait_again
from enrollment.models import Registration, RegistrationState, Sibling
from facilities.models import Service
from sankecare.errors import NotPossible, Refused
from sankecare.isolation import isolated
from sankecare.transactions import in_transaction

from .in_step import drop, look_at, step_draws, step_waits
from .wish_queries import days_still_wished

# So far ahead a wish may reach (DEFAULT).
FURTHEST = timedelta(days=183)


@in_transaction
def say_wish(
    *,
    registration: Registration,
    days: int,
    together: bool,
    until: date,
    services: Sequence[Service],
    by: User,
    at: datetime,
    sibling: Sibling | None = None,
    or_without: bool = False,
    enters_later: bool = False,
) -> Wish:
    """Say the family's one wish, or another in its place, and bring draws and waits into step with it.

    Said anew, days booked before count no more. ``enters_later``: draws announced later are entered by themselves.

    Errors: Refused ``not_approved``, ``wishes_already``; NotPossible ``no_service``, ``days_wished``, ``until_when``,
    and as ``refuse_foreign_sibling``.
    """
    locked = lock_registration(registration.pk)
    refuse_unregistered(locked)
    refuse_foreign_sibling(locked, sibling)
    wanted = list(dict.fromkeys(services))
    _refuse_impossible(days, until, wanted, timezone.localdate(at))
    others = Wish.objects.filter(
        registration__birth__family=locked.birth.family_id,
        registration__state=RegistrationState.APPROVED,
        ended_at__isnull=True,
    )
    if others.exclude(registration=locked).exists():
        sentence = _("Your family has a wish already, with its other registration. Please change that one.")
        raise Refused("wishes_already", sentence)
    said: dict[str, Any] = {
        "days": days,
        "left": days,
        "together": together,
        "until": until,
        "sibling": sibling,
        "or_without": or_without and sibling is not None,
        "enters_later": enters_later,
        "made_at": at,
        "made_by": by,
    }
    wish, _new = Wish.objects.update_or_create(registration=locked, ended_at=None, defaults=said)
    wish.services.all().delete()
    WishService.objects.bulk_create(
        WishService(wish=wish, service=service, position=place) for place, service in enumerate(wanted, start=1)
    )
    return keep_in_step(wish=wish, at=at, also_new=True)


@in_transaction
def keep_in_step(*, wish: Wish, at: datetime, also_new: bool | None = None) -> Wish:
    """Bring draws and waits into step with a wish; end it once it is fulfilled, or its days or registration are over.

    ``also_new``: whether draws are entered that it is not in yet; unless told, as she agreed, and then by a mail.
    """
    registration = lock_registration(wish.registration_id)
    locked = Wish.objects.select_for_update(of=("self",)).select_related("sibling", "made_by").get(pk=wish.pk)
    if locked.ended_at is not None:
        return locked
    if registration.state != RegistrationState.APPROVED:
        return _end(locked, WishEnd.ENDED, at)
    left = days_still_wished([locked])[locked.pk]
    if left <= 0 or locked.until <= timezone.localdate(at):
        return _end(locked, WishEnd.FULFILLED if left <= 0 else WishEnd.PASSED, at)
    locked.left = left
    locked.save(update_fields=["left"])
    looked = look_at(locked, registration, at)
    step_draws(looked, also_new=locked.enters_later if also_new is None else also_new, tells=also_new is None)
    step_waits(looked)
    return locked


@in_transaction
def withdraw_wish(*, wish: Wish, at: datetime) -> Wish:
    """Wish it no longer: what was made from it is taken back; what is held stays to be answered. Twice is once."""
    lock_registration(wish.registration_id)
    locked = Wish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
    return locked if locked.ended_at is not None else _end(locked, WishEnd.WITHDRAWN, at)


@in_transaction
def wish_again(*, wish: Wish, at: datetime) -> Wish:
    """Take back that a wish was withdrawn, for some minutes (draw policy): each wait has its turn as it was.

    Draws that are still open are entered again. Twice is once. Errors: Refused ``too_late_to_undo``,
    ``wishes_already`` where another wish was said meanwhile; NotPossible ``not_approved``.
    """
    refuse_unregistered(lock_registration(wish.registration_id))
    locked = Wish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
    if locked.ended_at is None:
        return locked
    until = withdrawing_undone_until(locked, policy_on(timezone.localdate(at)).undo_minutes)
    if until is None or until < at:
        raise Refused("too_late_to_undo", _("You withdrew this wish. Please say it again."))
    if Wish.objects.filter(registration=locked.registration_id, ended_at__isnull=True).exists():
        raise Refused("wishes_already", _("You have said another wish meanwhile."))
    for part in locked.parts.filter(dropped_at=locked.ended_at).select_related("waiting", "entry__turn"):
        if part.waiting is not None:
            wait_again(entry=part.waiting, at=at)
        elif part.entry is not None and part.entry.withdrawn_at is None:
            stand_again(turn=part.entry.turn, at=at)
        else:
            continue  # its round is entered anew
        part.dropped_at = None
        part.save(update_fields=["dropped_at"])
    locked.ended_at, locked.ended_as = None, ""
    locked.save(update_fields=["ended_at", "ended_as"])
    return keep_in_step(wish=locked, at=at, also_new=True)


def withdrawing_undone_until(wish: Wish, minutes: int) -> datetime | None:
    """Return until when withdrawing a wish can be taken back; None where she did not withdraw it."""
    if wish.ended_at is None or wish.ended_as != WishEnd.WITHDRAWN or not minutes:
        return None
    return wish.ended_at + timedelta(minutes=minutes)


def keep_booked_in_step(*, at: datetime) -> int:
    """Bring those wishes into step of which days were booked or given back since, or whose registration has ended.

    Returns how many. A batch.
    """
    live = list(Wish.objects.filter(ended_at__isnull=True).select_related("registration").prefetch_related("services"))
    left = days_still_wished(live)
    approved = RegistrationState.APPROVED
    return _keep([wish for wish in live if left[wish.pk] != wish.left or wish.registration.state != approved], at)


def keep_all_in_step(*, at: datetime) -> int:
    """Bring every wish into step, night by night: new full days, draws announced since, days gone by. A batch."""
    return _keep(list(Wish.objects.filter(ended_at__isnull=True).order_by("pk")), at)


def _keep(wishes: Sequence[Wish], at: datetime) -> int:
    """A transaction for each, so that one that goes wrong keeps no other."""
    kept = 0
    for wish in wishes:
        with isolated("wish_not_in_step", wish.pk):
            with guarded_transaction():
                keep_in_step(wish=wish, at=at)
            kept += 1
    return kept


def _end(locked: Wish, how: WishEnd, at: datetime) -> Wish:
    for part in locked.parts.filter(dropped_at=None).select_related("waiting", "entry"):
        if part.waiting is not None:
            stands = part.waiting.ended_at is None
        else:
            stands = part.entry is not None and part.entry.withdrawn_at is None and part.entry.booking_id is None
        if stands:
            drop(part, at)
    locked.ended_at, locked.ended_as = at, how
    locked.save(update_fields=["ended_at", "ended_as"])
    return locked


def _refuse_impossible(days: int, until: date, services: Sequence[Service], today: date) -> None:
    checks = (
        ("no_service", "services", not services, _("Please choose a service.")),
        (
            "days_wished",
            "days",
            not 1 <= days <= MOST_WISHED,
            _("Wish for %(most)d days at most.") % {"most": MOST_WISHED},
        ),
        (
            "until_when",
            "until",
            not today < until <= today + FURTHEST,
            _("Please choose a day from tomorrow on, half a year ahead at most."),
        ),
    )
    for code, field, wrong, sentence in checks:
        if wrong:
            raise NotPossible(code, sentence, {field: sentence})
