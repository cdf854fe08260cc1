"""What the section needs to know of a family before it calls or drives out. Each in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from bookings.models import Booking, BookingState
from bookings.places.queries import bookings_with_days
from care.models import Assessment, CareRecord, CheckIn
from enrollment.age import years_old
from enrollment.models import Infant, Sibling
from enrollment.stated import Stated, stated_of

from .models import PlaceRequest, Referral, WatchRow

# How many days of the stay's records stand on the page (own default); what gave cause stands there besides.
DAYS_OF_RECORDS = 3
WATCHED_SINCE = timedelta(days=28)


@dataclass(frozen=True)
class FamilyToFollow:
    """Who lives there, what was stated and seen, and what else is under way.

    ``mothers_age``: in years, None where her day of birth is not known. ``infants``: each with its days of life today.
    ``records``: the last days of the stay, newest first. ``stays``: her others, at all facilities, newest first.
    """

    mothers_age: int | None
    infants: Sequence[tuple[Infant, int]]
    siblings: Sequence[Sibling]
    stated: Stated
    check_in: CheckIn | None
    records: Sequence[CareRecord]
    scores: Sequence[Assessment]
    stays: Sequence[Booking]
    places: Sequence[PlaceRequest]
    watched: Sequence[WatchRow]


def family_to_follow(referral: Referral, person: User, today: date) -> FamilyToFollow:
    """Return what the section is to know of the referral's family; of requests and lists what ``person`` may open.

    Thirteen queries at most.
    """
    family, booking = referral.family, referral.booking
    infants = list(booking.registration.birth.infants.all())
    records = CareRecord.objects.filter(stay__booking=booking).select_related("recorded_by")
    scores = Assessment.objects.filter(stay__booking__registration__birth__family=family)
    stays = bookings_with_days().filter(
        registration__birth__family=family, state__in=(BookingState.ARRIVED, BookingState.DEPARTED)
    )
    rows = WatchRow.objects.filter(family=family, watch_list__week__gte=today - WATCHED_SINCE, joined_into=None)
    watched = visible(person, Action.WATCH_WORK, rows).select_related("watch_list__district")
    places = visible(person, Action.PLACE_FOLLOW, PlaceRequest.objects.filter(family=family))
    return FamilyToFollow(
        mothers_age=years_old(family.mother_birth_date, today) if family.mother_birth_date else None,
        infants=[(infant, (today - infant.birth_date).days) for infant in infants],
        siblings=list(family.siblings.order_by("birth_date", "pk")),
        stated=stated_of(booking.registration, infants),
        check_in=CheckIn.objects.filter(stay__booking=booking).select_related("recorded_by").first(),
        records=list(records.prefetch_related("infants__infant").order_by("-day")[:DAYS_OF_RECORDS]),
        scores=list(scores.select_related("recorded_by", "stay__booking__service__facility")),
        stays=list(stays.exclude(pk=booking.pk).order_by("-stay__arrived_at", "-pk")),
        places=list(places.order_by("-asked_at", "-pk")),
        watched=list(watched.order_by("-watch_list__week", "-pk")),
    )
