"""What happens at the house and on visits: families come, do not come, miss a day and leave; visits are recorded."""

from copy import deepcopy
from datetime import date, datetime, time, timedelta
from functools import partial

from hypothesis import strategies as st

from billing.check_out import check_out
from billing.models import Charge
from billing.visit import record_visit
from bookings.models import StayStep
from bookings.stays.stays import record_absence, record_arrival, record_missed_day
from care.undo import take_back
from care.visits import VisitFacts

from .booking_steps import BookingSteps, booked
from .told_rules import runs
from .told_uses import HELD, USED, Life, Use
from .walk import TOKYO, hours, later, step, which

VISITS = ("outreach", "online_consultation")
coupons = st.sampled_from((1, 0, 0, 0, 2, 0))
COUPONS = {"coupon_not_for_tax_class", "coupon_not_in_force", "coupon_more_than_days", "coupon_allowance_exceeded"}


def in_house(self: BookingSteps) -> bool:
    return bool(self.picked(0, "arrived", at_house=True))


def expected(self: BookingSteps) -> bool:
    return bool(self.picked(0, "booked", at_house=True))


class StaySteps(BookingSteps):
    """Steps of stays and visits."""

    # ---- At the house -----------------------------------------------------------------------------------------------

    @step(
        14,
        expected,
        pick=which,
        late=st.sampled_from((0, 0, 0, 1, 2)),
        hour=hours,
        touched=st.sampled_from((0, 0, 1, 3)),
    )
    def arrives(self, *, pick, late, hour, touched):
        """On its first day, or on one after it: the days before were missed. Also touched days after it happened.

        The stay is the run of that day; what lies apart of it is a booking of its own from now on.
        """
        life, use = self.picked(pick, "booked", at_house=True)
        day = max(self.next_held(use), self.today) + timedelta(days=late)
        self.goes_on((day - self.today).days + touched, hour)
        happened = datetime.combine(day, time(9, 5), tzinfo=TOKYO) if touched else None
        against = set() if use.days.get(day) == HELD else {"not_expected_today"}
        against |= self.told.locked(use, [day])
        arrive = partial(
            record_arrival, booking=self.booking(use), by=self._operator(use), at=self.now, happened_at=happened
        )
        if self.does(life, f"arrives for B{use.pk} on {day}", against, arrive):
            self.has_come(life, use, happened or self.now)

    def has_come(self, life: Life, use: Use, moment: datetime) -> None:
        """The day is used, those before it were missed; what lies apart of the run is a booking of its own."""
        day = moment.date()
        run = next(run for run in runs(use.kept(HELD)) if day in run)
        life.parts(use, [one for one in use.days if one > run[-1]])
        before = deepcopy(use)
        use.missed |= {one for one in use.days if one < day}
        use.days = {one: kept for one, kept in use.days.items() if one >= day}
        use.days[day], use.state, use.came = USED, "arrived", moment
        self._may_be_undone("arrival", life, use, before)

    @step(2, booked, pick=which, wait=later, hour=hours)
    def stays_away(self, *, pick, wait, hour):
        life, use = self.picked(pick, "booked")
        self.goes_on(max((self.next_held(use) - self.today).days, 0) if wait > 1 else wait, hour)
        against = set() if self.next_held(use) <= self.today else {"not_due_yet"}
        absent = partial(record_absence, booking=self.booking(use), by=self._operator(use), at=self.now)
        if self.does(life, f"does not come for B{use.pk}", against, absent):
            first = runs(use.kept(HELD))[0]
            life.parts(use, [day for day in use.days if day > first[-1]])
            before = deepcopy(use)
            use.state, use.goes = "absent", set(use.days)
            self._may_be_undone("absence", life, use, before)

    @step(
        14,
        in_house,
        pick=which,
        wait=later,
        hour=hours,
        stays=st.booleans(),
        coupons=coupons,
        touched=st.sampled_from((0, 0, 1, 2)),
    )
    def leaves(self, *, pick, wait, hour, stays, coupons, touched):
        """The day of leaving counts; what was held after it is free. The charge is issued, coupons taken off.

        Also touched days after it happened: the day on which the family left counts, not that of the touch.
        """
        life, use = self.picked(pick, "arrived", at_house=True)
        day = max(max(use.days), self.today) if stays else self.today + timedelta(days=wait)
        day = max(day, max(use.kept(USED)))
        self.goes_on((day - self.today).days + touched, hour)
        happened = datetime.combine(day, time(22), tzinfo=TOKYO) if touched else None
        gone = {one for one in use.kept(HELD) if one > (day if touched else self.today)}
        used = [one for one in use.kept() if one not in gone]
        before = deepcopy(use)
        now_used = [one for one in used if use.days[one] == HELD]
        after = deepcopy(use)
        after.days = dict.fromkeys(used, USED)
        numbers, against = [], self.told.locked(use, now_used)
        issued = use.charged is not None
        if coupons and self.told.prices(life, after) is not None and not issued:
            free = [number for number in range(1, 6) if number not in self._handed(life)]
            numbers = free[:coupons]
            if len(numbers) > self.told.takes_coupons(life, use, used):
                against |= COUPONS
        if not issued and self.told.prices(life, after) is not None:
            against |= self.told.locked(use, set(used) - use.open)
        leave = partial(
            check_out,
            booking=self.booking(use),
            by=self._operator(use),
            at=self.now,
            coupons=numbers,
            happened_at=happened,
        )
        if self.does(life, f"leaves on {day}, B{use.pk}, with coupons {numbers}", against, leave):
            self._hand_over(use, numbers)
            self.has_left(life, use, before, happened or self.now)

    def has_left(self, life: Life, use: Use, before: Use, moment: datetime) -> None:
        """The days up to that of leaving are used and charged; those after it are free once it stands."""
        use.goes = {day for day in use.kept(HELD) if day > moment.date()}
        used = [day for day in use.kept() if day not in use.goes]
        use.days |= dict.fromkeys(used, USED)
        use.state, use.left = "departed", moment
        self._is_charged(life, use, used)
        self._may_be_undone("departure", life, use, before)

    def _is_charged(self, life: Life, use: Use, used: list[date]) -> None:
        """The charge of the days used; one that was issued before is brought to what they cost now."""
        priced = deepcopy(use)
        priced.days = dict.fromkeys(used, USED)
        now = self.told.prices(life, priced)
        if now is None:
            return
        if use.charged is None:
            use.charged, use.owed, use.issued = now, sum(now.values()), self.today
        else:
            self.told.put_right(use, now, self.today)

    def _handed(self, life: Life) -> set[int]:
        return {number for use in life.uses for number in use.numbers}

    @staticmethod
    def _hand_over(use: Use, numbers: list[int]) -> None:
        use.numbers |= set(numbers)
        use.coupons = len(use.numbers)

    def _may_be_undone(self, kind: str, life: Life, use: Use, before: Use, day: date | None = None) -> None:
        before.steps, before.touched = [], {day} if day else set(before.kept(HELD))
        use.steps.append((kind, before))
        use.before = before
        self.undoable = (life, use)
        self.compare()

    @step(10, in_house, pick=which, wait=later, which_day=which)
    def misses_a_day(self, *, pick, wait, which_day):
        """A family in house was not there on a day: it is free, and not charged; the stay goes on."""
        life, use = self.picked(pick, "arrived", at_house=True)
        self.goes_on(wait)
        days = use.kept()
        day = days[which_day % len(days)]
        against = {"not_due_yet"} if day > self.today else set()
        if use.days[day] == USED:
            against.add("day_used")
        before = deepcopy(use)
        miss = partial(record_missed_day, booking=self.booking(use), day=day, by=self._operator(use), at=self.now)
        if self.does(life, f"is not there on {day}, B{use.pk}", against, miss):
            del use.days[day]
            use.missed.add(day)
            self._may_be_undone("missed", life, use, before, day)

    @step(6, lambda self: self.undoable is not None)
    def is_undone(self):
        """A touch by mistake is taken back within ten minutes: all is as before; a charge once issued stays."""
        life, use = self.undoable
        step = StayStep.objects.filter(booking=use.pk, taken_back_at=None).order_by("-pk").first()
        undo = partial(take_back, step=step, by=self._operator(use), at=self.now)
        if self.does(life, f"is undone: {step.kind} of B{use.pk}", (), undo):
            before = use.before
            use.days, use.missed, use.state, use.goes = before.days, before.missed, before.state, set()
            use.came, use.left = before.came, before.left
            use.steps.pop()
            use.before = self.undoable = None
            self.compare()

    @step(
        8,
        lambda self: any(self._is_open_visit(use) for _life, use in self.told.uses()),
        pick=which,
        late=st.sampled_from((0, 0, 1, 3)),
        again=st.booleans(),
        coupons=coupons,
    )
    def is_visited(self, *, pick, late, again, coupons):
        """A visit or consultation is recorded once it is over, on its day or days later; the last one is charged."""
        fitting = [(life, use) for life, use in self.told.uses() if self._is_open_visit(use)]
        life, use = fitting[pick % len(fitting)]
        held = use.kept(HELD)
        day = held[min(int(again), len(held) - 1)]
        self.goes_on(max((day - self.today).days + late, 0), 13)
        used = [*use.kept(USED), day]
        run = next(run for run in runs(use.kept()) if day in run)
        is_last = day == run[-1]
        after = deepcopy(use)
        after.days = dict.fromkeys(used, USED)
        against = self.told.locked(use, [day])
        if self.now < datetime.combine(day, time(12), tzinfo=TOKYO):
            against.add("not_over_yet")
        if is_last and self.told.prices(life, after) is not None:
            against |= self.told.locked(use, set(used) - use.open)
        facts = VisitFacts(began=time(10), ended=time(12), topics=self.ward.topics)
        visit = partial(
            record_visit, booking=self.booking(use), day=day, facts=facts, by=self._operator(use), at=self.now
        )
        if self.does(life, f"is visited on {day}, B{use.pk}", against, visit):
            life.parts(use, [one for one in use.kept(HELD) if one > run[-1]])
            use.missed |= {one for one in use.kept(HELD) if one < day}
            use.days = {one: kept for one, kept in use.days.items() if kept == USED or one > day} | {day: USED}
            use.state = "departed" if is_last else "arrived"
            if is_last:
                self._is_charged(life, use, sorted(use.days))
            self.compare()

    def _is_open_visit(self, use: Use) -> bool:
        kind = self.told.figures.kind(use.service)
        return kind in VISITS and use.state in ("booked", "arrived") and bool(use.kept(HELD))

    def _operator(self, use: Use):
        return self.ward.operators[self.told.figures.facility(use.service)]

    def charge(self, use: Use) -> Charge:
        return Charge.objects.get(booking=use.pk)
