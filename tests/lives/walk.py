"""The walk: a clock that only goes on, a story that can be read, and each step told and done.

A step says first, by the second statement, what stands against it; the product must refuse it then, for one of these
reasons, and take it otherwise. What it leaves is written into the world that is told, and both are compared.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from hypothesis import strategies as st

from accounts.models import User
from bookings.models import Booking
from bookings.places.offers import lapse_offers
from bookings.stays.steps import settle_steps
from bookings.waiting.counting import look_at_everybody_again
from bookings.waiting.passing_on import pass_on_all
from enrollment.models import Registration
from sankecare.errors import Refused

from .comparison import Comparison, Difference
from .figures import STAYS
from .told import World
from .told_rules import Family
from .told_uses import HELD, Life, Use
from .ward import Ward

TOKYO = ZoneInfo("Asia/Tokyo")
# Days that pass before a step: mostly none.
later = st.sampled_from((0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 6))
hours = st.sampled_from((9, 16, 17, 21))
who = st.sampled_from((0, 1, 2, 0, 1, 2, 0, 1, 2))
which = st.sampled_from((0, 1, 2, 3, 0, 1, 2, 3))
FIRST_DAYS = (
    *(date(2026, 10, 28), date(2026, 12, 20), date(2027, 2, 25), date(2027, 3, 24), date(2027, 4, 26)),
    *(date(2027, 6, 25), date(2027, 7, 28), date(2027, 10, 30), date(2028, 1, 28), date(2028, 2, 27)),
)


# So many steps at first are of families that come: without them there is little to be walked.
FIRST, BEGINS = 7, ("applies", "is_approved")
NAMES = ("髙橋", "𠮷田", "﨑山")


class Counts:
    """What was walked: families, steps, comparisons."""

    def __init__(self) -> None:
        self.walks = self.lives = self.steps = self.taken = self.differences = 0
        self.compared: dict[str, int] = {}
        self.done: dict[str, int] = {}


def step(weight: int, when: Callable[[Any], bool] = bool, **drawn: st.SearchStrategy[Any]) -> Callable[..., Any]:
    """Mark what can happen: how often beside the others, when at all, and what of it is drawn."""

    def mark(method: Callable[..., None]) -> Callable[..., None]:
        method.is_step = weight, when, st.fixed_dictionaries(drawn)  # type: ignore[attr-defined]
        return method

    return mark


class Walk:
    """Three families of one ward, from nobody on. ``draw``: hypothesis draws, and makes short what fails."""

    def __init__(self, ward: Ward, counts: Counts, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.ward, self.counts, self.draw = ward, counts, draw
        self.told = World(ward.figures())
        self.told.lives = [Life(Family(name, None), has_sign_in=True) for name in NAMES]
        self.now = datetime.combine(draw(st.sampled_from(FIRST_DAYS)), time(9), tzinfo=TOKYO)
        self.story: list[str] = []
        self.is_done = False
        self.touched: Life | None = None
        self.undoable: tuple[Life, Use] | None = None
        self.comparison = Comparison(ward, self.told, counts.compared)
        for name in _steps_of(type(self)):
            counts.done.setdefault(name, 0)

    def goes(self, steps: int) -> None:
        """Walk; all that was written is taken back. What fails is told with the story that led there."""
        self.counts.walks += 1
        before = transaction.savepoint()
        try:
            for number in range(steps):
                self._one_step(number)
            self.comparison.everything(self.now)
        except Exception as difference:
            difference.add_note("\n".join(["The walk:", *self.story, ""]))
            raise
        finally:
            self.counts.lives += sum(bool(life.pk) for life in self.told.lives)
            transaction.savepoint_rollback(before)

    def _one_step(self, number: int) -> None:
        """Draw one of what can happen; the first is that nothing does, so that a walk that fails can be made short.

        Hypothesis likes the first ones of a list, and of long lists the front: shuffled, and few, all are drawn alike.
        """
        marked = [getattr(self, name) for name in _steps_of(type(self))]
        if number < FIRST:
            marked = [one for one in marked if one.__name__ in BEGINS]
        steps = [one for one in marked if one.is_step[1](self) for _weight in range(one.is_step[0])]
        Random(number + 100 * self.today.toordinal()).shuffle(steps)
        picked = self.draw(st.sampled_from([None, *steps]))
        if picked is not None:
            self.is_done = False
            picked(**self.draw(picked.is_step[2]))
            name = picked.__name__
            self.counts.done[name] = self.counts.done.get(name, 0) + self.is_done

    # ---- The clock --------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return self.now.date()

    def goes_on(self, days: int = 0, hour: int = 9) -> None:
        """Time passes, eleven minutes at least: what could be taken back stands now."""
        if days:
            self.now = datetime.combine(self.today + timedelta(days=days), time(hour), tzinfo=TOKYO)
        else:
            self.now += timedelta(minutes=11)
        self.undoable = None
        if any(use.goes or use.before for _life, use in self.told.uses()):
            settle_steps(at=self.now)
            for _life, use in self.told.uses():
                for day in use.goes:
                    use.days.pop(day, None)
                use.goes, use.before = set(), None
        self._passes_on()

    def _passes_on(self) -> None:
        """What follows a step at once, and the clock: offers nobody answered, who still counts, what came free."""
        if not self.told.offers() and not any(self.told.waits()):
            return
        lapse_offers(at=self.now)
        look_at_everybody_again(at=self.now)
        pass_on_all(at=self.now)
        self.told.passes(self.now)
        self._learns_numbers()

    # ---- A step -----------------------------------------------------------------------------------------------------

    def does(self, life: Life | None, words: str, against: Iterable[str], do: Callable[[], Any]) -> Any:
        """Do it; refused exactly where something is told against it, for one of those reasons. Return what came."""
        told = set(against)
        self.touched, self.is_done = life, not told
        self.counts.steps += 1
        kind = words.partition(" ")[0]
        whose = life.name if life else "the ward"
        self.story.append(
            f"{self.now:%Y-%m-%d %H:%M} {whose} {words}" + (f", refused: {sorted(told)}" if told else "")
        )
        came, refusal = None, None
        try:
            with _inside():
                came = do()
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except Refused as refused:
            refusal = refused.code
        except IntegrityError as refused:
            refusal = f"database: {refused}"
        if (refusal is None) == bool(told) or (refusal is not None and refusal not in told):
            raise Difference(f"{kind} ({refusal or 'taken'})", f"{words}: told against it is {sorted(told)}")
        if told:
            return None
        self.counts.taken += 1
        return came if came is not None else True

    def compare(self) -> None:
        """Both after a step: the rows, the places, the money, and of who was touched the rules and the page."""
        self._learns_numbers()
        self._passes_on()
        self.comparison.after_a_step(self.now, self.touched)

    def _learns_numbers(self) -> None:
        """Of bookings that the product made on its own: of the same family, service and days."""
        new = [(life, use) for life, use in self.told.uses() if not use.pk]
        if not new:
            return
        known = [use.pk for _life, use in self.told.uses()]
        made = Booking.objects.exclude(pk__in=known).select_related("service").order_by("-pk")
        numbers = {(row.registration_id, row.service.slug, *sorted(row.days_kept)): row.pk for row in made}
        for life, use in new:
            days = use.kept()
            use.pk = next(
                (pk for one in life.registrations if (pk := numbers.get((one, use.service, *days)))),
                0,
            )

    # ---- Picks ------------------------------------------------------------------------------------------------------

    def registration(self, life: Life) -> Registration:
        return Registration.objects.select_related("birth__family").get(pk=life.pk)

    def booking(self, use: Use) -> Booking:
        return Booking.objects.select_related("registration__birth__family", "service__facility").get(pk=use.pk)

    def picked(self, number: int, *states: str, at_house: bool = False) -> tuple[Life, Use] | None:
        """One of the uses in these states, the newest first. ``at_house``: no visit, no consultation."""
        kind = self.told.figures.kind
        fitting = [(life, use) for life, use in self.told.uses() if use.state in states]
        fitting = [row for row in fitting if not at_house or kind(row[1].service) in STAYS]
        fitting.sort(key=lambda row: -row[1].pk)
        return fitting[number % len(fitting)] if fitting else None

    def mother(self, life: Life) -> User:
        """Of a family entered twice the one mother."""
        return self.ward.mothers[NAMES.index(life.name)]

    def next_held(self, use: Use) -> date:
        return min(use.kept(HELD), default=self.today)


@cache
def _steps_of(walk: type[Walk]) -> list[str]:
    return [name for name in dir(walk) if hasattr(getattr(walk, name), "is_step")]


def _inside() -> Any:
    block = transaction.atomic()
    block._from_testcase = True  # as in Django's own tests: an operation's durable block may stand inside
    return block
