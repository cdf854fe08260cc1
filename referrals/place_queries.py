"""Requests for places as people see them: the district's own with what came of them, and what waits for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, IntegerField, OuterRef, Prefetch, QuerySet, Subquery, When
from django.db.models.functions import Greatest

from bookings.models import Booking, BookingState, DrawEntry
from bookings.places.queries import STAYS, bookings_with_days
from enrollment.addresses import addresses_to_visit
from enrollment.confidential import Address
from enrollment.eligibility import Code
from enrollment.family_search import families_found
from enrollment.models import (
    LIVE_STATES,
    Birth,
    Family,
    Infant,
    Protection,
    Registration,
    RegistrationState,
)
from enrollment.reasons import reason
from enrollment.usable_days import may_use_on
from facilities.queries import services_offered

from .models import PlaceRequest, RequestState, Wanted

FOUND_A_PAGE = 20
NOT_YET = (Code.NO_INFANT, Code.NOT_BORN_YET)
LEAST_LETTERS = 2


def requests_shown() -> "QuerySet[PlaceRequest]":
    """Return requests with what a list or page shows of them. Two queries."""
    registrations = Registration.objects.filter(state__in=LIVE_STATES).order_by("applied_at")
    return PlaceRequest.objects.select_related(
        "family", "district", "service__facility", "asked_by", "decided_by", "high_need"
    ).prefetch_related(Prefetch("family__births__registrations", registrations, to_attr="live"))


def registration_of(request: PlaceRequest) -> Registration | None:
    """Return the family's registration that counts: the newest approved one, else what waits for a decision.

    None: the application is missing. Takes a request of ``requests_shown``.
    """
    live = [row for birth in request.family.births.all() for row in birth.live]  # type: ignore[attr-defined]
    approved = [row for row in live if row.state == RegistrationState.APPROVED]
    return next(reversed(approved or live), None)


def why_in_vain(request: PlaceRequest, today: date) -> list[str]:
    """Say why a place would be of no use to the family today; nothing where it may use one of the services wished.

    None wished: any short stay or day care. A pregnancy, or an application that waits, is no reason. Of one request.
    """
    registration = registration_of(request)
    if registration is None or registration.state != RegistrationState.APPROVED:
        return []
    offered = services_offered(today).filter(kind__in=STAYS)
    answers = [
        may_use_on(registration, service, [today])[today]
        for service in ([request.service] if request.service else offered)
    ]
    if any(answer.may or any(rule.code in NOT_YET for rule in answer.against) for answer in answers):
        return []
    return list(dict.fromkeys(reason(rule) for answer in answers for rule in answer.against))


def waiting_requests(today: date) -> "QuerySet[PlaceRequest]":
    """Return what waits for an answer: the soonest wanted first, then who asked first."""
    soonest = Case(
        *(When(wanted=wanted, then=place) for place, wanted in enumerate(Wanted)), output_field=IntegerField()
    )
    waiting = requests_shown().filter(state=RequestState.ASKED, expires_on__gte=today)
    return waiting.order_by(soonest, "asked_at", "pk")


@dataclass(frozen=True)
class CameOf:
    """What came of a request since it was made: the draws that the family entered, and the places it had."""

    entries: list[DrawEntry]
    bookings: list[Booking]


def what_came_of(request: PlaceRequest) -> CameOf:
    """Return the draws entered and the places had since, not those given back. Three queries."""
    entries = DrawEntry.objects.filter(
        registration__birth__family=request.family_id,
        withdrawn_at__isnull=True,
        round__closes_at__gte=request.asked_at,
        round__called_off_at__isnull=True,
    )
    bookings = bookings_with_days().filter(
        registration__birth__family=request.family_id,
        booked_at__gte=request.asked_at,
        state__in=(BookingState.OFFERED, BookingState.BOOKED, BookingState.ARRIVED, BookingState.DEPARTED),
    )
    return CameOf(
        list(entries.select_related("round__pool__facility").order_by("round__draw_at")),
        list(bookings.order_by("pk")),
    )


def families_like(families: "QuerySet[Family]", text: str) -> "QuerySet[Family]":
    """Return the families that the one search finds (enrollment/family_search.py): the newest birth first.

    A birth still to come counts by its due date. Too short a text finds nobody: it would list the district.
    """
    if len(text.strip()) < LEAST_LETTERS:
        return families.none()
    born = Infant.objects.filter(birth__family=OuterRef("pk"), joined_into__isnull=True).order_by("-birth_date")
    due = Birth.objects.filter(family=OuterRef("pk"), due_date__isnull=False).order_by("-due_date")
    newest = Greatest(Subquery(born.values("birth_date")[:1]), Subquery(due.values("due_date")[:1]))
    found = families.filter(pk__in=families_found(text), merged_into__isnull=True).annotate(newest_birth=newest)
    return found.order_by(F("newest_birth").desc(nulls_last=True), "mother_name_kana", "pk").prefetch_related(
        "births__infants"
    )


@dataclass(frozen=True)
class Found:
    """A family that was found, as a nurse may know it: its address in the open, None where it has none there.

    ``is_protected``: its address is not to be shown here.
    """

    family: Family
    address: Address | None
    is_protected: bool


def found_as_shown(families: Sequence[Family], today: date) -> list[Found]:
    """Return a page of families with what tells one from another. Three queries."""
    addresses = addresses_to_visit(families, today)
    protected = set(Protection.in_force.filter(family__in=families).values_list("family", flat=True))
    return [Found(row, addresses.get(row.pk), row.pk in protected) for row in families]
