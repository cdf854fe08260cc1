"""優先利用の依頼に答える: ward staff let the family weigh more in draws for a time, or say why not."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.draws.draw_facts import policy_on
from bookings.draws.priority import set_high_need
from sankecare import outbox
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .announce_place import PLACE_ANSWERED
from .ask_place import lock_waiting
from .models import PlaceRequest, PlaceRequestEvent, RequestEventKind, RequestState


@in_transaction
def accept_place_request(
    *, request: PlaceRequest, last_day: date, by: User, at: datetime, note: str = "", announce: bool = True
) -> PlaceRequest:
    """Agree: in draws whose deadline is from today to the last day the family has the tickets of high need.

    ``announce=False``: nobody is told (the demo's history).

    Errors: Refused ``answered``, ``lapsed``; NotPossible ``last_day`` (passed, or later than the draw policy's days),
    ``no_draw_policy``.
    """
    kept, today = _waiting(request, at), timezone.localdate(at)
    latest = today + timedelta(days=policy_on(today).high_need_days)
    if not today <= last_day <= latest:
        sentence = _("Choose a day from today to %(latest)s.") % {"latest": latest.isoformat()}
        raise NotPossible("last_day", sentence, {"last_day": sentence})
    kept.high_need = set_high_need(
        family=kept.family,
        first_day=today,
        last_day=last_day,
        reason=f"{'、'.join(kept.concern_words)}: {kept.details}",
        asked_by=kept.asked_by,
        by=by,
        at=at,
    )
    kept.state, kept.answer = RequestState.ACCEPTED, note.strip()
    _answered(kept, RequestEventKind.ACCEPTED, by, at)
    if announce:
        _tell(kept, at)
    return kept


@in_transaction
def decline_place_request(*, request: PlaceRequest, reason: str, by: User, at: datetime) -> PlaceRequest:
    """Say no, with the reason that the district reads. Errors: NotPossible ``no_reason``; Refused ``answered``,
    ``lapsed``.
    """
    refuse_without_reason(reason)
    kept = _waiting(request, at)
    kept.state, kept.answer = RequestState.DECLINED, reason.strip()
    _answered(kept, RequestEventKind.DECLINED, by, at)
    _tell(kept, at)
    return kept


def _waiting(request: PlaceRequest, at: datetime) -> PlaceRequest:
    locked = lock_waiting(request)
    if locked.has_lapsed(timezone.localdate(at)):
        raise Refused("lapsed", _("%(number)s has lapsed: the district can ask anew.") % {"number": locked.number})
    return locked


def _answered(locked: PlaceRequest, kind: RequestEventKind, by: User, at: datetime) -> None:
    locked.decided_at, locked.decided_by = at, by
    locked.save(update_fields=["state", "decided_at", "decided_by", "answer", "high_need"])
    PlaceRequestEvent.objects.create(request=locked, kind=kind, by=by, at=at)


def _tell(locked: PlaceRequest, at: datetime) -> None:
    """Tell who asked that the answer is there."""
    outbox.enqueue(
        kind=PLACE_ANSWERED,
        recipient=f"user:{locked.asked_by_id}",
        dedupe_key=f"{PLACE_ANSWERED}:{locked.pk}",
        payload={"request": locked.pk},
        at=at,
    )
