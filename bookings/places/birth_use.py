"""How many days a birth has used and booked, whatever registrations it had."""

from datetime import date

from bookings.models import LIMIT_GROUP_OF_KIND, LimitGroup, UsageLimits
from enrollment.decisions.earlier import DaysOfBirth
from enrollment.models import Birth
from facilities.models import ServiceKind
from sankecare.db import run_batch

DAYS_OF_BIRTH = """
    SELECT service.kind, count(*) FILTER (WHERE held.status = 'used'), count(*) FILTER (WHERE held.status = 'held')
      FROM bookings_bookingday held
      JOIN bookings_booking booking ON booking.id = held.booking_id
      JOIN facilities_service service ON service.id = booking.service_id
      JOIN enrollment_registration registration ON registration.id = booking.registration_id
     WHERE registration.birth_id = %s AND held.status <> 'released' GROUP BY service.kind
"""


def days_of_birth(birth: Birth, today: date) -> list[DaysOfBirth]:
    """Return the days of the birth by what is counted together; without a day only what has a limit. Two queries."""
    limits = {row.group: row.days_per_birth for row in UsageLimits.objects.filter(period__contains=today)}
    used, booked = dict.fromkeys(LimitGroup.values, 0), dict.fromkeys(LimitGroup.values, 0)
    for kind, of_used, of_booked in run_batch((DAYS_OF_BIRTH, [birth.pk]))[0]:
        group = LIMIT_GROUP_OF_KIND[ServiceKind(kind)]
        used[group] += of_used
        booked[group] += of_booked
    return [
        DaysOfBirth(str(group.label), used[group], booked[group], limits.get(group))
        for group in LimitGroup
        if used[group] or booked[group] or limits.get(group) is not None
    ]
