"""依頼を出す: a facility asks the district to look after a family."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState
from bookings.places.locking import lock_booking
from bookings.places.queries import VISITS
from care.models import Assessment, CareRecord, Incident
from care.proposals import settle_as_raised
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .announce import REFERRAL_RAISED
from .join import Asked, join
from .models import (
    ONE_CAUSE,
    Concern,
    EventKind,
    Ground,
    Origin,
    RecipientKind,
    Referral,
    ReferralEvent,
    Urgency,
)
from .papers import keep_papers
from .queries import deadlines, district_of, open_about_the_same

# A family that did not come may worry the facility as much as one that did.
STATES_OF_A_STAY = (BookingState.ARRIVED, BookingState.DEPARTED, BookingState.NO_SHOW)
Cause = CareRecord | Assessment | Incident
CAUSES: dict[str, QuerySet[Any]] = {
    Origin.CARE_RECORD: CareRecord.objects.select_related("stay"),
    Origin.ASSESSMENT: Assessment.objects.select_related("stay"),
    Origin.INCIDENT: Incident.objects.select_related("stay"),
}


@in_transaction
def raise_referral(
    *,
    booking: Booking,
    recipient: RecipientKind,
    concerns: Collection[Concern],
    ground: Ground,
    by: User,
    at: datetime,
    what_was_seen: str = "",
    urgency: Urgency = Urgency.NORMAL,
    cause: Cause | None = None,
    papers: "Sequence[UploadedFile[bytes]]" = (),
    announce: bool = True,
) -> Referral:
    """Write the referral of the stay's family, its event and its announcement, or join the one that is open.

    One is open of a family for one cause with one section: a further request is an addition to it
    (``ReferralAddition``), the same one again is nothing new. Either way the open one is returned.

    It is in the inbox of the family's district from then on (of the last one, where the family has left the ward),
    whether or not it can be announced. ``cause``: what of the stay's records gave cause, none for the stay or the
    visit itself. ``announce=False`` is for history that is loaded: nobody is told of it.

    Errors: NotPossible ``no_concern``, ``say_what``, ``no_residence``, ``cause_of_another``, ``paper_…``,
    ``too_many_papers``; Refused ``not_a_stay``.
    """
    if booking.state not in STATES_OF_A_STAY:
        raise Refused("not_a_stay", _("%(number)s has not begun yet.") % {"number": booking.number})
    if cause is not None and (cause.stay is None or cause.stay.booking_id != booking.pk):
        raise NotPossible("cause_of_another", _("This record belongs to another stay."))
    chosen = _chosen(concerns, what_was_seen, cause)
    family = booking.registration.birth.family
    district = district_of(family, timezone.localdate(at))
    if district is None:
        raise NotPossible("no_residence", _("It is not known where the family lives. Please telephone the ward."))
    lock_booking(booking)
    origin = _origin(booking, cause)
    asked = Asked(chosen, what_was_seen.strip(), Urgency(urgency), ground)
    about = {"family": family, "asked_of": RecipientKind(recipient), "booking": booking, **origin}
    if standing := open_about_the_same({**dict.fromkeys(ONE_CAUSE), **about}):
        return join(standing, asked, papers, by=by, at=at)
    due_at, red_at = deadlines(at)
    referral = Referral.objects.create(
        family=family,
        booking=booking,
        **origin,
        district=district,
        asked_of=RecipientKind(recipient),
        recipient=RecipientKind(recipient),
        announced_to=district,
        concerns=chosen,
        what_was_seen=what_was_seen.strip(),
        urgency=Urgency(urgency),
        ground=Ground(ground),
        raised_at=at,
        raised_by=by,
        due_at=due_at,
        red_at=red_at,
    )
    ReferralEvent.objects.create(
        referral=referral, kind=EventKind.RAISED, by=by, at=at, recipient=referral.recipient, district=district
    )
    keep_papers(referral, papers)
    if isinstance(cause, Assessment):
        settle_as_raised(assessment=cause, by=by, at=at)
    if announce:
        outbox.enqueue(
            kind=REFERRAL_RAISED,
            recipient=f"district:{district.pk}/{referral.recipient}",
            dedupe_key=f"{REFERRAL_RAISED}:{referral.pk}",
            payload={"referral": referral.pk},
            at=at,
        )
    return referral


def cause_of(booking: Booking, origin: str, pk: int) -> Cause:
    """Return the record of the stay that gives cause. Errors: NotPossible ``cause_of_another``."""
    found: Cause | None = CAUSES[origin].filter(pk=pk, stay__booking=booking).first()
    if found is None:
        raise NotPossible("cause_of_another", _("This record belongs to another stay."))
    return found


def _origin(booking: Booking, cause: Cause | None) -> dict[str, object]:
    if isinstance(cause, CareRecord):
        return {"origin": Origin.CARE_RECORD, "care_record": cause}
    if isinstance(cause, Incident):
        return {"origin": Origin.INCIDENT, "incident": cause}
    if isinstance(cause, Assessment):
        return {"origin": Origin.ASSESSMENT, "assessment": cause}
    return {"origin": Origin.VISIT if booking.service.kind in VISITS else Origin.STAY}


def _chosen(concerns: Collection[Concern], what_was_seen: str, cause: Cause | None) -> list[Concern]:
    """The concerns once each, in the list's order; said in words, unless an assessment says it."""
    chosen = [concern for concern in Concern if concern in {Concern(given) for given in concerns}]
    if not chosen:
        words = _("Choose at least one concern.")
        raise NotPossible("no_concern", words, {"concerns": words})
    unsaid = not isinstance(cause, Assessment) or Concern.OTHER in chosen
    if unsaid and not what_was_seen.strip():
        words = _("Say in your own words what worries you.")
        raise NotPossible("say_what", words, {"what_was_seen": words})
    return chosen
