"""Coordinator sessions as lists show them: what is coming, who takes part, who could. Fixed numbers of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from bookings.models import Booking, BookingDay
from bookings.places.queries import VISITS
from care.models import CoordinatorSession, SessionSignUp
from enrollment.models import Family
from facilities.models import Facility

SHOWN_PAST = timedelta(days=92)


@dataclass(frozen=True)
class Place:
    """A session as a family sees it: ``sign_up`` its own, None where it has none; ``free`` None: as many as come."""

    session: CoordinatorSession
    sign_up: SessionSignUp | None
    free: int | None
    open: bool


@dataclass(frozen=True)
class Guest:
    """A family of the session's day: its booking (None: no longer in house) and its sign-up (None: not signed up)."""

    family: Family
    booking: Booking | None
    sign_up: SessionSignUp | None


def in_house_on(facility: int, day: date) -> "QuerySet[BookingDay]":
    """Return the booked days of families who use the facility on the day: stays, not visits."""
    days = BookingDay.objects.kept().filter(day=day, pool__facility=facility)
    return days.exclude(booking__service__kind__in=VISITS).exclude(booking__state="offered")


def uses_facility_on(family: Family, facility: int, day: date) -> bool:
    """Tell whether the family has a place at the facility on the day."""
    return in_house_on(facility, day).filter(family=family).exists()


def sessions_with_counts(sessions: "QuerySet[CoordinatorSession]") -> "QuerySet[CoordinatorSession]":
    """Add ``taking_part`` and ``came``: families."""
    return sessions.annotate(
        taking_part=Count("sign_ups", filter=Q(sign_ups__cancelled_at__isnull=True)),
        came=Count("sign_ups", filter=Q(sign_ups__attended=True)),
    )


def sessions_of_facility(
    facility: Facility, at: datetime
) -> tuple[list[CoordinatorSession], list[CoordinatorSession]]:
    """Return what is coming, the next first, and what was held in the last months, the newest first. Two queries."""
    sessions = sessions_with_counts(CoordinatorSession.objects.filter(facility=facility))
    coming = sessions.filter(starts_at__gt=at, called_off_at__isnull=True).order_by("starts_at")
    past = sessions.filter(Q(starts_at__lte=at) | Q(called_off_at__isnull=False), starts_at__gte=at - SHOWN_PAST)
    return list(coming), list(past.order_by("-starts_at"))


def sessions_for(booking: Booking, at: datetime) -> list[Place]:
    """Return the sessions on the days of a booking, with the family's own sign-up. Two queries."""
    if booking.service.kind in VISITS:
        return []
    days = booking.days_kept
    if not days:
        return []
    on_its_days = CoordinatorSession.objects.filter(
        facility=booking.service.facility_id, starts_at__date__in=days
    ).order_by("starts_at")
    sessions = list(sessions_with_counts(on_its_days))
    own = _own(booking.registration.birth.family_id, sessions)
    return [
        Place(
            session=row,
            sign_up=own.get(row.pk),
            free=None if row.places is None else row.places - row.taking_part,  # type: ignore[attr-defined]
            open=row.called_off_at is None and row.starts_at > at,
        )
        for row in sessions
    ]


def with_sessions(bookings: Iterable[Booking], at: datetime) -> set[int]:
    """Return which bookings have a session still to come on one of their days. One query."""
    coming = CoordinatorSession.objects.filter(
        facility=OuterRef("pool__facility"),
        starts_at__date=OuterRef("day"),
        starts_at__gt=at,
        called_off_at__isnull=True,
    )
    days = BookingDay.objects.kept().filter(booking__in=list(bookings)).exclude(booking__service__kind__in=VISITS)
    return set(days.filter(Exists(coming)).values_list("booking", flat=True))


def guests_of(session: CoordinatorSession) -> list[Guest]:
    """Return the families in house on the session's day, and those signed up, by kana. Two queries."""
    day = timezone.localdate(session.starts_at)
    rows = in_house_on(session.facility_id, day).select_related(
        "family", "booking__service__facility", "booking__registration__birth__family"
    )
    sign_ups = {
        row.family_id: row
        for row in session.sign_ups.filter(cancelled_at__isnull=True).select_related("family", "attendance_by")
    }
    guests = {row.family_id: Guest(row.family, row.booking, sign_ups.get(row.family_id)) for row in rows}
    for family, sign_up in sign_ups.items():
        guests.setdefault(family, Guest(sign_up.family, None, sign_up))
    return sorted(guests.values(), key=lambda guest: (guest.family.mother_name_kana, guest.family.pk))


def _own(family: int, sessions: Iterable[CoordinatorSession]) -> dict[int, SessionSignUp]:
    rows = SessionSignUp.objects.filter(family=family, session__in=list(sessions), cancelled_at__isnull=True)
    return {row.session_id: row for row in rows}
