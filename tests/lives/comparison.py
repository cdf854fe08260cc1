"""What the product says beside what is told, in the product's own queries: the ones that pages and reports ask."""

from datetime import date, datetime, timedelta
from typing import Any

import time_machine
from django.db import connection

from accounts.actions import Action
from accounts.permissions import visible
from billing.differences import compared
from billing.models import Charge, Claim, ClaimState
from billing.month_record import month_record
from bookings.models import Booking, WaitingEntry
from bookings.places.booking_context import load_context
from bookings.places.family_calendar import family_month, rules_against
from bookings.places.queries import ask_places, places_from
from bookings.waiting.counting import days_of
from enrollment.models import Family, Registration
from reports.invariants import broken_invariants
from reports.queries import district_years, facility_years
from sankecare.db import run_batch

from .told import DISTRICTS, TABLE, World
from .told_rules import A_DAY, days_left, fiscal_year, lives_here, window
from .told_uses import IN_FORCE, USED, Life
from .ward import Ward

ROWS = """
    SELECT booking.id, booking.state, day.day, day.status, day.with_sibling FROM bookings_booking booking
      LEFT JOIN bookings_bookingday day ON day.booking_id = booking.id AND day.status <> 'released'
"""
STATES = {"absent": "no_show"}
LISTED = ("more_days_than_a_birth_may_use", "booked_day_that_no_rule_allows")


class Difference(AssertionError):
    """The product and the rules told apart differ in ``what``: one of both is wrong."""

    def __init__(self, what: str, how: str) -> None:
        super().__init__(f"{what}: {how}")
        self.what = what


