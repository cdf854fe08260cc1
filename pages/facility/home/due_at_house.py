"""What is due at a facility: who arrives and leaves, what is to be decided and read, reports, months, the manual."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import AccessLogEntry, User
from accounts.permissions import may, visible
from billing.models import Claim, ClaimState
from billing.month_record import last_of_month
from bookings.models import Booking, BookingDay, DayStatus
from bookings.places.queries import STAYS, due_visit, facility_day
from care.incident_queries import reports_waiting
from care.manual_queries import manuals_in_force
from care.models import Incident
from care.record_queries import proposals_of
from facilities.models import Facility
from facilities.queries import own_facility
from pages.due import MOST_DIRECT, Direct, Due, Grade, counted
from referrals.models import EventKind, Referral, ReferralEvent, ReferralState

Count = Callable[[User, Facility, datetime], Iterator[Due]]
# So long the house is reminded of words of a district that nobody there has opened (own default).
WORDS_FOR = timedelta(days=90)


def families(_person: User, place: Facility, at: datetime) -> Iterator[Due]:
    """Who should have come or gone, comes and goes today, and is visited. A fixed number of queries."""
    today, board = timezone.localdate(at), reverse("operator:day")
    shown = facility_day(place, today)
    late_visits = [row for row in shown.visits if _is_before(row, today)]
    for grade, words, found in (
        (Grade.LATE, _("Booked for an earlier day: neither arrived nor noted as absent"), shown.late),
        (Grade.LATE, _("The stay is over, and nobody recorded the departure"), shown.not_left),
        (Grade.LATE, _("Visits of an earlier day without a record"), late_visits),
        (Grade.WAITS, _("Arrivals today"), shown.arrivals),
        (Grade.WAITS, _("Departures today"), shown.departures),
        (Grade.WAITS, _("Visits and online consultations today"), _still_to_visit(shown.visits, today)),
    ):
        yield Due(grade, words, len(found), board)


def proposals(_person: User, place: Facility, _at: datetime) -> Iterator[Due]:
    """Follow-up requests that the records propose. One query."""
    found = proposals_of(place)
    since = timezone.localdate(found[0].recorded_at) if found else None
    words = _("A follow-up request is proposed: please decide")
    yield Due(Grade.AT_ONCE, words, len(found), f"{reverse('operator:day')}#proposals", since=since)


def incidents(person: User, _place: Facility, at: datetime) -> Iterator[Due]:
    """Reports of serious incidents: too late, or still to come. One query."""
    mine = visible(person, Action.INCIDENT_RECORD, Incident.objects.all())
    found = reports_waiting(mine, timezone.localdate(at))
    page = reverse("operator:incidents")
    yield Due(
        Grade.AT_ONCE,
        _("Serious incidents with a report that is late"),
        found.red,
        page,
        by=found.next_due if found.red else None,
    )
    yield Due(
        Grade.WAITS,
        _("Serious incidents with a report still to come"),
        found.open - found.red,
        page,
        by=None if found.red else found.next_due,
    )


def words_of_districts(person: User, place: Facility, at: datetime) -> Iterator[Due]:
    """Words that a district wrote to the house, and nobody of the house has opened since. One query."""
    opened = AccessLogEntry.objects.filter(
        family=OuterRef("referral__family"), page="operator:referral", user__facility=place, at__gte=OuterRef("at")
    )
    mine = visible(person, Action.REFERRAL_FOLLOW, Referral.objects.all()).order_by().values("pk")
    shared = ReferralEvent.objects.filter(kind=EventKind.SHARED, at__gte=at - WORDS_FOR, referral__in=mine)
    found = list(shared.exclude(Exists(opened)).select_related("referral").order_by("at", "pk"))
    referrals = list(dict.fromkeys(row.referral for row in found))
    yield Due(
        Grade.WAITS,
        _("Words of a district that nobody here has read"),
        len(referrals),
        reverse("operator:referrals"),
        since=timezone.localdate(found[0].at) if found else None,
        direct=tuple(
            Direct(row.number, reverse("operator:referral", args=[row.pk])) for row in referrals[:MOST_DIRECT]
        ),
    )


def months(person: User, place: Facility, at: datetime) -> Iterator[Due]:
    """Months that are over and not handed in, and those that the ward gave back. Two queries."""
    if not may(person, Action.CLAIM_PREPARE):
        return
    today = timezone.localdate(at)
    states = dict(Claim.objects.filter(facility=place).order_by().values_list("month", "state"))
    over = [month for month in _months_used(place, today) if last_of_month(month) < today and month not in states]
    returned = sorted(month for month, state in states.items() if state == ClaimState.RETURNED)
    page = reverse("operator:claims")
    for grade, words, found in (
        (Grade.LATE, _("Months that the ward gave back"), returned),
        (Grade.WAITS, _("Months to hand in"), over),
    ):
        yield Due(grade, words, len(found), page, direct=_months_direct(found))


def manuals(person: User, place: Facility, at: datetime) -> Iterator[Due]:
    """Versions of the safety manual that she has not read; for the manager, who else has not. Three queries."""
    in_force = manuals_in_force(place, timezone.localdate(at), person)
    page = reverse("operator:manuals")
    unread = [row for row in in_force if row.acknowledged_at is None]
    yield Due(Grade.WAITS, _("Safety manuals that you have not read"), len(unread), page)
    if may(person, Action.MANUAL_FOLLOW):
        people = {one for row in in_force for one in row.not_yet}
        yield Due(Grade.AHEAD, _("People of the house who have not read the safety manual"), len(people), page)


def referrals(person: User, _place: Facility, _at: datetime) -> Iterator[Due]:
    """The house's own requests that no section has received. One query."""
    raised = Referral.objects.filter(state=ReferralState.RAISED)
    count, since = counted(visible(person, Action.REFERRAL_FOLLOW, raised), "raised_at")
    words = _("Your follow-up requests that no district has received")
    yield Due(Grade.AHEAD, words, count, reverse("operator:referrals"), since=since)


COUNTS: tuple[Count, ...] = (proposals, incidents, families, words_of_districts, months, manuals, referrals)


def due_at(person: User, at: datetime) -> Iterator[Due]:
    """Return what is due at the person's facility. A fixed number of queries."""
    place = own_facility(person)
    for count in COUNTS:
        yield from count(person, place, at)


def _still_to_visit(visits: Sequence[Booking], today: date) -> list[Booking]:
    return [row for row in visits if (due := due_visit(row, today)) is not None and due.day == today]


def _is_before(visit: Booking, today: date) -> bool:
    due = due_visit(visit, today)
    return due is not None and due.day < today


def _months_used(place: Facility, today: date) -> list[date]:
    """The first days of the months of the last year of which a day was used, in order. One query."""
    first = today.replace(year=today.year - 1, day=1)  # what is older is the ward's to ask for
    used = BookingDay.objects.filter(pool__facility=place, status=DayStatus.USED, day__gte=first)
    days = used.filter(booking__service__kind__in=STAYS).order_by().dates("day", "month")
    return list(days)


def _months_direct(months: Sequence[date]) -> tuple[Direct, ...]:
    return tuple(
        Direct(date_format(month, "YEAR_MONTH_FORMAT"), reverse("operator:claim", args=[f"{month:%Y-%m}"]))
        for month in months[:MOST_DIRECT]
    )
