"""Referrals as people see them: a section's inbox, a facility's own, what is late. Nothing here needs Celery."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from accounts.responsible_district import district_in_charge, homes_latest_first
from bookings.models import Booking
from enrollment.models import Family, Residence
from facilities.models import District, PublicHoliday
from sankecare.periods import period

from .models import (
    OPEN_STATES,
    EventKind,
    Referral,
    ReferralContact,
    ReferralEvent,
    ReferralPolicy,
    ReferralState,
    SectionDeputy,
    Urgency,
)
from .working_hours import OfficeHours, after_working_time, opens_next, working_days_late

ENDED_SHOWN_FOR = timedelta(days=90)
HOLIDAYS_LOOKED_UP = timedelta(days=60)


def open_about_the_same(cause: Mapping[str, object]) -> Referral | None:
    """Return the open referral about the same. ``cause``: each field of ``ONE_CAUSE``, None where it has none."""
    return Referral.objects.filter(state__in=OPEN_STATES, **cause).first()


def referrals_shown() -> QuerySet[Referral]:
    """Return referrals with what a list or page shows of them: family, stay, people, and where it is today.

    ``with_district``: the name of the district that has it. ``district_today``: of the one in which the family
    lives, None where it lives in none. ``first_received_at``: when somebody received it first.
    """
    today = timezone.localdate()
    lives_in = Residence.objects.filter(family=OuterRef("family"), period__contains=today)
    has_it = District.objects.filter(pk=OuterRef("with_it"))
    received = ReferralEvent.objects.filter(referral=OuterRef("pk"), kind=EventKind.ACKNOWLEDGED)
    return Referral.objects.select_related(
        "family",
        "booking__service__facility",
        "booking__registration__birth",
        "district",
        "raised_by",
        "acknowledged_by",
        "in_charge",
        "ended_by",
        "care_record__recorded_by",
        "assessment__recorded_by",
        "incident__recorded_by",
    ).annotate(
        district_today=Subquery(lives_in.values("district__name")[:1]),
        with_it=district_in_charge(today),
        with_district=Subquery(has_it.values("name")),
        told=Coalesce("announced_to", "district"),
        first_received_at=Subquery(received.order_by("pk").values("at")[:1]),
    )


def of_facility_shown() -> QuerySet[Referral]:
    """Return the same for a facility's list; ``is_answered``: it was told something."""
    told = ReferralEvent.objects.filter(referral=OuterRef("pk"), kind=EventKind.SHARED)
    return referrals_shown().annotate(is_answered=Exists(told))


def state_for_facility(referral: Any) -> ReferralState:
    """Return how a referral of ``referrals_shown`` stands for who raised it: once received, it stays received."""
    if referral.state == ReferralState.RAISED and referral.first_received_at:
        return ReferralState.ACKNOWLEDGED
    return ReferralState(referral.state)


@dataclass(frozen=True)
class Waiting:
    """A referral in a list, and how many working days it is late: to be received, or to be in touch again.

    ``is_urgent``: today was asked for, and nobody has met the family yet. ``is_due_today``: by the clock of today.
    """

    referral: Referral
    days_late: int
    is_late: bool
    is_urgent: bool = False
    is_due_today: bool = False


@dataclass(frozen=True)
class Inbox:
    """A person's referrals: not yet received, in hand, and lately ended."""

    new: list[Waiting]
    in_hand: list[Waiting]
    ended: list[Waiting]


def inbox(person: User, at: datetime, *, hers: bool = False) -> Inbox:
    """Return the referrals that are with the person's section today; ``hers``: in hand, those in her charge alone.

    New ones come first by urgency, then by when they are due; those in hand that are urgent until the family was met,
    then by their next contact, without a plan last. Where a family has just moved here its referral is new, though it
    was received elsewhere. Three queries.
    """
    by_urgency = Case(
        *(When(urgency=urgency, then=place) for place, urgency in enumerate(Urgency)), output_field=IntegerField()
    )
    met = ReferralContact.objects.filter(referral=OuterRef("pk"), correction__isnull=True).exclude(met="")
    rows = list(
        visible(person, Action.REFERRAL_WORK, referrals_shown())
        .filter(Q(state__in=OPEN_STATES) | Q(ended_at__gte=at - ENDED_SHOWN_FOR))
        .annotate(was_met=Exists(met))
        .order_by(by_urgency, "due_at", "pk")
    )
    today = timezone.localdate(at)
    hours = office_hours(min([today, *filter(None, map(_due_on, rows))]), today)
    in_hand = [row for row in rows if row.state == ReferralState.ACKNOWLEDGED and not is_new(row)]
    if hers:
        in_hand = [row for row in in_hand if row.in_charge_id == person.pk]
    in_hand.sort(key=lambda row: (not _is_urgent(row), row.next_contact_on or date.max, row.pk))
    return Inbox(
        new=[_to_receive(row, at, hours) for row in rows if is_new(row)],
        in_hand=[_to_contact(row, today, hours) for row in in_hand],
        ended=[Waiting(row, 0, is_late=False) for row in rows if row.state not in OPEN_STATES],
    )


