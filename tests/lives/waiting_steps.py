"""What happens to who waits: she joins, is offered what comes free, answers or does not, and waits no longer."""

from datetime import date, timedelta
from functools import partial

from hypothesis import strategies as st

from bookings.models import WaitingEntry
from bookings.places.offers import accept_offer, decline_offer, take_no_back
from bookings.waiting.waiting_list import join_waiting_list, leave_waiting_list
from enrollment.models import Sibling

from .booking_steps import BookingSteps
from .told_uses import HELD, Life, Use, Wait
from .walk import later, step, which


class WaitingSteps(BookingSteps):
    """Steps of the waiting list."""

    def _full(self, *, really: bool = False) -> list[tuple[Life, Use]]:
        """Uses with days to come, the newest first; ``really``: those whose house is full on the first of them."""
        coming = [row for row in self.told.uses() if self._first_to_come(row[1])]
        if really:
            coming = [row for row in coming if self._is_full(row[1].service, self._first_to_come(row[1]))]
        return sorted(coming, key=lambda row: -row[1].pk)

    def _first_to_come(self, use: Use) -> date | None:
        return min((day for day in use.kept(HELD) if day > self.today), default=None)

    def _is_full(self, service: str, day: date) -> bool:
        return "day_full" in self.told.without_place(service, [day], with_child=False)

    def _fills(self, use: Use) -> None:
        """Staff set the places of somebody's days to those that are taken: who comes now waits."""
        pool = self.told.figures.pool(use.service)
        days = [day for day in use.kept(HELD) if day > self.today]
        self._has_places(pool, {day: self.told.taken(pool)[day] for day in days})

    def _has_places(self, pool: str, slots: dict[date, int]) -> None:
        def set_them() -> None:
            for day, number in slots.items():
                self.ward.set_slots(pool, day, number)

        words = ", ".join(f"{number} on {day:%m-%d}" for day, number in slots.items())
        if self.does(None, f"sets the places of {pool}: {words}", (), set_them):
            self.told.figures.slots_set |= {(pool, day): number for day, number in slots.items()}
            self.compare()

    @step(12, lambda self: any(self.told.waits()), pick=which, wait=later)
    def a_house_has_more_places(self, *, pick, wait):
        """Staff open one place more on the days that somebody waits for."""
        self.goes_on(wait)
        rows = list(self.told.waits())
        if rows:
            _life, entry = rows[pick % len(rows)]
            pool = self.told.figures.pool(entry.service)
            self._has_places(pool, {day: self.told.taken(pool)[day] + 1 for day in entry.days})

    @step(
        8,
        lambda self: bool(self._full()) and sum(life.state == "approved" for life in self.told.lives) > 1,
        pick=which,
        other=which,
        wait=later,
        length=st.sampled_from((1, 1, 2, 3)),
        with_child=st.booleans(),
        herself=st.booleans(),
    )
    def waits(self, *, pick, other, wait, length, with_child, herself):
        """Another family waits for days that somebody has."""
        self.goes_on(wait)
        rows = self._full(really=True) or self._full()
        if not rows:
            return
        has, use = rows[pick % len(rows)]
        others = [life for life in self.told.lives if life.state == "approved" and life is not has] or [has]
        life = others[other % len(others)]
        first = self._first_to_come(use)
        if not self._is_full(use.service, first):
            self._fills(use)
        days = [first + timedelta(days=number) for number in range(length)]
        with_child = with_child and life.family.child is not None
        against = self.told.against_waiting(life, use.service, days, self.now, with_child=with_child)
        join = partial(
            join_waiting_list,
            registration=self.registration(life),
            service=self.ward.services[use.service],
            first_day=days[0],
            last_day=days[-1],
            by=self.mother(life) if herself else self.ward.staff,
            at=self.now,
            sibling=Sibling.objects.get(pk=life.family.child.pk) if with_child else None,
        )
        made = self.does(life, f"waits for {use.service} {days[0]} for {length} days", against, join)
        if made and not any(row.pk == made.pk for row in life.waits):
            babies = max(len(life.family.babies), 1)
            life.waits.append(Wait(made.pk, life.pk, use.service, days, babies, with_child, self.now))
            self.compare()

    @step(8, lambda self: bool(self._open_waits()), pick=which, wait=later)
    def waits_no_longer(self, *, pick, wait):
        """She waits no longer; a place that is held for her is to be answered first."""
        rows = self._open_waits()
        life, entry = rows[pick % len(rows)]
        self.goes_on(wait)
        against = {"place_offered"} if entry.is_open and entry.use is not None else set()
        leave = partial(leave_waiting_list, entry=WaitingEntry.objects.get(pk=entry.pk), at=self.now)
        if self.does(life, f"waits no longer for {entry.days[0]}", against, leave):
            entry.ended = entry.ended or "left"
            self.compare()

    def _open_waits(self) -> list[tuple[Life, Wait]]:
        return [(life, wait) for life in self.told.lives for wait in life.waits if wait.is_open]

    @step(
        60,
        lambda self: bool(self.told.offers()),
        pick=which,
        wait=st.sampled_from((0, 0, 0, 1, 2)),
        takes_it=st.sampled_from((True, True, False)),
        thinks_again=st.booleans(),
    )
    def answers(self, *, pick, wait, takes_it, thinks_again):
        """She takes what is held for her, or does not want it, and wants it again; later it is another family's."""
        rows = self.told.offers()
        life, use = rows[pick % len(rows)]
        self.goes_on(wait)
        against = set() if use.state == "offered" else {"not_offered"}
        answer = partial(accept_offer if takes_it else decline_offer, booking=self.booking(use), by=self.mother(life))
        words = "takes" if takes_it else "does not want"
        if self.does(life, f"{words} B{use.pk}", against, partial(answer, at=self.now)):
            if takes_it:
                use.state, use.given_on = "booked", None
                for entry in life.waits:
                    entry.ended = "placed" if entry.use is use else entry.ended
            else:
                self.told.is_declined(use, self.now)
            self.compare()
            if not takes_it and thinks_again and use.state == "offered":
                self._wants_it_again(life, use)

    def _wants_it_again(self, life: Life, use: Use) -> None:
        again = partial(take_no_back, booking=self.booking(use), by=self.mother(life), at=self.now)
        if self.does(life, f"wants B{use.pk} again", (), again):
            use.given_on = None
            self.compare()
