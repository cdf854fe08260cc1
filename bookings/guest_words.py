"""What a guest needs, as a mail says it: when to come, where, whom to ring, what to bring; in her language."""

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.messages.language import language_of
from bookings.models import Booking
from enrollment.confidential import is_protected
from facilities.models import FacilityAddress, GuestTopic, ServiceKind
from facilities.queries import guest_notes, terms_row

AT_HOME = (ServiceKind.OUTREACH, ServiceKind.ONLINE_CONSULTATION)


def guest_words(booking: Booking) -> str:
    """Return what stands below the mail of a booking, a line a fact; "" without days. A fixed number of queries.

    Of a family under protection nothing: somebody else may read its mails. Of what happens at home no place. What
    nobody has published is left out.
    """
    days, family, facility = booking.days_kept, booking.registration.birth.family, booking.service.facility
    if not days or is_protected(family):
        return ""
    at_home = booking.service.kind in AT_HOME
    with translation.override(language_of(family.account)):
        lines = [] if at_home else _hours_and_place(booking)
        if facility.phone:
            lines.append(f"{_('Telephone')}: {facility.phone} ({facility.name_to_read})")
        bring = [
            str(note)
            for note in guest_notes([facility], days[0]).get(facility.pk, [])
            if note.topic == GuestTopic.BRING and note.kind in (booking.service.kind, *(() if at_home else ("",)))
        ]
        if bring:
            lines.append("\n".join([f"{_('What to bring')}:", *(f"- {one}" for one in bring)]))
        return "\n".join(lines)


def _hours_and_place(booking: Booking) -> list[str]:
    day, facility = booking.days_kept[0], booking.service.facility
    terms, lines = terms_row(booking.service, day), []
    comes, leaves = (terms.starts_at, terms.ends_at) if terms else (None, None)  # times of day
    if comes is not None:
        until = _("leave by %(time)s") % {"time": f"{leaves:%H:%M}"} if leaves else ""
        lines.append(" ".join(filter(None, [f"{_('Come at')}: {comes:%H:%M}", until])))
    place = FacilityAddress.objects.filter(facility=facility, period__contains=day).first()
    if place is not None:
        both = [facility.name_to_read, place.address_to_read]
        if place.address_to_read != place.address:
            both.append(place.address)  # what a taxi driver reads
        lines.append("\n".join([f"{_('Address')}:", *both]))
    return lines
