"""会議のリンク: where an online consultation meets: typed by the facility, or made from the ward's pattern."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingDay, BookingState, VisitPolicy
from bookings.places.locking import lock_booking
from bookings.places.refusals import not_changeable
from care.models import MeetingLink
from facilities.models import ServiceKind
from sankecare.errors import NotPossible
from sankecare.periods import in_force_on
from sankecare.transactions import in_transaction

CODE_LETTERS = 24
OPEN_STATES = (BookingState.BOOKED, BookingState.ARRIVED)


@in_transaction
def set_meeting_link(*, booking: Booking, day: date, link: str, by: User, at: datetime) -> MeetingLink:
    """Write where the consultation of the day meets; again: another place.

    Errors: Refused ``not_changeable``; NotPossible ``no_appointment``, ``no_such_link`` (it begins with https://).
    """
    try:
        URLValidator(["https"])(link)
    except ValidationError as error:
        sentence = _("A link begins with https://.")
        raise NotPossible("no_such_link", sentence, {"link": sentence}) from error
    locked = lock_booking(booking)
    if locked.state not in OPEN_STATES:
        raise not_changeable(locked)
    row = locked.days.kept().filter(day=day).first()
    if row is None or locked.service.kind != ServiceKind.ONLINE_CONSULTATION:
        raise NotPossible("no_appointment", _("There is no appointment on this day."))
    made, _new = MeetingLink.objects.update_or_create(
        booked_day=row, defaults={"link": link, "recorded_at": at, "recorded_by": by}
    )
    return made


def meeting_links(days: Iterable[BookingDay]) -> dict[int, str]:
    """Return, by the id of each booked day of an online consultation, where it meets, or "". Two queries.

    What the facility typed stands before the ward's pattern, whose ``{code}`` nobody can guess.
    """
    rows = [row for row in days if row.booking.service.kind == ServiceKind.ONLINE_CONSULTATION]
    if not rows:
        return {}
    typed = dict(MeetingLink.objects.filter(booked_day__in=rows).values_list("booked_day", "link"))
    policies = list(VisitPolicy.objects.filter(service__in={row.booking.service_id for row in rows}))
    return {row.pk: typed.get(row.pk) or _from_pattern(row, policies) for row in rows}


def _from_pattern(row: BookingDay, policies: list[VisitPolicy]) -> str:
    policy = in_force_on([one for one in policies if one.service_id == row.booking.service_id], row.day)
    if policy is None or not policy.meeting_link:
        return ""
    code = salted_hmac("care.visiting.meetings", str(row.pk), algorithm="sha256").hexdigest()[:CODE_LETTERS]
    return policy.meeting_link.replace("{code}", code)
