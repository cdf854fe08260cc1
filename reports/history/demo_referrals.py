"""Made-up referrals of the last weeks, so that every inbox has something to show; through the live operations."""

from datetime import date, datetime, timedelta

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState
from facilities.models import District
from referrals.acknowledge import acknowledge_within_transaction
from referrals.models import Concern, Ground, RecipientKind, Urgency
from referrals.raise_referral import raise_within_transaction

from .families import at

RECENT = timedelta(days=21)
RECEIVED_AFTER = timedelta(hours=2)
A_DISTRICT = 4
SEEN = (
    (
        [Concern.EXHAUSTION],
        "夜間の授乳で眠れず、日中も横になれていないとのこと。手伝える家族がいません。",
        Urgency.NORMAL,
    ),
    ([Concern.MOOD, Concern.EXHAUSTION], "話しながら涙が出ることが数回ありました。", Urgency.SOON),
    ([Concern.GROWTH], "体重の増えがゆるやかです。授乳の様子を続けて見てください。", Urgency.SOON),
    ([Concern.BONDING], "抱くのがこわいと話していました。退所前は笑顔も見られました。", Urgency.NORMAL),
)


def make_demo_referrals(today: date) -> None:
    """Raise a few referrals in each district on stays that have ended; the newest wait to be received."""
    for district in District.objects.all():
        stays = list(_recent_stays(district, today))
        for number, booking in enumerate(stays):
            concerns, words, urgency = SEEN[number % len(SEEN)]
            raised_at = _raised_at(booking, today, newest=number == 0)
            referral = raise_within_transaction(
                booking=booking,
                recipient=RecipientKind.HEALTH_NURSE,
                concerns=concerns,
                what_was_seen=words,
                urgency=urgency,
                ground=Ground.CONSENT,
                by=User.objects.get(role=Role.OPERATOR, facility=booking.service.facility),
                at=raised_at,
                announce=False,
            )
            if number:
                nurse = User.objects.get(role=Role.HEALTH_NURSE, district=district)
                acknowledge_within_transaction(referral=referral, by=nurse, at=raised_at + RECEIVED_AFTER)


def _recent_stays(district: District, today: date) -> list[Booking]:
    """The last stays of families that live in the district, newest first, one a family."""
    ended = Booking.objects.filter(
        state=BookingState.DEPARTED,
        stay__departed_at__date__gte=today - RECENT,
        stay__departed_at__date__lt=today,
        registration__birth__family__residences__district=district,
        registration__birth__family__residences__period__contains=today,
    )
    newest = ended.select_related("service__facility", "registration__birth__family", "stay")
    by_family = {booking.registration.birth.family_id: booking for booking in newest.order_by("stay__departed_at")}
    return sorted(by_family.values(), key=lambda booking: booking.stay.arrived_at, reverse=True)[:A_DISTRICT]


def _raised_at(booking: Booking, today: date, *, newest: bool) -> datetime:
    """At the departure; the newest on the evening before, so that its time to be received runs from this morning."""
    return at(today - timedelta(days=1), 18) if newest else booking.stay.arrived_at.replace(hour=9)
