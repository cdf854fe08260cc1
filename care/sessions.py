"""コーディネーター相談: sessions planned and called off, families signed up, who came; each under a lock."""

from collections.abc import Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from care.models import CoordinatorSession, SessionSignUp
from enrollment.models import Family
from facilities.models import Facility
from sankecare import outbox
from sankecare.database_refusals import constraint_of
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .session_queries import uses_facility_on

CALLED_OFF_MAIL = "session_called_off"
CHANGED_MAIL = "session_changed"


@in_transaction
def plan_session(
    *,
    facility: Facility,
    day: date,
    starts: time,
    minutes: int,
    by: User,
    at: datetime,
    places: int | None = None,
    about: str = "",
) -> CoordinatorSession:
    """Plan a session of the facility; ``places`` None: as many families as come.

    Errors: NotPossible ``session_has_begun`` (in the past); Refused ``session_time_taken``.
    """
    starts_at = _moment(day, starts)
    _refuse_begun(starts_at, at, "day")
    with _in_words():
        return CoordinatorSession.objects.create(
            facility=facility,
            starts_at=starts_at,
            minutes=minutes,
            places=places,
            about=about,
            planned_at=at,
            planned_by=by,
        )


@in_transaction
def change_session(
    *,
    session: CoordinatorSession,
    starts: time,
    minutes: int,
    places: int | None,
    about: str,
    by: User,
    at: datetime,
) -> CoordinatorSession:
    """Change a session that is still to come, on its day; another day is another session: call off and plan anew.

    Where its time changes, every family that takes part is told by mail, with a link alone.

    Errors: as ``plan_session``; Refused ``session_called_off``, ``too_few_places``.
    """
    locked = _still_to_come(session, at)
    before = locked.starts_at
    locked.starts_at = _moment(timezone.localdate(before), starts)
    _refuse_begun(locked.starts_at, at, "starts")
    if places is not None and locked.sign_ups.filter(cancelled_at__isnull=True).count() > places:
        sentence = _("More families take part than there would be places.")
        raise Refused("too_few_places", sentence, {"places": sentence})
    locked.minutes, locked.places, locked.about = minutes, places, about
    with _in_words():
        locked.save(update_fields=["starts_at", "minutes", "places", "about"])
    if locked.starts_at != before:
        _tell(locked, CHANGED_MAIL, at)
    return locked


@in_transaction
def call_off_session(*, session: CoordinatorSession, reason: str, by: User, at: datetime) -> CoordinatorSession:
    """Call a session off; every family that takes part is told by mail, with a link alone.

    Errors: NotPossible ``no_reason``, ``session_has_begun``; Refused ``session_called_off``.
    """
    refuse_without_reason(reason)
    locked = _still_to_come(session, at)
    locked.called_off_at, locked.called_off_reason = at, reason
    locked.save(update_fields=["called_off_at", "called_off_reason"])
    _tell(locked, CALLED_OFF_MAIL, at)
    return locked


@in_transaction
def sign_up(*, session: CoordinatorSession, family: Family, by: User, at: datetime) -> SessionSignUp:
    """Sign a family up that uses the facility on the session's day (SEED: 利用時の母子).

    Errors: NotPossible ``not_in_house``, ``session_has_begun``; Refused ``session_called_off``, ``session_full``,
    ``already_signed_up``.
    """
    locked = _still_to_come(session, at)
    if not uses_facility_on(family, locked.facility_id, timezone.localdate(locked.starts_at)):
        raise NotPossible("not_in_house", _("Only families who use the facility on that day can take part."))
    with _in_words():
        return SessionSignUp.objects.create(session=locked, family=family, signed_up_at=at, signed_up_by=by)


@in_transaction
def take_back(*, sign_up: SessionSignUp, by: User, at: datetime) -> SessionSignUp:
    """Take a sign-up back; the place is free at once.

    Errors: NotPossible ``session_has_begun``; Refused ``taken_back``.
    """
    held = lock_session(sign_up.session)
    _refuse_begun(held.starts_at, at, "")
    row = SessionSignUp.objects.get(pk=sign_up.pk)
    if row.cancelled_at is not None:
        raise Refused("taken_back", _("This has been taken back already."))
    row.cancelled_at, row.cancelled_by = at, by
    row.save(update_fields=["cancelled_at", "cancelled_by"])
    return row


@in_transaction
def note_attendance(
    *, session: CoordinatorSession, came: Mapping[int, bool], by: User, at: datetime
) -> CoordinatorSession:
    """Record who came (by the sign-ups' ids) once the session has begun, or correct it.

    Errors: NotPossible ``session_not_begun``, ``sign_up_of_another``; Refused ``session_called_off``.
    """
    locked = lock_session(session)
    _refuse_called_off(locked)
    if at < locked.starts_at:
        raise NotPossible("session_not_begun", _("The session has not begun yet."))
    rows = {row.pk: row for row in locked.sign_ups.filter(cancelled_at__isnull=True)}
    if not rows.keys() >= came.keys():
        raise NotPossible("sign_up_of_another", _("This family does not take part in the session."))
    for pk, attended in came.items():
        row = rows[pk]
        if row.attended is not attended:
            row.attended, row.attendance_at, row.attendance_by = attended, at, by
            row.save(update_fields=["attended", "attendance_at", "attendance_by"])
    return locked


def _tell(locked: CoordinatorSession, kind: str, at: datetime) -> None:
    taking_part = locked.sign_ups.filter(cancelled_at__isnull=True, family__account__isnull=False)
    for sign_up in taking_part.select_related("family"):
        outbox.enqueue(
            kind=kind,
            recipient=f"user:{sign_up.family.account_id}",
            dedupe_key=f"{kind}:{sign_up.pk}/{int(at.timestamp() * 1000)}",
            payload={"sign_up": sign_up.pk},
            at=at,
        )


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def lock_session(session: CoordinatorSession) -> CoordinatorSession:
    """Lock a session and return it as it is now."""
    return CoordinatorSession.objects.select_for_update(no_key=True).get(pk=session.pk)


def _still_to_come(session: CoordinatorSession, at: datetime) -> CoordinatorSession:
    locked = lock_session(session)
    _refuse_called_off(locked)
    _refuse_begun(locked.starts_at, at, "")
    return locked


def _refuse_called_off(session: CoordinatorSession) -> None:
    if session.called_off_at is not None:
        raise Refused("session_called_off", _("This session has been called off."))


def _refuse_begun(starts_at: datetime, at: datetime, field: str) -> None:
    if starts_at <= at:
        sentence = _("This time has passed already.")
        raise NotPossible("session_has_begun", sentence, {field: sentence} if field else None)


@contextmanager
def _in_words() -> Any:
    """Turn the database's own refusal into an answer."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refusal:
        taken = _("There is a session at this time already.")
        answers = {
            "session_within_places": Refused("session_full", _("Every place is taken.")),
            "session_sign_up_once": Refused("already_signed_up", _("This family is signed up already.")),
            "coordinator_session_one_at_a_time": Refused("session_time_taken", taken, {"starts": taken}),
        }
        answer = answers.get(constraint_of(refusal))
        if answer is None:
            raise
        raise answer from refusal
