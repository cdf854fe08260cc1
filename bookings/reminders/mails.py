"""The mails that come by the clock: a link, what a guest needs, and nothing of a person.

What has changed meanwhile is not told.
"""

from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from accounts.messages.matters import Matter
from bookings.guest_words import guest_words
from bookings.models import Booking, BookingState
from bookings.places.queries import bookings_with_days
from bookings.places.release import last_days_to_give_back
from sankecare.models import OutboxEntry

from .remind import first_days


def mail_stay_reminder(entry: OutboxEntry, at: datetime) -> None:
    """Remind of a first day; nothing where it is not booked any more, or has come."""
    booking, first = _booking(entry), date.fromordinal(entry.payload["day"])
    left = (first - timezone.localdate(at)).days
    if booking.state != BookingState.BOOKED or first not in first_days(booking) or left < 1:
        return
    mail_link(
        booking.registration.birth.family.account,
        number=f"stay-reminder-{entry.pk}",
        subject=_("Your booking is tomorrow") if left == 1 else _("Your booking is coming up"),
        body=_(
            "Your booking begins tomorrow. When and where, and what to bring, are on your page. If you cannot come,"
            " please give the place back there:\n\n%(link)s"
        )
        if left == 1
        else _(
            "Your booking begins in %(days)s days. When and where, and what to bring, are on your page. If you cannot"
            " come, please give the place back there: another family may be waiting.\n\n%(link)s"
        ),
        page=reverse("family:booking", args=[booking.pk]),
        matter=Matter.REMINDER,
        below=guest_words(booking),
        days=left,
    )


def mail_give_back_reminder(entry: OutboxEntry, at: datetime) -> None:
    """Remind of the last day to give back, with the page on which one touch does it; nothing once that day is over."""
    booking, until = _booking(entry), date.fromordinal(entry.payload["day"])
    if booking.state != BookingState.BOOKED or last_days_to_give_back([booking]).get(booking.pk) != until:
        return
    if timezone.localdate(at) <= until:
        mail_link(
            booking.registration.birth.family.account,
            number=f"give-back-reminder-{entry.pk}",
            subject=_("The last day to cancel is near"),
            body=_(
                "You can cancel your booking online, free of charge, until %(until)s. If you come, there is nothing to"
                " do. If you cannot come, one touch gives the place to the next family:\n\n%(link)s"
            ),
            page=reverse("family:cancel", args=[booking.pk]),
            until=until,
            matter=Matter.REMINDER,
        )


def mail_stay_over(entry: OutboxEntry, _at: datetime) -> None:
    """Write to her after a stay or visit: what she takes home is there."""
    booking = _booking(entry)
    if booking.state == BookingState.DEPARTED:
        mail_link(
            booking.registration.birth.family.account,
            number=f"stay-over-{booking.pk}",
            subject=_("Thank you for coming"),
            body=_(
                "Thank you for coming. The midwives' summary, and what helps at home, are on your page:\n\n%(link)s"
                "\n\nIf something weighs on you, you can call. You need not wait until it is bad."
            ),
            page=reverse("takehome:page", args=[booking.pk]),
            matter=Matter.AFTERWARDS,
        )


def _booking(entry: OutboxEntry) -> Booking:
    found = bookings_with_days().select_related("registration__birth__family__account")
    booking: Booking = found.get(pk=entry.payload["booking"])
    return booking
