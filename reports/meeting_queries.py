"""What the yearly meeting counts: referrals, how soon they were received, what came of them, requests, incidents."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Func, Min, Q, QuerySet
from django.utils import timezone

from care.incident_rules import SERIOUS
from care.models import Incident, IncidentKind, SafetyChapter
from facilities.fiscal_year import fiscal_year_days
from referrals.models import (
    Concern,
    ContactWay,
    EventKind,
    Ground,
    Outcome,
    PlaceRequest,
    PlaceRequestEvent,
    RecipientKind,
    Referral,
    ReferralContact,
    ReferralEvent,
    ReferralState,
    RequestState,
    Urgency,
)
from referrals.queries import terms_between
from referrals.working_hours import working_time_between

from .models import PracticeNote, PracticeState
from .response_times import ResponseTimes, response_times

A_DAY = timedelta(days=1)
HAPPENINGS = (EventKind.REOPENED, EventKind.REDIRECTED, EventKind.MOVED, EventKind.HANDED_OVER)
STILL_OPEN = (ReferralState.RAISED, ReferralState.ACKNOWLEDGED, ReferralState.WITHDRAWN)
# The state that a referral is in after an event; sent on, or moved with the family, it is to be received again.
STATES = {
    **dict.fromkeys((EventKind.RAISED, EventKind.REDIRECTED, EventKind.MOVED), ReferralState.RAISED),
    **dict.fromkeys((EventKind.ACKNOWLEDGED, EventKind.REOPENED), ReferralState.ACKNOWLEDGED),
    EventKind.CLOSED: ReferralState.CLOSED,
    EventKind.WITHDRAWN: ReferralState.WITHDRAWN,
}


@dataclass(frozen=True)
class MeetingFigures:
    """The year's counts, unmasked: of referrals raised in the year, and of what was done in it.

    ``incidents``: of each chapter its number, its name and how many near misses, incidents and serious ones.
    """

    by_district: Mapping[str, int]
    by_recipient: Mapping[Any, int]
    by_concern: Mapping[Any, int]
    by_ground: Mapping[Any, int]
    by_urgency: Mapping[Any, int]
    responses: ResponseTimes
    not_received: int
    by_outcome: Mapping[Any, int]
    happenings: Mapping[Any, int]
    contacts: Mapping[Any, int]
    place_requests: Mapping[Any, int]
    incidents: list[tuple[str, str, Mapping[str, int]]]

    @property
    def by_outcome_kept(self) -> dict[Any, int]:
        """Without those withdrawn: what adds up to the referrals that every other table counts."""
        return {key: count for key, count in self.by_outcome.items() if key != ReferralState.WITHDRAWN}

    @property
    def received_or_not(self) -> dict[str, int]:
        """Those received at least once, and the others."""
        return {"received": self.responses.received, "not_received": self.not_received}


def meeting_figures(year: int, *, today: date) -> MeetingFigures:
    """Return the counts of a fiscal year, a running one up to ``today``. A fixed number of queries."""
    moments = _moments(year, today)
    raised = Referral.objects.filter(raised_at__range=moments).order_by()
    stood = _as_they_stood(raised, moments[1])
    kept = raised.exclude(pk__in=[key for key, (state, _outcome) in stood.items() if state == ReferralState.WITHDRAWN])
    waits, within = _waits(kept, moments[1])
    return MeetingFigures(
        by_district=dict(kept.values_list("district__slug").annotate(Count("pk"))),
        by_recipient=_by_choice(RecipientKind, kept.values_list("asked_of").annotate(Count("pk"))),
        by_concern=_by_choice(Concern, _concerns(kept)),
        by_ground=_by_choice(Ground, kept.values_list("ground").annotate(Count("pk"))),
        by_urgency=_by_choice(Urgency, kept.values_list("urgency").annotate(Count("pk"))),
        responses=response_times(waits, within),
        not_received=kept.count() - len(waits),
        by_outcome=_outcomes(stood),
        happenings=_happenings(moments),
        contacts=_by_choice(ContactWay, _contacts(moments)),
        place_requests=_place_requests(moments),
        incidents=_incidents(moments),
    )


def notes_taken(year: int) -> list[PracticeNote]:
    """Return the notes of good practice that the pack prints, in the order of writing. One query."""
    taken = PracticeNote.objects.filter(fiscal_year=year, state=PracticeState.TAKEN)
    return list(taken.select_related("facility", "district").order_by("written_at", "pk"))


def _moments(year: int, today: date) -> tuple[datetime, datetime]:
    """The year's first moment and its last, or the end of ``today`` where it is running."""
    first, last = fiscal_year_days(year)
    zone = timezone.get_current_timezone()
    begins = datetime.combine(first, datetime.min.time(), zone)
    ends = datetime.combine(max(min(last, today), first - A_DAY) + A_DAY, datetime.min.time(), zone)
    return begins, ends - timedelta(microseconds=1)


