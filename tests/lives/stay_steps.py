"""What happens to places: days are booked, moved and given back; families come, do not come, and leave."""

from collections import Counter
from copy import deepcopy
from datetime import date, datetime, time, timedelta
from functools import partial

from hypothesis import strategies as st

from billing.check_out import check_out
from billing.models import Charge
from billing.visit import record_visit
from bookings.models import StayStep
from bookings.places.cancel import cancel_booking
from bookings.places.change import extend_booking, shorten_booking
from bookings.places.move import move_booking
from bookings.places.participants import change_party
from bookings.places.reserve import reserve_days
from bookings.stays.stays import record_absence, record_arrival
from care.undo import take_back
from care.visits import VisitFacts
from enrollment.models import Sibling

from .told import HELD, USED, Life, Use, span
from .told_rules import beyond
from .walk import TOKYO, Walk, hours, later, step, which, who

VISITS = ("outreach", "online_consultation")
services = st.sampled_from((3, 5, 4, 1, 0, 2, 3, 5, 4, 1, 0, 2))
ahead = st.sampled_from((1, 0, 1, 1, 2, 2, 3, 4, 6, 9, 15, 40, 100, 181))
lengths = st.sampled_from((1, 1, 2, 2, 3, 3, 4, 5, 7, 8))
coupons = st.sampled_from((0, 0, 1, 2))


def live(self: Walk) -> bool:
    return bool(self.picked(0, "booked", "arrived"))


def booked(self: Walk) -> bool:
    return bool(self.picked(0, "booked"))


def in_house(self: Walk) -> bool:
    return bool(self.picked(0, "arrived"))


COUPONS = {"coupon_not_for_tax_class", "coupon_not_in_force", "coupon_more_than_days", "coupon_allowance_exceeded"}


