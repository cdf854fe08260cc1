"""優先利用の依頼を出す: a nurse or caseworker asks for a place for a family of her district, or takes it back."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.draws.draw_facts import policy_on
from enrollment.models import Family
from facilities.models import Service
from sankecare import outbox
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.periods import period
from sankecare.transactions import in_transaction

from .announce_place import PLACE_ASKED
from .models import Concern, PlaceRequest, PlaceRequestEvent, RequestEventKind, RequestState, Wanted
from .queries import district_of


@in_transaction
def ask_for_place(
    *,
    family: Family,
    concerns: Collection[Concern],
    details: str,
    wanted: Wanted,
    by: User,
    at: datetime,
    service: Service | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    announce: bool = True,
) -> PlaceRequest:
    """Ask ward staff to let the family weigh more in draws.

    A family needs no registration to be asked for: staff then see that the application is missing. It lapses
    after as many days as high need counts for (draw policy). ``announce=False``: nobody is told (demo history).

    Errors: NotPossible ``no_concern``, ``no_reason``, ``days_out_of_order``, ``no_residence``, ``no_draw_policy``;
    Refused ``already_asked`` while another request for the family waits.
    """
    today = timezone.localdate(at)
    _refuse_impossible(concerns, details, first_day, last_day)
    locked = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    district = district_of(locked, today)
    if district is None:
        raise NotPossible("no_residence", _("It is not known where the family lives. Please telephone the ward."))
    other = locked.place_requests.filter(state=RequestState.ASKED, expires_on__gte=today).first()
    if other is not None:
        raise Refused(
            "already_asked",
            _("%(number)s of %(person)s is not answered yet.") % {"number": other.number, "person": other.asked_by},
        )
    request = PlaceRequest.objects.create(
        family=locked,
        district=district,
        concerns=[concern for concern in Concern if concern in {Concern(given) for given in concerns}],
        details=details.strip(),
        wanted=Wanted(wanted),
        service=service,
        wished=period(first_day, last_day or first_day) if first_day else None,
        asked_at=at,
        asked_by=by,
        expires_on=today + timedelta(days=policy_on(today).high_need_days),
    )
    PlaceRequestEvent.objects.create(request=request, kind=RequestEventKind.ASKED, by=by, at=at)
    if announce:
        outbox.enqueue(
            kind=PLACE_ASKED,
            recipient=f"district:{district.pk}/ward_staff",
            dedupe_key=f"{PLACE_ASKED}:{request.pk}",
            payload={"request": request.pk},
            at=at,
        )
    return request


@in_transaction
def withdraw_place_request(*, request: PlaceRequest, by: User, at: datetime) -> PlaceRequest:
    """Take back a request that is not answered yet. Errors: Refused ``answered``."""
    kept = lock_waiting(request)
    kept.state, kept.decided_at, kept.decided_by = RequestState.WITHDRAWN, at, by
    kept.save(update_fields=["state", "decided_at", "decided_by"])
    PlaceRequestEvent.objects.create(request=kept, kind=RequestEventKind.WITHDRAWN, by=by, at=at)
    return kept


def lock_waiting(request: PlaceRequest) -> PlaceRequest:
    """Lock a request until the end of the transaction. Errors: Refused ``answered``."""
    locked = PlaceRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if locked.state != RequestState.ASKED:
        raise Refused(
            "answered",
            _("%(number)s is answered already: %(state)s.")
            % {"number": locked.number, "state": locked.get_state_display()},
        )
    return locked


def _refuse_impossible(
    concerns: Collection[Concern], details: str, first_day: date | None, last_day: date | None
) -> None:
    if not concerns:
        sentence = _("Choose at least one reason.")
        raise NotPossible("no_concern", sentence, {"concerns": sentence})
    refuse_without_reason(details, field="details")
    if last_day is not None and (first_day is None or last_day < first_day):
        sentence = _("The last day lies before the first.")
        raise NotPossible("days_out_of_order", sentence, {"last_day": sentence})