def is_new(row: Any) -> bool:
    """Tell whether a referral of ``referrals_shown`` waits to be received by the section that has it."""
    return bool(row.state == ReferralState.RAISED or (row.state in OPEN_STATES and row.with_it != row.told))


def _due_on(row: Referral) -> date | None:
    if row.state not in OPEN_STATES:
        return None
    return timezone.localdate(row.due_at) if is_new(row) else row.next_contact_on


def _is_urgent(row: Any) -> bool:
    """Today was asked for, and nobody has met the family yet. Takes a row of the inbox."""
    return row.urgency == Urgency.TODAY and not row.was_met


def _to_receive(row: Referral, at: datetime, hours: OfficeHours) -> Waiting:
    days = working_days_late(timezone.localdate(row.due_at), timezone.localdate(at), hours)
    due_today = timezone.localdate(row.due_at) == timezone.localdate(at)
    return Waiting(row, days, is_late=row.due_at < at, is_urgent=_is_urgent(row), is_due_today=due_today)


def _to_contact(row: Referral, today: date, hours: OfficeHours) -> Waiting:
    urgent, due_today = _is_urgent(row), row.next_contact_on == today
    if row.next_contact_on is None or row.next_contact_on >= today:
        return Waiting(row, 0, is_late=False, is_urgent=urgent, is_due_today=due_today)
    return Waiting(row, working_days_late(row.next_contact_on, today, hours), is_late=True, is_urgent=urgent)


def colleagues(person: User, district: int | None) -> QuerySet[User]:
    """Return who can take over what the section of the district (id) has in hand, the person herself left out.

    Her colleagues there, and those of the sections that are its deputies today.
    """
    today = timezone.localdate()
    deputies = SectionDeputy.objects.filter(district=district, recipient=person.role, period__contains=today)
    of_them = Q(district=district) | Q(district__in=deputies.values("deputy"))
    people = User.objects.filter(of_them, role=person.role, is_active=True).exclude(pk=person.pk)
    return people.order_by(
        Case(When(district=district, then=0), default=1), "district", "last_name", "first_name", "pk"
    )


def section(role: str, district: int | None) -> QuerySet[User]:
    """Return the people who sign in as the role of the district (id), by name."""
    people = User.objects.filter(role=role, district=district, is_active=True)
    return people.order_by("last_name", "first_name", "pk")


def others_of_family(referral: Referral) -> QuerySet[Referral]:
    """Return the family's other referrals: that they are, with whom and how they stand, never what they say."""
    return referrals_shown().filter(family=referral.family_id).exclude(pk=referral.pk)


def is_overdue(at: datetime) -> Q:
    """The condition that nobody has received a referral by its deadline."""
    return Q(state=ReferralState.RAISED, due_at__lt=at)


def not_received(at: datetime) -> QuerySet[Referral]:
    """Return the referrals that nobody received in time, the longest late first."""
    return referrals_shown().filter(is_overdue(at)).order_by("due_at", "pk")


def left_behind() -> QuerySet[Referral]:
    """Return the referrals in hand of people who sign in no more, or work in another section now."""
    in_hand = referrals_shown().filter(state=ReferralState.ACKNOWLEDGED)
    deputies = SectionDeputy.objects.filter(
        district=OuterRef("with_it"),
        recipient=OuterRef("recipient"),
        deputy=OuterRef("in_charge__district"),
        period__contains=timezone.localdate(),
    )
    in_section = Q(in_charge__district=F("with_it")) | Q(Exists(deputies))
    still_there = in_hand.filter(in_section, in_charge__is_active=True, in_charge__role=F("recipient"))
    return in_hand.exclude(pk__in=still_there.values("pk")).order_by("in_charge", "recipient", "pk")


