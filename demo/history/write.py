"""The made-up history written: through the live tables, with every constraint and trigger in force."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, zip_longest
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from billing.models import Charge, ChargeLine, HandedCoupon, Payment, Tariff
from billing.queries import coupon_terms, tariff_rows
from bookings.models import Booking, BookingDay, BookingState, Stay
from care.models import ConsultationTopic, VisitRecord, VisitTopic
from enrollment.decisions.decide import HAPPENINGS
from enrollment.models import (
    Birth,
    Family,
    Infant,
    Registration,
    RegistrationState,
    Residence,
    Sibling,
    TaxClassPeriod,
    TimelineEntry,
    TimelineEvent,
)
from facilities import calendar
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from facilities.models import District, Facility, PlacePool, Service, ServiceKind, TownArea
from facilities.queries import calendars

from .copy_rows import copy_rows
from .families import FamilyRows, at, make_family
from .plan import CENTRE, PlannedFamily, Targets, Use, plan_period
from .sessions import write_sessions
from .stays import COUPONS, Prices, StayMaker, StayRows
from .targets import made_up_targets, published_numbers, published_targets
from .visits import plan_online, plan_visits

SEED = "sanke-care"
COMING = timedelta(days=42)
SHORTEST_PERIOD = timedelta(days=14)
COMING_SHARES = (0.8, 0.3)  # of the slots planned with, tomorrow and in six weeks: places are still free
FIRST_YEAR = 2018
GIVEN_UP = 0.05
PREGNANT = 3  # of those who wait for a decision
LINES_MAKE_THE_TOTAL = "charge_total_is_its_lines, charge_lines_make_the_total"
WRITTEN = (
    *(Family, Residence, TaxClassPeriod, Birth, Infant, Sibling, Registration, TimelineEntry),
    *(Booking, BookingDay, Stay, Charge, ChargeLine, HandedCoupon, Payment, VisitRecord, VisitTopic),
)
# Too small for PostgreSQL to count them on its own; it then takes a facility to have one service.
SMALL = (District, Facility, PlacePool, Service, Tariff)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Period:
    """A fiscal year or its part up to the coming weeks, with all that its history is made up from.

    ``follows``: the year before was made up just before it. ``online``: published consultations, None where not.
    """

    first: date
    last: date
    seed: str
    follows: bool
    targets: Targets | None
    slots: dict[str, Callable[[date], int]]
    prices: Prices
    visited_until: date
    online: int | None
    appointments: Callable[[date], int]
    visits: Callable[[date], int]


class HistoryWriter:
    """Writes the history of one ward up to ``today`` and the coming weeks, one fiscal year after the other."""

    def __init__(self, ward: str, today: date, say: Say) -> None:
        self.ward, self.today, self.say = ward, today, say
        self.services = {row.slug: row for row in Service.objects.select_related("facility")}
        self.areas: dict[str, list[TownArea]] = {}
        for area in TownArea.objects.select_related("town", "district"):
            self.areas.setdefault(area.district.slug, []).append(area)
        self.decided_by = _history_user()
        self.topics = list(ConsultationTopic.objects.all())
        self.recent: list[FamilyRows] = []
        self.sizes_are_known = False

    def write(self, years: Iterable[int] | None = None) -> None:
        """Write every year from 2018 to the coming weeks, or those asked for; within the transaction of the caller.

        While the database takes in a year, another thread makes up the next one; it asks the database nothing.
        """
        check_each_statement()
        periods = list(self._periods(years))
        with without_collecting(), ThreadPoolExecutor(1) as ahead:
            made = [ahead.submit(self._make, period) for period in periods[:1]]
            for period, following in zip_longest(periods, periods[1:]):
                families, rows = made.pop().result()
                if following is not None:
                    made.append(ahead.submit(self._make, following))
                self._save(period, families, rows)
        if years is None or fiscal_year(self.today) in years:
            self._write_applications(Random(f"{SEED}-applications"))
        know_the_sizes()

    def _periods(self, years: Iterable[int] | None) -> Iterator[Period]:
        """Read what each fiscal year is made up from."""
        published = published_targets(self.ward)
        online = published_numbers(self.ward, "online_consultations")
        coming = self.today + COMING
        last_written = None
        for year in years or range(FIRST_YEAR, fiscal_year(coming) + 1):
            follows, last_written = year - 1 == last_written, year
            first, last = fiscal_year_days(year)
            # The first days of the coming year, six weeks ahead, are not booked yet.
            if coming - first < SHORTEST_PERIOD:
                continue
            last = min(last, coming)
            yield Period(
                first=first,
                last=last,
                seed=f"{SEED}-{year}",
                follows=follows,
                targets=published.get(year),
                slots=self._slots(first, last),
                prices=self._prices(first, last),
                visited_until=min(last, self.today),
                online=online.get(year),
                appointments=self._slots_of("online-consultation", first, min(last, self.today)),
                visits=self._slots_of("outreach", first, min(last, self.today)),
            )

    def _make(self, period: Period) -> tuple[list[FamilyRows], StayRows]:
        """Make up the families of a period and their stays, unsaved."""
        known = self.recent if period.follows else []
        targets = period.targets or made_up_targets(period.first, period.last, period.slots)
        planned = plan_period(period.first, period.last, targets, period.slots, period.seed)
        random = Random(f"{period.seed}-people")
        maker = StayMaker(random, self.services, period.prices, self.today, self.decided_by, topics=self.topics)
        families = [self._family(random, one, one.days[0], one.days[-1]) for one in planned]
        for family in families:
            for use in family.planned.uses:
                maker.add(family, use)
            self._give_up_some(random, maker, family, period.slots)
        self._add_visits(random, maker, known, families, period)
        self.recent = families
        return families, maker.rows

    def _save(self, period: Period, families: list[FamilyRows], rows: StayRows) -> None:
        save_families(families)
        save_stays(rows, tell_sizes=not self.sizes_are_known)
        write_sessions(Random(f"{period.seed}-sessions"), period.first, period.last, self.today, self.decided_by)
        if not self.sizes_are_known:
            know_the_sizes()
            self.sizes_are_known = True
        settle()
        self.say(f"{period.first} – {period.last}: {len(families)} families, {len(rows.days)} days")

    def _family(self, random: Random, planned: PlannedFamily, first: date, last: date) -> FamilyRows:
        family = make_family(random, planned, self.areas, self.decided_by, self.today, first=first, last=last)
        family.coupons_left = COUPONS if random.random() < 0.5 else 0
        return family

    def _give_up_some(
        self, random: Random, maker: StayMaker, family: FamilyRows, slots: Mapping[str, Callable[[date], int]]
    ) -> None:
        """A few families also had a booking that they cancelled, or did not come to."""
        if random.random() > GIVEN_UP:
            return
        use = family.planned.uses[0]
        earlier = [day - timedelta(days=7) for day in use.days]
        decided_at = family.registration.decided_at
        if earlier[-1] >= self.today or decided_at is None or at(earlier[0], 0) <= decided_at:
            return
        slots_on = slots[use.service.partition("/")[0]]
        if fiscal_year(earlier[0]) != fiscal_year(use.days[0]) or not all(map(slots_on, earlier)):
            return
        absent = random.random() < 0.2
        state = BookingState.NO_SHOW if absent else BookingState.CANCELLED
        maker.add_given_up(family, Use(use.service, earlier), state, "連絡なし" if absent else "体調がすぐれないため")

    def _add_visits(
        self, random: Random, maker: StayMaker, known: list[FamilyRows], families: list[FamilyRows], period: Period
    ) -> None:
        """Online consultations for families who have used the Ward Centre, and visits at home."""
        first, last = period.first, period.visited_until
        everyone = [*known, *families]
        for family, use in plan_online(random, everyone, first, last, period.appointments, count=period.online):
            maker.add(family, use)
        for family, use in plan_visits(random, families, first, last, period.visits):
            maker.add(family, use)

    def _slots(self, first: date, last: date) -> dict[str, Callable[[date], int]]:
        pools = PlacePool.objects.filter(
            services__kind__in=(ServiceKind.SHORT_STAY, ServiceKind.DAY_CARE)
        ).select_related("facility")
        open_slots = _slot_functions({pool.facility.slug: pool.pk for pool in pools}, first, last)
        return {slug: self._fewer_to_come(slots) for slug, slots in open_slots.items()}

    def _fewer_to_come(self, slots: Callable[[date], int]) -> Callable[[date], int]:
        """The later a coming day, the fewer of its slots are booked yet."""
        near, far = COMING_SHARES

        def planned_with(day: date) -> int:
            ahead = (day - self.today) / COMING
            return slots(day) if ahead <= 0 else round(slots(day) * (near + (far - near) * ahead))

        return planned_with

    def _slots_of(self, service: str, first: date, last: date) -> Callable[[date], int]:
        pool = self.services[f"{CENTRE}/{service}"].pool_id
        return _slot_functions({service: pool}, first, last)[service]

    def _prices(self, first: date, last: date) -> Prices:
        rows = tariff_rows(self.services.values(), first, last)
        by_service = {slug: [row for row in rows if row.service == slug] for slug in self.services}
        return Prices(by_service, coupon_terms(first, last))

    def _write_applications(self, random: Random) -> None:
        """Applications that wait for a decision today, and a few returned or not approved."""
        states = [RegistrationState.APPLIED] * 8 + [RegistrationState.RETURNED] * 2 + [RegistrationState.REJECTED] * 3
        families = []
        for number, state in enumerate(states):
            first = self.today + timedelta(days=random.randint(1, 20))
            planned = PlannedFamily(district=random.choice(list(self.areas)))
            family = make_family(
                random, planned, self.areas, self.decided_by, self.today, first=first, last=first + timedelta(days=2)
            )
            registration = family.registration
            registration.state = state
            registration.applied_at = at(self.today - timedelta(days=1 + number % 6), 8 + number, 4 * number)
            if state == RegistrationState.APPLIED:
                registration.decided_at = registration.decided_by = None
            else:
                registration.decided_at = max(registration.applied_at, at(self.today - timedelta(days=1), 23))
                registration.decision_reason = {
                    RegistrationState.RETURNED: "出産予定日と出生日の関係をご確認ください。",
                    RegistrationState.REJECTED: "医療者による医療行為が必要なため、対象となりません。",
                }[state]
                registration.needs_medical_care = state == RegistrationState.REJECTED
            family.family.created_at = registration.applied_at
            if number < PREGNANT:
                family.infants.clear()
                family.birth.due_date = self.today + timedelta(days=20 + 7 * number)
            families.append(family)
        save_families(families)


def save_families(families: list[FamilyRows]) -> None:
    """Save families with all that hangs on them, parents first."""
    copy_rows(Family, (row.family for row in families))
    copy_rows(Residence, (row.residence for row in families))
    copy_rows(TaxClassPeriod, chain.from_iterable(row.tax_classes for row in families))
    copy_rows(Birth, (row.birth for row in families))
    copy_rows(Infant, chain.from_iterable(row.infants for row in families))
    copy_rows(Sibling, (row.sibling for row in families if row.sibling))
    copy_rows(Registration, (row.registration for row in families))
    copy_rows(TimelineEntry, chain.from_iterable(_timeline(row) for row in families))


def _timeline(rows: FamilyRows) -> Iterator[TimelineEntry]:
    """That the family applied, and what was decided; by those who type in the past."""
    registration = rows.registration
    decided = HAPPENINGS.get(RegistrationState(registration.state), TimelineEvent.APPROVED)
    told = [(TimelineEvent.APPLIED, registration.applied_at), (decided, registration.decided_at)]
    for happening, moment in told:
        if moment is not None:
            yield TimelineEntry(
                family=rows.family,
                registration=registration,
                happening=happening,
                on_day=timezone.localdate(moment),
                entered_at=moment,
                entered_by=rows.entered_by,
            )


def save_stays(rows: StayRows, *, tell_sizes: bool) -> None:
    """Save bookings, their days, stays and charges; the guards count after every statement.

    ``tell_sizes``: tell the planner what has come, as for the first rows of all.
    """
    copy_rows(Booking, rows.bookings)
    if tell_sizes:
        know_the_sizes()
    copy_rows(BookingDay, rows.days)
    copy_rows(Stay, rows.stays)
    copy_rows(Charge, rows.charges)
    copy_rows(ChargeLine, rows.lines)
    copy_rows(HandedCoupon, rows.coupons)
    if tell_sizes:
        know_the_sizes()
    copy_rows(Payment, rows.payments)
    copy_rows(VisitRecord, rows.visits)
    copy_rows(VisitTopic, rows.topics)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Leave the rows, which refer to each other, alone until all are made: nothing of them is rubbish before."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def check_each_statement() -> None:
    """Check every constraint after each statement, but the two that need a charge's lines.

    Checks left for later make each row's event dearer: its trigger ends a subtransaction, which goes through all
    that waits (minutes in all).
    """
    _execute("SET CONSTRAINTS ALL IMMEDIATE", f"SET CONSTRAINTS {LINES_MAKE_THE_TOTAL} DEFERRED")


def know_the_sizes() -> None:
    """Tell the planner of this transaction's rows before guards look among them.

    Of a table whose earlier rows are gone it believes that it is empty, and reads all of it for every new row. Once
    a year's rows are there its plans stand: they go by the index for the years after, too.
    """
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in (*SMALL, *WRITTEN))
    _execute(f"ANALYZE {tables}")


def settle() -> None:
    """Check the charges now, with plans made for tables that are full."""
    _execute(
        f"SET CONSTRAINTS {LINES_MAKE_THE_TOTAL} IMMEDIATE",
        f"SET CONSTRAINTS {LINES_MAKE_THE_TOTAL} DEFERRED",
    )


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _slot_functions(pools: dict[str, int], first: date, last: date) -> dict[str, Callable[[date], int]]:
    of_pool = calendars(pools.values(), first, last)

    def counted(pool: int) -> Callable[[date], int]:
        return lambda day: calendar.slots_on(day, of_pool[pool]).slots

    return {name: counted(pool) for name, pool in pools.items()}


def _history_user() -> User:
    """Who decided what was made up: nobody who can sign in."""
    user, _new = User.objects.get_or_create(
        username="made-up-history",
        defaults={
            "role": Role.WARD_STAFF,
            "is_active": False,
            "password": make_password(None),
            "last_name": "（作成データ）",
        },
    )
    return user