class Comparison:
    """Of one walk. ``counted``: how many comparisons of each kind."""

    def __init__(self, ward: Ward, told: World, counted: dict[str, int]) -> None:
        self.ward, self.told, self.counted = ward, told, counted
        self.turn = 0

    def after_a_step(self, now: datetime, touched: Life | None) -> None:
        """What every step may change, and of the family touched what she may use."""
        self.turn += 1
        self.the_days()
        self.the_waiting()
        self.the_places(now.date())
        self.the_money()
        if touched is not None and touched.state in IN_FORCE:
            self.who_may_use(touched, now, self.turn)
            self.her_page(touched, now, self.turn)

    def everything(self, now: datetime) -> None:
        """At the end of a walk: all families, all months, all figures, all people."""
        self.the_days()
        self.the_waiting()
        self.the_places(now.date())
        self.the_money()
        for life in self.told.lives:
            if life.state in IN_FORCE:
                for number in range(len(self.ward.services)):
                    self.who_may_use(life, now, number)
                self.her_page(life, now, self.turn)
        self.the_months()
        self.the_figures(now.date())
        self.who_sees(now)
        # Of two entries joined, what no rule allows any more stays, and is listed every night until a person decides.
        left = LISTED if any(life.was_joined for life in self.told.lives) else ()
        self.same("what can never be", [row for row in broken_invariants(now) if row.what not in left], [])

    def same(self, what: str, product: Any, told: Any) -> None:
        self.counted[what] = self.counted.get(what, 0) + 1
        if product != told:
            raise Difference(what, f"the product has {_but(product, told)!r}, told is {_but(told, product)!r}")

    # ---- Days and places --------------------------------------------------------------------------------------------

    def the_days(self) -> None:
        """Each booking's state, its days held and used, and those with the older child."""
        with connection.cursor() as cursor:
            cursor.execute(ROWS)
            rows = cursor.fetchall()
        product: dict[int, Any] = {}
        for pk, state, day, status, sibling in rows:
            found = product.setdefault(pk, (state, {}, set()))
            if day is not None:
                found[1][day] = status
                if sibling:
                    found[2].add(day)
        told = {
            use.pk: (STATES.get(use.state, use.state), use.days, use.siblings & set(use.days))
            for _life, use in self.told.uses()
        }
        self.same("days", product, told)

    def the_waiting(self) -> None:
        """Who waits, for which days, what is held for her, how it ended, and whether she may use the days."""
        rows = WaitingEntry.objects.filter(service__in=self.ward.services.values())
        product = {
            row.pk: (days_of(row), row.booking_id, row.ended_as, row.ended_as == "" and bool(row.away_why))
            for row in rows
        }
        told = {
            wait.pk: (wait.days, wait.use and wait.use.pk, wait.ended, wait.is_open and wait.away)
            for life in self.told.lives
            for wait in life.waits
        }
        self.same("waiting", product, told)

    def the_places(self, today: date) -> None:
        """Slots and places taken of every house, on each day that anybody has and the days around today."""
        figures = self.told.figures
        days = sorted({day for _life, use in self.told.uses() for day in use.days} | {today, today + A_DAY})
        pools = {row.pk: slug for slug, row in self.ward.pools.items()}
        found = places_from(run_batch(ask_places(list(pools), days))[0])
        product = {pools[pk]: [(row.day, row.slots, row.booked) for row in rows] for pk, rows in found.items()}
        told = {}
        for slug in product:
            taken = self.told.taken(slug)
            told[slug] = [(day, figures.slots(slug, day), taken[day]) for day in days]
        self.same("places", product, told)

    # ---- Who may use it ---------------------------------------------------------------------------------------------

    def who_may_use(self, life: Life, now: datetime, turn: int) -> None:
        """The rules against each day at the edges: of the windows, of homes, of rolling over, and around today."""
        service = sorted(self.ward.services)[turn % len(self.ward.services)]
        days = self._edges(life, service, now.date())
        registration = Registration.objects.select_related("birth__family").get(pk=life.pk)
        known = load_context(registration, self.ward.services[service], days)
        product = {day: {str(row.rule) for row in rules_against(known, day)} for day in days}
        told = {day: self.told.against(life, service, day) for day in days}
        self.same("who may use it on a day", product, told)

    def _edges(self, life: Life, service: str, today: date) -> list[date]:
        days = {today, today + 30 * A_DAY}
        terms = self.told.figures.on(today, "service_terms", service)
        if life.family.babies and terms:
            days |= {*window(life.family, int(terms["age_limit_months"])), life.family.babies[0].born}
            days |= {baby.rolls_since for baby in life.family.babies if baby.rolls_since}
        for home in life.family.homes:
            days |= {home.first, home.last or today}
        near = {day + n * A_DAY for day in days for n in (-1, 0, 1)}
        return sorted(day for day in near if today <= day <= today + timedelta(days=420))

    def her_page(self, life: Life, now: datetime, turn: int) -> None:
        """Each day of the month's page that she can tick, and the days that she has left."""
        slug = sorted(self.ward.services)[(turn * 5) % len(self.ward.services)]
        figures, first = self.told.figures, now.date()
        last = first + timedelta(days=34)
        registration = Registration.objects.select_related("birth__family").get(pk=life.pk)
        page = family_month(registration, self.ward.services[slug], first, last, at=now)
        usable = sorted(day for day, row in page.days.items() if row.usable)
        told = [
            day
            for day in sorted(page.days)
            if not self.told.against_booking(life, slug, [day], now, herself=True, with_child=False)
        ]
        self.same("days that she can tick", usable, told)
        told_left: list[tuple[date, int | None]] = []
        hers = life.counted(figures.group(slug), figures)
        limit: Any = self
        for day in sorted(page.days):
            row = figures.on(day, "usage_limits", figures.group(slug))
            if (row and row["days_per_birth"]) != limit:
                limit = row and row["days_per_birth"]
                told_left.append((day, days_left(figures, slug, hers, day)))
        self.same("days left", [(row.first_day, row.left) for row in page.quotas], told_left)

    # ---- Money ------------------------------------------------------------------------------------------------------

    def the_money(self) -> None:
        """What was issued, what is owed, and what it would cost now, of every use that was charged."""
        if not any(use.charged is not None for _life, use in self.told.uses()):
            self.same("money", Charge.objects.count(), 0)
            return
        product = {
            row.charge.booking_id: (row.issued, row.owed, row.goodwill, row.fresh)
            for row in compared(Charge.objects.filter(booking__service__in=self.ward.services.values()))
        }
        told = {}
        for life, use in self.told.uses():
            if use.charged is not None:
                now = self.told.prices(life, use)
                given = sum(yen for _made, _day, yen in use.given)
                told[use.pk] = (sum(use.charged.values()), use.owed, given, None if now is None else sum(now.values()))
        self.same("money", product, told)

    def the_months(self) -> None:
        """Each house's month: family-days and yen claimed; a month that was accepted is as it was."""
        months = {
            (self.told.figures.facility(use.service), day.replace(day=1))
            for _life, use in self.told.uses()
            for day in use.kept(USED)
        }
        months |= {
            (self.told.figures.facility(use.service), day.replace(day=1))
            for _life, use in self.told.uses()
            for day in (
                *(use.charged or {}),
                use.issued,
                *(made for made, _day, _yen in (*use.adjusted, *use.given)),
                *(day for ride in use.rides for day in (ride.recorded, ride.back)),
            )
            if day is not None
        }
        sums: dict[str, dict[str, int]] = {}
        for facility, month in sorted(months | set(self.told.accepted)):
            record = month_record(self.ward.facilities[facility], month)
            told = self.told.month(facility, month)
            product = _of_claim(record)
            self.same("claims", product, told)
            whole = sums.setdefault(facility, {"contract": 0, "fees": 0, "rides": 0})
            for name in whole:
                whole[name] += product[name]
        for facility, whole in sums.items():
            self.same("all claims together", whole, self.told.whole(facility))
        accepted = Claim.objects.filter(state=ClaimState.ACCEPTED).select_related("facility")
        kept = {(row.facility.slug, row.month): _of_claim(row.snapshot["record"]) for row in accepted}
        self.same("accepted months", kept, self.told.accepted)

    # ---- Figures and people -----------------------------------------------------------------------------------------

    def the_figures(self, today: date) -> None:
        """The tables of the year: families by district, family-days and families by facility."""
        years = sorted({fiscal_year(day) for _life, use in self.told.uses() for day in use.kept(USED)})
        if not years:
            return
        of_district = {row.fiscal_year: row for row in district_years(years, today=today)}
        of_facility = facility_years(years, today=today)
        for year in years:
            families, days = self.told.districts(year, today)
            product = of_district[year]
            self.same(
                "families by district", [product.families[one] for one in TABLE], [families[one] for one in TABLE]
            )
            self.same("family-days by district", [product.days[one] for one in TABLE], [days[one] for one in TABLE])
            found = {row.facility.slug: (row.total_days, row.families) for row in of_facility[year]}
            for facility in self.ward.facilities:
                of_told = self.told.family_days(facility, year, today)
                self.same("family-days of a house", found.get(facility, (0, 0)), of_told)

    def who_sees(self, now: datetime) -> None:
        """Bookings: her own mother, the house, nobody else; families: the nurse of the district where she lives."""
        figures = self.told.figures
        with time_machine.travel(now, tick=False):
            # The second entry of a family, made on paper, has no sign-in.
            for number, life in enumerate(life for life in self.told.lives if life.has_sign_in):
                hers = {use.pk for use in life.uses}
                self.same("a mother's bookings", self._bookings(self.ward.mothers[number]), hers)
            for slug, operator in self.ward.operators.items():
                told = {use.pk for _life, use in self.told.uses() if figures.facility(use.service) == slug}
                self.same("a house's bookings", self._bookings(operator), told)
            for slug in DISTRICTS:
                living = [life for life in self.told.lives if life.pk and not life.joined and _is_in(life, slug, now)]
                told_names = sorted(life.name for life in living)
                for person in (self.ward.nurses[slug], self.ward.bound_staff[slug]):
                    families = visible(person, Action.FAMILY_VIEW, Family.objects.filter(merged_into=None))
                    names = sorted(row.mother_name for row in families)
                    self.same("a district's families", names, told_names)
                uses = {use.pk for life in living for use in life.uses}
                self.same("a district's bookings", self._bookings(self.ward.bound_staff[slug]), uses)

    def _bookings(self, person: Any) -> set[int]:
        return set(visible(person, Action.BOOKING_VIEW, Booking.objects.all()).values_list("pk", flat=True))


def _is_in(life: Life, district: str, now: datetime) -> bool:
    home = lives_here(life.family, now.date())
    return home is not None and home.district == district


def _of_claim(record: dict[str, Any]) -> dict[str, int]:
    amounts = record["amounts"]
    fees = amounts["fees_taken_off"] + amounts["late_taken_off"]
    return {"days": record["days"], "contract": amounts["contract"], "fees": fees, "rides": amounts["transport"]}


def _but(one: Any, other: Any) -> Any:
    """Of two that differ what the other does not have, where they are tables or lists."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: value for key, value in one.items() if key not in other or other[key] != value}
    if isinstance(one, list) and isinstance(other, list):
        return [value for value in one if value not in other]
    return one