@dataclass(frozen=True)
class Late:
    """How many referrals nobody received in time, and how many of them are red (a working day)."""

    overdue: int
    red: int


def late(at: datetime) -> Late:
    """Count what is late, all districts together. One query."""
    counted = Referral.objects.filter(is_overdue(at)).aggregate(
        overdue=Count("pk"), red=Count("pk", filter=Q(red_at__lt=at))
    )
    return Late(**counted)


def district_of(family: Family, day: date) -> District | None:
    """Return the district in which the family lives on the day, or lived last where it has left the ward.

    None where it is not known that it ever lived in one.
    """
    home = homes_latest_first(family, day).select_related("district").first()
    return home.district if home else None


def deadlines(at: datetime) -> tuple[datetime, datetime]:
    """Return by when a referral raised at this moment must be received, and from when it is red.

    By the policy in force, or the defaults (4 working hours, 1 working day) where staff entered none: a
    missing row must not stop a referral. Two queries.
    """
    local = timezone.localtime(at)
    policy = _policy(local.date())
    hours = _hours(policy, _holidays(local.date(), local.date() + HOLIDAYS_LOOKED_UP))
    due = after_working_time(local, timedelta(hours=policy.acknowledge_hours), hours)
    return due, after_working_time(local, policy.red_after_days * hours.day_length, hours)


@dataclass(frozen=True)
class OfficesClosed:
    """The offices are closed now, ``opens_at`` they open; whom to call until then, empty where nobody is entered."""

    opens_at: datetime
    name: str
    phone: str


def offices_closed(at: datetime) -> OfficesClosed | None:
    """Tell whether the offices are closed at the moment, by the policy in force; None while they are open."""
    local = timezone.localtime(at)
    policy = _policy(local.date())
    opens_at = opens_next(local, _hours(policy, _holidays(local.date(), local.date() + HOLIDAYS_LOOKED_UP)))
    return None if opens_at <= local else OfficesClosed(opens_at, policy.closed_call_name, policy.closed_call_phone)


def office_hours(first: date, last: date) -> OfficeHours:
    """Return when the offices work from the first day to the last, by the policy in force on the last. Two queries."""
    return _hours(_policy(last), _holidays(first, last))


def terms_between(first: date, last: date) -> Callable[[date], tuple[OfficeHours, timedelta]]:
    """Return what tells, for a day on which a referral was raised, when the offices work and how soon it is due.

    Holidays are known from the first day to the last. Two queries, however many days are asked for.
    """
    policies = list(ReferralPolicy.objects.filter(period__overlap=period(first, last)))
    holidays = frozenset(_holidays(first, last))

    def on(day: date) -> tuple[OfficeHours, timedelta]:
        in_force = (row for row in policies if (row.period.lower or date.min) <= day < (row.period.upper or date.max))
        policy = next(in_force, ReferralPolicy())
        return _hours(policy, holidays), timedelta(hours=policy.acknowledge_hours)

    return on


def _policy(day: date) -> ReferralPolicy:
    return ReferralPolicy.objects.filter(period__contains=day).first() or ReferralPolicy()


def _holidays(first: date, last: date) -> Iterable[date]:
    return PublicHoliday.objects.filter(day__range=(first, last)).values_list("day", flat=True)


def _hours(policy: ReferralPolicy, holidays: Iterable[date]) -> OfficeHours:
    return OfficeHours(
        opens=policy.opens,
        closes=policy.closes,
        closed=frozenset(holidays),
        year_ends=(12, policy.december_last_day + 1),
        year_begins=(1, policy.january_first_day - 1),
    )


def open_by_district() -> list[dict[str, Any]]:
    """Return for each district how many open referrals it has today and how many are not received. One query."""
    rows = (
        referrals_shown()
        .filter(state__in=OPEN_STATES)
        .order_by()
        .values(name=F("with_district"))
        .annotate(open=Count("pk"), new=Count("pk", filter=Q(state=ReferralState.RAISED)))
        .order_by("name")
    )
    return [dict(row) for row in rows]


def with_urgent_referral(bookings: Iterable[Booking]) -> set[int]:
    """Return the ids of those bookings about which an urgent referral is open, raised by their facility. One query."""
    open_today = Referral.objects.filter(booking__in=list(bookings), state__in=OPEN_STATES, urgency=Urgency.TODAY)
    return set(open_today.values_list("booking", flat=True))