class StaySteps(Walk):
    """Steps of bookings, stays and visits."""

    # ---- Booking ----------------------------------------------------------------------------------------------------

    @step(
        14,
        lambda self: any(life.state == "approved" for life in self.told.lives),
        number=who,
        wait=later,
        hour=hours,
        service=services,
        ahead=ahead,
        length=lengths,
        herself=st.booleans(),
        with_child=st.booleans(),
        alone=st.booleans(),
    )
    def books(self, *, number, wait, hour, service, ahead, length, herself, with_child, alone):
        """Days on end are booked, by herself or by staff on the telephone."""
        fitting = [life for life in self.told.lives if life.state == "approved"] or self.told.lives
        life = fitting[number % len(fitting)]
        if not life.pk or life.joined:
            return
        self.goes_on(wait, hour)
        slug = sorted(self.ward.services)[service]
        days = span(self.today + timedelta(days=ahead), length)
        with_child = with_child and life.family.child is not None
        babies = 1 if alone else max(len(life.family.babies), 1)
        against = self.told.against_booking(life, slug, days, self.now, herself=herself, with_child=with_child)
        sibling = Sibling.objects.get(pk=life.family.child.pk) if with_child else None
        reserve = partial(
            reserve_days,
            registration=self.registration(life),
            service=self.ward.services[slug],
            days=days,
            by=self.mother(life) if herself else self.ward.staff,
            at=self.now,
            infant_count=babies if life.family.babies else None,
            sibling=sibling,
        )
        words = f"books {slug} {days[0]} for {length} days" + (" with her child" if with_child else "")
        made = self.does(life, f"{words}{' herself' if herself else ' through staff'}", against, reserve)
        if made is not None:
            use = Use(made.pk, slug, dict.fromkeys(days, HELD), babies, set(days if with_child else ()), with_child)
            life.uses.append(use)
            self.compare()

    @step(1, live, pick=which, wait=later, hour=hours, herself=st.booleans())
    def cancels(self, *, pick, wait, hour, herself):
        life, use = self.picked(pick, "booked", "arrived")
        self.goes_on(wait, hour)
        against = set() if use.state == "booked" else {"stay_has_begun"}
        if use.state == "booked":
            held = use.kept(HELD)
            against |= {"day_passed"} if held[0] < self.today else set()
            against |= self.told.against_giving_back(use, held, self.today, herself=herself)
        by = self.mother(life) if herself else self.ward.staff
        if self.does(
            life, f"cancels B{use.pk}", against, partial(cancel_booking, booking=self.booking(use), by=by, at=self.now)
        ):
            use.state, use.days = "cancelled", {}
            self.compare()

    @step(1, live, pick=which, wait=later, hour=hours, less=st.integers(0, 3), herself=st.booleans())
    def is_shortened(self, *, pick, wait, hour, less, herself):
        life, use = self.picked(pick, "booked", "arrived")
        self.goes_on(wait, hour)
        days = use.kept()
        last = days[-1] - timedelta(days=less)
        given_up = [day for day in use.kept(HELD) if day > last]
        against = set() if days[0] <= last < days[-1] else {"not_shorter"}
        if given_up and given_up[0] < self.today:
            against.add("day_passed")
        against |= self.told.against_giving_back(use, given_up, self.today, herself=herself)
        by = self.mother(life) if herself else self.ward.staff
        shorten = partial(shorten_booking, booking=self.booking(use), last_day=last, by=by, at=self.now)
        if self.does(life, f"shortens B{use.pk} to {last}", against, shorten):
            for day in given_up:
                del use.days[day]
            self.compare()

    @step(2, live, pick=which, wait=later, hour=hours, more=st.integers(0, 3), herself=st.booleans())
    def is_extended(self, *, pick, wait, hour, more, herself):
        life, use = self.picked(pick, "booked", "arrived")
        self.goes_on(wait, hour)
        days = use.kept()
        added = [days[-1] + timedelta(days=number + 1) for number in range(more)]
        against = {"not_longer"} if not added or added[0] < self.today else set()
        if added:
            against |= self._against_days(
                life, use, [*days, *added], added, siblings=use.siblings | self._child(use, added)
            )
        by = self.mother(life) if herself else self.ward.staff
        extend = partial(
            extend_booking, booking=self.booking(use), last_day=days[-1] + timedelta(days=more), by=by, at=self.now
        )
        if self.does(life, f"extends B{use.pk} by {more}", against, extend):
            use.days |= dict.fromkeys(added, HELD)
            use.siblings |= self._child(use, added)
            self.compare()

    @step(
        3,
        booked,
        pick=which,
        wait=later,
        hour=hours,
        by_days=st.sampled_from((-2, -1, 1, 3, 10)),
        length=lengths,
        herself=st.booleans(),
    )
    def is_moved(self, *, pick, wait, hour, by_days, length, herself):
        life, use = self.picked(pick, "booked")
        self.goes_on(wait, hour)
        before = use.kept(HELD)
        wanted = span(before[0] + timedelta(days=by_days), length)
        added = [day for day in wanted if day not in use.days]
        given_up = [day for day in before if day not in wanted]
        against = {"day_passed"} if min(wanted[0], *given_up, date.max) < self.today else set()
        if not added and not given_up:
            against.add("same_days")
        against |= self.told.against_giving_back(use, given_up, self.today, herself=herself)
        siblings = set(wanted) if use.with_child else set()
        against |= self._against_days(life, use, wanted, added, siblings=siblings, herself=herself)
        by = self.mother(life) if herself else self.ward.staff
        move = partial(move_booking, booking=self.booking(use), days=wanted, by=by, at=self.now)
        if self.does(life, f"moves B{use.pk} to {wanted[0]} for {length}", against, move):
            use.days = dict.fromkeys(wanted, HELD)
            use.siblings = (use.siblings | self._child(use, added)) & set(wanted)
            self.compare()

    def _against_days(
        self, life: Life, use: Use, days: list[date], new: list[date], *, siblings: set[date], herself: bool = False
    ) -> set[str]:
        """What stands against days of a booking that is changed: its own do not count, new ones need a place."""
        told, figures = self.told, self.told.figures
        hers = life.counted(figures.group(use.service), figures, without=use)
        against = told.against_any(life, use.service, days, siblings) | beyond(figures, use.service, hers, days)
        if set(days) & life.kept(without=use):
            against.add("day_taken")
        against |= told.against_asking(use.service, new, self.now, herself=herself)
        return against | told.without_place(use.service, new, with_child=use.with_child)

    @staticmethod
    def _child(use: Use, days: list[date]) -> set[date]:
        return set(days) if use.with_child else set()

    @step(2, live, pick=which, wait=later, with_child=st.booleans(), babies=st.integers(1, 2))
    def changes_party(self, *, pick, wait, with_child, babies):
        """Who comes along is said anew: how many babies, and whether the older child does."""
        life, use = self.picked(pick, "booked", "arrived")
        self.goes_on(wait)
        with_child = with_child and life.family.child is not None
        first = self.today if use.state == "arrived" else date.min
        changed = [day for day in use.kept() if day >= first]
        against = set() if babies <= max(len(life.family.babies), 1) else {"infants"}
        if use.state == "arrived" and babies != use.babies:
            against.add("infants_in_house")
        if with_child:
            there = use.siblings & set(use.days)
            if not (use.with_child and set(changed) <= there):
                days = sorted({*changed, *there})
                against |= self.told.against_any(life, use.service, days, days)
                new = [day for day in changed if day not in there]
                house = self.told.without_place(use.service, new, with_child=True)
                against |= house & {"sibling_rooms_full"}
        change = partial(
            change_party,
            booking=self.booking(use),
            infant_count=babies,
            sibling=Sibling.objects.get(pk=life.family.child.pk) if with_child else None,
            coupons=0,
            by=self.ward.staff,
            at=self.now,
        )
        if self.does(life, f"changes who comes for B{use.pk}: {babies}, child {with_child}", against, change):
            use.babies, use.with_child = babies, with_child
            use.siblings = use.siblings - set(changed) | (set(changed) if with_child else set())
            self.compare()

    # ---- At the house -----------------------------------------------------------------------------------------------

    @step(14, booked, pick=which, late=st.sampled_from((0, 0, 0, 1, 2)), hour=hours)
    def arrives(self, *, pick, late, hour):
        """On its first day, or on one after it: the days missed are free."""
        life, use = self.picked(pick, "booked")
        if self.told.figures.kind(use.service) in VISITS:
            return
        self.goes_on(max((self.next_held(use) - self.today).days, 0) + late, hour)
        against = set() if use.days.get(self.today) == HELD else {"not_expected_today"}
        against |= self.told.locked(use, [self.today])
        before = deepcopy(use)
        arrive = partial(record_arrival, booking=self.booking(use), by=self._operator(use), at=self.now)
        if self.does(life, f"arrives for B{use.pk}", against, arrive):
            use.days = {day: kept for day, kept in use.days.items() if day >= self.today}
            use.days[self.today], use.state = USED, "arrived"
            self._may_be_undone(life, use, before)

    @step(2, booked, pick=which, wait=later, hour=hours)
    def stays_away(self, *, pick, wait, hour):
        life, use = self.picked(pick, "booked")
        self.goes_on(max((self.next_held(use) - self.today).days, 0) if wait > 1 else wait, hour)
        against = set() if self.next_held(use) <= self.today else {"not_due_yet"}
        before = deepcopy(use)
        absent = partial(record_absence, booking=self.booking(use), by=self._operator(use), at=self.now)
        if self.does(life, f"does not come for B{use.pk}", against, absent):
            use.state, use.goes = "absent", set(use.days)
            self._may_be_undone(life, use, before)

    @step(14, in_house, pick=which, wait=later, hour=hours, stays=st.booleans(), coupons=coupons)
    def leaves(self, *, pick, wait, hour, stays, coupons):
        """The day of leaving counts; what was held after it is free. The charge is issued, coupons taken off."""
        life, use = self.picked(pick, "arrived")
        if self.told.figures.kind(use.service) in VISITS:
            return
        self.goes_on(max((max(use.days) - self.today).days, 0) if stays else wait, hour)
        gone = {day for day in use.kept(HELD) if day > self.today}
        used = [day for day in use.kept() if day not in gone]
        before = deepcopy(use)
        now_used = [day for day in used if use.days[day] == HELD]
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
            undecided_seen=True,
        )
        if self.does(life, f"leaves, B{use.pk}, with coupons {numbers}", against, leave):
            use.days |= dict.fromkeys(used, USED)
            use.goes, use.state = gone, "departed"
            self._hand_over(life, use, numbers)
            self._is_charged(life, use, used)
            self._may_be_undone(life, use, before)

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
            self.is_adjusted(use, now)

    def is_adjusted(self, use: Use, now: dict[date, int]) -> None:
        """What is owed becomes what the days cost now: by a row for what differs, each about its own day."""
        before = Counter(use.charged or {})
        for _made, day, yen in use.adjusted:
            before[day] += yen
        for day in sorted({*before, *now}):
            if now.get(day, 0) != before[day]:
                use.adjusted.append((self.today, day, now.get(day, 0) - before[day]))
        use.owed = sum(now.values())

    def _handed(self, life: Life) -> set[int]:
        return {number for use in life.uses for number in use.numbers}

    @staticmethod
    def _hand_over(life: Life, use: Use, numbers: list[int]) -> None:
        use.numbers |= set(numbers)
        use.coupons = len(use.numbers)

    def _may_be_undone(self, life: Life, use: Use, before: Use) -> None:
        use.before = before
        self.undoable = (life, use)
        self.compare()

    @step(6, lambda self: self.undoable is not None)
    def is_undone(self):
        """A touch by mistake is taken back within ten minutes: all is as before; a charge once issued stays."""
        life, use = self.undoable
        step = StayStep.objects.filter(booking=use.pk, taken_back_at=None).order_by("-pk").first()
        undo = partial(take_back, step=step, by=self._operator(use), at=self.now)
        if self.does(life, f"is undone: {step.kind} of B{use.pk}", (), undo):
            use.days, use.state, use.goes = use.before.days, use.before.state, set()
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
        is_last = day == held[-1]
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
