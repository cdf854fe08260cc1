"""What was recorded at the house and was not so, or not then: put right with a reason, long after it was touched."""

from copy import deepcopy
from datetime import date, datetime, time, timedelta
from functools import partial

from hypothesis import strategies as st

from billing.correct_stay import correct_step
from bookings.models import StayStep

from .stay_steps import StaySteps
from .told_rules import beyond
from .told_uses import HELD, USED, Life, Use
from .walk import TOKYO, later, step, which

REASON = "隣の部屋のご家族と取り違えた"


def recorded(self: StaySteps) -> list[tuple[Life, Use]]:
    return [row for row in self.told.uses() if row[1].steps]


class CorrectionSteps(StaySteps):
    """Steps that take back, or say otherwise, what stands."""

    @step(5, lambda self: bool(recorded(self)), pick=which, wait=later, first=st.sampled_from((False, False, True)))
    def was_not_so(self, *, pick, wait, first):
        """What was recorded was not so at all: the days are hers again, where nobody else has them by now."""
        rows = recorded(self)
        life, use = rows[-1 - pick % len(rows)]
        self.goes_on(wait)
        kind, _before = use.steps[0 if first else -1]
        against = set() if len(use.steps) == 1 or not first else {"not_the_last_step"}
        if not against:
            against = self._against_taking_back(life, use)
        back = partial(correct_step, step=self._step(use, kind), reason=REASON, by=self._operator(use), at=self.now)
        if self.does(life, f"takes back, as it was not so: {kind} of B{use.pk}", against, back):
            self._taken_back(life, use)
            if kind == "arrival" and use.charged is not None:
                self.told.put_right(use, {}, self.today)
            self.compare()

    @step(
        5,
        lambda self: any(use.steps[-1][0] != "missed" for _life, use in recorded(self)),
        pick=which,
        wait=later,
        of_arrival=st.booleans(),
        shift=st.sampled_from((-1, 0, 1, -2, 1)),
    )
    def was_at_another_time(self, *, pick, wait, of_arrival, shift):
        """It came, or left, on another day: earlier days that it had missed are used, or later ones were not."""
        rows = [row for row in recorded(self) if row[1].steps[-1][0] != "missed"]
        life, use = rows[-1 - pick % len(rows)]
        self.goes_on(wait)
        kind = "arrival" if of_arrival and use.came else use.steps[-1][0]
        if kind == "absence":
            self._did_come(life, use, max(shift, 0))
        elif kind == "arrival":
            self._came_then(life, use, shift)
        else:
            self._left_then(life, use, shift)

    def _correct(self, life: Life, use: Use, kind: str, moment: datetime, against: set[str]) -> bool:
        if moment > self.now:
            against.add("not_over_yet")
        then = partial(
            correct_step,
            step=self._step(use, kind),
            reason=REASON,
            moment=moment,
            by=self._operator(use),
            at=self.now,
        )
        return bool(self.does(life, f"corrects the {kind} of B{use.pk} to {moment:%m-%d %H:%M}", against, then))

    def _did_come(self, life: Life, use: Use, shift: int) -> None:
        """An absence that was none: she came, on one of its days."""
        held = use.steps[-1][1].kept(HELD)
        day = held[0] + timedelta(days=shift)
        against = self._against_taking_back(life, use)
        if day not in held:
            against.add("another_day")
        against |= self.told.locked(use, [day])
        moment = datetime.combine(day, time(9, 5), tzinfo=TOKYO)
        if self._correct(life, use, "absence", moment, against):
            self._taken_back(life, use)
            self.has_come(life, use, moment)

    def _came_then(self, life: Life, use: Use, shift: int) -> None:
        before = use.came.date()
        day = before + timedelta(days=shift)
        moment = datetime.combine(day, time(8), tzinfo=TOKYO)
        against = self.told.locked(use, use.kept(USED)) if moment != use.came else set()
        earlier = [before - timedelta(days=number) for number in range(1, (before - day).days + 1)]
        if use.left is not None and moment > use.left:
            against.add("another_day")
        if shift > 0 and day not in use.days:
            against.add("another_day")
        if earlier:
            against |= self._against_holding(life, use, earlier) if set(earlier) <= use.missed else {"another_day"}
            against |= self.told.locked(use, earlier)
        if not self._correct(life, use, "arrival", moment, against):
            return
        if earlier:
            kept = USED if use.state == "departed" else HELD
            use.missed -= set(earlier)
            use.days |= dict.fromkeys(earlier, kept)
            if use.state != "departed":
                use.days[before] = HELD
        else:
            use.missed |= {one for one in use.days if one < day}
            use.days = {one: kept for one, kept in use.days.items() if one >= day}
        use.days[day], use.came = USED, moment
        if use.state == "arrived":
            life.parts(use, use.apart())
        now = self.told.prices(life, use)
        if use.charged is not None and now is not None:
            self.told.put_right(use, now, self.today)
        self.undoable = None
        self.compare()

    def _left_then(self, life: Life, use: Use, shift: int) -> None:
        """Another day of leaving: the days up to it are used, where nobody else has them by now."""
        day = use.left.date() + timedelta(days=shift)
        moment = datetime.combine(day, time(21, 30), tzinfo=TOKYO)
        against = self._against_taking_back(life, use)
        if moment < use.came:
            against.add("departure_before_arrival")
        after = deepcopy(use)
        self._taken_back(life, after, only_told=True)
        used = [one for one in after.kept() if one <= day]
        against |= self.told.locked(use, used)
        if self._correct(life, use, "departure", moment, against):
            self._taken_back(life, use)
            self.has_left(life, use, deepcopy(use), moment)

    # ---- Taken back -------------------------------------------------------------------------------------------------

    def _against_taking_back(self, life: Life, use: Use) -> set[str]:
        """Somebody else has a day by now, or its month is accepted: of a stay, that of any day used."""
        kind, _before = use.steps[-1]
        again = [day for day in self._again(use) if day not in use.days]
        against = self._against_holding(life, use, again)
        if kind in ("arrival", "departure"):
            against |= self.told.locked(use, use.kept(USED))
        return against

    def _against_holding(self, life: Life, use: Use, days: list[date]) -> set[str]:
        """Nobody has them by now, the birth has so many days left, and of those to come she may use each."""
        if not days:
            return set()
        told, figures = self.told, self.told.figures
        against = beyond(figures, use.service, life.counted(figures.group(use.service), figures), days)
        coming = [day for day in days if day >= self.today]
        if coming:
            against |= told.against_any(life, use.service, coming, use.siblings & set(coming))
            against |= set() if life.state == "approved" else {"not_approved"}
        if set(days) & life.kept(without=use) or told.without_place(use.service, days, with_child=False):
            against |= {"day_full", "day_taken"}
        return against

    @staticmethod
    def _again(use: Use) -> list[date]:
        """The days that the last step changed; what lies apart by now is another booking's."""
        _kind, before = use.steps[-1]
        return sorted(before.touched - (use.parted - before.parted))

    def _taken_back(self, life: Life, use: Use, *, only_told: bool = False) -> None:
        kind, before = use.steps[-1]
        again = self._again(use)
        use.steps.pop()
        use.days |= dict.fromkeys(again, HELD)
        use.missed -= set(again)
        use.goes, use.state, use.before = set(), before.state, None
        if kind == "arrival":
            use.came = None
        if kind == "departure":
            use.left = None
        if use.state == "arrived":
            use.days[use.came.date()] = USED
        if use.state == "arrived" and not only_told:
            life.parts(use, use.apart())
        self.undoable = None

    @staticmethod
    def _step(use: Use, kind: str) -> StayStep:
        return StayStep.objects.filter(booking=use.pk, kind=kind, taken_back_at=None).order_by("-pk").first()
