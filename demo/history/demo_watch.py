"""The demo's watch list and requests for places: the list is off in a ward's own database, and on here to be seen."""

from datetime import date, timedelta
from random import Random

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState, DrawPolicy
from enrollment.models import Family
from facilities.models import District, TownArea
from referrals.answer_place import accept_place_request
from referrals.ask_place import ask_for_place
from referrals.models import Concern, Wanted, WatchPolicy
from referrals.watch import make_watch_lists

from .families import at, make_family
from .plan import PlannedFamily
from .write import save_families

SEED = "demo-watch"
WITHOUT_PLACE = 2
ALMOST_FOUR_MONTHS = 108
ASKED = (
    ([Concern.EXHAUSTION], "双子の育児で、夜も昼もまとまって眠れていません。手伝える家族がいません。", Wanted.NEXT),
    (
        [Concern.MOOD, Concern.LIVING],
        "気持ちの落ち込みが続いています。実家は遠方で、日中は母子だけです。",
        Wanted.MONTH,
    ),
)


def make_demo_watch(today: date) -> None:
    """Switch the list on, make this week's; Setagaya's nurse asks for two families: one waits, one is accepted."""
    _families_without_place(today)
    WatchPolicy.objects.create(period=(today - timedelta(days=today.weekday()), None), is_on=True)
    make_watch_lists(at=at(today, 6), announce=False)
    if DrawPolicy.objects.filter(period__contains=today).exists():
        _requests(today)


def _families_without_place(today: date) -> None:
    """Families registered in each district whose baby is almost four months old, and who have booked nothing."""
    random = Random(SEED)
    decided_by = User.objects.get(username="made-up-history")
    areas: dict[str, list[TownArea]] = {}
    for area in TownArea.objects.select_related("town", "district"):
        areas.setdefault(area.district.slug, []).append(area)
    born = today - timedelta(days=ALMOST_FOUR_MONTHS)
    made = []
    for slug in areas:
        for number in range(WITHOUT_PLACE):
            day = born + timedelta(days=30 + number)
            rows = make_family(random, PlannedFamily(district=slug), areas, decided_by, today, first=day, last=day)
            for infant in rows.infants:
                infant.birth_date = born - timedelta(days=2 * number)
                infant.gestation_days = 280
            rows.birth.due_date = rows.infants[0].birth_date
            made.append(rows)
    save_families(made)


def _requests(today: date) -> None:
    setagaya = District.objects.get(slug="setagaya")
    nurse = User.objects.get(role=Role.HEALTH_NURSE, district=setagaya)
    staff = User.objects.get(username="demo-staff")
    for number, (family, (concerns, details, wanted)) in enumerate(
        zip(_in_need(setagaya, today), ASKED, strict=False)
    ):
        request = ask_for_place(
            family=family,
            concerns=concerns,
            details=details,
            wanted=wanted,
            by=nurse,
            at=at(today - timedelta(days=1), 15 + number),
            announce=False,
        )
        if number:
            until = today + timedelta(days=60)
            accept_place_request(request=request, last_day=until, by=staff, at=at(today, 8), announce=False)


def _in_need(district: District, today: date) -> list[Family]:
    """Families of the district that have a place to come: what they have shows on the request."""
    coming = Booking.objects.filter(
        state=BookingState.BOOKED,
        registration__birth__family__residences__district=district,
        registration__birth__family__residences__period__contains=today,
        registration__birth__family__account__isnull=True,
    )
    families = Family.objects.filter(births__registrations__bookings__in=coming).order_by("pk").distinct()
    return list(families[: len(ASKED)])
