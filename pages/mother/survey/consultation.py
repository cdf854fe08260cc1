"""オンライン相談のご案内: the online consultations that a family may book today, by the rules that booking asks."""

from datetime import date

from bookings.places.queries import has_used_facility
from enrollment.models import Registration, RegistrationState
from enrollment.queries import verdict_for
from facilities.models import Service, ServiceKind
from facilities.queries import services_to_come
from sankecare.errors import Refused


def consultations_open(registration: Registration, today: date) -> list[Service]:
    """Return those that the registration's family may use today; none while nobody has approved it."""
    if registration.state != RegistrationState.APPROVED:
        return []
    offered = [row for row in services_to_come(today) if row.kind == ServiceKind.ONLINE_CONSULTATION]
    return [service for service in offered if _may_use(registration, service, today)]


def _may_use(registration: Registration, service: Service, today: date) -> bool:
    used = has_used_facility(registration.birth.family, service.facility)
    try:
        return verdict_for(registration, service, today, today, has_used_facility=used).eligible
    except Refused:
        return False
