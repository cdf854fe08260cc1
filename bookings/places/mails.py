"""The mails of places and draws: a link and nothing else. The Message-ID makes a second copy one."""

from datetime import date, datetime

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.models import User
from bookings.models import Booking, BookingState, ChangeNotice, DrawEntry
from enrollment.confidential import is_protected
from sankecare.mails import link_to, mail_host, send_mail
from sankecare.models import OutboxEntry
from sankecare.moments import fact_in_words

from .calendar_file import MEDIA_TYPE, calendar_file

CALENDAR_WORDS = _("Appointment (details on your page)")


def mail_offer(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that a place is held for it: a link to the page where it answers."""
    held = Booking.objects.select_related("registration__birth__family__account").get(pk=entry.payload["booking"])
    if held.state == BookingState.OFFERED:
        send_link(
            held.registration.birth.family.account,
            f"offer-{held.pk}",
            _("A place has come free for you"),
            _("A place that you waited for is held for you until %(until)s. Please sign in and answer:\n\n%(link)s"),
            reverse("family:offer", args=[held.pk]),
            until=held.offered_until,
        )


def mail_result(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that the result stands on its page; until when winners answer is told to all alike."""
    wish = DrawEntry.objects.select_related("registration__birth__family__account").get(pk=entry.payload["entry"])
    held = DrawEntry.objects.filter(round=wish.round_id, booking__isnull=False)
    answer_by = held.aggregate(latest=Max("booking__offered_until"))["latest"]
    send_link(
        wish.registration.birth.family.account,
        f"draw-{wish.pk}",
        _("The result of the draw is there"),
        _("The result of the draw stands on your page. If you won, please accept it by %(until)s:\n\n%(link)s")
        if answer_by
        else _("The result of the draw stands on your page:\n\n%(link)s"),
        reverse("family:home"),
        until=answer_by,
    )


def mail_draw_called_off(entry: OutboxEntry, _at: datetime) -> None:
    """Tell a family that entered a draw that it is not held; why stands on its page of draws."""
    wish = DrawEntry.objects.select_related("registration__birth__family__account").get(pk=entry.payload["entry"])
    send_link(
        wish.registration.birth.family.account,
        f"draw-off-{wish.pk}",
        _("A draw is not held"),
        _("A draw that you entered is not held. Please read why on your page, and choose other days:\n\n%(link)s"),
        reverse("family:draws", args=[wish.registration_id]),
    )


def mail_booked(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that its booking stands: a link, and the days as a calendar file without any name.

    Where the address is under protection the days are not written in a mail either.
    """
    made = Booking.objects.select_related("registration__birth__family__account").get(pk=entry.payload["booking"])
    family = made.registration.birth.family
    if made.state != BookingState.BOOKED:
        return
    days = made.days_kept
    page = reverse("family:booking", args=[made.pk])
    send_link(
        family.account,
        f"booked-{made.pk}",
        _("Your booking stands"),
        _("Your booking has been made. Days, fee and changes are on your page:\n\n%(link)s"),
        page,
        attached=None if is_protected(family) else _as_file(made, days, page),
    )


def mail_changed(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that the ward or the facility changed its booking; why stands on its page."""
    notice = ChangeNotice.objects.select_related("booking__registration__birth__family__account").get(
        pk=entry.payload["notice"]
    )
    send_link(
        notice.booking.registration.birth.family.account,
        f"changed-{notice.pk}",
        _("Your booking was changed"),
        _("The ward had to change your booking. Please read on your page what changed and why:\n\n%(link)s"),
        reverse("family:booking", args=[notice.booking_id]),
    )


def mail_facility(entry: OutboxEntry, _at: datetime) -> None:
    """Tell somebody of the facility that a booking of hers was changed; what changed stands on its page."""
    notice = ChangeNotice.objects.select_related("booking__service").get(pk=entry.payload["notice"])
    person = User.objects.get(pk=entry.payload["person"])
    if person.facility_id == notice.booking.service.facility_id:
        send_link(
            person,
            f"changed-{notice.pk}-{person.pk}",
            _("A booking at your facility was changed"),
            _("Days of a booking at your facility cannot be used any more. Please sign in to see which:\n\n%(link)s"),
            reverse("operator:stay", args=[notice.booking_id]),
        )


def _as_file(made: Booking, days: list[date], page: str) -> bytes:
    with translation.override(settings.LANGUAGE_CODE):
        return calendar_file(
            days,
            number=made.number,
            made_at=made.booked_at,
            summary=gettext(CALENDAR_WORDS),
            link=link_to(page),
            host=mail_host(),
        )


def send_link(
    person: User | None,
    number: str,
    subject: str,
    body: str,
    page: str,
    *,
    until: datetime | date | None = None,
    attached: bytes | None = None,
) -> None:
    """Send one person a link to a page (``body`` holds ``%(link)s``); ``number`` makes the Message-ID.

    ``until``: the deadline, which ``body`` holds as ``%(until)s``.
    """
    if person is None or not person.is_active or not person.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        send_mail(
            to=person.email,
            number=number,
            subject=gettext(subject),
            body=gettext(body) % {"link": link_to(page), "until": fact_in_words(until)},
            attached=None if attached is None else ("booking.ics", attached, MEDIA_TYPE),
        )
