"""Who signs in to the demo: one invented person a role and place, and three mothers. Never outside the demo."""

from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Count

from accounts.models import User
from accounts.roles import Role
from bookings.models import BookingState
from enrollment.models import Family, RegistrationState
from facilities.models import District, Facility

from .demo_referrals import make_demo_referrals

DEMO_PASSWORD = "sango-care-demo"  # noqa: S105 (only where DEMO is set: settings)


@transaction.atomic
def make_demo_people(today: date) -> None:
    """Create the demo's sign-ins and give three made-up families to mothers; nothing where they stand already."""
    if User.objects.filter(username="demo-staff").exists():
        return
    # One hash for all: the same password, and hashing is slow on purpose.
    hashed = make_password(DEMO_PASSWORD)
    for role, username in (
        (Role.WARD_STAFF, "demo-staff"),
        (Role.SUPERVISOR, "demo-supervisor"),
        (Role.AUDITOR, "demo-auditor"),
    ):
        _person(hashed, username, role)
    for place in Facility.objects.all():
        _person(hashed, f"demo-operator-{place.slug}", Role.OPERATOR, facility=place)
    _person(hashed, "demo-manager", Role.FACILITY_MANAGER, facility=Facility.objects.get(slug="ward-centre"))
    for district in District.objects.all():
        _person(hashed, f"demo-nurse-{district.slug}", Role.HEALTH_NURSE, district=district)
    _person(hashed, "demo-caseworker", Role.CASEWORKER, district=District.objects.get(slug="setagaya"))
    _mother(hashed, "demo-mother", "（利用できます）", _can_book(today))
    _mother(hashed, "demo-mother-in-house", "（利用中）", _in_house())
    _mother(hashed, "demo-mother-applied", "（申請中）", _waiting())
    make_demo_referrals(today)


def _person(hashed: str, username: str, role: Role, **bound: Facility | District) -> User:
    return User.objects.create(username=username, password=hashed, email=f"{username}@example.jp", role=role, **bound)


def _mother(hashed: str, username: str, note: str, family: Family | None) -> None:
    if family is None:
        return
    person = _person(hashed, username, Role.MOTHER)
    person.first_name = note
    person.save(update_fields=["first_name"])
    family.account = person
    family.save(update_fields=["account"])


def _can_book(today: date) -> Family | None:
    """A family that may still book: its last day lies behind, its infant is young, days are left."""
    return (
        Family.objects.filter(
            births__registrations__state=RegistrationState.APPROVED,
            births__registrations__bookings__state=BookingState.DEPARTED,
            births__infants__birth_date__gte=today - timedelta(days=70),
        )
        .exclude(births__registrations__bookings__state__in=(BookingState.BOOKED, BookingState.ARRIVED))
        .annotate(days=Count("births__registrations__bookings__days", distinct=True))
        .filter(days__lte=3)
        .order_by("pk")
        .first()
    )


def _in_house() -> Family | None:
    return Family.objects.filter(births__registrations__bookings__state=BookingState.ARRIVED).order_by("pk").first()


def _waiting() -> Family | None:
    return Family.objects.filter(births__registrations__state=RegistrationState.APPLIED).order_by("pk").first()
