"""変更のお知らせ: what was changed of a booking without the family asking; who has to hear of it is told."""

from datetime import datetime

from accounts.models import User
from accounts.roles import FACILITY_ROLES, Role
from bookings.models import Booking, ChangeNotice, NoticeKind
from enrollment.models import Registration
from facilities.models import Facility
from sankecare import outbox
from sankecare.db import Question, run_batch

CHANGED_MAIL = "booking_changed"
UPDATED_MAIL = "booking_updated"
FACILITY_MAIL = "facility_booking_changed"
COUNTING_MAIL = "entry_counts"


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


def tell_of_update(booking: Booking, at: datetime) -> None:
    """Have a mail sent that the booking is another one now, with its days for her calendar, in the transaction."""
    if told := update_entry(booking, at):
        run_batch(*told)


def update_entry(booking: Booking, at: datetime) -> list[Question]:
    """Return the statement of ``tell_of_update``, for who sends it along; none where nobody can be told.

    Where the change comes with a notice of its own (``tell_family`` at the same moment), that mail says it.
    """
    account = booking.registration.birth.family.account_id
    if account is None:
        return []
    entry = outbox.entry_for_sweep(
        kind=UPDATED_MAIL,
        recipient=f"user:{account}",
        dedupe_key=f"{UPDATED_MAIL}:{booking.pk}/{int(at.timestamp() * 1_000_000)}",
        payload={"booking": booking.pk},
        at=at,
    )
    return [entry]


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


def tell_who_counts(registration: Registration, at: datetime) -> None:
    """Have a mail sent that something she entered, waits for or was offered counts no more, or again."""
    account = registration.birth.family.account_id
    if account is not None:
        outbox.enqueue(
            kind=COUNTING_MAIL,
            recipient=f"user:{account}",
            dedupe_key=f"{COUNTING_MAIL}:{registration.pk}/{int(at.timestamp() * 1_000_000)}",
            payload={"registration": registration.pk},
            at=at,
        )


def told_at(facility: Facility) -> list[User]:
    """The facility's managers; where it has none, everybody who works there. Who has no address cannot be told."""
    staff = User.objects.filter(facility=facility, role__in=FACILITY_ROLES, is_active=True).exclude(email="")
    return list(staff.filter(role=Role.FACILITY_MANAGER).order_by("pk")) or list(staff.order_by("pk"))
