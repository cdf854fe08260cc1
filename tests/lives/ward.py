"""The ward that the walks go through: its reviewed files loaded, its people, and what its contracts pay."""

from datetime import date
from typing import Any

from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.roles import Role
from billing.models import ContractRate, Tariff
from bookings.models import AllocationPolicy, FreedDays, LimitGroup, UsageLimits
from care.models import ConsultationTopic
from facilities.models import DayOverride, District, Facility, PlacePool, Service, Town
from tests import builders

from .figures import FREED, Figures

MOTHERS = 3
# Houses, one or more a district; the block decides where a town is divided.
DOORS = (("池尻", 4, 10), ("池尻", 4, 35), ("太子堂", 1, 2), ("尾山台", 1, 1), ("大蔵", 1, 1), ("粕谷", 1, 1))
# What the ward pays a day, before and from 1 April 2027 on, and whether the fees of the families are taken off.
CONTRACT = {
    "ward-centre/short-stay": ((20_000, "yes"), (21_000, "yes")),
    "ward-centre/day-care": ((11_000, "yes"), (12_000, "no")),
    "ward-centre/outreach": ((9_000, "yes"), (9_500, "yes")),
    "ward-centre/online-consultation": ((3_000, "no"), (3_100, "no")),
    "mamas-room/day-care": ((10_000, "no"), (10_700, "yes")),
    "shiseikai/short-stay": ((22_000, "yes"), (23_000, "no")),
}
NEW_CONTRACT = date(2027, 4, 1)


class Ward:
    """Loaded once; each walk is taken back to it."""

    def __init__(self) -> None:
        call_command("load_ward", "setagaya", verbosity=0, stdout=_Nowhere())
        self.services = {row.slug: row for row in Service.objects.select_related("facility", "pool")}
        self.pools = {f"{row.facility.slug}/{row.slug}": row for row in PlacePool.objects.select_related("facility")}
        for pool in self.pools.values():
            freed = DateRange(*FREED, bounds="[]")
            FreedDays.objects.create(pool=pool, period=freed, reason="最初の抽選の前", freed_at=builders.at(FREED[0]))
        self.facilities = {row.slug: row for row in Facility.objects.all()}
        self.districts = {row.slug: row for row in District.objects.all()}
        self.towns = {town: Town.objects.get(name=town) for town, _chome, _block in DOORS}
        self.topics = list(ConsultationTopic.objects.values_list("pk", flat=True)[:1])
        self.staff, self.second = builders.user(), builders.user()
        self.mothers = [builders.user(Role.MOTHER) for _ in range(MOTHERS)]
        self.operators = {slug: builders.user(Role.OPERATOR, facility=row) for slug, row in self.facilities.items()}
        self.nurses = {slug: builders.user(Role.HEALTH_NURSE, district=row) for slug, row in self.districts.items()}
        self.bound_staff = {slug: builders.user(district=row) for slug, row in self.districts.items()}
        for slug, (before, after) in CONTRACT.items():
            for (amount, less), period in ((before, (None, NEW_CONTRACT)), (after, (NEW_CONTRACT, None))):
                ContractRate.objects.create(
                    service=self.services[slug], period=period, amount=amount, less_family_fees=less == "yes"
                )

    @staticmethod
    def figures() -> Figures:
        """The same figures, as they are told."""
        told = Figures()
        for slug, rates in CONTRACT.items():
            for first, (amount, less) in zip((date.min, NEW_CONTRACT), rates, strict=True):
                told.change(first, "contract", (slug,), amount=str(amount), less=less)
        return told

    # ---- What staff change in the admin -----------------------------------------------------------------------------

    def set_slots(self, pool: str, day: date, slots: int) -> None:
        values = {"slots": slots, "reason": "勤務の都合"}
        DayOverride.objects.update_or_create(pool=self.pools[pool], day=day, defaults=values)

    def set_amount(self, service: str, part: str, tax_class: str, first: date, amount: int) -> None:
        keys = {"service": self.services[service], "component": part, "tax_class": tax_class}
        _from(Tariff, keys, first, amount=amount, source="STAFF")

    def set_days_of_a_birth(self, first: date, days: int) -> None:
        _from(UsageLimits, {"group": LimitGroup.STAYS}, first, days_per_birth=days, consecutive_days=days)

    def set_notice(self, service: str, first: date, hours: int) -> None:
        _from(AllocationPolicy, {"service": self.services[service]}, first, notice_hours=hours)


def _from(model: Any, keys: dict[str, Any], first: date, **values: Any) -> None:
    """From the day on another row holds, up to where the row of that day ended."""
    current = model.objects.filter(**keys, period__contains=first).first()
    if current is None:
        later = model.objects.filter(**keys, period__startswith__gt=first).order_by("period").first()
        period = DateRange(first, later.period.lower if later else None)
        model.objects.create(**keys, period=period, **values)
        return
    until = current.period.upper
    if current.period.lower == first:
        current.delete()
    else:
        current.period = DateRange(current.period.lower, first)
        current.save()
    current.pk, current._state.adding, current.period = None, True, DateRange(first, until)
    for name, value in values.items():
        setattr(current, name, value)
    current.save()


class _Nowhere:
    def write(self, _text: str) -> None:
        """What the loader says is not asked here."""
