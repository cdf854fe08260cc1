"""The mails of places and draws: a link and nothing else. The Message-ID makes a second copy one."""

from datetime import datetime

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from accounts.models import User
from bookings.models import Booking, BookingState, ChangeNotice, DrawEntry
from enrollment.confidential import is_protected
from enrollment.models import Registration
from sankecare.models import OutboxEntry

from .calendar_events import as_file, note_handed_out
from .calendar_file import media_type, method_of
from .queries import bookings_with_days


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


def mail_result(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that the result stands on its page; until when winners answer is told to all alike."""
    wish = DrawEntry.objects.select_related("registration__birth__family__account").get(pk=entry.payload["entry"])
    held = DrawEntry.objects.filter(round=wish.round_id, booking__isnull=False)
    answer_by = held.aggregate(latest=Max("booking__offered_until"))["latest"]
    mail_link(
        wish.registration.birth.family.account,
        number=f"draw-{wish.pk}",
        subject=_("The result of the draw is there"),
        body=_("The result of the draw stands on your page. If you won, please accept it by %(until)s:\n\n%(link)s")
        if answer_by
        else _("The result of the draw stands on your page:\n\n%(link)s"),
        page=reverse("family:home"),
        until=answer_by,
    )


def mail_draw_called_off(entry: OutboxEntry, _at: datetime) -> None:
    """Tell a family that entered a draw that it is not held; why stands on its page of draws."""
    wish = DrawEntry.objects.select_related("registration__birth__family__account").get(pk=entry.payload["entry"])
    mail_link(
        wish.registration.birth.family.account,
        number=f"draw-off-{wish.pk}",
        subject=_("A draw is not held"),
        body=_(
            "A draw that you entered is not held. Please read why on your page, and choose other days:\n\n%(link)s"
        ),
        page=reverse("family:draws", args=[wish.registration_id]),
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
    mail_link(
        made.registration.birth.family.account,
        number=f"booked-{made.pk}",
        subject=_("Your booking stands"),
        body=_("Your booking has been made. Days, fee and changes are on your page:\n\n%(link)s"),
        page=reverse("family:booking", args=[made.pk]),
        attached=_for_calendar(made, entry),
    )


def mail_updated(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that its booking is another one, or cancelled, with what its calendar has to change."""
    made = bookings_with_days().get(pk=entry.payload["booking"])
    if made.notices.filter(made_at=entry.created_at).exists():
        return  # the ward's own mail says it, with the reason
    cancelled = made.state == BookingState.CANCELLED
    mail_link(
        made.registration.birth.family.account,
        number=f"updated-{entry.pk}",
        subject=_("Your booking is cancelled") if cancelled else _("Your booking was changed"),
        body=_("Your booking is cancelled. You can book other days on your page:\n\n%(link)s")
        if cancelled
        else _("Your booking was changed. Days, times and fee as they stand now are on your page:\n\n%(link)s"),
        page=reverse("family:booking", args=[made.pk]),
        attached=_for_calendar(made, entry),
    )


def mail_changed(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that the ward or the facility changed its booking; why stands on its page."""
    notice = ChangeNotice.objects.select_related("booking__registration__birth__family__account").get(
        pk=entry.payload["notice"]
    )
    mail_link(
        notice.booking.registration.birth.family.account,
        number=f"changed-{notice.pk}",
        subject=_("Your booking was changed"),
        body=_("The ward had to change your booking. Please read on your page what changed and why:\n\n%(link)s"),
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


def _for_calendar(booking: Booking, entry: OutboxEntry) -> tuple[str, bytes, str] | None:
    """Return the booking's days for a calendar, as its page gives them; none of a family under protection."""
    if is_protected(booking.registration.birth.family):
        return None
    written, events = as_file([booking], with_place=True, at=entry.created_at)
    if not events:
        return None
    note_handed_out(booking, events)
    return "booking.ics", written, media_type(method_of(events))
