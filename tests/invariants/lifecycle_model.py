"""The lifecycle's model: plain sets and rules of its own, sharing no code with operations, limits or calendar."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

SLOTS = (2, 1)
MOST_DAYS = 7


@dataclass
class Modelled:
    """A booking as the model knows it: the days held and used, and what state it is in."""

    family: int
    service: int
    held: set[int]
    used: set[int] = field(default_factory=set)
    state: str = "booked"
    until: int | None = None  # an offer's: the day at whose noon it ends

    @property
    def counting(self) -> set[int]:
        return self.held | self.used


@dataclass
class Waiting:
    """A family that waits for all of the days; ``booking``: the place held for her, if any; ``ended``: "" or how."""

    family: int
    service: int
    days: set[int]
    booking: int | None = None
    ended: str = ""

    @property
    def looks_out(self) -> bool:
        return not self.ended and self.booking is None


@dataclass
class Model:
    """What the ward's books must say. Days are numbers, services 0 and 1; ``bookings`` and ``waiting`` by their ids.

    ``changed``: slots that staff set on a day. ``on_their_way``: places given up that nobody has been offered yet.
    """

    today: int = 0
    bookings: dict[int, Modelled] = field(default_factory=dict)
    waiting: dict[int, Waiting] = field(default_factory=dict)
    on_their_way: Counter[tuple[int, int]] = field(default_factory=Counter)
    changed: dict[tuple[int, int], int] = field(default_factory=dict)

    def picked(self, pick: int) -> tuple[int, Modelled]:
        order = sorted(
            self.bookings.items(), key=lambda item: (item[1].state in ("offered", "booked", "arrived"), item[0])
        )
        return order[::-1][pick % len(order)]

    def counting_rows(self) -> Iterator[tuple[int, int, str]]:
        for pk, known in self.bookings.items():
            yield from ((pk, day, "held") for day in known.held)
            yield from ((pk, day, "used") for day in known.used)

    def slots(self, service: int, day: int) -> int:
        return self.changed.get((service, day), SLOTS[service])

    def booked(self, service: int, day: int) -> int:
        return sum(known.service == service and day in known.counting for known in self.bookings.values())

    def in_time(self, known: Modelled) -> bool:
        return known.until is not None and self.today <= known.until

    def is_free(self, service: int, day: int) -> bool:
        """Whether anybody may have a place: what is on its way to who waits is nobody's."""
        return self.booked(service, day) + self.on_their_way[service, day] < self.slots(service, day)

    def within_limits(self, family: int, days: set[int], without: Modelled | None = None) -> bool:
        others = [known for known in self.bookings.values() if known is not without]
        own = [day for known in others if known.family == family for day in known.counting]
        return not days.intersection(own) and len(own) + len(days) <= MOST_DAYS

    def fit(self, family: int, service: int, days: set[int], without: Modelled | None = None) -> bool:
        """Whether the family may have these days beside its own, and each has a place."""
        hers = without.held if without else set()
        return self.within_limits(family, days, without) and all(
            day in hers or self.is_free(service, day) for day in days
        )

    def pass_on(self, offers: Iterator[int]) -> None:
        """Offer what is on its way, in the order of joining; ``offers``: the ids of the bookings that hold it."""
        for row in self.waiting.values():
            if row.looks_out and min(row.days) <= self.today:
                row.ended = "passed"
        for service in (1, 0):  # the pools in the order of their ids
            freed = {day for place, day in self.on_their_way if place == service}
            could = [
                row
                for _pk, row in sorted(self.waiting.items())
                if row.looks_out
                and row.service == service
                and all(day in freed or self.is_free(service, day) for day in row.days)
            ]
            for day in freed:
                del self.on_their_way[service, day]
            for row in could:
                if self.fit(row.family, service, row.days):
                    row.booking = next(offers)
                    # A day to think, and not into the first day itself.
                    until = min(self.today + 1, min(row.days) - 1)
                    held = Modelled(row.family, service, set(row.days), state="offered", until=until)
                    self.bookings[row.booking] = held

    def run_from(self, known: Modelled, first: int) -> set[int]:
        """The days on end from the first on that the booking has."""
        run, day = set[int](), first
        while day in known.counting:
            run.add(day)
            day += 1
        return run

    def give_up(self, known: Modelled, state: str) -> None:
        given_up, known.held, known.state = known.held, set(), state
        self.free(known.service, given_up)

    def free(self, service: int, days: set[int]) -> None:
        """Days given up are on their way to the next where somebody looks out for them, else free at once."""
        for day in days:
            if any(row.looks_out and row.service == service and day in row.days for row in self.waiting.values()):
                self.on_their_way[service, day] += 1

    def end_waiting(self, booking: int, how: str) -> None:
        for row in self.waiting.values():
            if row.booking == booking and not row.ended:
                row.ended = how
