"""変更のお知らせ: what was changed of a booking without the family asking; who has to hear of it is told."""

from datetime import datetime

from accounts.models import User
from accounts.roles import FACILITY_ROLES, Role
from bookings.models import Booking, ChangeNotice, NoticeKind
from facilities.models import Facility
from sankecare import outbox

CHANGED_MAIL = "booking_changed"
FACILITY_MAIL = "facility_booking_changed"


def tell_family(*, booking: Booking, kind: NoticeKind, message: str, by: User, at: datetime) -> ChangeNotice:
    """Put the message on the booking's page and have a mail with a link sent, in the caller's transaction."""
    notice = ChangeNotice.objects.create(booking=booking, kind=kind, message=message, made_at=at, made_by=by)
    account = booking.registration.birth.family.account_id
    if account is not None:
        outbox.enqueue(
            kind=CHANGED_MAIL,
            recipient=f"user:{account}",
            dedupe_key=f"{CHANGED_MAIL}:{notice.pk}",
            payload={"notice": notice.pk},
            at=at,
        )
    return notice


def tell_facility(*, notice: ChangeNotice, at: datetime) -> None:
    """Have a mail with a link to the booking sent to everybody who has to hear of it at its facility."""
    for person in told_at(notice.booking.service.facility):
        outbox.enqueue(
            kind=FACILITY_MAIL,
            recipient=f"user:{person.pk}",
            dedupe_key=f"{FACILITY_MAIL}:{notice.pk}/{person.pk}",
            payload={"notice": notice.pk, "person": person.pk},
            at=at,
        )


def told_at(facility: Facility) -> list[User]:
    """The facility's managers; where it has none, everybody who works there. Who has no address cannot be told."""
    staff = User.objects.filter(facility=facility, role__in=FACILITY_ROLES, is_active=True).exclude(email="")
    return list(staff.filter(role=Role.FACILITY_MANAGER).order_by("pk")) or list(staff.order_by("pk"))
