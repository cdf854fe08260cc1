"""The reminders that are due, written as entries of the outbox. Run again it writes none twice."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from bookings.models import Booking, BookingDay, BookingState, DayStatus, ReminderPolicy
from bookings.places.queries import VISITS, bookings_with_days
from bookings.places.release import last_days_to_give_back
from sankecare import outbox
from sankecare.consecutive_days import consecutive_days
from sankecare.outbox import Announcement
from sankecare.transactions import in_transaction

from .due import due_before, is_give_back_due

STAY_REMINDER = "stay_reminder"
GIVE_BACK_REMINDER = "give_back_reminder"
STAY_OVER = "stay_over"
# What could not be told of a stay within so many days is not told any more (own default).
TOLD_WITHIN = timedelta(days=3)
# As far as a policy can say, and the last day to give back lies before the first day.
LONGEST_AHEAD = 120


def policy_of_the_hour(at: datetime) -> ReminderPolicy | None:
    """Return the policy in force where this is an hour at which families are reminded. One query."""
    local = timezone.localtime(at)
    policy = ReminderPolicy.objects.filter(period__contains=local.date()).first()
    return policy if policy is not None and policy.earliest <= local.time() < policy.latest else None


@in_transaction
def remind_families(*, at: datetime) -> int:
    """Have every family told that is to be reminded now, or written to after its stay; return how many entries."""
    policy = policy_of_the_hour(at)
    if policy is None:
        return 0
    told = [*_before(policy, timezone.localdate(at)), *_after(policy, at)]
    outbox.enqueue_several(told, at=at)
    return len(told)


def first_days(booking: Booking) -> list[date]:
    """Return the first day of each part of a booking: of days on end the first, of visits each."""
    days = sorted(row.day for row in booking.days.all() if row.is_kept)
    return days if booking.service.kind in VISITS else [run[0] for run in consecutive_days(days)]


def _before(policy: ReminderPolicy, today: date) -> Iterator[Announcement]:
    soon = (today, today + timedelta(days=LONGEST_AHEAD))
    held = BookingDay.objects.filter(status=DayStatus.HELD, day__range=soon)
    bookings = list(
        bookings_with_days().filter(
            pk__in=held.values("booking"),
            state=BookingState.BOOKED,
            registration__birth__family__account__isnull=False,
        )
    )
    give_back = last_days_to_give_back(bookings)
    for booking in bookings:
        known = timezone.localdate(booking.booked_at)
        for first in first_days(booking):
            number = due_before(first, known, today, policy.stay_days_before)
            if number is not None:
                yield _told(STAY_REMINDER, booking, f"{first.toordinal()}/{number}", first)
        until = give_back.get(booking.pk)
        days = policy.give_back_days_before
        if until is not None and days is not None and is_give_back_due(until, known, today, days):
            yield _told(GIVE_BACK_REMINDER, booking, f"{until.toordinal()}", until)


def _after(policy: ReminderPolicy, at: datetime) -> Iterator[Announcement]:
    """Some hours after the departure was recorded: what is taken back within minutes is told to nobody."""
    if policy.after_stay_hours is None:
        return
    recorded = (at - TOLD_WITHIN, at - timedelta(hours=policy.after_stay_hours))
    over = Booking.objects.filter(
        state=BookingState.DEPARTED,
        stay__departure_recorded_at__range=recorded,
        registration__birth__family__account__isnull=False,
    )
    for booking in over.select_related("registration__birth__family").order_by("pk"):
        yield _told(STAY_OVER, booking, "", timezone.localdate(at))


def _told(kind: str, booking: Booking, which: str, day: date) -> Announcement:
    account = booking.registration.birth.family.account_id
    key = f"{kind}:{booking.pk}/{which}" if which else f"{kind}:{booking.pk}"
    return Announcement(kind, f"user:{account}", key, {"booking": booking.pk, "day": day.toordinal()})
