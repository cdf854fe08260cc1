"""Referrals as people see them: a district's inbox, a facility's own, what is late. Nothing here needs Celery."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from accounts.models import User
from accounts.permissions import visible
from enrollment.models import Family, Residence
from facilities.models import District, PublicHoliday

from .models import OPEN_STATES, Referral, ReferralPolicy, ReferralState, Urgency
from .working_hours import OfficeHours, after_working_time

ENDED_SHOWN_FOR = timedelta(days=90)
HOLIDAYS_LOOKED_UP = timedelta(days=60)


def referrals_shown() -> QuerySet[Referral]:
    """Return referrals with what a list or page shows of them: family, stay, people, and today's district."""
    lives_in = Residence.objects.filter(family=OuterRef("family"), period__contains=timezone.localdate())
    return Referral.objects.select_related(
        "family",
        "booking__service__facility",
        "booking__registration__birth",
        "district",
        "raised_by",
        "acknowledged_by",
        "ended_by",
    ).annotate(district_today=Subquery(lives_in.values("district__name")[:1]))


@dataclass(frozen=True)
class Inbox:
    """A person's referrals: not yet received, in hand, and lately ended."""

    new: list[Referral]
    in_hand: list[Referral]
    ended: list[Referral]


def inbox(person: User, at: datetime) -> Inbox:
    """Return the referrals that the person works on: of the families that live in her district today. One query.

    New ones come first by urgency, then by when they are due.
    """
    by_urgency = Case(
        *(When(urgency=urgency, then=place) for place, urgency in enumerate(Urgency)), output_field=IntegerField()
    )
    rows = list(
        visible(person, "referral.work", referrals_shown())
        .filter(Q(state__in=OPEN_STATES) | Q(ended_at__gte=at - ENDED_SHOWN_FOR))
        .order_by(by_urgency, "due_at", "pk")
    )
    return Inbox(
        new=[row for row in rows if row.state == ReferralState.RAISED],
        in_hand=[row for row in rows if row.state == ReferralState.ACKNOWLEDGED],
        ended=[row for row in rows if row.state not in OPEN_STATES],
    )


def not_received(at: datetime) -> QuerySet[Referral]:
    """Return the referrals that nobody received in time, the longest late first."""
    return referrals_shown().filter(state=ReferralState.RAISED, due_at__lt=at).order_by("due_at", "pk")


@dataclass(frozen=True)
class Late:
    """How many referrals nobody received in time, and how many of them are red (a working day)."""

    overdue: int
    red: int


def late(at: datetime) -> Late:
    """Count what is late, all districts together. One query."""
    counted = Referral.objects.filter(state=ReferralState.RAISED, due_at__lt=at).aggregate(
        overdue=Count("pk"), red=Count("pk", filter=Q(red_at__lt=at))
    )
    return Late(**counted)


def overdue_count(at: datetime | None = None) -> int:
    """Return how many referrals nobody received in time, now unless a moment is given."""
    return late(at or timezone.now()).overdue


def unopened_count(person: User | AnonymousUser) -> int:
    """Return how many new referrals wait in the person's inbox. One query."""
    return visible(person, "referral.work", Referral.objects.filter(state=ReferralState.RAISED)).count()


def district_of(family: Family, day: date) -> District | None:
    """Return the district in which the family lives on the day; None where no residence covers it."""
    residence = Residence.objects.filter(family=family, period__contains=day).select_related("district").first()
    return residence.district if residence else None


def deadlines(at: datetime) -> tuple[datetime, datetime]:
    """Return by when a referral raised at this moment must be received, and from when it is red.

    By the policy in force, or the defaults (4 working hours, 1 working day) where staff entered none: a
    missing row must not stop a referral. Two queries.
    """
    local = timezone.localtime(at)
    day = local.date()
    policy = ReferralPolicy.objects.filter(period__contains=day).first() or ReferralPolicy()
    holidays = PublicHoliday.objects.filter(day__range=(day, day + HOLIDAYS_LOOKED_UP))
    hours = OfficeHours(
        opens=policy.opens,
        closes=policy.closes,
        closed=frozenset(holidays.values_list("day", flat=True)),
        year_ends=(12, policy.december_last_day + 1),
        year_begins=(1, policy.january_first_day - 1),
    )
    due = after_working_time(local, timedelta(hours=policy.acknowledge_hours), hours)
    return due, after_working_time(local, policy.red_after_days * hours.day_length, hours)


def open_by_district() -> list[dict[str, Any]]:
    """Return for each district of today how many referrals are open and how many are not received. One query."""
    rows = (
        referrals_shown()
        .filter(state__in=OPEN_STATES)
        .order_by()
        .values(name=F("district_today"))
        .annotate(open=Count("pk"), new=Count("pk", filter=Q(state=ReferralState.RAISED)))
        .order_by("name")
    )
    return [dict(row) for row in rows]