def _by_choice(kind: Any, counted: Iterable[tuple[str, int]]) -> dict[Any, int]:
    """Every choice in its order, 0 where nothing is counted."""
    found = dict(counted)
    return {choice: found.get(choice.value, 0) for choice in kind}


def _concerns(referrals: "QuerySet[Referral]") -> Iterable[tuple[str, int]]:
    return (
        referrals.annotate(concern=Func(F("concerns"), function="unnest")).values_list("concern").annotate(Count("pk"))
    )


def _as_they_stood(referrals: "QuerySet[Referral]", at: datetime) -> dict[int, tuple[str, str]]:
    """Return state and outcome of each referral at a moment, from its events; what came later changes no old pack."""
    events = ReferralEvent.objects.filter(referral__in=referrals, at__lte=at, kind__in=STATES).order_by("at", "pk")
    return {
        referral: (STATES[EventKind(kind)].value, outcome)
        for referral, kind, outcome in events.values_list("referral", "kind", "outcome_kind")
    }


def _outcomes(stood: Mapping[int, tuple[str, str]]) -> dict[Any, int]:
    """Closed with an outcome, open, withdrawn."""
    states = Counter(state for state, _outcome in stood.values())
    closed = Counter(outcome for state, outcome in stood.values() if state == ReferralState.CLOSED)
    return {**_by_choice(Outcome, closed.items()), **{state: states[state.value] for state in STILL_OPEN}}


def _happenings(moments: tuple[datetime, datetime]) -> dict[Any, int]:
    events = ReferralEvent.objects.filter(kind__in=HAPPENINGS, at__range=moments).order_by()
    found = dict(events.values_list("kind").annotate(Count("pk")))
    return {kind: found.get(kind.value, 0) for kind in HAPPENINGS}


def _contacts(moments: tuple[datetime, datetime]) -> Iterable[tuple[str, int]]:
    """Contacts made in the year; one that was corrected counts as its correction alone."""
    standing = ReferralContact.objects.filter(at__range=moments, correction__isnull=True).order_by()
    return standing.values_list("way").annotate(Count("pk"))


def _place_requests(moments: tuple[datetime, datetime]) -> dict[Any, int]:
    asked = PlaceRequest.objects.filter(asked_at__range=moments)
    events = PlaceRequestEvent.objects.filter(request__in=asked, at__lte=moments[1]).order_by("at", "pk")
    stood = dict(events.values_list("request", "kind"))
    return _by_choice(RequestState, Counter(stood.values()).items())


def _waits(referrals: "QuerySet[Referral]", until: datetime) -> tuple[list[timedelta], int]:
    """The working time that each referral waited until first received, and how many were within the time due."""
    first = Min("events__at", filter=Q(events__kind=EventKind.ACKNOWLEDGED, events__at__lte=until))
    pairs = [
        (timezone.localtime(raised), timezone.localtime(received))
        for raised, received in referrals.annotate(received=first).values_list("raised_at", "received")
        if received is not None
    ]
    if not pairs:
        return [], 0
    terms_on = terms_between(min(pairs)[0].date(), max(received for _raised, received in pairs).date())
    waits, within = [], 0
    for raised, received in pairs:
        hours, due = terms_on(raised.date())
        waits.append(working_time_between(raised, received, hours))
        within += waits[-1] <= due
    return waits, within


def _incidents(moments: tuple[datetime, datetime]) -> list[tuple[str, str, Mapping[str, int]]]:
    """Near misses and incidents of the facilities, by the chapters in force at the end. Two queries.

    Where a chapter of the year is in force no more, what was counted by it stands under its last name: none is lost.
    """
    happened = Incident.objects.filter(happened_at__range=moments).order_by()
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for number, kind, severity, count in happened.values_list("chapter__number", "kind", "severity").annotate(
        Count("pk")
    ):
        found[number] += Counter({kind: count, "serious": count if severity in SERIOUS else 0})
    last, figures = timezone.localdate(moments[1]), (*IncidentKind.values, "serious")
    chapters: dict[int, SafetyChapter] = {}
    for row in SafetyChapter.objects.order_by("number", "period"):
        begun = row.period.lower is None or row.period.lower <= last
        if begun and (row.number in found or row.period.upper is None or last < row.period.upper):
            chapters[row.number] = row
    return [(str(row.number), str(row), {key: found[row.number][key] for key in figures}) for row in chapters.values()]
