"""What happens to places: days are booked, moved, and given back; who comes along is said anew."""

from datetime import date, timedelta
from functools import partial

from hypothesis import strategies as st

from bookings.places.cancel import cancel_booking
from bookings.places.change import extend_booking, give_back_days, shorten_booking
from bookings.places.move import move_booking
from bookings.places.participants import change_party
from bookings.places.reserve import reserve_days
from enrollment.models import Sibling

from .told import span
from .told_rules import beyond
from .told_uses import HELD, USED, Life, Use
from .walk import Walk, hours, later, step, which, who

services = st.sampled_from((5, 2, 4, 0, 1, 3, 5, 2, 4, 0, 1))
ahead = st.sampled_from((1, 0, 1, 1, 2, 2, 3, 4, 6, 9, 15, 40, 100, 181))
lengths = st.sampled_from((1, 1, 2, 2, 3, 3, 4, 5, 7, 8))


def live(self: Walk) -> bool:
    return bool(self.picked(0, "booked", "arrived"))


def booked(self: Walk) -> bool:
    return bool(self.picked(0, "booked"))


class BookingSteps(Walk):
    """Steps of bookings."""

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
        apart=st.sampled_from((0, 0, 1, 2, 9, 33)),
    )
    def books(self, *, number, wait, hour, service, ahead, length, herself, with_child, alone, apart):
        """Days on end, or days apart, are booked, by herself or by staff on the telephone."""
        fitting = [life for life in self.told.lives if life.state == "approved"] or self.told.lives
        life = fitting[number % len(fitting)]
        if not life.pk or life.joined:
            return
        self.goes_on(wait, hour)
        slug = sorted(self.ward.services)[service]
        days = span(self.today + timedelta(days=ahead), length)
        if apart and length > 1:
            days = [*days[:-1], days[-1] + timedelta(days=apart)]
        with_child = with_child and life.family.child is not None
        babies = 1 if alone else max(len(life.family.babies), 1)
        siblings = life.along(days) if with_child else []
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
        words = f"books {slug} {days[0]} for {length} days" + (f", the last on {days[-1]}" if apart else "")
        words += " with her child" if with_child else ""
        made = self.does(life, f"{words}{' herself' if herself else ' through staff'}", against, reserve)
        if made is not None:
            use = Use(made.pk, slug, dict.fromkeys(days, HELD), babies, set(siblings), with_child)
            life.uses.append(use)
            self.compare()

    @step(3, live, pick=which, wait=later, hour=hours, herself=st.booleans())
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

    @step(2, live, pick=which, wait=later, hour=hours, less=st.integers(0, 3), herself=st.booleans())
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

    @step(5, live, pick=which, wait=later, hour=hours, more=st.integers(0, 3), herself=st.booleans())
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

    @step(4, live, pick=which, wait=later, hour=hours, which_day=which, herself=st.booleans())
    def gives_back_a_day(self, *, pick, wait, hour, which_day, herself):
        """One day to come is given back, wherever it lies; of a stay in house what lies apart then is another one."""
        life, use = self.picked(pick, "booked", "arrived")
        self.goes_on(wait, hour)
        days = use.kept()
        day = days[which_day % len(days)]
        against = {"day_passed"} if day < self.today else set()
        if use.days[day] == USED:
            against.add("no_such_day")
        if len(days) == 1:
            against.add("every_day")
        against |= self.told.against_giving_back(use, [day], self.today, herself=herself)
        by = self.mother(life) if herself else self.ward.staff
        give = partial(give_back_days, booking=self.booking(use), days=[day], by=by, at=self.now)
        if self.does(life, f"gives {day} of B{use.pk} back", against, give):
            del use.days[day]
            if use.state == "arrived":
                life.parts(use, use.apart())
            self.compare()
