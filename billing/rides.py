"""送迎: a ride recorded at the facility where the ward bears it, and taken back where it was an error."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking
from bookings.places.locking import lock_booking
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .models import Ride, RideDirection
from .queries import borne_by, transport_policy

MOST_FARE = 100_000


@in_transaction
def record_ride(*, booking: Booking, direction: RideDirection, fare: int, by: User, at: datetime) -> Ride:
    """Record a ride of ``fare`` yen: the ward bears it as the policy of the day says.

    The ride to the facility was on the day of arrival, the one home is on the day of leaving, or today.

    Errors: Refused ``not_in_house``, ``ride_recorded``, ``ride_not_borne`` (taxed, or no policy in force);
    NotPossible ``fare_not_possible``.
    """
    if not 1 <= fare <= MOST_FARE:
        sentence = _("Please enter a fare from 1 to %(most)s yen.") % {"most": f"{MOST_FARE:,}"}
        raise NotPossible("fare_not_possible", sentence, {"fare": sentence})
    locked = lock_booking(booking)
    day = day_of_ride(locked, direction, timezone.localdate(at))
    policy = transport_policy(locked, day, fare)
    if policy is None:
        raise Refused("ride_not_borne", _("The ward does not bear the ride of this household on this day."))
    if locked.rides.filter(direction=direction, taken_back_at__isnull=True).exists():
        sentence = _("This ride is recorded already.")
        raise Refused("ride_recorded", sentence, {"direction": sentence})
    return Ride.objects.create(
        booking=locked,
        direction=direction,
        day=day,
        fare=fare,
        borne=borne_by(policy),
        policy=policy,
        recorded_at=at,
        recorded_by=by,
    )


@in_transaction
def take_back_ride(*, ride: Ride, reason: str, by: User, at: datetime) -> Ride:
    """Take a recorded ride back, with the reason: in the claim it stands with a minus, in the month of ``at``.

    Errors: NotPossible ``no_reason``; Refused ``already_taken_back``.
    """
    refuse_without_reason(reason)
    kept = Ride.objects.select_for_update(no_key=True).get(pk=ride.pk)
    if kept.taken_back_at is not None:
        raise Refused("already_taken_back", _("This ride is taken back already."))
    kept.taken_back_at, kept.taken_back_by, kept.taken_back_reason = at, by, reason
    kept.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_reason"])
    return kept


def day_of_ride(booking: Booking, direction: RideDirection, today: date) -> date:
    """Return the day of a stay's ride. Errors: Refused ``not_in_house`` before the arrival."""
    stay = getattr(booking, "stay", None)
    if stay is None:
        raise Refused("not_in_house", _("A ride is recorded once the family has arrived."))
    moment = stay.arrived_at if direction == RideDirection.TO else stay.departed_at
    return timezone.localdate(moment) if moment else today
