"""Who signs in to the demo: an invented person for each role and place, and three mothers. Never outside the demo."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import BookingState
from enrollment.models import Family, RegistrationState
from facilities.models import District, Facility

from .demo_care import make_demo_care
from .demo_claims import make_demo_claims
from .demo_draws import make_demo_draws
from .demo_incidents import make_demo_incidents
from .demo_meeting import make_demo_notes
from .demo_referrals import make_demo_referrals
from .demo_survey import make_demo_survey
from .demo_unmet import make_demo_unmet
from .demo_waiting import make_demo_waiting
from .demo_watch import make_demo_watch

NAMES = (
    *(("大西", "亮"), ("古川", "恵子"), ("村上", "智"), ("横山", "徹"), ("菅原", "緑")),
    *(("安藤", "千尋"), ("水野", "泉"), ("早川", "文"), ("秋山", "薫"), ("堀", "岳"), ("森本", "碧")),
    *(
        ("久保", "遥"),
        ("松井", "歩"),
        ("菊地", "望"),
        ("野口", "操"),
        ("桜井", "光"),
        ("片山", "司"),
        ("西尾", "渚"),
        ("小松", "律"),
    ),
)
WHERE_THEY_STAND = {
    "demo-mother": "予約できます",
    "demo-mother-in-house": "利用中",
    "demo-mother-applied": "申請中",
}
DEMO_PASSWORD = "sango-care-demo"  # noqa: S105 (only where DEMO is set: settings)


@transaction.atomic
def make_demo_people(today: date) -> None:
    """Create the demo's sign-ins and give three made-up families to mothers; nothing where they stand already."""
    if User.objects.filter(username="demo-staff").exists():
        return
    # One hash for all: the same password, and hashing is slow on purpose.
    hashed = make_password(DEMO_PASSWORD)
    # They have stood long enough to be a second person (wards' account_policies.csv).
    joined = datetime.combine(today - timedelta(days=400), time(9), timezone.get_current_timezone())
    people = partial(_person, hashed, joined, names=iter(NAMES))
    for role, username in (
        (Role.WARD_STAFF, "demo-staff"),
        (Role.WARD_STAFF, "demo-staff-second"),  # for what takes two people
        (Role.SUPERVISOR, "demo-supervisor"),
        (Role.AUDITOR, "demo-auditor"),
        (Role.ACCOUNT_ADMIN, "demo-accounts"),
        (Role.ACCOUNT_ADMIN, "demo-accounts-second"),
    ):
        people(username, role)
    people("demo-staff-kitazawa", Role.WARD_STAFF, district=District.objects.get(slug="kitazawa"))
    for place in Facility.objects.all():
        people(f"demo-operator-{place.slug}", Role.OPERATOR, facility=place)
    people("demo-manager", Role.FACILITY_MANAGER, facility=Facility.objects.get(slug="ward-centre"))
    for district in District.objects.all():
        people(f"demo-nurse-{district.slug}", Role.HEALTH_NURSE, district=district)
    people("demo-caseworker", Role.CASEWORKER, district=District.objects.get(slug="setagaya"))
    for slug in ("mamas-room", "shiseikai"):
        people(f"demo-manager-{slug}", Role.FACILITY_MANAGER, facility=Facility.objects.get(slug=slug))
    _mother(hashed, joined, "demo-mother", _can_book(today))
    _mother(hashed, joined, "demo-mother-in-house", _in_house())
    _mother(hashed, joined, "demo-mother-applied", _waiting())
    make_demo_referrals(today)
    make_demo_draws(today)
    make_demo_care(today)
    make_demo_incidents(today)
    make_demo_claims(today)
    make_demo_watch(today)
    make_demo_notes(today)
    make_demo_survey(today)
    make_demo_unmet(today)
    make_demo_waiting(today)


def _person(
    hashed: str,
    joined: datetime,
    username: str,
    role: Role,
    names: Iterator[tuple[str, str]],
    **bound: Facility | District,
) -> User:
    last_name, first_name = next(names)
    return User.objects.create(
        username=username,
        password=hashed,
        date_joined=joined,
        email=f"{username}@example.jp",
        role=role,
        last_name=last_name,
        first_name=first_name,
        **bound,
    )


def _mother(hashed: str, joined: datetime, username: str, family: Family | None) -> None:
    if family is None:
        return
    surname, _space, given = family.mother_name.partition(" ")
    person = _person(hashed, joined, username, Role.MOTHER, iter([(surname, given)]))
    family.account, family.email = person, ""
    family.save(update_fields=["account", "email"])


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
