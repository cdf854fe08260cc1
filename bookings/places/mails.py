"""The mails of places: a link, and what a guest of a booking needs. The Message-ID makes a second copy one."""

from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from accounts.messages.language import language_of
from accounts.messages.matters import Matter
from accounts.models import User
from bookings.guest_words import guest_words
from bookings.models import Booking, BookingState, ChangeNotice, NoticeKind, WaitingEntry
from enrollment.confidential import is_protected
from enrollment.models import Registration
from sankecare.models import OutboxEntry

from .calendar_events import as_file, note_handed_out, shows_place
from .calendar_file import media_type, method_of
from .queries import VISITS, bookings_with_days


def mail_offer(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that a place is held for it: a link to the page where it answers."""
    held = Booking.objects.select_related("registration__birth__family__account").get(pk=entry.payload["booking"])
    if held.state == BookingState.OFFERED:
        mail_link(
            held.registration.birth.family.account,
            number=f"offer-{held.pk}",
            subject=_("A place has come free for you"),
            body=_(
                "A place that you waited for is held for you until %(until)s. Please sign in and answer:\n\n%(link)s"
            ),
            page=reverse("family:offer", args=[held.pk]),
            until=held.offered_until,
        )


def mail_reminder(entry: OutboxEntry, _at: datetime) -> None:
    """Remind the family once that a place is held for it and not answered yet; nothing where it has answered."""
    held = Booking.objects.select_related("registration__birth__family__account").get(pk=entry.payload["booking"])
    if held.state == BookingState.OFFERED and held.given_on_at is None:
        mail_link(
            held.registration.birth.family.account,
            number=f"offer-reminder-{held.pk}",
            subject=_("Please answer: a place is held for you"),
            body=_(
                "A place is still held for you, until %(until)s. Without an answer it goes to another family. Please"
                " sign in and say whether you take it:\n\n%(link)s"
            ),
            page=reverse("family:offer", args=[held.pk]),
            until=held.offered_until,
        )


def mail_lapsed(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that the place went on because it did not answer; without a word of blame."""
    held = Booking.objects.select_related("registration__birth__family__account").get(pk=entry.payload["booking"])
    mail_link(
        held.registration.birth.family.account,
        number=f"offer-lapsed-{held.pk}",
        subject=_("The place that was held went to another family"),
        body=_(
            "The time to answer is over, and the place went to the next family. There is nothing that you need to do."
            " Days that are free now, and what you still wait for, are on your page:\n\n%(link)s"
        ),
        page=reverse("family:home"),
    )


def mail_joined(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that it waits for the days; nothing where more has happened with them meanwhile."""
    waiting = WaitingEntry.objects.select_related("registration__birth__family__account").get(
        pk=entry.payload["entry"]
    )
    if waiting.ended_at is None and waiting.booking_id is None and waiting.away_since is None:
        mail_link(
            waiting.registration.birth.family.account,
            number=f"waiting-{waiting.pk}",
            subject=_("You are on the waiting list"),
            body=_(
                "You wait for the days that you chose. As soon as a place comes free for you, we write to you and hold"
                " it. If you need it no longer, please say so on your page:\n\n%(link)s"
            ),
            page=reverse("family:waiting", args=[waiting.registration_id]),
            matter=Matter.ANSWER,
        )


def mail_who_counts(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that what it entered or waits for counts no more, or again; why stands on its page."""
    registration = Registration.objects.select_related("birth__family__account").get(pk=entry.payload["registration"])
    mail_link(
        registration.birth.family.account,
        number=f"counts-{entry.pk}",
        subject=_("About your draws and your waiting list"),
        body=_(
            "Something changed of what you entered a draw for, wait for or were offered. Please read on your page what"
            " counts now, and why:\n\n%(link)s"
        ),
        page=reverse("family:home"),
    )


def mail_booked(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that its booking stands: a link, and the days as a calendar file without any name.

    Where the address is under protection the days are not written in a mail either.
    """
    made = bookings_with_days().get(pk=entry.payload["booking"])
    if made.state != BookingState.BOOKED:
        return
    attached = _for_calendar(made, entry)
    times = appointments_in_words(made) if attached else ""
    mail_link(
        made.registration.birth.family.account,
        number=f"booked-{made.pk}",
        subject=_("Your booking stands"),
        body=_(
            "Your booking has been made: %(times)s. Place or link, what to have ready, fee and changes are on your"
            " page:\n\n%(link)s"
        )
        if times
        else _("Your booking has been made. Days, fee and changes are on your page:\n\n%(link)s"),
        page=reverse("family:booking", args=[made.pk]),
        attached=attached,
        matter=Matter.ANSWER,
        below=guest_words(made),
        times=times,
    )


def mail_updated(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that its booking is another one, or cancelled, with what its calendar has to change."""
    made = bookings_with_days().get(pk=entry.payload["booking"])
    if made.notices.filter(made_at=entry.created_at).exists():
        return  # the ward's own mail says it, with the reason
    cancelled = made.state == BookingState.CANCELLED
    attached = _for_calendar(made, entry)
    times = appointments_in_words(made) if attached and not cancelled else ""
    mail_link(
        made.registration.birth.family.account,
        number=f"updated-{entry.pk}",
        subject=_("Your booking is cancelled") if cancelled else _("Your booking was changed"),
        body=_("Your booking is cancelled. You can book other days on your page:\n\n%(link)s")
        if cancelled
        else _("Your booking was changed. It is now: %(times)s. All else is on your page:\n\n%(link)s")
        if times
        else _("Your booking was changed. Days, times and fee as they stand now are on your page:\n\n%(link)s"),
        page=reverse("family:booking", args=[made.pk]),
        attached=attached,
        matter=Matter.ANSWER,
        times=times,
    )


def mail_changed(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that the ward or the facility changed its booking; why stands on its page."""
    notice = ChangeNotice.objects.select_related("booking__registration__birth__family__account").get(
        pk=entry.payload["notice"]
    )
    cancelled = notice.kind == NoticeKind.CANCELLED
    mail_link(
        notice.booking.registration.birth.family.account,
        number=f"changed-{notice.pk}",
        subject=_("Your booking had to be cancelled") if cancelled else _("Your booking was changed"),
        body=_(
            "Your booking had to be cancelled. Why, and which other days are free, stands on your page:\n\n%(link)s"
        )
        if cancelled
        else _("The ward had to change your booking. Please read on your page what changed and why:\n\n%(link)s"),
        page=reverse("family:booking", args=[notice.booking_id]),
        attached=_for_calendar(bookings_with_days().get(pk=notice.booking_id), entry),
    )


def mail_facility(entry: OutboxEntry, _at: datetime) -> None:
    """Tell somebody of the facility that a booking of hers was changed; what changed stands on its page."""
    notice = ChangeNotice.objects.select_related("booking__service").get(pk=entry.payload["notice"])
    person = User.objects.get(pk=entry.payload["person"])
    if person.facility_id == notice.booking.service.facility_id:
        mail_link(
            person,
            number=f"changed-{notice.pk}-{person.pk}",
            subject=_("A booking at your facility was changed"),
            body=_(
                "Days of a booking at your facility cannot be used any more. Please sign in to see which:\n\n%(link)s"
            ),
            page=reverse("operator:stay", args=[notice.booking_id]),
        )


def appointments_in_words(booking: Booking) -> str:
    """Write the times of its visits and consultations, in her language; "" of a stay or without any."""
    if booking.service.kind not in VISITS:
        return ""
    with translation.override(language_of(booking.registration.birth.family.account)):
        return gettext(", ").join(
            f"{date_format(row.day, 'MONTH_DAY_FORMAT')} {row.starts_at:%H:%M}"
            for row in booking.days.all()
            if row.is_kept and row.starts_at is not None
        )


def _for_calendar(booking: Booking, entry: OutboxEntry) -> tuple[str, bytes, str] | None:
    """Return the booking's days for a calendar, as its page gives them; none of a family under protection."""
    if is_protected(booking.registration.birth.family):
        return None
    written, events = as_file(
        [booking],
        with_place=shows_place(booking.registration.birth.family),
        at=entry.created_at,
        reader=booking.registration.birth.family.account,
    )
    if not events:
        return None
    note_handed_out(booking, events)
    return "booking.ics", written, media_type(method_of(events))
