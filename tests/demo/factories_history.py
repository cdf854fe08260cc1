"""What the history stands on: districts, three facilities with their calendars, tariffs, published figures."""

from datetime import date
from pathlib import Path

from billing.models import CouponPolicy, Tariff
from care.models import SafetyChapter
from facilities.models import (
    Capacity,
    Closure,
    District,
    Facility,
    PlacePool,
    Service,
    ServiceKind,
    ServiceTermsRow,
    Town,
    TownArea,
    WeeklyPattern,
)
from reports.models import PublishedDistrictYear, PublishedFacilityYear
from tests import builders

BEGIN = date(2018, 4, 1)
OUTREACH_BEGINS = date(2023, 10, 1)
ONLINE_BEGINS = date(2020, 10, 1)
SHISEIKAI_BEGINS = date(2023, 4, 1)
EVERY_DAY = list(range(7))
# facility, pool, begins, weekdays, slots
POOLS = (
    ("ward-centre", "rooms", BEGIN, EVERY_DAY, 15),
    ("ward-centre", "online", ONLINE_BEGINS, [1, 3], 1),
    ("ward-centre", "visits", OUTREACH_BEGINS, EVERY_DAY, 3),
    ("mamas-room", "places", BEGIN, [0, 1, 3, 4], 3),
    ("shiseikai", "rooms", SHISEIKAI_BEGINS, EVERY_DAY, 2),
)
# facility, kind, pool, months
SERVICES = (
    ("ward-centre", ServiceKind.SHORT_STAY, "rooms", 4),
    ("ward-centre", ServiceKind.DAY_CARE, "rooms", 4),
    ("ward-centre", ServiceKind.OUTREACH, "visits", 12),
    ("ward-centre", ServiceKind.ONLINE_CONSULTATION, "online", 12),
    ("mamas-room", ServiceKind.DAY_CARE, "places", 4),
    ("shiseikai", ServiceKind.SHORT_STAY, "rooms", 4),
)
DISTRICTS_2022 = {"setagaya": 353, "kitazawa": 140, "tamagawa": 256, "kinuta": 145, "karasuyama": 95}
USAGE = {  # SEED
    2021: {"ward-centre": (3683, 672, 854, "80.5"), "mamas-room": (None, 323, 112, "77.1")},
    2022: {"ward-centre": (3725, 706, 932, "82.4"), "mamas-room": (None, 339, 119, "61.5")},
}
OTHER = "figure,fiscal_year,value\nfamilies_at_both_facilities,2021,47\nfamilies_at_both_facilities,2022,62\n"


def make_ward(wards: Path) -> None:
    """Write the rows, and the file of single figures into ``wards``."""
    (wards / "setagaya").mkdir(parents=True)
    (wards / "setagaya" / "published_other.csv").write_text(OTHER, encoding="utf-8")
    for slug in DISTRICTS_2022:
        _town(builders.district(slug))
    for position, (slug, name) in enumerate(
        {"ward-centre": "産後ケアセンター", "mamas-room": "ママズルーム", "shiseikai": "至誠会"}.items()
    ):
        place = builders.facility(slug, name)
        place.position = position
        place.save()
    pools = {(place, slug): _pool(place, slug, *rest) for place, slug, *rest in POOLS}
    for place, kind, pool, months in SERVICES:
        _service(pools[place, pool], kind, months)
    SafetyChapter.objects.bulk_create(
        SafetyChapter(number=number, name=f"第{number}章", name_en=f"{number}", period=(BEGIN, None))
        for number in range(1, 7)
    )
    CouponPolicy.objects.create(period=(OUTREACH_BEGINS, None), amount=2500, per_mother=5)
    _published()


def _town(district: District) -> None:
    town = Town.objects.create(name=f"{district.slug}町", name_kana=district.slug, chome_count=4)
    TownArea.objects.create(town=town, district=district)


def _pool(place: str, slug: str, begins: date, weekdays: list[int], slots: int) -> PlacePool:
    pool = PlacePool.objects.create(facility=Facility.objects.get(slug=place), slug=slug, name=slug)
    WeeklyPattern.objects.create(pool=pool, period=(begins, None), weekdays=weekdays)
    Capacity.objects.create(pool=pool, period=(begins, None), slots=slots)
    if place == "ward-centre" and slug == "rooms":
        closed = (date(2018, 3, 29), BEGIN)
        Closure.objects.create(pool=pool, period=closed, reason="年度末", repeats_yearly=True)
    return pool


def _service(pool: PlacePool, kind: ServiceKind, months: int) -> None:
    begins = pool.weeklypatterns.get().period.lower
    service = Service.objects.create(
        slug=f"{pool.facility.slug}/{kind.value.replace('_', '-')}",
        facility=pool.facility,
        pool=pool,
        kind=kind,
        offered=(begins, None),
    )
    ServiceTermsRow.objects.create(
        service=service, period=(begins, None), age_limit_months=months, takes_siblings=months == 4
    )
    amounts = builders.AMOUNTS.get(kind, {})
    if kind == ServiceKind.OUTREACH:  # the other classes are not published (SEED)
        amounts = {"base": (2000,), "multiple": (200,)}
    for component, of_class in amounts.items():
        for tax_class, amount in zip(("taxed", "non_taxed", "welfare"), of_class, strict=False):
            Tariff.objects.create(
                service=service, component=component, tax_class=tax_class, amount=amount, period=(begins, None)
            )


def _published() -> None:
    for year, facilities in USAGE.items():
        for slug, (short, single, families, percent) in facilities.items():
            PublishedFacilityYear.objects.create(
                facility=Facility.objects.get(slug=slug),
                fiscal_year=year,
                short_stay_days=short,
                day_care_days=single,
                total_days=(short or 0) + single,
                families=families,
                occupancy_percent=percent,
            )
    for slug, families in DISTRICTS_2022.items():
        PublishedDistrictYear.objects.create(
            district=District.objects.get(slug=slug), fiscal_year=2022, families=families
        )
